"""Layouts painted from a draft, with a tiny pipeline and a drafter that draws rectangles."""

import threading

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from t2i_chat.core.errors import Cancelled, CannotDo
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Preview, Recipe, Region, Rendered, RenderRequest
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.rendering.diffusion.draft_unet import SPREAD, DraftUNet, posterior
from t2i_chat.rendering.diffusion.drafted import shorten
from t2i_chat.rendering.diffusion.loading import DRAFT_UNET, load
from t2i_chat.storybook.networks import new_scheduler
from tests import tiny

SIZE = Size(width=64, height=48)
DOG = Region(prompt="a red dog", box=Box(x0=8, y0=16, x1=24, y1=40), noun="dog")
CAT = Region(prompt="a blue cat", box=Box(x0=40, y0=8, x1=56, y1=32), noun="cat")


class Rectangles:
    """Draws rectangles in the colour a region says, on green or on the picture."""

    revision = "1"

    def words(self, layout):  # noqa: D102  the protocol says it
        return ", ".join(region.prompt for region in layout.regions)

    def __call__(self, layout, size, seed, picture):  # noqa: D102  the protocol says it
        return _drawn(layout, size, seed, picture)


def _drawn(layout, size, seed, picture):
    drawn = picture or Image.new("RGB", (size.width, size.height), (40, 140 + seed % 7, 60))
    drawn = drawn.copy()
    for region in layout.regions:
        if region.noun == "unknown":
            raise CannotDo("There is no such drawing.")
        box = region.box
        ImageDraw.Draw(drawn).rectangle((box.x0, box.y0, box.x1 - 1, box.y1 - 1),
                                        fill=region.prompt.split()[1])  # fmt: skip
    return drawn


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pipeline = tiny.stable_diffusion()
    folder = tiny.save(pipeline, tmp_path_factory.mktemp("sd"))
    torch.manual_seed(0)
    wide = DraftUNet.from_config(pipeline.unet.config, in_channels=8)
    wide.save_pretrained(folder / DRAFT_UNET)
    return folder


@pytest.fixture(scope="module")
def renderer(folder):
    renderer = DiffusionRenderer(
        str(folder), device="cpu", threads=1, preview_every=1, drafter=Rectangles()
    )
    yield renderer
    renderer.close()


def recipe(*regions, seed=3, **more):
    layout = Layout(backdrop="a field", regions=regions)
    said = {"kind": "text-to-image", "prompt": "a dog", "layout": layout, "seed": seed,
            "size": SIZE, "num_inference_steps": 4, "guidance_scale": 1.0}  # fmt: skip
    return Recipe(model="m", **said | more)


def painted(renderer, wanted, **pictures):
    events = list(renderer.render(RenderRequest(wanted, **pictures), threading.Event()))
    (rendered,) = (event for event in events if isinstance(event, Rendered))
    return rendered, [event for event in events if isinstance(event, Preview)]


def test_a_picture_is_one_pass_of_as_many_steps_as_were_asked_for(renderer):
    rendered, previews = painted(renderer, recipe(DOG, CAT))
    assert [(preview.step, preview.total) for preview in previews] == [(1, 4), (2, 4), (3, 4)]
    assert rendered.image.size == (SIZE.width, SIZE.height)
    assert rendered.recipe.layout == recipe(DOG, CAT).layout


def test_the_same_recipe_gives_the_same_bytes_and_seed_and_layout_tell(renderer):
    first, again, seeded, laid = (
        painted(renderer, wanted)[0].image.tobytes()
        for wanted in (recipe(DOG), recipe(DOG), recipe(DOG, seed=4), recipe(CAT))
    )
    assert first == again
    assert len({first, seeded, laid}) == 3


def test_the_draft_conditions_what_is_painted_from_pure_noise(renderer):
    dog, cat = (
        np.asarray(painted(renderer, recipe(one, strength=1.0))[0].image, int) for one in (DOG, CAT)
    )
    assert np.abs(dog - cat).max() > 20


def test_the_less_strength_the_nearer_the_draft(renderer):
    draft = np.asarray(_drawn(recipe(DOG).layout, SIZE, 3, None), float)
    away = [
        np.abs(np.asarray(painted(renderer, recipe(DOG, strength=s))[0].image) - draft).mean()
        for s in (0.01, 1.0)
    ]
    assert away[0] < 0.85 * away[1]


def test_an_edit_of_a_layout_changes_nothing_outside_its_mask(renderer):
    before = painted(renderer, recipe(DOG, CAT))[0].image
    mask = Image.new("L", before.size)
    ImageDraw.Draw(mask).rectangle((40, 8, 55, 31), fill=255)
    wanted = recipe(DOG, kind="inpaint")
    after, _ = painted(renderer, wanted, image=before, mask=mask)
    changed = (np.asarray(after.image, int) != np.asarray(before, int)).any(2)
    assert changed[8:32, 40:56].any()
    changed[8:32, 40:56] = False
    assert not changed.any()
    assert after.receipt.max_outside == 0


def test_what_was_added_and_taken_away_again_leaves_the_bytes_there_were(renderer):
    alone = painted(renderer, recipe(DOG))[0].image
    both = painted(renderer, recipe(DOG, CAT))[0].image
    mask = Image.new("L", both.size, 255)
    wanted = recipe(DOG, kind="inpaint", prompt="nothing there")
    again, _ = painted(renderer, wanted, image=both, mask=mask)
    assert again.image.tobytes() == alone.tobytes()


def test_things_are_put_into_a_picture_that_has_no_layout(renderer):
    photo = Image.effect_noise((SIZE.width, SIZE.height), 40).convert("RGB")
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).rectangle((8, 16, 23, 39), fill=255)
    layout = Layout(backdrop=None, regions=(DOG,))
    after, _ = painted(renderer, recipe(kind="inpaint", layout=layout), image=photo, mask=mask)
    changed = (np.asarray(after.image) != np.asarray(photo)).any(2)
    assert changed[20:36, 10:22].mean() > 0.9
    assert not changed[:, 32:].any()


def test_stop_is_heard_at_the_next_step(renderer):
    cancel = threading.Event()
    events = renderer.render(RenderRequest(recipe(DOG)), cancel)
    next(events)
    cancel.set()
    with pytest.raises(Cancelled):
        list(events)


def test_what_cannot_be_drawn_is_told(renderer):
    unknown = DOG.model_copy(update={"noun": "unknown"})
    with pytest.raises(CannotDo, match="no such drawing"):
        painted(renderer, recipe(unknown))


@pytest.mark.parametrize(("steps", "strength"), [(4, 1.0), (4, 0.5), (3, 0.3), (1, 0.1)])
def test_a_shortened_schedule_takes_all_its_steps_and_ends_clean(steps, strength):
    scheduler = new_scheduler()
    shorten(scheduler, strength)
    scheduler.set_timesteps(steps)
    assert len(scheduler.timesteps) == steps
    assert scheduler.timesteps[0] <= 1000 * strength + 1
    clean = torch.zeros(1, 4, 2, 2)
    noisy = scheduler.add_noise(clean, torch.randn(1, 4, 2, 2), scheduler.timesteps[:1])
    for step in scheduler.timesteps:  # the perfect model: it knows what is clean
        alpha = scheduler.alphas_cumprod[step]
        noise = noisy / (1 - alpha).sqrt()
        noisy = scheduler.step(alpha.sqrt() * noise, step, noisy).prev_sample
    assert noisy.abs().max() < 1e-5


def test_an_older_recipe_is_painted_as_it_was_then(folder, renderer):
    bare = DiffusionRenderer(str(folder), device="cpu", threads=1)
    then, _ = painted(bare, recipe(DOG))
    bare.close()
    again, _ = painted(renderer, recipe(DOG, revision=then.recipe.revision))
    now, _ = painted(renderer, recipe(DOG))
    assert again.image.tobytes() == then.image.tobytes() != now.image.tobytes()
    assert again.recipe.revision == then.recipe.revision != now.recipe.revision


def test_other_drawings_are_another_revision(renderer):
    drafter = Rectangles()
    drafter.revision = "2"
    other = load(renderer.facts, "cpu", drafter).drafting.revision
    assert other != load(renderer.facts, "cpu", Rectangles()).drafting.revision


def test_the_posterior_is_that_of_two_gaussians():
    torch.manual_seed(0)
    draft = torch.randn(200_000, 1, 1, 1)
    clean = draft + SPREAD * torch.randn_like(draft)
    for alpha in (0.0, 0.3, 0.9):
        share = torch.full((1, 1, 1, 1), alpha)
        noisy = share.sqrt() * clean + (1 - share).sqrt() * torch.randn_like(draft)
        mean, spread = posterior(noisy, draft, share)
        left = (clean - mean) / spread
        assert abs(left.mean()) < 0.02
        assert left.std() == pytest.approx(1, abs=0.02)


def test_an_untrained_network_gives_the_draft_back():
    wide = DraftUNet.from_config(tiny.unet().config, in_channels=8)
    torch.nn.init.zeros_(wide.conv_out.weight)
    torch.nn.init.zeros_(wide.conv_out.bias)
    wide.use_schedule(new_scheduler().alphas_cumprod)
    draft, noise = torch.randn(2, 1, 4, 8, 8)
    said = torch.zeros(1, 4, wide.config.cross_attention_dim)
    v = wide(torch.cat([noise, draft], 1), 999, said).sample
    assert torch.allclose(-v, draft, atol=0.05)  # at the last step v is minus the clean latents


def test_a_picture_from_drawings_is_no_plain_script(renderer):
    with pytest.raises(CannotDo, match="drawings of a bank"):
        renderer.script_files(RenderRequest(recipe(DOG)))
