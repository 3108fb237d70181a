"""Builds the bank of drawings that the package ships (t2i_chat/storybook/bank).

- packages.py: the npm packages, pinned; nouns.py, nouns.csv: which of their drawings are nouns
- pictures.py, svg.py: cut-outs; drawings/: our own, for nouns that no package has
- bodies.py: bodies for people and animals of whom a package draws the head alone
- anchors.py, anchors.csv: points on them; words.py: synonyms by language
- build.py: all of it into one folder; lookalikes.py: words that are no slips
- contact.py: contact sheets to check it by eye
- coverage.py, wanted.txt: how many common nouns it draws
"""
