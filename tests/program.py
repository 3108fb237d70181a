"""Runs the command line: in this process, which is quick, or in one of its own, which is real."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import structlog
import torch

from t2i_chat.cli import main


class Done(NamedTuple):
    """How a command ended, with the names that subprocess.CompletedProcess has."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: object, spoken: str = "", folder: Path | None = None, **settings: str) -> Done:
    """Runs `t2i-chat` with `words` in this process, as in `folder` and under `settings`.

    `settings` are environment variables; `spoken` is what comes through a pipe.
    """
    # Sums in other orders are other pixels: as many threads as a program of its own begins with.
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, settings),
        mock.patch.object(sys, "stdin", io.StringIO(spoken)),
        contextlib.chdir(folder or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            structlog.reset_defaults()
    return Done(code, out.getvalue(), err.getvalue())


def start(*words: object, folder: Path | None = None, **settings: str) -> Done:
    """Runs `t2i-chat` with `words` in a process of its own, with the real language model."""
    done = subprocess.run(
        [sys.executable, "-m", "t2i_chat", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        cwd=folder,
        env=os.environ | settings,
    )
    return Done(done.returncode, done.stdout, done.stderr)
