"""Trains the segmenter, a small CLIPSeg, on scenes' exact masks.

Lüddecke and Ecker, "Image Segmentation Using Text and Image Prompts" (2022), trained as a whole,
with phrases that are in the scene and phrases that are not. The image encoder must also predict
cell labels (`layout.py`), a dense signal about all things at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch import nn
from torch.nn import functional
from transformers import (
    CLIPModel,
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPSegTextConfig,
    CLIPSegVisionConfig,
    CLIPTokenizer,
)

from t2i_chat.storybook.backdrop import Mask
from t2i_chat.storybook.compose import ComposedScene, compose
from t2i_chat.storybook.layout import LayoutHead, labels_of
from t2i_chat.storybook.networks import MAX_TOKENS, TEXT_WIDTH
from t2i_chat.storybook.package import make_readable
from t2i_chat.storybook.scenes import HELD_OUT, SIZE, Scene, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor, save_sheet
from t2i_chat.storybook.vocabulary import Vocabulary, load_vocabulary
from training.storybook.clip_training import FOLDER as CLIP
from training.storybook.optimizer import MatrixOptimizer
from training.storybook.run import RUNS, Run, best_device, descend
from training.storybook.tokenizer import obtain_tokenizer

Rng = np.random.Generator

SCENES, PHRASES = 10, 3
LAYOUT_WEIGHT = 0.4
WIDTH = 192
GROUND_WORDS = {
    "meadow": ("meadow", "grass", "field", "lawn"),
    "snow": ("snow", "snowy ground"),
    "desert": ("desert", "sand", "dunes"),
    "beach": ("beach", "sand"),
    "lake": ("grass", "shore", "meadow"),
    "sea": (),
    "forest": ("grass", "forest floor"),
    "autumn": ("field", "leaves", "grass"),
    "street": ("street", "road", "pavement"),
    "room": ("floor",),
}
WATER_WORDS = {
    "lake": ("lake", "pond", "river"),
    "beach": ("sea", "ocean"),
    "sea": ("sea", "ocean"),
}


def new_segmenter(vocabulary_size: int, end_token: int) -> CLIPSegForImageSegmentation:
    """Return an untrained segmenter of 256-pixel pictures in -1..1."""
    text = CLIPSegTextConfig(
        vocab_size=vocabulary_size,
        hidden_size=TEXT_WIDTH,
        intermediate_size=4 * TEXT_WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=MAX_TOKENS,
        bos_token_id=end_token - 1,
        eos_token_id=end_token,
        pad_token_id=end_token,
    )
    vision = CLIPSegVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=3 * WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=SIZE,
        patch_size=16,
    )
    model = CLIPSegForImageSegmentation(
        CLIPSegConfig(
            text_config=text.to_dict(),
            vision_config=vision.to_dict(),
            projection_dim=TEXT_WIDTH,
            extract_layers=[1, 2, 3],
            reduce_dim=64,
            decoder_num_attention_heads=4,
            decoder_intermediate_size=256,
            use_complex_transposed_convolution=True,  # outlines finer than a patch
        )
    )
    decoder = model.decoder
    # transformers starts these with unit normals, which is far too loud to learn from.
    for part in (decoder.film_mul, decoder.film_add, *decoder.reduces):
        part.reset_parameters()
    for part in decoder.transposed_convolution[::2]:
        part.reset_parameters()
    torch.nn.init.ones_(decoder.film_mul.bias)
    torch.nn.init.constant_(decoder.transposed_convolution[-1].bias, -2.0)
    places = model.clip.vision_model.embeddings.position_embedding.weight
    with torch.no_grad():
        places[1:] = 0.3 * _waves(SIZE // 16, WIDTH)
    return model


def _waves(side: int, width: int) -> torch.Tensor:
    """Return (side², width) sines and cosines of row and column: places told apart at once."""
    rates = torch.pi * 2.0 ** (torch.arange(width // 4) * 4 / (width // 4) - 1)
    steps = torch.linspace(-1, 1, side)[:, None] * rates
    along = torch.cat([steps.sin(), steps.cos()], 1)
    rows, columns = along[:, None].expand(-1, side, -1), along[None].expand(side, -1, -1)
    return torch.cat([rows, columns], 2).flatten(0, 1)


def inherit(model: CLIPSegForImageSegmentation, folder: Path = CLIP) -> None:
    """Start from the words and the eyes of the trained CLIP, whose towers have the same shape.

    Its patches are twice as large in a scene, so those are learnt anew, as are the places.
    """
    if not folder.exists():
        return
    taught = CLIPModel.from_pretrained(folder, local_files_only=True)
    model.clip.text_model.load_state_dict(taught.text_model.state_dict())
    model.clip.text_projection.load_state_dict(taught.text_projection.state_dict())
    model.clip.vision_model.encoder.load_state_dict(taught.vision_model.encoder.state_dict())


def phrase(painting: ComposedScene, rng: Rng) -> tuple[str, Mask]:
    """Return a noun phrase and the pixels it names in `painting`: none when it is not there."""
    words, scene = load_vocabulary(), painting.scene
    draw = rng.random()
    if draw < 0.15:
        return _article("sky", rng), painting.sky
    if draw < 0.28:
        return _surface(painting, rng)
    if scene.things and draw < 0.66:
        thing = scene.things[rng.integers(len(scene.things))]
        colour = thing.colour if rng.random() < 0.5 else None
        return _named(painting, thing.noun, colour, rng, words)
    if scene.things and draw < 0.74:  # the right thing in a colour it does not have
        thing = scene.things[rng.integers(len(scene.things))]
        colours = words.nouns[thing.noun].colours
        colour = colours[rng.integers(len(colours))] if colours else None
        return _named(painting, thing.noun, colour, rng, words)
    nouns = list(words.nouns)
    return _named(painting, nouns[rng.integers(len(nouns))], None, rng, words)


def _surface(painting: ComposedScene, rng: Rng) -> tuple[str, Mask]:
    water = painting.water.any() and rng.random() < 0.5
    mask = painting.water if water else painting.ground
    table, general = (WATER_WORDS, "water") if water else (GROUND_WORDS, "ground")
    options = (*table.get(painting.scene.ground, ()), general)
    return _article(options[rng.integers(len(options))], rng), mask


def _named(
    painting: ComposedScene, noun: str, colour: str | None, rng: Rng, words: Vocabulary
) -> tuple[str, Mask]:
    entry = words.nouns[noun]
    names = (noun, noun, noun, entry.plural, *entry.synonyms)
    name = names[rng.integers(len(names))]
    if colour:
        tone = words.colours[colour]
        shade = tone.synonyms[0] if rng.random() < 0.08 else colour
        name = f"{shade} {name}"
    return _article(name, rng), named_mask(painting, noun, colour)


def named_mask(painting: ComposedScene, noun: str, colour: str | None = None) -> Mask:
    """Return every visible pixel of the things of that name (and colour, when it is given)."""
    mask = np.zeros_like(painting.sky)
    for thing, own in zip(painting.scene.things, painting.things, strict=True):
        if thing.noun == noun and colour in (None, thing.colour):
            mask |= own
    return mask


def _article(name: str, rng: Rng) -> str:
    return ("the ", "", "a ", "the ")[rng.integers(4)] + name


def worn(pixels: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """Return `pixels` a little blurred and noisy half of the time, as painted pictures are."""
    if rng.random() < 0.5:
        return pixels
    soft = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 2.5))))
    noise = rng.normal(0, rng.uniform(0, 8), (SIZE // 4, SIZE // 4, 3)).repeat(4, 0).repeat(4, 1)
    return np.clip(np.asarray(soft) + noise, 0, 255).astype(np.uint8)


class SegmenterNetwork(nn.ModuleList):
    """A segmenter in training, and the head that asks its eyes outright."""

    def __init__(self, model: CLIPSegForImageSegmentation) -> None:
        super().__init__([model, LayoutHead(WIDTH)])

    @property
    def model(self) -> CLIPSegForImageSegmentation:
        """The part that is kept."""
        return cast("CLIPSegForImageSegmentation", self[0])

    @property
    def head(self) -> LayoutHead:
        """The part that is thrown away."""
        return cast("LayoutHead", self[1])


def train(minutes: float, resume: bool, start: Path | None = None, peak: float = 1e-3) -> None:
    """Train for `minutes`, from the segmenter in `start` if given.

    It is saved to `runs/storybook/segmenter/model`.
    """
    device, run = best_device(), Run("segmenter", minutes)
    tokenizer = obtain_tokenizer(RUNS / "tokenizer")
    segmenter = SegmenterNetwork(new_segmenter(len(tokenizer), tokenizer.eos_token_id)).to(device)
    optimizer = MatrixOptimizer(segmenter.named_parameters(), peak)
    if start:
        shipped = CLIPSegForImageSegmentation.from_pretrained(start, local_files_only=True)
        segmenter.model.load_state_dict(shipped.state_dict())
    else:
        inherit(segmenter.model)
    if resume:
        run.take_up(segmenter, optimizer)
    run.train(
        optimizer,
        lambda: _step(segmenter, optimizer, tokenizer, run.step, device),
        lambda: _checkpoint(run, segmenter, optimizer, tokenizer),
        peak=peak,
        warmup=40,
        seconds=300,
    )


def _step(
    segmenter: SegmenterNetwork,
    optimizer: torch.optim.Optimizer,
    tokenizer: CLIPTokenizer,
    step: int,
    device: torch.device,
) -> dict[str, float]:
    rng = np.random.default_rng(step)
    paintings = [compose(sample_scene(5_000_000 + step * SCENES + k)) for k in range(SCENES)]
    asked = [phrase(painting, rng) for painting in paintings for _ in range(PHRASES)]
    pixels = pixels_to_tensor(np.stack([worn(p.pixels, rng) for p in paintings])).to(device)
    masks = torch.from_numpy(np.stack([mask for _, mask in asked])).float().to(device)
    labels = torch.from_numpy(np.stack([labels_of(p).stacked() for p in paintings])).long()
    with torch.autocast(device.type, torch.bfloat16):
        seen = look(segmenter.model, pixels)
        logits = point_out(segmenter.model, tokenizer, seen, [text for text, _ in asked]).float()
    patches = seen[-1][:, 1:].float().transpose(1, 2).reshape(SCENES, WIDTH, *labels.shape[2:])
    placed = segmenter.head.loss(patches, labels.to(device), torch.ones(SCENES, device=device))
    found = _loss(logits, masks)
    descend(optimizer, found + LAYOUT_WEIGHT * placed, segmenter.parameters())
    return {"found": found.item(), "placed": placed.item()}


def _loss(logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    pixelwise = functional.binary_cross_entropy_with_logits(logits, masks)
    found = logits.sigmoid()
    overlap = (found * masks).sum((1, 2))
    dice = 1 - (2 * overlap + 50) / (found.sum((1, 2)) + masks.sum((1, 2)) + 50)
    return 2 * pixelwise + dice.mean()


def find(
    model: CLIPSegForImageSegmentation,
    tokenizer: CLIPTokenizer,
    pixels: torch.Tensor,
    phrases: list[str],
) -> torch.Tensor:
    """Return (B*n, 256, 256) logits of n phrases for each of (B, 3, 256, 256) pictures.

    The pictures pass the vision tower once, however many phrases are asked of them, and
    gradients reach both towers, which the model's own forward keeps frozen.
    """
    return point_out(model, tokenizer, look(model, pixels), phrases)


def look(model: CLIPSegForImageSegmentation, pixels: torch.Tensor) -> Sequence[torch.Tensor]:
    """Return what the vision tower makes of (B, 3, 256, 256) pictures, layer by layer."""
    seen: Sequence[torch.Tensor] = model.clip.get_image_features(
        pixels, output_hidden_states=True
    ).hidden_states
    return seen


def point_out(
    model: CLIPSegForImageSegmentation,
    tokenizer: CLIPTokenizer,
    seen: Sequence[torch.Tensor],
    phrases: list[str],
) -> torch.Tensor:
    """Return (B*n, 256, 256) logits of n phrases for each of B pictures that were looked at."""
    tokens = tokenizer(phrases, padding=True, truncation=True, return_tensors="pt")
    wanted = model.clip.get_text_features(tokens.input_ids.to(seen[0].device)).pooler_output
    times = len(phrases) // len(seen[0])
    layers = tuple(seen[k + 1].repeat_interleave(times, 0) for k in model.extract_layers)
    logits: torch.Tensor = model.decoder(layers, wanted).logits
    return logits


def save_segmenter(
    model: CLIPSegForImageSegmentation, tokenizer: CLIPTokenizer, folder: Path
) -> None:
    """Save the model, its tokenizer and the normalisation of pictures."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    settings = {
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "size": {"height": SIZE, "width": SIZE},
        "image_processor_type": "ViTImageProcessor",
        "processor_class": "CLIPSegProcessor",
    }
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    make_readable(folder)


def _checkpoint(
    run: Run,
    segmenter: SegmenterNetwork,
    optimizer: torch.optim.Optimizer,
    tokenizer: CLIPTokenizer,
) -> None:
    model = segmenter.model
    run.keep(segmenter, optimizer)
    save_segmenter(model, tokenizer, run.folder / "model")
    pictures, texts = [], []
    for k in range(6):
        painting, rng = compose(sample_scene(HELD_OUT + k)), np.random.default_rng(k)
        asked = [phrase(painting, rng)[0] for _ in range(2)]
        pixels = pixels_to_tensor(painting.pixels[None]).to(model.device)
        with torch.no_grad():
            found = find(model, tokenizer, pixels, asked).sigmoid()
        pictures += [pixels[0], *(f[None].expand(3, -1, -1) * 2 - 1 for f in found)]
        texts += [_summary(painting.scene), *asked]
    save_sheet(run.folder / "sheet.png", pictures, columns=6, captions=texts)


def _summary(scene: Scene) -> str:
    return ", ".join(f"{thing.colour or ''} {thing.noun}" for thing in scene.things)
