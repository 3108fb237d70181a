"""From a message to a `Plan`: rules first, then the language model, then validation.

- planner.py: LlmPlanner, the sequence; line_grammar.py: the GBNF grammar of its answers
- commands.py, combine_phrases.py, quoted_text.py, version_references.py: messages parsed by rules
- follow_ups.py: "the other one too", "I meant …"; entities.py: pronouns and names
- masked.py: plans for a brushed region
- normalize.py: spelling, numbers, aspect ratios; glossary.py, languages.py: other languages
- plausibility.py: corrects typical slips of the model; validate.py: asks in case of doubt
- enrich.py, style_presets.py: prompt enrichment; suggest.py: suggested next edits
- explain.py: a plan in plain words; answers.py: answers to questions
- prompts.py: templates/ for the language model
"""
