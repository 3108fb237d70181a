"""The UNet that paints from a draft: it predicts how the picture differs from it.

Beside the noisy latents it gets those of the draft (as InstructPix2Pix, Brooks et al., 2023). What
follows from the draft and the noisy latents alone is computed: if latents are the draft's but for a
Gaussian difference of standard deviation `SPREAD`, their expectation is a weighted mean of both.
The network predicts the rest in units of what is left uncertain (preconditioning, as in Karras et
al., "Elucidating the Design Space of Diffusion-Based Generative Models", 2022), so that untrained
it gives the draft back, at every noise level.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionOutput

SPREAD = 0.2
"""Standard deviation of finished latents about those of their draft."""


def posterior(
    noisy: torch.Tensor, draft: torch.Tensor, alpha: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of clean latents, given (B, 4, h, w) noisy ones and the draft's.

    `alpha` is (B, 1, 1, 1), the share of signal in the noisy latents' variance.
    """
    noise = 1 - alpha
    whole = SPREAD**2 * alpha + noise
    mean = (SPREAD**2 * alpha.sqrt() * noisy + noise * draft) / whole
    return mean, SPREAD * (noise / whole).sqrt()


class DraftUNet(UNet2DConditionModel):  # type: ignore[misc]  # diffusers comes without types
    """Predicts v of (B, 4 + 4, h, w) noisy latents and latents of the draft.

    `alphas` are the schedule's cumulative products, by timestep.
    """

    alphas: torch.Tensor

    def use_schedule(self, alphas: torch.Tensor) -> DraftUNet:
        """Takes over a schedule, which is no part of the weights."""
        self.register_buffer("alphas", alphas.clone(), persistent=False)
        return self

    def raw(self, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: ANN401  the UNet's own arguments
        """What the network itself says: the difference from the mean in standard deviations."""
        said: torch.Tensor = super().forward(*args, **kwargs, return_dict=False)[0]
        return said

    def forward(
        self,
        sample: torch.Tensor,
        timestep: torch.Tensor | float,
        encoder_hidden_states: torch.Tensor,
        *args: Any,  # noqa: ANN401  the UNet's own arguments
        return_dict: bool = True,
        **kwargs: Any,  # noqa: ANN401
    ) -> UNet2DConditionOutput | tuple[torch.Tensor]:
        """The predicted v, as the scheduler wants it."""
        noisy, draft = sample[:, :4], sample[:, 4:]
        steps = torch.as_tensor(timestep, device=sample.device).expand(len(sample)).long()
        alpha = self.alphas.to(sample)[steps][:, None, None, None]
        mean, spread = posterior(noisy, draft, alpha)
        said = self.raw(sample, timestep, encoder_hidden_states, *args, **kwargs)
        clean = mean + spread * said
        v = (alpha.sqrt() * noisy - clean) / (1 - alpha).sqrt().clamp(min=1e-4)
        return UNet2DConditionOutput(sample=v) if return_dict else (v,)
