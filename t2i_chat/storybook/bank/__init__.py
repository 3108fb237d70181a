"""The bank of drawings that the embedded painter paints from, looked up by words.

- drawings.py: the values; bank.py: reads the index and the pictures
- find.py: words → noun, with inflect.py and lookalikes.txt
- index.json, soft.zip, flat.zip, noto.zip: made by training/storybook/bank; LICENSES/: theirs
- nearest.csv: what is drawn for nouns without a drawing, made by hand
"""

from t2i_chat.storybook.bank.bank import Bank, load_bank
from t2i_chat.storybook.bank.drawings import Drawing, Match, Place, Style

__all__ = ["Bank", "Drawing", "Match", "Place", "Style", "load_bank"]
