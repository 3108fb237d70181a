"""Builds the bank of drawings that the package ships (t2i_chat/storybook/bank).

- packages.py: the npm packages, pinned; nouns.csv: which of their drawings are nouns, by hand
- pictures.py: cut-outs; anchors.py, anchors.csv: points on them; words.py: synonyms by language
- build.py: all of it into one folder; contact.py: contact sheets to check it by eye
- coverage.py, wanted.txt: how many common nouns it draws
"""
