"""Request building is pure: same action, base and settings give the same recipe."""

from datetime import UTC, datetime

import pytest
from PIL import Image

from t2i_chat.core.actions import (
    Add,
    Generate,
    Inpaint,
    Outpaint,
    Remove,
    Replace,
    Restyle,
    SetParam,
)
from t2i_chat.core.errors import BadParameter, CannotDo
from t2i_chat.core.geometry import Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import Recipe, RenderRequest, Version, pixels_sha256
from t2i_chat.editing import requests
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import masks
from t2i_chat.storybook.wording import StorybookLexicon
from t2i_chat.text.lexicon import AnyWords
from tests.fakes import SMALL

FACTS = SMALL
PICTURE = Image.new("RGB", (256, 256), "teal")
MASK = Image.new("L", (256, 256), 255)


def base(kind="text-to-image", image=PICTURE, **recipe):
    size = Size(width=image.width, height=image.height)
    return Source(
        Version(
            conversation="c",
            number=3,
            parent=2,
            caption="a red house under a blue sky",
            summary="",
            recipe=Recipe(model="m", kind=kind, size=size, seed=7, **recipe),
            sha256="0",
            created_at=datetime.now(UTC),
        ),
        image,
    )


def new(action, **params):
    return requests.generate(
        action,
        action.prompt,
        facts=FACTS,
        params=Params(**params),
        drawn_seed=99,
        lexicon=StorybookLexicon(),
    )


def test_seeds_come_from_the_message_then_the_settings_then_the_draw():
    def seed(action, **params):
        return new(action, **params)[0].request.recipe.seed

    assert seed(Generate(prompt="a dog", seed=0), seed=5) == 0
    assert seed(Generate(prompt="a dog"), seed=5) == 5
    assert seed(Generate(prompt="a dog")) == 99


def test_several_pictures_have_seeds_in_a_row():
    jobs = new(Generate(prompt="a dog", count=3))
    assert [job.request.recipe.seed for job in jobs] == [99, 100, 101]


def test_seeds_wrap_around_instead_of_overflowing():
    jobs = new(Generate(prompt="a dog", count=2, seed=2**32 - 1))
    assert [job.request.recipe.seed for job in jobs] == [2**32 - 1, 0]


def test_things_that_are_named_are_laid_out_by_each_picture_s_own_seed():
    first, second = new(Generate(prompt="a dog", count=2))
    layouts = [job.request.recipe.layout for job in (first, second)]
    assert all("dog" in layout.regions[0].prompt for layout in layouts)
    assert layouts[0] != layouts[1]


def test_a_variation_of_what_was_laid_out_is_laid_out_anew():
    (job,) = new(Generate(prompt="a dog"))
    before = base(prompt="a dog", layout=job.request.recipe.layout)
    (again,) = requests.variations(
        before,
        RenderRequest(before.version.recipe),
        count=1,
        used_seeds=[],
        lexicon=StorybookLexicon(),
    )
    recipe = again.request.recipe
    assert recipe.layout == StorybookLexicon().arrange("a dog", recipe.size, recipe.seed)
    assert recipe.layout != job.request.recipe.layout


def test_a_painter_of_any_words_keeps_the_layout_another_one_made():
    (job,) = new(Generate(prompt="a dog"))
    before = base(prompt="a dog", layout=job.request.recipe.layout)
    again = requests.rerun(
        before,
        RenderRequest(before.version.recipe),
        Params(steps=4),
        facts=FACTS,
        lexicon=AnyWords(),
    )
    assert again.request.recipe.layout == job.request.recipe.layout


def test_the_shape_is_kept_at_the_native_area():
    size = new(Generate(prompt="a dog", aspect_ratio="2:1"))[0].request.recipe.size
    assert (size.width, size.height) == (360, 184)


def test_variations_take_seeds_nobody_used():
    jobs = requests.variations(
        base(),
        RenderRequest(base().version.recipe),
        count=2,
        used_seeds=[7, 8, 12],
        lexicon=AnyWords(),
    )
    assert [job.request.recipe.seed for job in jobs] == [13, 14]
    assert {job.parent for job in jobs} == {2}


def test_an_upload_has_no_words_to_vary():
    upload = base(kind="upload")
    with pytest.raises(CannotDo, match="your own picture"):
        requests.variations(
            upload,
            RenderRequest(upload.version.recipe),
            count=1,
            used_seeds=[],
            lexicon=AnyWords(),
        )


def test_repainting_changes_only_what_was_set():
    params = Params(seed=1, negative="")
    before = base(negative_prompt="fog", num_inference_steps=9)
    job = requests.rerun(
        before, RenderRequest(before.version.recipe), params, facts=FACTS, lexicon=AnyWords()
    )
    recipe = job.request.recipe
    assert (recipe.seed, recipe.negative_prompt, recipe.num_inference_steps) == (1, "", 9)


def test_restyling_starts_from_the_picture():
    job = requests.restyle(Restyle(result="watercolour"), base(), facts=FACTS, params=Params())
    recipe = job.request.recipe
    assert (recipe.kind, recipe.strength) == ("image-to-image", FACTS.strengths["restyle"])
    assert recipe.image_sha256 == pixels_sha256(PICTURE)
    assert job.parent == 3


@pytest.mark.parametrize(
    ("action", "caption", "prompt"),
    [
        (
            Inpaint(target="sky", result="darker"),
            "a red house under a darker sky",
            "a darker sky",
        ),
        (
            Add(result="dog"),
            "a red house under a blue sky with a dog",
            "a dog under a blue sky",
        ),
        (Remove(target="house"), "a blue sky", "a blue sky"),
        (
            Replace(target="house", result="castle"),
            "a castle under a blue sky",
            "a castle under a blue sky",
        ),
        (Remove(target="sky"), "a red house", "an empty scene"),
    ],
)
def test_a_region_is_painted_from_what_will_stand_in_it(action, caption, prompt):
    job = requests.edit(action, base(), MASK, facts=FACTS, params=Params())
    recipe = job.request.recipe
    assert (job.caption, recipe.prompt) == (caption, prompt)
    assert recipe.mask_sha256 == pixels_sha256(MASK)
    assert job.request.mask is MASK


def test_masks_grow_with_the_picture():
    large = base(image=Image.new("RGB", (1024, 1024)))
    action = Remove(target="house")
    small_job = requests.edit(action, base(), MASK, facts=FACTS, params=Params())
    large_job = requests.edit(action, large, MASK, facts=FACTS, params=Params())
    assert large_job.request.recipe.mask_grow == pytest.approx(
        4 * small_job.request.recipe.mask_grow, abs=4
    )


def test_a_recoloured_region_hardly_grows_but_a_removed_one_does():
    def grow(action):
        return requests.edit(action, base(), MASK, facts=FACTS, params=Params())

    recoloured = grow(Inpaint(target="sky", result="pink")).request.recipe.mask_grow
    removed = grow(Remove(target="house")).request.recipe.mask_grow
    assert recoloured < removed


def test_what_was_set_can_be_given_back():
    params = Params().updated(SetParam(seed=5, steps=9, aspect_ratio="3:2"))
    assert params.updated(SetParam(seed="random")) == Params(steps=9, aspect_ratio="3:2")
    assert params.updated(SetParam(steps="auto", aspect_ratio="auto")) == Params(seed=5)


def test_a_size_is_exact_and_a_shape_forgets_it():
    params = Params(aspect_ratio="3:2").updated(SetParam(size="300x201"))
    assert params == Params(size="300x201")
    size = new(Generate(prompt="a dog"), **params.model_dump())[0].request.recipe.size
    assert (size.width, size.height) == (300, 201)
    assert params.updated(SetParam(aspect_ratio="1:1")) == Params(aspect_ratio="1:1")
    assert params.updated(SetParam(size="auto")) == Params()


@pytest.mark.parametrize("size", ["0x0", "63x200", "5000x64", "9999x9999", "1024x1024"])
def test_absurd_sizes_are_told_when_they_are_set(size):
    with pytest.raises(BadParameter, match=r"^[A-Z0-9].*\.$"):
        requests.require_paintable(Params(size=size), FACTS)


@pytest.mark.parametrize(
    "values",
    [
        {"steps": 0},
        {"steps": 10_000},
        {"seed": -1},
        {"seed": "banana"},
        {"guidance": 31},
        {"size": "banana"},
        {"aspect_ratio": "wide"},
        {"negative": "x" * 2001},
    ],
)
def test_what_cannot_be_set_is_told_with_its_limits(values):
    with pytest.raises(BadParameter, match=r"^[A-Z].*[.?]$"):
        Params.said(**values)


def test_what_was_painted_over_a_picture_keeps_its_size():
    before = base(kind="inpaint", image_sha256="0" * 64)
    inputs = RenderRequest(before.version.recipe)
    params = Params(size="320x256")
    assert (
        requests.rerun(
            before, inputs, params, facts=FACTS, lexicon=AnyWords()
        ).request.recipe.size.width
        == 256
    )
    with pytest.raises(CannotDo, match="keeps its size"):
        requests.rerun(before, inputs, params, facts=FACTS, lexicon=AnyWords(), reshaped=True)


def test_an_extended_picture_is_an_inpainting_of_its_margins():
    job = requests.outpaint(Outpaint(direction="right"), base(), facts=FACTS, params=Params())
    recipe, image, mask = job.request.recipe, job.request.image, job.request.mask
    assert (recipe.kind, recipe.size, recipe.seed) == ("inpaint", Size(width=384, height=256), 7)
    assert recipe.image_sha256 == pixels_sha256(image)
    assert recipe.mask_sha256 == pixels_sha256(mask)
    assert (job.parent, job.caption) == (3, base().version.caption)
    assert recipe.prompt == "a blue sky"
    shows = masks.compositing(mask, recipe)
    assert shows.crop((0, 0, 256, 256)).getbbox() is None
    assert shows.getpixel((300, 100)) == 255


def test_a_margin_of_one_pixel_is_painted_too():
    nearly = base(image=Image.new("RGB", (455, 256)))
    job = requests.outpaint(Outpaint(aspect_ratio="1.781:1"), nearly, facts=FACTS, params=Params())
    assert (job.request.recipe.size.width, job.request.recipe.mask_feather) == (456, 0)
    assert not masks.is_empty(job.request.mask)


def test_a_picture_that_has_the_shape_already_is_left_alone():
    with pytest.raises(CannotDo, match="1:1 already"):
        requests.outpaint(Outpaint(aspect_ratio="1:1"), base(), facts=FACTS, params=Params())


@pytest.mark.parametrize(
    ("size", "action"),
    [((512, 500), Outpaint()), ((3000, 80), Outpaint(direction="left"))],
)
def test_a_picture_that_would_grow_too_large_is_told(size, action):
    large = base(image=Image.new("RGB", size))
    with pytest.raises(BadParameter, match="most this model can paint"):
        requests.outpaint(action, large, facts=FACTS, params=Params())
