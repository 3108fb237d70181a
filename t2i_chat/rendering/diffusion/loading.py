"""Loads diffusers pipelines from a folder, the hub's cache or the hub; shares their weights.

Only safetensors are read: pickled weights can run code.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import diffusers
import PIL
import torch
import transformers
from diffusers import (
    DiffusionPipeline,
    SchedulerMixin,
    StableDiffusionInstructPix2PixPipeline,
    UNet2DConditionModel,
)
from safetensors import SafetensorError

import t2i_chat
from t2i_chat import hub
from t2i_chat.core.errors import ModelDoesNotFit, ModelMissing
from t2i_chat.core.protocols import Drafter
from t2i_chat.core.recipe import Recipe
from t2i_chat.core.registry import (
    DRAFT_UNET,
    INDEX,
    ModelFacts,
    facts_for,
    facts_from_index,
    facts_in_folder,
)
from t2i_chat.rendering.diffusion.draft_unet import DraftUNet
from t2i_chat.rendering.diffusion.processors import readers
from t2i_chat.rendering.unet_inpaint_channels import load_channels, widened

log = logging.getLogger(__name__)

NOT_LOADABLE = (OSError, ValueError, KeyError, SafetensorError)
"""What the libraries raise for files that are missing or damaged."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """What paints from drafts: the UNet, what draws them, and a hash of all files of both."""

    unet: DraftUNet
    drafter: Drafter
    revision: str


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: its pipeline, whose weights jobs share but which no two jobs run at once.

    `revision` is the hub's commit or a hash of the local files. `inpainting` is the 9-channel
    inpainting UNet that shares its weights, or None.
    """

    facts: ModelFacts
    pipeline: DiffusionPipeline
    revision: str
    device: str
    dtype: torch.dtype
    inpainting: UNet2DConditionModel | None = None
    drafting: Drafting | None = None

    def paints_from_draft(self, recipe: Recipe) -> bool:
        """Whether a recipe's layout is painted from a draft; older ones are painted in parts."""
        new = self.drafting is not None and recipe.revision in {None, self.drafting.revision}
        return new and recipe.layout is not None

    def revision_of(self, recipe: Recipe) -> str:
        """The revision that a recipe is painted with."""
        drafted = self.drafting if self.paints_from_draft(recipe) else None
        return drafted.revision if drafted else self.revision

    def drafting_pipeline(self, scheduler: str | None) -> StableDiffusionInstructPix2PixPipeline:
        """A pipeline that paints from drafts, for one job. Raises ValueError for other models."""
        if self.drafting is None:
            raise ValueError(f"{self.facts.name} does not paint from drafts")
        pipeline = StableDiffusionInstructPix2PixPipeline.from_pipe(
            self.pipeline,
            unet=self.drafting.unet,
            scheduler=self.scheduler(scheduler),
            dtype=self.dtype,
        )
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    @property
    def grey(self) -> torch.Tensor:
        """(1, C, 1, 1) latents of the grey that masks the hole in the masked image."""
        vae = self.pipeline.vae
        with torch.no_grad():
            blank = torch.zeros(1, 3, 64, 64, device=self.device, dtype=self.dtype)
            latents: torch.Tensor = vae.encode(blank).latent_dist.mode()
        middle = latents.shape[-1] // 2
        scale: float = vae.config.scaling_factor
        return latents[:, :, middle, middle, None, None] * scale

    @property
    def hardware(self) -> str:
        """Device, precision and CPU threads, which affect the last bits."""
        precision = str(self.dtype).removeprefix("torch.")
        threads = f", {torch.get_num_threads()} threads" if self.device == "cpu" else ""
        return f"{self.device}, {precision}{threads}"

    def pipeline_for(self, class_name: str, scheduler: str | None) -> DiffusionPipeline:
        """A pipeline of that class for one job: shared weights, its own scheduler.

        Raises ModelMissing for a scheduler diffusers does not have.
        """
        own = {"scheduler": self.scheduler(scheduler)}
        if self.inpainting is not None and class_name == self.facts.pipelines.inpaint:
            own["unet"] = self.inpainting
        # Without `dtype`, from_pipe casts the shared weights to fp32.
        pipeline = getattr(diffusers, class_name).from_pipe(self.pipeline, **own, dtype=self.dtype)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def scheduler(self, name: str | None) -> SchedulerMixin:
        """A new scheduler of class `name`, or the model's default class, with the saved config."""
        saved = self.pipeline.scheduler
        name = name or self.facts.scheduler
        kind = type(saved) if name is None else getattr(diffusers, name, None)
        if kind is None or not hasattr(kind, "from_config"):
            raise ModelMissing(f"The installed diffusers has no scheduler “{name}”.")
        return kind.from_config(saved.config)


def facts_of(model: str) -> ModelFacts:
    """The facts of a profile, a folder or any hub id, for which one small file is fetched.

    Raises ModelMissing when the model is not found or its family is unknown.
    """
    try:
        return facts_for(model)
    except ModelMissing:
        if model.count("/") != 1 or Path(model).expanduser().exists():
            raise
    return facts_from_index(model, hub.index_of(model).parent, source=model)


def load(facts: ModelFacts, device: str, drafter: Drafter | None = None) -> LoadedModel:
    """The model in memory, on `device` (auto, cpu, cuda, mps); with a drafter for its layouts.

    Raises ModelMissing when files are absent or damaged, ModelDoesNotFit when memory runs out.
    """
    _hush()
    # cuDNN otherwise picks among algorithms that sum in different orders.
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    device = best_device() if device == "auto" else device
    dtype = dtype_for(device)
    folder, revision = _files(facts)
    try:
        pipeline = _pipeline(facts, folder, dtype).to(device)
        inpainting = _inpainting(facts, folder, pipeline)
        drafting = _drafting(facts, folder, pipeline, drafter)
    except (RuntimeError, MemoryError) as error:
        if not is_full(error):
            raise
        raise ModelDoesNotFit(
            f"The model “{facts.name}” needs more memory than this machine's {device} has. "
            "Choose a smaller model, or run it on the processor with T2I_CHAT_DEVICE=cpu."
        ) from error
    log.info("loaded %s (%s) on %s", facts.name, revision[:12], device)
    # Recipes without a draft were framed for the UNet that painted them.
    facts = facts_in_folder(facts, folder, "unet")
    return LoadedModel(facts, pipeline, revision, device, dtype, inpainting, drafting)


def is_full(error: Exception) -> bool:
    """Whether an error means out of memory; on the CPU torch has no exception type for it."""
    full = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return full or "allocate memory" in str(error)


def best_device() -> str:
    """The fastest device this machine has: cuda, mps or cpu."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def dtype_for(device: str) -> torch.dtype:
    """The fastest safe precision on a device."""
    if device != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def library_versions() -> dict[str, str]:
    """Versions of the libraries that affect a picture's bytes."""
    return {
        "t2i-chat": t2i_chat.__version__,
        "diffusers": diffusers.__version__,
        "transformers": transformers.__version__,
        "torch": str(torch.__version__),
        "pillow": PIL.__version__,
    }


def folder_revision(folder: Path) -> str:
    """A hash of every file in `folder` that the pipeline reads: weights, tokenizers, configs."""
    index = folder / INDEX
    parts = [name for name, part in json.loads(index.read_text()).items() if isinstance(part, list)]
    inside = (path for part in parts for path in (folder / part).rglob("*"))
    return hash_of([index, *inside], folder)


def hash_of(files: Iterable[Path], folder: Path) -> str:
    """A hash of the names below `folder` and of the contents of files."""
    names = {path.relative_to(folder).as_posix(): path for path in files if path.is_file()}
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode())
        with names[name].open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _hush() -> None:
    """Keeps progress bars and library warnings out of the log."""
    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
        library.utils.logging.set_verbosity_error()


def _files(facts: ModelFacts) -> tuple[Path, str]:
    """The folder a model's files lie in, fetched if need be, and their revision."""
    if facts.is_local:
        folder = Path(facts.source)
        if not (folder / INDEX).is_file():
            raise ModelMissing(f"The folder “{folder}” holds no model_index.json.")
        return folder, folder_revision(folder)
    if Path(facts.source).is_absolute():
        raise ModelMissing(f"The model “{facts.name}” is not at “{facts.source}”.")
    fetch = partial(
        DiffusionPipeline.download, facts.source, revision=facts.revision, use_safetensors=True
    )
    folder = hub.cached_or_fetched(facts.name, fetch)
    return folder, folder.name


def _pipeline(facts: ModelFacts, folder: Path, dtype: torch.dtype) -> DiffusionPipeline:
    kind = getattr(diffusers, facts.pipelines.loaded_as)
    with _told_when_broken(facts, folder):
        own = readers(folder)
        pipeline = kind.from_pretrained(
            folder, dtype=dtype, local_files_only=True, use_safetensors=True, **dict.fromkeys(own)
        )
        pipeline.register_modules(**own)
        return pipeline


def _inpainting(
    facts: ModelFacts, folder: Path, pipeline: DiffusionPipeline
) -> UNet2DConditionModel | None:
    """The 9-channel inpainting UNet, if the model's folder holds its extra channels."""
    with _told_when_broken(facts, folder):
        channels = load_channels(folder / "unet")
        return None if channels is None else widened(pipeline.unet, channels)


def _drafting(
    facts: ModelFacts, folder: Path, pipeline: DiffusionPipeline, drafter: Drafter | None
) -> Drafting | None:
    """What paints from drafts, if there is a drafter and the model's folder holds a UNet for it."""
    weights = folder / DRAFT_UNET
    if drafter is None or not weights.is_dir():
        return None
    with _told_when_broken(facts, folder):
        unet = DraftUNet.from_pretrained(weights, dtype=pipeline.dtype, local_files_only=True)
        unet.use_schedule(pipeline.scheduler.alphas_cumprod)
    revision = hash_of(weights.iterdir(), weights) + drafter.revision
    hashed = hashlib.sha256(revision.encode()).hexdigest()
    return Drafting(unet.to(pipeline.device), drafter, hashed)


@contextmanager
def _told_when_broken(facts: ModelFacts, folder: Path) -> Iterator[None]:
    try:
        yield
    except NOT_LOADABLE as error:
        raise ModelMissing(
            f"The model “{facts.name}” cannot be loaded. A file in “{folder}” is missing or broken."
        ) from error
