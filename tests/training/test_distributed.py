"""Training in several processes: weights are averaged, one process leads."""

from functools import partial

import pytest
import torch

from training.storybook.distributed import EVERY, Peers, together


def _meet(folder):
    """Each process starts from its own number, agrees, and writes down what it has then."""
    peers = Peers()
    weights = torch.full((3,), float(peers.rank))
    peers.agree([weights])
    clock = peers.leaders(10.0 + peers.rank)
    text = f"{weights.tolist()} {clock} {peers.leads} {peers.due(EVERY)} {peers.due(1)}"
    (folder / str(peers.rank)).write_text(text)


@pytest.mark.slow
def test_two_processes_go_on_from_their_mean_by_one_clock(tmp_path):
    together(2, partial(_meet, tmp_path))
    said = [(tmp_path / str(rank)).read_text() for rank in range(2)]
    assert said == [
        "[0.5, 0.5, 0.5] 10.0 True True False",
        "[0.5, 0.5, 0.5] 10.0 False True False",
    ]


def test_one_alone_keeps_its_weights_and_meets_itself_at_every_step(tmp_path):
    together(1, partial(_meet, tmp_path))
    assert (tmp_path / "0").read_text() == "[0.0, 0.0, 0.0] 10.0 True True True"
