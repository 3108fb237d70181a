"""Attention maps per word; recording them leaves the picture unchanged."""

import threading

import numpy as np
import pytest
import torch
from PIL import Image

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Looked, Preview, Recipe, Region, Rendered, RenderRequest
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.rendering.diffusion.attention_maps import AttentionMaps, Place, tokens_of
from tests import tiny

SIZE = Size(width=64, height=48)
HOLE = Box(x0=8, y0=16, x1=24, y1=40)


@pytest.fixture(scope="module", params=["sd", "sdxl"])
def renderer(request, tmp_path_factory):
    pipelines = {"sd": tiny.stable_diffusion, "sdxl": tiny.stable_diffusion_xl}
    folder = tiny.save(pipelines[request.param](), tmp_path_factory.mktemp(request.param))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def recipe(kind="text-to-image", **said):
    return Recipe(
        model="m", kind=kind, prompt="a hen on hay", size=SIZE, seed=1, num_inference_steps=4,
        **{"guidance_scale": 4.0, **said},
    )  # fmt: skip


def painted(renderer, request):
    events = list(renderer.render(request, threading.Event()))
    looked = [event for event in events if isinstance(event, Looked)]
    frames = [event for event in events if isinstance(event, Preview)]
    assert isinstance(events[-1], Rendered)
    return events[-1].image, frames, looked


@pytest.mark.parametrize("guidance", [4.0, 0.0])
def test_a_watched_picture_is_the_same_and_each_word_has_a_map(renderer, guidance):
    plain = RenderRequest(recipe(guidance_scale=guidance))
    picture, _, nothing = painted(renderer, plain)
    watched, frames, (looked,) = painted(renderer, RenderRequest(plain.recipe, watched=True))
    assert nothing == []
    assert watched.tobytes() == picture.tobytes()
    assert [frame.step for frame in frames] == [1, 2, 3]
    assert list(looked.maps) == ["hen", "hay"]
    for seen in looked.maps.values():
        assert (seen.mode, seen.size) == ("L", (SIZE.width, SIZE.height))
        assert seen.getextrema()[1] > 200
    assert looked.maps["hen"].tobytes() != looked.maps["hay"].tobytes()
    assert looked.contrast.keys() == looked.maps.keys()
    assert all(0 < contrast < 1 for contrast in looked.contrast.values())


def test_of_an_edit_only_what_was_painted_was_looked_at(renderer):
    whole = Size(width=200, height=48)
    picture = Image.new("RGB", (whole.width, whole.height), "teal")
    mask = masks.box_mask(HOLE, whole)
    request = RenderRequest(recipe("inpaint", strength=1.0).model_copy(update={"size": whole}),
                            picture, mask, watched=True)  # fmt: skip
    _, _, (looked,) = painted(renderer, request)
    for seen in looked.maps.values():
        assert seen.size == picture.size
        assert np.asarray(seen)[:, :40].any()
        assert not np.asarray(seen)[:, 120:].any(), "far from the region nothing was looked at"


def test_parts_are_noted_where_they_are_painted():
    pipeline = tiny.stable_diffusion()
    torch.manual_seed(0)
    looking = AttentionMaps(6, 8)
    ids = torch.randn(1, tiny.TOKENS, tiny.WIDTH)
    with looking.at(pipeline, "hay"):
        pipeline.unet(torch.randn(1, 4, 6, 8), 1, ids)
    with looking.at(pipeline, "a hen on hay", Place(slice(0, 4), slice(4, 8))):
        pipeline.unet(torch.randn(1, 4, 4, 4), 1, ids)
    maps = {word: np.asarray(seen) for word, seen in looking.maps().items()}
    assert maps["hay"][:, :4].any(), "noted of the whole picture, and not once more of the part"
    assert maps["hen"][:4, 4:].all()
    assert not maps["hen"][:, :4].any()
    assert not maps["hen"][4:].any()
    assert not any(type(p).__name__ == "_Noting" for p in pipeline.unet.attn_processors.values())


def test_a_layout_is_watched_part_by_part(tmp_path):
    folder = tiny.save(tiny.stable_diffusion(), tmp_path)
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    layout = Layout(backdrop="hay", regions=(Region(prompt="a hen", box=HOLE),))
    picture, _, _ = painted(renderer, RenderRequest(recipe(layout=layout)))
    again, frames, (looked,) = painted(renderer, RenderRequest(recipe(layout=layout), watched=True))
    renderer.close()
    assert again.tobytes() == picture.tobytes()
    assert len(frames) == frames[0].total - 1
    assert set(looked.maps) == {"hay", "hen"}


def test_tokens_are_counted_through_weights_and_up_to_the_last_that_fits():
    pipeline = tiny.stable_diffusion()  # its tokenizer spells, and reads sixteen letters
    assert tokens_of(pipeline, "a (hen:1.3), hay") == {"hen": [2, 3, 4, 5], "hay": [6, 7, 8]}
    assert tokens_of(pipeline, "hen hay hut straws") == {
        "hen": [1, 2, 3], "hay": [4, 5, 6], "hut": [7, 8, 9],
    }  # fmt: skip


def test_of_a_transformer_nothing_is_noted():
    looking = AttentionMaps(6, 8)
    with looking.at(tiny.flux_kontext(), "a hen on hay"):
        pass
    assert looking.maps() == {}


def test_contrast_is_how_unlike_places_were():
    looking = AttentionMaps(1, 4)
    looking._seen = {"hen": torch.tensor([[0.0, 0.0, 0.0, 4.0]]), "hay": torch.full((1, 4), 2.0)}
    contrast = looking.contrast()
    assert contrast["hen"] == pytest.approx(2.0)
    assert contrast["hay"] == 0.0
