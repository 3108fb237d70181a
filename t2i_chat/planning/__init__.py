"""From a message to a `Plan`: commands, the language model's lines, validation, enrichment."""
