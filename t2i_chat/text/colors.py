"""Colour names that are recognised in messages and prompts."""

from __future__ import annotations

COLOURS = tuple(
    """red orange yellow golden gold green blue purple violet pink brown black white grey gray
    silver turquoise beige""".split()
)
"""All of them but "golden" are CSS colours, too."""
A_COLOUR = "|".join(COLOURS)
"""A regex alternation of all names; longer names precede their prefixes."""
