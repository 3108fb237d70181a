"""The storybook's scenes, words, pictures' codec and tokenizer: right, and the same every time."""

import numpy as np
import pytest
import torch

from t2i_chat.storybook import codec, colour, models, scenes
from t2i_chat.storybook.art import load_atlas
from t2i_chat.storybook.art.atlas import sprite_name
from t2i_chat.storybook.captions import caption
from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.segmenter import named_mask, phrase
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.tokenizer import train_tokenizer
from t2i_chat.storybook.vocabulary import load_vocabulary

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
            if thing.noun in ("sun", "moon", "cloud"):
                celestial |= mask
        layers = [*painting.things, painting.sky & ~celestial, painting.water, painting.ground]
        assert (np.sum(layers, axis=0) == 1).all()


def test_masks_lie_where_the_things_are(paintings):
    for painting in paintings:
        for thing, mask in zip(painting.scene.things, painting.things, strict=True):
            left, top, right, bottom = thing.box
            assert mask[top:bottom, left:right].sum() == mask.sum() > 0


def test_things_keep_to_the_grid_and_inside(paintings):
    for painting in paintings:
        for thing in painting.scene.things:
            assert thing.box[0] % scenes.GRID == thing.box[3] % scenes.GRID == 0
            assert thing.box[0] >= 0 <= thing.box[1]
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
        for text in captions(painting.scene):
            named = {n for n in words.nouns if f" {n} " in f" {text} ".replace(",", " ,")}
            named -= {n for n in named if any(n != m and n in m for m in there | named)}
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
    wanted = {
        sprite_name(noun.noun, tone)
        for noun in load_vocabulary().nouns.values()
        for tone in (noun.colours or (None,))
    }
    assert wanted == load_atlas().names()


def test_a_sprite_has_the_size_asked_for():
    sprite = load_atlas().sprite("house", "red", 96)
    assert max(sprite.alpha.shape) == 96
    assert sprite.rgb.shape == (*sprite.alpha.shape, 3)


def test_synonyms_and_plurals_find_their_noun():
    words = load_vocabulary()
    assert words.find_noun("Cottage") == words.find_noun("houses") == words.nouns["house"]
    assert words.find_noun("zebra") is None


def test_no_word_names_two_things():
    words = load_vocabulary()
    names = [name for n in words.nouns.values() for name in (n.noun, *n.synonyms)]
    assert len(names) == len(set(names))


def test_colours_survive_the_way_to_oklch_and_back():
    for tone in ("#ffffff", "#f3c07b", "#102030", "#00a6ed"):
        assert colour.oklch_to_hex(colour.hex_to_oklch(tone)) == tone


def test_recolouring_moves_only_the_named_fills():
    svg = '<path fill="#F8312F"/><path fill="#123456"/>'
    blue = colour.recolour(svg, ["#f8312f"], (0.56, 0.19, 258))
    assert '"#123456"' in blue
    assert "f8312f" not in blue.lower()
    assert abs(colour.hex_to_oklch(blue[12:19])[2] - 258) < 8


def test_the_encoder_as_written_down_is_the_linear_codec(paintings):
    vae = models.new_autoencoder()
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
    text = "a zebra on a xylophone — é"
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


def test_a_colour_that_is_not_there_names_no_pixel(paintings):
    painting = next(p for p in paintings if any(t.noun == "car" for t in p.scene.things))
    tones = {t.colour for t in painting.scene.things if t.noun == "car"}
    assert not named_mask(painting, "car", "red" if "red" not in tones else "blue").any()
