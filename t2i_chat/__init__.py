"""Paint by talking: a chat in which every picture is an exact, reversible version.

This package module knows only its version; importing it loads nothing heavy.
"""

__version__ = "0.1.0"
