"""The names of colours that people say; knows no painter, which may have fewer."""

from __future__ import annotations

COLOURS = tuple(
    """red orange yellow golden gold green blue purple violet pink brown black white grey gray
    silver turquoise beige""".split()
)
"""Each of them, but for “golden”, is a colour in CSS, too."""
A_COLOUR = "|".join(COLOURS)
"""A pattern of any of them; longer names stand before those they begin with."""
