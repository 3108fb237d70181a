"""Words without a model: captions, colour names, moderation, and a painter's vocabulary."""
