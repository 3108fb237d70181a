"""Exported scripts give the same pixels with diffusers alone."""

import runpy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Layout, Region, Rendered, RenderRequest, pixels_sha256
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.rendering.diffusion.export_script import PARAMETERS, SCRIPT
from t2i_chat.rendering.unet_inpaint_channels import save_channels
from tests import tiny
from tests.rendering.test_diffusion import LARGE, ODD, OLD_NUMPY_WAYS, request

NASTY = 'a "cat" \\ """ ${x}\n\'dog\''


@pytest.fixture(scope="module", params=["plain", "with channels for holes"])
def renderer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DiffusionRenderer]:
    folder = tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))
    if request.param != "plain":
        more = torch.randn(8, 5, 3, 3, generator=torch.Generator().manual_seed(1))
        save_channels(more, folder / "unet")
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def run(renderer: DiffusionRenderer, asked: RenderRequest, folder: Path) -> Image.Image:
    for name, content in renderer.script_files(asked).items():
        (folder / name).write_bytes(content)
    runpy.run_path(str(folder / SCRIPT))
    with Image.open(folder / "picture.png") as file:
        return file.copy()


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
@pytest.mark.parametrize("kind", ["text-to-image", "image-to-image", "inpaint"])
@pytest.mark.parametrize("size", [ODD, LARGE])
def test_the_script_paints_the_same_picture(renderer, kind, size, tmp_path):
    asked = request(kind, size, scheduler="EulerDiscreteScheduler", prompt=NASTY)
    *_, ours = renderer.render(asked, threading.Event())
    assert isinstance(ours, Rendered)
    theirs = run(renderer, asked, tmp_path)
    assert theirs.size == (size.width, size.height)
    assert pixels_sha256(theirs) == pixels_sha256(ours.image)
    script = (tmp_path / SCRIPT).read_text()
    assert "t2i_chat" not in script.replace(repr(renderer.facts.source), "")
    assert (tmp_path / PARAMETERS).read_text().startswith(NASTY)


def test_an_inpainting_by_script_changes_nothing_outside_its_mask(renderer, tmp_path):
    asked = request("inpaint", LARGE)
    theirs = run(renderer, asked, tmp_path)
    compositing = masks.compositing(asked.mask, asked.recipe)
    assert masks.receipt(asked.image, theirs, compositing).max_outside == 0


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
def test_a_removal_by_script_is_filled_and_matched_in_colour_too(renderer, tmp_path):
    asked = request("inpaint", LARGE, prefill="telea", ring=16, strength=0.85)
    *_, ours = renderer.render(asked, threading.Event())
    assert pixels_sha256(run(renderer, asked, tmp_path)) == pixels_sha256(ours.image)
    assert "ring.png" in (tmp_path / SCRIPT).read_text()


LEFT, RIGHT = Box(x0=8, y0=8, x1=24, y1=32), Box(x0=32, y0=0, x1=47, y1=25)
THINGS = (
    Region(prompt=NASTY, box=LEFT, noun="cat"),
    Region(prompt="a dog", box=RIGHT, noun="dog", seed=5),
)
LAYOUTS = [
    ("text-to-image", Layout(backdrop="a field", regions=THINGS)),
    ("text-to-image", Layout(backdrop="a field", regions=(), seed=9)),
    ("inpaint", Layout(backdrop="a field", regions=THINGS, seed=9)),
    ("inpaint", Layout(backdrop=None, regions=THINGS)),
]


@pytest.mark.filterwarnings(OLD_NUMPY_WAYS)
@pytest.mark.parametrize(("kind", "layout"), LAYOUTS)
@pytest.mark.parametrize("size", [ODD, LARGE])
def test_the_script_of_a_layout_paints_the_same_picture(renderer, kind, layout, size, tmp_path):
    said = {"scheduler": "DPMSolverMultistepScheduler", "negative_prompt": "fog"}
    asked = request(kind, size, layout=layout, num_inference_steps=5, **said)
    *_, ours = renderer.render(asked, threading.Event())
    assert ours.recipe.layout == layout
    theirs = run(renderer, asked, tmp_path)
    assert pixels_sha256(theirs) == pixels_sha256(ours.image)
    script = (tmp_path / SCRIPT).read_text()
    assert "t2i_chat" not in script.replace(repr(renderer.facts.source), "")
    pictures = {path.name for path in tmp_path.glob("*.png")} - {"picture.png"}
    assert all(f'"{name}"' in script for name in pictures), "none that it does not open"


def test_words_of_different_weight_in_a_layout_are_told(renderer):
    weighted = Layout(backdrop="a (field:1.3)", regions=())
    with pytest.raises(CannotDo, match="words of different weight"):
        renderer.script_files(request(layout=weighted))


@pytest.mark.parametrize("more", [{"prompt": "a (cat:1.3)"}, {"loras": ("ink",)}])
def test_what_needs_more_than_diffusers_is_told(renderer, more):
    with pytest.raises(CannotDo, match="needs more than diffusers alone"):
        renderer.script_files(request(**more))
