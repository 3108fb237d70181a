"""Trains one model in several processes by periodic weight averaging (local SGD).

Stich, "Local SGD Converges Fast and Communicates Little" (2019). On a CPU two processes of one
thread train half as much again as one process of two.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterable

import torch
from torch import distributed, multiprocessing

EVERY = 10
"""Steps from one mean to the next."""


class Peers:
    """The processes that train together; one alone has nobody to agree with."""

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        if self.count > 1:
            distributed.init_process_group("gloo")
        self.rank = distributed.get_rank() if self.count > 1 else 0

    @property
    def leads(self) -> bool:
        """Whether this process keeps the log and the checkpoints."""
        return self.rank == 0

    def due(self, step: int) -> bool:
        """Whether all meet after this step."""
        return self.count == 1 or step % EVERY == 0

    @torch.no_grad()
    def agree(self, parameters: Iterable[torch.Tensor]) -> None:
        """Replace every parameter by its mean over all processes."""
        if self.count > 1:
            for parameter in parameters:
                distributed.all_reduce(parameter.data)
                parameter.data /= self.count

    def leaders(self, value: float) -> float:
        """Return the value that the leading process has."""
        if self.count == 1:
            return value
        said = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(said, 0)
        return said.item()


def together(count: int, work: Callable[[], None]) -> None:
    """Do `work` in `count` processes of one thread each, which are peers; in this one if one."""
    if count == 1:
        work()
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    multiprocessing.spawn(_join, (count, port, work), nprocs=count)  # type: ignore[attr-defined, no-untyped-call]  # torch leaves it untyped


def _join(rank: int, count: int, port: int, work: Callable[[], None]) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(count)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    work()
    if distributed.is_initialized():
        distributed.barrier()  # who ends first takes the others' connection along
        distributed.destroy_process_group()
