"""Rule-based text processing, without a model: captions, colours, vocabulary, moderation.

- captions.py: the caption of a picture, edited along with the picture
- colors.py: colour names
- lexicon.py: maps a prompt to the vocabulary of a model that knows few words
- moderation.py: safety filter, false alarms, prompt injection
"""
