"""Edits through a layout change one region; the others come out identical."""

import dataclasses
import threading
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.actions import Add, Inpaint, Remove, Replace, Restyle
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import (
    Layout,
    Recipe,
    Region,
    Rendered,
    RenderRequest,
    Version,
    pixels_sha256,
)
from t2i_chat.core.registry import facts_for
from t2i_chat.editing import layout_edits, requests, verify
from t2i_chat.editing.layout_move_resize import resized
from t2i_chat.editing.placement import SizePrior
from t2i_chat.editing.requests import Job, Origin, Source
from t2i_chat.editing.targeting import find_region
from t2i_chat.imaging import masks
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.storybook.wording import StorybookLexicon
from tests import tiny
from tests.fakes import FakeSegmenter

SIZE = Size(width=128, height=96)
DOG = Region(prompt="a brown dog in a field", box=Box(x0=8, y0=48, x1=40, y1=88), noun="dog")
CAT = Region(prompt="a cat in a field", box=Box(x0=80, y0=48, x1=112, y1=88), noun="cat")
LAYOUT = Layout(backdrop="a field", regions=(DOG, CAT))
RECIPE = Recipe(
    model="m", kind="text-to-image", prompt="a dog and a cat in a field", layout=LAYOUT, seed=3,
    size=SIZE, num_inference_steps=5, guidance_scale=4.0,
)  # fmt: skip
FACTS = facts_for("storybook")
PARAMS = Params(steps=5, guidance=4.0)
PICTURE = Image.new("RGB", (SIZE.width, SIZE.height), "teal")
BOX = masks.box_mask(Box(x0=48, y0=16, x1=72, y1=40), SIZE)
BOX_ROOMY = Box(x0=40, y0=8, x1=80, y1=48)


def hint(noun):
    *said, noun = noun.split()
    height = {"big": 0.4, "small": 0.2}.get(said[0] if said else "", 0.3)
    return SizePrior(
        height=height, name={"puppy": "dog", "dogs": "dog", "birds": "bird"}.get(noun, noun)
    )


def version(recipe=RECIPE, number=1, parent=None):
    return Version(
        conversation="c", number=number, parent=parent, caption="a dog and a cat in a field",
        summary="", recipe=recipe, sha256="0", created_at=datetime.now(UTC),
    )  # fmt: skip


def base(recipe=RECIPE, image=PICTURE, over=None):
    return Source(version(recipe), image, Origin(recipe, over))


def edited(action, before=None, mask=BOX, params=PARAMS, windows=()):
    before = before or base()
    facts = dataclasses.replace(FACTS, name="m")
    job = requests.edit(action, before, mask, facts=facts, params=params)
    return layout_edits.relaid(job, action, before, hint, windows).request


def nouns(request):
    return [region.noun for region in request.recipe.layout.regions]


def test_what_is_removed_is_no_part_any_more_and_its_box_shows_what_is_there_instead():
    request = edited(Remove(target="the puppy"))
    assert nouns(request) == ["cat"]
    assert masks.box_of(request.mask) == DOG.box
    assert request.recipe.mask_sha256 == pixels_sha256(request.mask)


def test_what_is_added_is_a_part_of_its_own_noise():
    request = edited(Add(result="a bird"))
    *old, new = request.recipe.layout.regions
    assert [region.seed for region in old] == [3, 3]
    assert (new.noun, new.seed) == ("bird", None)
    assert masks.box_of(request.mask) == new.box == Box(x0=40, y0=8, x1=80, y1=48)


def test_another_thing_stands_where_the_old_one_stood():
    request = edited(Replace(target="the dog", result="a bird"))
    assert nouns(request) == ["bird", "cat"]
    bird = request.recipe.layout.regions[0].box
    assert (bird.x0 + bird.x1) // 2 == pytest.approx((DOG.box.x0 + DOG.box.x1) // 2, abs=8)
    assert bird.y1 == DOG.box.y1
    assert not masks.binary(masks.invert(request.mask))[48:88, 8:40].any()


def test_a_thing_of_another_colour_keeps_its_box_and_its_noise():
    request = edited(Inpaint(target="the dog", result="a white dog"))
    dog, cat = request.recipe.layout.regions
    assert "white dog" in dog.prompt
    assert (dog.box, dog.seed, cat.prompt) == (DOG.box, 3, CAT.prompt)


@pytest.mark.parametrize(
    ("action", "before", "params"),
    [
        (Inpaint(target="the sky", result="a dark sky"), base(), PARAMS),
        (Remove(target="the house"), base(), PARAMS),
        (Add(result="a bird"), base(over=BOX), PARAMS),
        (Add(result="a bird"), base(), Params(steps=9)),
        (Add(result="a bird"), Source(version(), PICTURE), PARAMS),
    ],
    ids=["no thing", "not in it", "painted over", "other steps", "not of parts"],
)
def test_what_the_layout_does_not_tell_is_inpainted(action, before, params):
    request = edited(action, before, params=params)
    assert request.recipe.layout is None
    assert request.mask.tobytes() == BOX.tobytes()


@pytest.mark.parametrize("before", [base(over=BOX), Source(version(), PICTURE)])
def test_a_new_thing_in_what_the_layout_does_not_tell_is_a_region_of_the_picture(before):
    layout = edited(Add(result="a bird"), before, windows=(64,)).recipe.layout
    assert layout.backdrop is None
    assert [region.noun for region in layout.regions] == ["bird"]
    assert edited(Add(result="a bird"), before, windows=(32,)).recipe.layout is None


def test_so_is_a_thing_of_another_colour_but_not_one_that_gives_way_to_another():
    white = Inpaint(target="the dog", result="a white dog")
    painted_over = base(over=masks.box_mask(DOG.box, SIZE))
    for before, box in ((painted_over, DOG.box), (Source(version(), PICTURE), BOX_ROOMY)):
        (region,) = edited(white, before, windows=(64,)).recipe.layout.regions
        assert (region.box, region.noun) == (box, "dog")
    other = Inpaint(target="the dog", result="a bird")
    for action in (Replace(target="the dog", result="a bird"), Remove(target="the dog"), other):
        assert edited(action, painted_over, windows=(64,)).recipe.layout is None


def test_what_is_new_stands_in_the_surroundings_of_the_others():
    def lit(region):
        return region.model_copy(update={"prompt": f"{region.prompt} under a sunset sky"})

    layout = Layout(backdrop="", regions=(lit(DOG), lit(CAT)))
    before = base(RECIPE.model_copy(update={"layout": layout}))
    white = edited(Inpaint(target="the dog", result="a white dog"), before).recipe
    assert white.layout.regions[0].prompt == "a white dog in a field under a sunset sky"
    bird = edited(Add(result="a bird"), before).recipe
    assert bird.layout.regions[-1].prompt == "a bird in a field under a sunset sky"
    assert bird.prompt == "a bird in a field"


def box_of(request, noun):
    (region,) = [region for region in request.recipe.layout.regions if region.noun == noun]
    return region.box


@pytest.mark.parametrize(
    ("result", "prompt"),
    [
        ("a bigger dog", "a big brown dog in a field"),
        ("a tiny dog", "a small brown dog in a field"),
    ],
)
def test_a_thing_of_another_size_stands_where_it_stood(result, prompt):
    request = edited(Inpaint(target="the dog", result=result))
    dog = request.recipe.layout.regions[0]
    assert dog.prompt == prompt
    assert dog.box.y1 == DOG.box.y1
    assert (dog.box.height > DOG.box.height) == ("big" in prompt)


def test_sizes_go_up_and_down_by_one():
    def after(prompt, result):
        dog = DOG.model_copy(update={"prompt": prompt})
        return resized(dog, result, SIZE, hint).prompt

    assert after("a big dog in a field", "a smaller dog") == "a dog in a field"
    assert after("a small orange dog", "a bigger dog") == "an orange dog"
    assert after("a big dog", "a dog, twice the size") == "a big dog"


def test_a_thing_goes_to_the_side_that_was_said_and_not_on_top_of_another():
    alone = Layout(backdrop="", regions=(DOG,))
    request = edited(
        Inpaint(target="the dog", result="a dog on the right"),
        base(RECIPE.model_copy(update={"layout": alone})),
    )
    assert box_of(request, "dog").x0 >= SIZE.width // 2
    assert box_of(request, "dog").height == DOG.box.height
    shown = masks.binary(request.mask)
    assert shown[48:88, 8:40].all(), "where it stood shows what was behind"


def test_more_and_fewer_of_a_thing():
    def dogs(before, result):
        request = edited(Inpaint(target="the dogs", result=result), before)
        return request, [r for r in request.recipe.layout.regions if r.noun == "dog"]

    more, three = dogs(base(), "three dogs")
    assert [region.prompt for region in three] == [DOG.prompt] * 3
    assert three[0].box == DOG.box
    assert not masks.binary(more.mask)[60, 20], "the first one stays as it is"
    fewer, left = dogs(base(more.recipe), "two dogs")
    assert left == [region.model_copy(update={"seed": 3}) for region in three[:2]]
    assert masks.box_of(fewer.mask) == three[2].box


def test_several_new_things_are_as_many_parts():
    request = edited(Add(result="two red birds"))
    *_, one, two = request.recipe.layout.regions
    assert one.prompt == two.prompt
    assert one.prompt.startswith("a red bird ")
    assert one.box != two.box


@pytest.mark.parametrize(
    ("target", "boxes"),
    [
        ("the dog", [DOG.box, CAT.box]),
        ("the left dog", [DOG.box]),
        ("the second dog", [CAT.box]),
        ("the dog on the right", [CAT.box]),
        ("the brown dog", [DOG.box]),
        ("the third dog", []),
    ],
)
def test_words_choose_among_things_of_a_name(target, boxes):
    other = CAT.model_copy(update={"noun": "dog", "prompt": "a white dog in a field"})
    twice = Layout(backdrop="", regions=(DOG, other))
    found = layout_edits.regions_of(twice, target, SIZE, hint)
    assert [region.box for region in found] == boxes


def test_where_edits_painted_over_the_parts_is_known():
    onto = Layout(backdrop=None, regions=(DOG,))
    over = Recipe(
        model="m", kind="inpaint", size=SIZE, layout=onto, mask_sha256="mask", mask_grow=2
    )
    relaid = over.model_copy(update={"layout": Layout(backdrop="", regions=(CAT,))})
    tree = {
        1: version(),
        2: version(over, 2, 1),
        3: version(relaid, 3, 2),
        4: version(Recipe(model="m", kind="image-to-image", size=SIZE), 4, 3),
    }
    found = [layout_edits.made_of(v, tree.__getitem__, lambda _: BOX)[0] for v in tree.values()]
    assert [origin and origin.recipe for origin in found] == [RECIPE, RECIPE, relaid, None]
    assert found[0].painted_over is None
    assert masks.box_of(found[2].painted_over) == Box(x0=46, y0=14, x1=74, y1=42)


def test_another_seed_paints_what_is_new_again_and_a_removal_in_the_ordinary_way():
    def again(request):
        before = base(request.recipe)
        return requests.variations(
            before, request, count=1, used_seeds=[], lexicon=StorybookLexicon()
        )[0].request.recipe

    added = edited(Add(result="a bird"))
    assert again(added).layout == added.recipe.layout
    assert again(added).seed != added.recipe.seed
    assert again(edited(Remove(target="the dog"))).layout is None


# ── painted for real, with a tiny pipeline ───────────────────────────────────────────────────


@pytest.fixture(scope="module")
def renderer(tmp_path_factory):
    folder = tiny.save(tiny.stable_diffusion(), tmp_path_factory.mktemp("sd"))
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=1)
    yield renderer
    renderer.close()


def painted(renderer, request):
    *_, rendered = renderer.render(request, threading.Event())
    assert isinstance(rendered, Rendered)
    return rendered


def test_a_thing_that_was_added_and_removed_again_leaves_no_trace(renderer):
    first = painted(renderer, RenderRequest(RECIPE))
    with_bird = painted(renderer, edited(Add(result="a bird"), base(first.recipe, first.image)))
    assert with_bird.receipt.max_outside == 0
    assert with_bird.image.tobytes() != first.image.tobytes()
    before = base(with_bird.recipe, with_bird.image)
    without = painted(renderer, edited(Remove(target="the bird"), before))
    assert without.image.tobytes() == first.image.tobytes()


def test_nothing_outside_the_boxes_changes_and_they_show_what_the_layout_paints(renderer):
    first = painted(renderer, RenderRequest(RECIPE))
    request = edited(Remove(target="the dog"), base(first.recipe, first.image))
    removed = painted(renderer, request)
    assert removed.receipt.max_outside == 0
    bare = RECIPE.model_copy(update={"layout": Layout(backdrop="a field", regions=(CAT,))})
    behind = np.asarray(painted(renderer, RenderRequest(bare)).image)
    inside = masks.binary(request.mask)
    assert np.array_equal(np.asarray(removed.image)[inside], behind[inside])


def test_parts_that_other_weights_painted_are_not_painted_again(renderer):
    first = painted(renderer, RenderRequest(RECIPE))
    old = first.recipe.model_copy(update={"revision": "of last year"})
    rendered = painted(renderer, edited(Remove(target="the dog"), base(old, first.image)))
    assert rendered.recipe.layout is None
    assert rendered.receipt.max_outside == 0


def test_a_second_look_at_a_layout_changes_no_part_but_the_new_one():
    removed, added = (
        Job(edited(action), 1, "") for action in (Remove(target="the dog"), Add(result="a bird"))
    )
    assert not verify.needed(Remove(target="the dog"), removed)
    assert verify.needed(Add(result="a bird"), added)
    other = verify.another(added, Params()).request.recipe
    assert other.layout == added.request.recipe.layout
    assert other.seed == added.request.recipe.seed + 1
    assert verify.another(added, Params(seed=3)) is None


def test_what_was_painted_into_a_picture_is_known_to_stand_there():
    onto = Recipe(
        model="m", kind="inpaint", size=SIZE, mask_sha256="mask",
        layout=Layout(backdrop=None, regions=(CAT,)),
    )  # fmt: skip
    brought = version(Recipe(model="m", kind="upload", size=SIZE))
    tree = {1: brought, 2: version(onto, 2, 1)}
    region = masks.box_mask(CAT.box, SIZE)
    origin, placed = layout_edits.made_of(tree[2], tree.__getitem__, lambda _: region)
    assert (origin, placed) == (None, (CAT,))
    gone = Recipe(model="m", kind="inpaint", size=SIZE, mask_sha256="mask")
    tree[3] = version(gone, 3, 2)
    assert layout_edits.made_of(tree[3], tree.__getitem__, lambda _: region) == (None, ())
    before = Source(tree[2], PICTURE, None, placed)
    assert layout_edits.regions_of(before.layout, "the cat", SIZE, hint) == (CAT,)
    mask = find_region(Remove(target="the cat"), before, FakeSegmenter(), hint, literal=True)
    assert masks.box_of(mask) == CAT.box
    assert edited(Remove(target="the cat"), before, mask=mask).recipe.layout is None


class Nights:
    """Knows one other setting."""

    def resettle(self, layout, words):
        """The layout by night."""
        return layout.model_copy(update={"backdrop": "by night"}) if words == "night" else None


def test_another_light_is_the_same_parts_painted_anew_unless_an_edit_would_be_lost():
    def restyled(before, words="night"):
        job = requests.restyle(Restyle(result=words), before, facts=FACTS, params=PARAMS)
        return layout_edits.resettled(job, before, words, Nights()).request

    request = restyled(base())
    assert (request.recipe.kind, request.image) == ("text-to-image", None)
    assert request.recipe.layout.backdrop == "by night"
    assert {region.seed for region in request.recipe.layout.regions} == {3}
    for other in (restyled(base(over=BOX)), restyled(base(), "in oil")):
        assert other.recipe.kind == "image-to-image"


def test_an_enlarged_picture_knows_where_its_parts_are():
    """A house that was asked to be blue was once painted over the tree beside it."""
    large = Size(width=2 * SIZE.width, height=2 * SIZE.height)
    larger = version(Recipe(model="sharp", kind="upscale", size=large), 2, 1)
    cat_gone = Recipe(model="m", kind="inpaint", size=large, mask_sha256="mask")
    tree = {1: version(), 2: larger, 3: version(cat_gone, 3, 2)}
    gone = masks.box_mask(CAT.box.enlarged(2), large)
    (_, known), (_, left) = (
        layout_edits.made_of(tree[number], tree.__getitem__, lambda _: gone) for number in (2, 3)
    )
    assert [region.box for region in known] == [DOG.box.enlarged(2), CAT.box.enlarged(2)]
    assert [region.noun for region in left] == ["dog"]
    tree[3] = version(cat_gone.model_copy(update={"prompt": "a red cat in a field"}), 3, 2)
    assert len(layout_edits.made_of(tree[3], tree.__getitem__, lambda _: gone)[1]) == 2
    picture = PICTURE.resize((large.width, large.height))
    before = Source(larger, picture, None, known)
    mask = find_region(
        Inpaint(target="the dog", result="a white dog"), before, FakeSegmenter(), hint
    )
    assert masks.box_of(mask) == DOG.box.enlarged(2)
