"""What of a hole's painted latents shows: the thing, and none of the backdrop around it.

It does not know what was painted, nor that it will be decoded.
"""

from __future__ import annotations

import torch
from torch.nn import functional

UNLIKE = (0.15, 0.45)
"""Differences from the picture before, mean over channels, from which a region's latents begin to
show, and from which they show alone; latents have unit deviation."""


def put_into(
    before: torch.Tensor, painted: torch.Tensor, hole: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The latents `before` with what was painted in a hole, where that is something else.

    The second tensor, (B, 1, h, w) from 0 to 1, says where and how much that shows.

    A difference matte (Qian and Sezan, "Video Background Replacement without a Blue Screen",
    1999), widened by a latent: what was painted around a thing is nearly the backdrop, and the
    backdrop itself leaves no seam. What it is off by along the hole's edge does not count, and is
    put right about the thing.
    """
    low, high = UNLIKE
    off = off_by(painted - before, hole)
    unlike = (painted - before - off).abs().mean(1, keepdim=True)
    thing = hole * ((unlike - low) / (high - low)).clamp(0, 1)
    about = hole * functional.max_pool2d(thing, 3, stride=1, padding=1)
    return torch.lerp(before, painted - off * (1 - thing), about), about


def off_by(apart: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """How far off a backdrop was painted in a hole, by the difference at its left and right edge.

    Row by row from one edge to the other, as grounds and skies lie; (B, C, h, w) as `apart`. An
    edge that differs as much as a thing does is one, and the other edge speaks for both.
    """
    rows, columns = hole[0, 0].any(1).nonzero()[:, 0], hole[0, 0].any(0).nonzero()[:, 0]
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    first, last = apart[:, :, top:bottom, left], apart[:, :, top:bottom, right - 1]
    plain = [edge.abs().mean(1, keepdim=True) < UNLIKE[1] for edge in (first, last)]
    first = torch.where(plain[0], first, last * plain[1])
    last = torch.where(plain[1], last, first)
    along = torch.linspace(0, 1, right - left).to(apart)
    result = torch.zeros_like(apart)
    result[:, :, top:bottom, left:right] = torch.lerp(first[..., None], last[..., None], along)
    return result
