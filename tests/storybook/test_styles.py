"""Styles keep size, place and content, and give the same bytes for the same seed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from t2i_chat.storybook.styles import STYLES, styled
from t2i_chat.storybook.styles.filters import REACH, blurred, light
from t2i_chat.storybook.styles.oklab import Floats, to_oklab, to_srgb

SEEDLESS = {"pixel art", "comic"}


def scene(height: int = 512, width: int = 512) -> Floats:
    """A sky, a hill, a house with a door, a sun and a dark tree."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    y, x = y / height, x / width
    picture = np.dstack([0.45 + 0.4 * y, 0.65 + 0.25 * y, np.full_like(y, 0.95)])
    picture[y > 0.62 + 0.06 * np.sin(5 * x)] = (0.42, 0.70, 0.30)
    picture[(np.abs(x - 0.35) < 0.14) & (np.abs(y - 0.62) < 0.14)] = (0.85, 0.35, 0.30)
    picture[(np.abs(x - 0.35) < 0.03) & (np.abs(y - 0.70) < 0.06)] = (0.25, 0.15, 0.30)
    picture[(x - 0.8) ** 2 + (y - 0.2) ** 2 < 0.006] = (1.0, 0.85, 0.30)
    picture[(x - 0.75) ** 2 + (y - 0.6) ** 2 < 0.012] = (0.10, 0.35, 0.20)
    return np.ascontiguousarray(picture, np.float32)


def edges(picture: Floats) -> Floats:
    """(h, w) strength of the edges that remain when a picture is seen from afar."""
    afar = blurred(picture, 4)
    across = [cv2.Sobel(afar, cv2.CV_32F, *order) for order in ((1, 0), (0, 1))]
    return np.asarray(np.sqrt(sum((one**2).sum(axis=2) for one in across)), np.float32)


def alike(one: Floats, other: Floats) -> float:
    """Correlation of two (h, w) fields."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(256, 256), (300, 511), (640, 400)])
def test_every_size_keeps_its_shape_and_range(style: str, size: tuple[int, int]) -> None:
    redrawn = styled(scene(*size), style, 1)
    assert redrawn.shape == (*size, 3)
    assert redrawn.dtype == np.float32
    assert 0 <= redrawn.min() < redrawn.max() <= 1


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_bytes_on_one_thread_or_two(style: str) -> None:
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        alone = styled(scene(), style, 7)
        cv2.setNumThreads(2)
        together = styled(scene(), style, 7)
    finally:
        cv2.setNumThreads(threads)
    assert alone.tobytes() == together.tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_another_seed_moves_the_marks(style: str) -> None:
    same = np.array_equal(styled(scene(256, 256), style, 1), styled(scene(256, 256), style, 2))
    assert same == (style in SEEDLESS)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(512, 512), (256, 400), (768, 800)])
def test_a_change_stays_near_its_place(style: str, size: tuple[int, int]) -> None:
    before = scene(*size)
    height, width = size
    changed = np.zeros(size, bool)
    changed[height // 2 - 20 : height // 2 + 20, width // 3 : width // 3 + 50] = True
    after = before.copy()
    after[changed] = 1 - after[changed]
    differs = np.any(styled(before, style, 3) != styled(after, style, 3), axis=2)
    reach = round(REACH * max(1, min(size) / 512))
    near = cv2.dilate(changed.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    assert differs[changed].mean() > 0.9
    assert not differs[near == 0].any()


@pytest.mark.parametrize("style", STYLES)
def test_what_is_in_the_picture_can_still_be_seen(style: str) -> None:
    picture = scene()
    redrawn = styled(picture, style, 5)
    assert alike(light(blurred(picture, 4)), light(blurred(redrawn, 4))) > 0.75
    assert alike(edges(picture), edges(redrawn)) > 0.7
    assert np.abs(redrawn - picture).mean() > 0.01


@pytest.mark.parametrize("style", ["black and white", "sepia", "pencil drawing"])
def test_a_style_without_colour_has_none(style: str) -> None:
    hue = to_oklab(styled(scene(), style, 1))[..., 1:]
    assert np.ptp(hue, axis=(0, 1)).max() < 0.06


def test_pixel_art_is_made_of_whole_squares() -> None:
    art = styled(scene(), "pixel art", 1)
    assert np.array_equal(art, np.repeat(np.repeat(art[::4, ::4], 4, 0), 4, 1))


@pytest.mark.parametrize("style", STYLES)
def test_the_picture_given_is_not_changed(style: str) -> None:
    picture = scene(256, 256)
    styled(picture, style, 1)
    assert np.array_equal(picture, scene(256, 256))


@pytest.mark.parametrize("style", [None, "", "holographic"])
def test_an_unknown_style_returns_the_picture(style: str | None) -> None:
    picture = scene(256, 256)
    assert np.array_equal(styled(picture, style, 1), picture)


def test_oklab_and_back_is_the_same_colour() -> None:
    picture = scene(64, 64)
    np.testing.assert_allclose(to_srgb(to_oklab(picture)), picture, atol=1e-4)
    np.testing.assert_allclose(to_oklab(np.ones((1, 1, 3), np.float32))[0, 0], (1, 0, 0), atol=1e-4)


@pytest.mark.parametrize("style", STYLES)
def test_marks_grow_with_the_picture(style: str) -> None:
    small = light(styled(scene(384, 384), style, 1))
    large = light(styled(scene(768, 768), style, 1))
    assert np.mean(small) == pytest.approx(np.mean(large), abs=0.02)
    reduced = cv2.resize(large, (384, 384), interpolation=cv2.INTER_AREA)
    assert np.std(small) == pytest.approx(np.std(reduced), rel=0.2)
