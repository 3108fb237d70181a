"""The command line: serve the page, paint and hold conversations without one, replay, measure.

It composes and prints; it decides nothing about pictures. What is asked for goes to standard
output, everything else to standard error; an error is one sentence there and a non-zero exit.
"""

from t2i_chat.cli.main import commands, main

__all__ = ["commands", "main"]
