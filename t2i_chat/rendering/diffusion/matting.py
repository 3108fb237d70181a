"""Difference matting in latents: keeps of an inpainted hole what differs from the backdrop."""

from __future__ import annotations

import torch
from torch.nn import functional

UNLIKE = (0.15, 0.45)
"""Mean absolute latent difference where new content begins to show, and where it shows fully.

Averaged over the channels; latents have unit variance.
"""


def put_into(
    before: torch.Tensor, painted: torch.Tensor, hole: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The latents `before` with what was inpainted in `hole`, where it differs from the backdrop.

    The second tensor, (B, 1, h, w) in 0–1, is the matte: where and how much the new content shows.

    A difference matte (Qian and Sezan, "Video Background Replacement without a Blue Screen", 1999),
    dilated by one latent. Repainted backdrop is left out, so there is no seam. A constant offset of
    the backdrop, measured at the hole's edges, is subtracted first, and corrected around the thing.
    """
    low, high = UNLIKE
    off = off_by(painted - before, hole)
    unlike = (painted - before - off).abs().mean(1, keepdim=True)
    thing = hole * ((unlike - low) / (high - low)).clamp(0, 1)
    about = hole * functional.max_pool2d(thing, 3, stride=1, padding=1)
    return torch.lerp(before, painted - off * (1 - thing), about), about


def off_by(apart: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """The offset of the backdrop inside a hole, interpolated between its left and right edge.

    Per row, as skies and grounds are horizontal; (B, C, h, w) like `apart`. An edge that differs as
    much as a thing does is taken for one, and the other edge is used instead.
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
