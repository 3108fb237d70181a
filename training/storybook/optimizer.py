"""The UNet's optimizer: Muon for matrices, AdamW for the rest.

Muon (Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) orthogonalises
the update of each matrix. A step costs more than AdamW's and gets further.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

NARROW = 16
"""Matrices with no more rows or columns than this are left to AdamW."""


class MatrixOptimizer(torch.optim.Optimizer):
    """Muon for convolutions and linear layers, AdamW for embeddings, biases, norms and the ends.

    Its groups are those of both, so that a learning rate is set as for any optimizer: Muon's
    updates are scaled to the size of AdamW's (Liu et al., "Muon is Scalable for LLM Training",
    2025).
    """

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], lr: float) -> None:
        parameters = dict(named)
        self._matrices = [p for name, p in parameters.items() if _is_matrix(name, p)]
        chosen = {id(p) for p in self._matrices}
        rest = [p for p in parameters.values() if id(p) not in chosen]
        # Muon takes matrices only; these share the convolutions' memory.
        self._flat = [nn.Parameter(p.data.view(p.shape[0], -1)) for p in self._matrices]
        self._muon = torch.optim.Muon(
            self._flat, lr=lr, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"
        )
        self._adamw = torch.optim.AdamW(
            rest, lr=lr, weight_decay=0.01, betas=(0.9, 0.98), fused=True
        )
        super().__init__([*self._matrices, *rest], {"lr": lr})
        self.param_groups = [*self._muon.param_groups, *self._adamw.param_groups]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients."""
        for parameter in self._matrices:
            parameter.grad = None
        self._adamw.zero_grad(set_to_none)

    def step(self, _: object = None) -> None:  # type: ignore[override]  # no closure is called
        """Update every parameter that has a gradient."""
        for flat, parameter in zip(self._flat, self._matrices, strict=True):
            gradient = parameter.grad
            flat.grad = None if gradient is None else gradient.view(flat.shape)
        self._muon.step()  # type: ignore[no-untyped-call]  # torch has no types for it
        self._adamw.step()

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._muon.load_state_dict(state_dict["muon"])
        self._adamw.load_state_dict(state_dict["adamw"])
        self.param_groups = [*self._muon.param_groups, *self._adamw.param_groups]


def _is_matrix(name: str, parameter: nn.Parameter) -> bool:
    ends = any(part in name for part in ("embed", "conv_in", "conv_out", "head"))
    shape = parameter.shape
    return len(shape) in (2, 4) and not ends and min(shape[0], shape[1:].numel()) > NARROW
