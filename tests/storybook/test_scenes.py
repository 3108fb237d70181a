"""The storybook's scenes, words, pictures' codec and tokenizer: right, and the same every time."""

import numpy as np
import pytest
import torch

from t2i_chat.storybook import networks, oklch, scenes
from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.compose import CELESTIAL, compose
from t2i_chat.storybook.layout import NOWHERE, kinds, labels_of
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook import codec
from training.storybook.scene_captions import caption
from training.storybook.segmenter import named_mask, phrase
from training.storybook.tokenizer import train_tokenizer

SEEDS = range(60)


@pytest.fixture(scope="module")
def paintings():
    return [compose(scenes.sample_scene(seed)) for seed in SEEDS]


def captions(scene, count=12):
    rng = np.random.default_rng(scene.seed)
    return [caption(scene, rng) for _ in range(count)]


def test_a_seed_is_one_scene_and_one_picture(paintings):
    again = compose(scenes.sample_scene(7))
    assert again.scene == paintings[7].scene
    assert np.array_equal(again.pixels, paintings[7].pixels)
    assert not np.array_equal(again.pixels, paintings[8].pixels)


def test_every_pixel_belongs_to_one_thing_or_surface(paintings):
    for painting in paintings:
        celestial = np.zeros_like(painting.sky)
        for thing, mask in zip(painting.scene.things, painting.things, strict=True):
            if thing.noun in CELESTIAL:
                celestial |= mask
        layers = [*painting.things, painting.sky & ~celestial, painting.water, painting.ground]
        claimed = np.sum(layers, axis=0)
        assert (claimed <= 1).all()
        if painting.scene.ground not in ("room", "street", "forest"):  # walls and roofs are neither
            assert (claimed == 1).all()


def test_masks_lie_where_the_things_are(paintings):
    for painting in paintings:
        for thing, mask in zip(painting.scene.things, painting.things, strict=True):
            left, top, right, bottom = thing.box
            assert mask[top:bottom, left:right].sum() == mask.sum() > 0


def test_things_keep_to_the_grid_and_inside(paintings):
    for painting in paintings:
        for thing in painting.scene.things:
            assert thing.box[3] % scenes.GRID == 0
            assert thing.box[0] >= 0 <= thing.box[1]
            assert thing.box[0] % scenes.GRID <= scenes.GRID // 2
            assert thing.box[2] <= painting.scene.size >= thing.box[3]


def test_things_stand_where_they_belong(paintings):
    words = load_vocabulary()
    for painting in paintings:
        for thing in painting.scene.things:
            assert thing.place in words.nouns[thing.noun].places
            if thing.place == "water":
                assert painting.scene.ground in scenes.WATER


def test_the_moon_shines_at_night_and_the_sun_does_not(paintings):
    for painting in paintings:
        names = {thing.noun for thing in painting.scene.things}
        assert "moon" not in names or painting.scene.sky == "night"
        assert "sun" not in names or painting.scene.sky != "night"


def test_captions_never_name_what_is_not_there(paintings):
    words = load_vocabulary()
    for painting in paintings:
        there = {thing.noun for thing in painting.scene.things}
        names = there | {word for noun in there for word in words.nouns[noun].synonyms}
        for text in captions(painting.scene):
            named = {n for n in words.nouns if f" {n} " in f" {text} ".replace(",", " ,")}
            named -= {n for n in named if any(n != m and n in m for m in names | named)}
            assert named <= there, text


def test_captions_name_every_thing_sooner_or_later(paintings):
    words = load_vocabulary()
    for painting in paintings:
        said = " | ".join(captions(painting.scene, 40))
        for thing in painting.scene.things:
            noun = words.nouns[thing.noun]
            assert noun.noun in said or noun.plural in said


def test_captions_say_colour_and_side():
    scene = next(s for s in map(scenes.sample_scene, range(500))
                 if len(s.things) == 1 and s.things[0].colour == "blue")  # fmt: skip
    said = " | ".join(captions(scene, 60))
    assert "blue " + scene.things[0].noun in said
    assert scene.position(scene.things[0]).replace("middle", "in the") in said


def test_the_atlas_draws_every_word():
    assert set(load_vocabulary().nouns) == load_atlas().names()


def test_a_sprite_has_the_size_asked_for():
    for tone in (None, load_vocabulary().colours["blue"].oklch):
        sprite = load_atlas().sprite("house", tone, 96)
        assert max(sprite.alpha.shape) == 96
        assert sprite.rgb.shape == (*sprite.alpha.shape, 3)


def test_a_thing_in_its_own_colour_is_its_own_drawing():
    plain, own, other = (scenes.drawing("rose", tone, 64).rgb for tone in (None, "red", "blue"))
    assert np.array_equal(plain, own)
    assert np.abs(plain - other).mean() > 0.05


def test_small_usual_and_big_are_three_sizes():
    for noun in load_vocabulary().nouns.values():
        small, usual, big = (scenes.side_of(noun, scale) for scale in scenes.SCALES)
        assert small < usual == noun.side < big
        assert {small % scenes.GRID, usual % scenes.GRID, big % scenes.GRID} == {0}


def test_synonyms_and_plurals_find_their_noun():
    words = load_vocabulary()
    assert words.find_noun("Cottage") == words.find_noun("houses") == words.nouns["house"]
    assert words.find_noun("submarine") is None


def test_no_word_names_two_things():
    words = load_vocabulary()
    names = [name for n in words.nouns.values() for name in (n.noun, *n.synonyms)]
    assert len(names) == len(set(names))


def test_colours_survive_the_way_to_oklch_and_back():
    tones = np.array([[1, 1, 1], [0.95, 0.75, 0.48], [0.06, 0.12, 0.19], [0, 0.65, 0.93]])
    assert np.allclose(oklch.to_rgb(oklch.to_oklch(tones)), tones, atol=1e-4)


def test_recolouring_moves_the_main_tone_and_nothing_else():
    red, grey = np.array([0.97, 0.19, 0.18]), np.array([0.5, 0.5, 0.5])
    drawn = np.array([[red, red, red, grey]])
    tone = oklch.main_tone(drawn, np.ones((1, 4)))
    assert tone.share == 0.75
    moved = oklch.recolour(drawn, tone, (0.56, 0.19, 258))
    assert np.array_equal(moved[0, 3], grey)
    assert abs(oklch.to_oklch(moved)[0, 0, 2] - 258) < 8


def test_relations_are_those_one_sees():
    def standing(noun, left, bottom, side=64, place="ground"):
        return scenes.Thing(noun, None, place, "usual", (left, bottom - side, left + side, bottom))

    scene = scenes.sample_scene(0)
    house, dog = standing("house", 96, 208), standing("dog", 160, 208)
    assert scene.relation(dog, house) == "next to"
    assert scene.relation(standing("dog", 112, 240), house) == "in front of"
    assert scene.relation(standing("bird", 96, 80, place="sky"), house) == "above"
    assert scene.relation(standing("dog", 0, 208), dog) is None


def test_labels_say_what_stands_in_every_cell(paintings):
    for painting in paintings:
        labels = labels_of(painting)
        assert labels.kind.shape == (16, 16)
        things = {kinds()[thing.noun] for thing in painting.scene.things}
        found = set(labels.kind[labels.column != NOWHERE].tolist())
        assert found <= things
        assert set(labels.kind.flatten().tolist()) - found <= {0, 1, 2}


def test_the_encoder_as_written_down_is_the_linear_codec(paintings):
    vae = networks.new_autoencoder()
    codec.write_encoder(vae)
    pixels = pixels_to_tensor(np.stack([p.pixels for p in paintings[:3]]))
    with torch.no_grad():
        posterior = vae.encode(pixels).latent_dist
    exact = codec.latents_of(pixels)
    assert (posterior.mode() - exact).abs().mean() < 0.02
    assert torch.allclose(posterior.sample(), posterior.mode(), atol=1e-4)


def test_latents_are_a_small_picture_of_the_picture(paintings):
    pixels = pixels_to_tensor(paintings[3].pixels[None])
    small = codec.colours_of(codec.latents_of(pixels))
    assert torch.allclose(small, torch.nn.functional.avg_pool2d(pixels, 8), atol=1e-4)


def test_the_tokenizer_knows_words_and_survives_strangers():
    tokenizer = train_tokenizer(200)
    assert len(tokenizer) > 500
    assert tokenizer.tokenize("a red house") == ["a</w>", "red</w>", "house</w>"]
    text = "a submarine on a xylophone — é"
    ids = tokenizer(text).input_ids
    assert tokenizer.unk_token_id not in ids[1:-1]
    assert tokenizer.decode(ids, skip_special_tokens=True).replace(" ", "") == text.replace(" ", "")


def test_a_phrase_and_its_mask_agree(paintings):
    words = load_vocabulary()
    for number, painting in enumerate(paintings):
        rng = np.random.default_rng(number)
        for _ in range(6):
            text, mask = phrase(painting, rng)
            noun = words.find_noun(text.removeprefix("the ").removeprefix("a "))
            if noun is not None:
                assert np.array_equal(mask, named_mask(painting, noun.noun)), text


def test_a_colour_that_is_not_there_names_no_pixel():
    painting = next(
        p for p in map(compose, map(scenes.sample_scene, range(900)))
        if any(t.noun == "car" for t in p.scene.things)
    )  # fmt: skip
    tones = {t.colour for t in painting.scene.things if t.noun == "car"}
    assert not named_mask(painting, "car", "purple" if "purple" not in tones else "blue").any()
