"""Training requests are varied, valid, seeded and free of what they must not hold."""

import itertools
import json
import random

import gguf
import numpy as np
import pytest
from safetensors.numpy import save_file

from t2i_chat.planning.line_grammar import parse
from training.planner import export_gguf, generate, leaks
from training.planner.contexts import situation
from training.planner.slots import NoFit
from training.planner.templates import Template, expand, realise, sections
from training.planner.typing_noise import say
from training.planner.word_lists import CountedNoun, article, lists, pluralise

TEMPLATES = [template for _, rows in sections().values() for template in rows]


def realised(template, rng):
    for _ in range(60):
        try:
            return realise(template, situation(rng, template.need), rng)
        except NoFit:
            continue
    raise AssertionError(f"{template} can never be said")


def test_every_template_can_be_said_and_means_a_plan():
    rng = random.Random(0)
    for template in TEMPLATES:
        message, answer = realised(template, rng)
        assert not set("{}()|") & set(message), template
        assert parse(answer, "own words").actions, template


def test_every_action_is_taught():
    verbs = {line.split("|")[0].strip() for t in TEMPLATES for line in t.answer.split(" ; ")}
    assert verbs == set(
        "new vary style edit add remove swap extend big undo redo goto set say ask no".split()
    )


def test_the_vocabulary_is_wide():
    nouns = set(itertools.chain(*(lists()[kind] for kind in (
        "animals", "people", "objects", "vehicles", "buildings", "plants", "food", "regions",
        "wearables", "thing_parts",
    ))))  # fmt: skip
    assert len(nouns) > 1000
    assert len(TEMPLATES) > 2000


def first(count, **options):
    return list(itertools.islice(generate.samples(**options), count))


def test_the_same_seed_gives_the_same_requests_and_another_seed_others():
    assert first(60, seed=3) == first(60, seed=3)
    assert first(60, seed=3) != first(60, seed=4)


def test_no_request_comes_twice_and_most_messages_differ():
    made = first(1500, seed=1)
    assert len({sample.prompt for sample in made}) == 1500
    messages = {sample.prompt.rsplit("\n> ", 1)[1].lower() for sample in made}
    assert len(messages) > 1300


def test_all_sections_come_in_their_weight():
    made = first(3000, seed=1)
    seen = {sample.section for sample in made}
    assert seen == set(sections())


def test_the_target_of_an_edit_is_named_or_pointed_at():
    pointing = {"him", "her", "them", "it", "he", "she", "they", "his", "its", "their"}
    for sample in first(800, seed=5):
        if sample.section not in ("remove", "recolour") or "\n" in sample.answer:
            continue
        said = sample.prompt.lower()
        target = sample.answer.split("|")[1].split()[-1]
        words = set(said.replace("'", " ").split())
        close = {word[:3] for word in words}
        assert target[:3].lower() in close or words & pointing or "rm" in words, sample


def test_what_is_excluded_is_not_trained_on():
    target = next(s for s in generate.samples(seed=2) if len(s.prompt.split("> ")[1].split()) > 5)
    text = target.prompt.rsplit("\n> ", 1)[1]
    again = first(60, seed=2, exclude=[text])
    assert all(sample.prompt.rsplit("\n> ", 1)[1] != text for sample in again)


def test_the_command_writes_rows_and_reads_what_to_leave_out(tmp_path):
    unwanted = tmp_path / "unwanted.jsonl"
    unwanted.write_text(
        json.dumps({"id": 1, "utterance": "make the sky darker than before"}) + "\n"
    )
    out = tmp_path / "runs" / "requests.jsonl"
    generate.main(["25", str(out), "--seed", "9", "--exclude", str(unwanted)])
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == 25
    assert set(rows[0]) == {"prompt", "answer", "section"}


def test_a_leak_is_found_in_requests_and_templates_and_told(tmp_path, caplog):
    yardstick = tmp_path / "yardstick"
    yardstick.mkdir()
    row = {"utterance": "i never asked for the purple submarine over there"}
    (yardstick / "turns.jsonl").write_text(json.dumps(row) + "\n")
    requests = tmp_path / "requests.jsonl"
    requests.write_text(json.dumps({"prompt": "no picture yet\n> a calm lake", "answer": "new"}))
    assert leaks.main([str(yardstick), "--requests", str(requests)]) == 0
    leaked = {"prompt": "v1 = x\n> I never asked for the purple submarine there!", "answer": "x"}
    requests.write_text(json.dumps(leaked))
    assert leaks.main([str(yardstick), "--requests", str(requests)]) == 1
    assert "purple submarine there" in caplog.text
    row = {"text": "Please, would you be so kind as to remove it"}
    (yardstick / "edits.jsonl").write_text(json.dumps(row))
    assert leaks.main([str(yardstick)]) == 1


def at_last(need, holds):
    """The first conversation for a need about which something holds."""
    made = (situation(random.Random(seed), need) for seed in range(400))
    return next(here for here in made if holds(here))


def test_a_conversation_fits_what_is_said_in_it():
    crowd = situation(random.Random(1), "crowd")
    assert crowd.focus is None
    assert len(crowd.things) >= 2
    twins = situation(random.Random(1), "twins:remove")
    assert twins.twins
    assert twins.captions[2].endswith("removed")
    batch = situation(random.Random(1), "batch")
    assert len(batch.captions) >= 2
    for kind in ("colour", "quality", "style", "add", "swap", "remove"):
        here = situation(random.Random(2), f"after:{kind}")
        assert here.last.kind == kind
        assert here.current == max(here.captions)
    several = at_last("multi", lambda here: len(here.captions) > 3)
    assert several.current in several.captions


def test_a_follow_up_means_what_was_done_last():
    template = next(t for t in TEMPLATES if t.section == "degree_look" and "far) more" in t.message)
    here = at_last("after:colour", lambda here: not here.last.noun.uncounted)
    _, answer = realise(template, here, random.Random(0))
    assert here.last.word in answer
    assert answer.startswith(f"edit|the {here.last.noun.word}|")
    with pytest.raises(NoFit):
        realise(template, situation(random.Random(0), "none"), random.Random(0))


def test_settings_are_said_in_numbers_and_in_words():
    template = Template("x", "none", "use {steps} steps", "set|steps={steps}")
    said = {
        realise(template, situation(random.Random(0), "none"), random.Random(seed))
        for seed in range(200)
    }
    assert ("use thirty steps", "set|steps=30") in said
    assert ("use 30 steps", "set|steps=30") in said


def test_alternatives_are_expanded_from_the_inside():
    seen = {expand("(a (b|c)|d) e", random.Random(seed))[0] for seed in range(40)}
    assert seen == {"a b e", "a c e", "d e"}


def test_what_was_chosen_may_hold_a_slot():
    template = Template("x", "edit", "(him|{who}) should nod", "edit|$1|nodding")
    for seed in range(20):
        rng = random.Random(seed)
        message, answer = realise(template, situation(rng, "crowd"), rng)
        assert answer.split("|")[1]
        assert "{" not in message + answer


def test_what_was_chosen_can_be_used_in_the_answer():
    template = Template("x", "none", "(dim) the lights (please|)", "edit|the lights|$1ed lights")
    message, answer = realise(template, situation(random.Random(0), "none"), random.Random(0))
    assert message.startswith("dim the lights")
    assert answer == "edit|the lights|dimed lights"


@pytest.mark.parametrize(
    ("one", "many"),
    [("cherry", "cherries"), ("fireman", "firemen"), ("bus", "buses"), ("toy", "toys"),
     ("old woman", "old women"), ("sheep", "sheep"), ("church", "churches"), ("wolf", "wolves")],
)  # fmt: skip
def test_plurals(one, many):
    assert pluralise(one) == many


def test_articles():
    assert article("apple") == "an apple"
    assert article("unicorn") == "a unicorn"
    assert CountedNoun("hair", uncounted=True).indefinite("red") == "red hair"
    assert CountedNoun("shoes", plural=True).indefinite("red") == "red shoes"


def test_wording_changes_letters_rarely_and_never_everything():
    rng = random.Random(1)
    said = [say("make the old house blue", rng) for _ in range(400)]
    assert len(set(said)) > 60
    assert sum("house" in text.lower() for text in said) > 320


def test_query_rows_are_paired_the_way_llama_rotates_them():
    rows = np.arange(8, dtype=np.float32).reshape(8, 1)
    assert export_gguf.interleave(rows, heads=2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_a_mean_of_two_adapters_keeps_a_share_of_each():
    new, old = {"x": np.full((2, 2), 4, np.float32)}, {"x": np.zeros((2, 2), np.float32)}
    assert export_gguf.blend(new, old, 0.75)["x"].tolist() == [[3, 3], [3, 3]]


def test_an_adapter_is_written_with_llama_names(tmp_path):
    rng = np.random.default_rng(0)
    stem = "base_model.model.model.layers.0"
    weights = {
        f"{stem}.self_attn.q_proj.lora_A.weight": rng.normal(size=(4, 64)).astype(np.float32),
        f"{stem}.self_attn.q_proj.lora_B.weight": rng.normal(size=(64, 4)).astype(np.float32),
        f"{stem}.mlp.down_proj.lora_A.weight": rng.normal(size=(4, 64)).astype(np.float32),
        f"{stem}.mlp.down_proj.lora_B.weight": rng.normal(size=(64, 4)).astype(np.float32),
    }
    save_file(weights, tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_text(json.dumps({"lora_alpha": 4}))
    export_gguf.main(
        [str(tmp_path), str(tmp_path / "out.gguf"), "--heads", "2", "--key-heads", "1"]
    )
    reader = gguf.GGUFReader(tmp_path / "out.gguf")
    assert {t.name for t in reader.tensors} == {
        f"blk.0.{layer}.weight.lora_{side}" for layer in ("attn_q", "ffn_down") for side in "ab"
    }
    assert reader.fields["adapter.lora.alpha"].contents() == 4.0
    assert reader.fields["general.type"].contents() == "adapter"
    back = export_gguf.read(tmp_path / "out.gguf", heads=2, key_heads=1)
    assert back.keys() == weights.keys()
    assert all(np.abs(back[name] - weights[name]).max() < 0.03 for name in weights)
    mean = tmp_path / "mean.gguf"
    export_gguf.write(
        tmp_path, mean, heads=2, key_heads=1, earlier=tmp_path / "out.gguf", share=0.5
    )
    both = export_gguf.read(mean, heads=2, key_heads=1)
    assert all(np.abs(both[name] - weights[name]).max() < 0.04 for name in weights)
    save_file({"base_model.something.else": weights[f"{stem}.mlp.down_proj.lora_A.weight"]},
              tmp_path / "adapter_model.safetensors")  # fmt: skip
    with pytest.raises(ValueError, match="no place"):
        export_gguf.main([str(tmp_path), str(tmp_path / "bad.gguf")])
