"""Understands wishes: words → things, relations and setting.

- tokens.py → tags.py → phrases.py → naming.py → reading.py: words, their kinds, noun phrases,
  what these name, and how clauses relate it
- lexicon.csv, verbs.csv, kinds.csv: every word that means something by itself (lexicon.py)
- nouns.py: looks words up in the bank; bonds.py: what "with" means; drafts.py: things while read;
  settings.py: place, hour, weather
"""

from t2i_chat.storybook.describing.describe import describe
from t2i_chat.storybook.describing.nouns import NounFinder

__all__ = ["NounFinder", "describe"]
