"""Inpainting examples for training: masks, context and prompts of holes."""

import numpy as np
import pytest
import torch

from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.scenes import sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor
from training.storybook import holes
from training.storybook.autoencoder import untrained
from training.storybook.close_up import close_up
from training.storybook.scene_pool import encode


@pytest.fixture(scope="module")
def cuts():
    rng = np.random.default_rng(0)
    return [(one, holes.cut(one, rng)) for one in (encode(k, 256) for k in range(60))]


def test_every_hole_has_words_and_somewhere_to_paint(cuts):
    for one, hole in cuts:
        assert hole.caption.strip()
        assert hole.mask.shape == one.latents.shape[1:]
        assert hole.mask.any()


def test_nothing_around_a_hole_is_changed(cuts):
    for one, hole in cuts:
        assert np.array_equal(hole.latents[:, ~hole.mask], one.latents[:, ~hole.mask])


def test_what_is_in_a_hole_is_not_seen(cuts):
    for _, hole in cuts:
        mask, around = hole.seen()[0], hole.seen()[1:]
        assert np.array_equal(mask.astype(bool), hole.mask)
        assert (around[:, hole.mask] == holes.GREY[:, :, 0]).all()
        assert np.array_equal(around[:, ~hole.mask], hole.latents[:, ~hole.mask].astype(np.float32))


def test_some_holes_are_another_sky_and_some_are_about_a_thing(cuts):
    skies = [hole for one, hole in cuts if not np.array_equal(hole.latents, one.latents)]
    assert 1 <= len(skies) < len(cuts) / 2
    full = [(one, hole) for one, hole in cuts if one.scene.things]
    nouns = [one for one, hole in full if any(t.noun in hole.caption for t in one.scene.things)]
    assert len(nouns) > len(full) / 3


def test_it_is_what_the_inpainting_pipeline_shows_the_denoiser():
    one = encode(3, 256)
    hole = holes.Hole("", holes.box((32, 32), 6, 10, 20, 24, 1), one.latents)
    pixels = pixels_to_tensor(compose(sample_scene(3)).pixels[None])
    hidden = pixels * torch.from_numpy(~hole.mask.repeat(8, 0).repeat(8, 1))
    with torch.no_grad():
        seen = untrained().encode(hidden).latent_dist.mode()[0].numpy()
    assert np.abs(seen - hole.seen()[1:]).max() < 0.02


def test_a_mask_grows_to_all_sides():
    mask = np.zeros((7, 7), bool)
    mask[3, 3] = True
    assert holes.grown(mask, 2).sum() == 25
    assert holes.box((7, 7), 3, 3, 4, 4, 2).sum() == 25


@pytest.mark.parametrize("side", [16, 24])
def test_a_close_up_shows_a_hole_whole_with_what_is_about_it(side):
    rng = np.random.default_rng(1)
    about_things = 0
    for k in range(40):
        one = encode(k, 256)
        near, hole = close_up(one, side, rng)
        assert near.latents.shape[1:] == hole.mask.shape == hole.latents.shape[1:] == (side, side)
        assert near.labels.shape[1:] == (side // 2, side // 2)
        assert near.regions.shape[1:] == near.things.shape[1:] == (side, side)
        assert any(
            np.array_equal(one.latents[:, y : y + side, x : x + side], near.latents)
            for y in range(0, 33 - side, 2)
            for x in range(0, 33 - side, 2)
        )
        about_things += any(t.noun in hole.caption for t in one.scene.things)
    assert about_things > 15


def test_every_fourth_scene_is_empty():
    empty = [not encode(k, 128).scene.things for k in range(12)]
    assert all(empty[::4])
    assert sum(empty) < 6
