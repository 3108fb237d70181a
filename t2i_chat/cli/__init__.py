"""The command line (Typer): serve, generate, edit, chat, plan, inspect, compare, replay, bench.

Results go to standard output, everything else to standard error; an error is one sentence there and
a non-zero exit code.

- main.py: the app and its error handling
- serve.py: serve, settings, models, bench, version; paint.py: generate, edit; chat.py; plan.py
- pictures.py: inspect, compare, export (as a script), save, import, replay
- flags.py, logs.py, streams.py, record.py: shared by commands; bench.py, plan_batch.py: measuring
"""

from t2i_chat.cli.main import commands, main

__all__ = ["commands", "main"]
