"""A training run: time limit, log and checkpoints."""

from __future__ import annotations

import csv
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

log = logging.getLogger(__name__)

RUNS = Path("runs/storybook")


class Run:
    """One stage's folder `runs/storybook/<stage>` with `log.csv` and `checkpoint.pt`.

    `minutes` counts training time over all resumed parts of the run.
    """

    def __init__(self, stage: str, minutes: float, root: Path = RUNS) -> None:
        self.folder = root / stage
        self.folder.mkdir(parents=True, exist_ok=True)
        self.minutes = minutes
        self.step = 0
        self._spent = 0.0
        self._started = time.monotonic()
        self._saved = time.monotonic()

    def progress(self) -> float:
        """Return the spent share of the time, 0 to 1."""
        return min(1.0, self.spent() / (60 * self.minutes))

    def spent(self) -> float:
        """Return the seconds trained so far."""
        return self._spent + time.monotonic() - self._started

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the run's clock, for work that is not training."""
        before = time.monotonic()
        yield
        self._started += time.monotonic() - before

    def learning_rate(self, peak: float, warmup: int = 100) -> float:
        """Return a rate that warms up over `warmup` steps and falls in the last third of the time.

        Until then it stays, so that a run can be resumed with more time than it began with.
        """
        falling = min(1.0, 3 * (1 - self.progress()))
        return peak * min(1.0, (self.step + 1) / warmup) * max(0.02, falling)

    def log(self, values: Mapping[str, float]) -> None:
        """Append a row of `values` to the log."""
        path = self.folder / "log.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(["step", "seconds", *values])
            writer.writerow(
                [self.step, round(self.spent()), *(f"{v:.5g}" for v in values.values())]
            )

    def due(self, seconds: float = 240) -> bool:
        """Return whether the last checkpoint is older than `seconds`."""
        return time.monotonic() - self._saved > seconds

    def save(self, state: Mapping[str, Any]) -> None:
        """Write the checkpoint whole or not at all."""
        partial = self.folder / "checkpoint.partial"
        torch.save({**state, "step": self.step, "spent": self.spent()}, partial)
        partial.replace(self.folder / "checkpoint.pt")
        self._saved = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """Return the last checkpoint and take up its clock, or None when there is none."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return None
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        self.step, self._spent = int(state["step"]), float(state["spent"])
        return state

    def take_up(self, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Go on from the last checkpoint, if there is one."""
        if state := self.load():
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])

    def keep(self, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Write a checkpoint that `take_up` reads."""
        self.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()})

    def train(
        self,
        optimizer: torch.optim.Optimizer,
        step: Callable[[], Mapping[str, float]],
        checkpoint: Callable[[], None],
        *,
        peak: float,
        warmup: int = 100,
        seconds: float = 240,
    ) -> None:
        """Train until the time is over.

        `step` takes a step and returns what is logged; `checkpoint` is called every `seconds` and
        at the end; the learning rate rises to `peak`.
        """
        while self.progress() < 1:
            set_rate(optimizer, self.learning_rate(peak, warmup))
            values = step()
            self.step += 1
            if self.step % 25 == 0:
                self.log(values)
                log.info("step %d %s", self.step, {k: round(v, 3) for k, v in values.items()})
            if self.due(seconds):
                checkpoint()
        checkpoint()


def best_device() -> torch.device:
    """Return the GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def descend(
    optimizer: torch.optim.Optimizer, loss: torch.Tensor, parameters: Iterable[torch.Tensor]
) -> float:
    """Take one step down the gradient of `loss`, clipped to length 1, and return the loss."""
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    return loss.item()


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give every parameter group the learning rate `rate`."""
    for group in optimizer.param_groups:
        group["lr"] = rate
