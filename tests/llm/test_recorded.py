"""The recording is what the real model says, and it is refused where it cannot be."""

import pytest

from t2i_chat.planning.line_grammar import GRAMMAR
from tests import recorded_model
from tests.recorded_model import NotRecorded, Recorded, RecordedModel


class Echo:
    """Stands where the real model does."""

    def complete(self, request, *, grammar, max_tokens=200):
        """The request, shouted."""
        return request.upper()


def test_what_was_recorded_is_answered_and_nothing_else():
    heard = RecordedModel(open_real=Echo)
    assert heard.complete("> undo", grammar=GRAMMAR) == "> UNDO"
    replayed = RecordedModel(heard.recording)
    assert replayed.complete("> undo", grammar=GRAMMAR) == "> UNDO"
    for other in ({"request": "> redo"}, {"grammar": 'root ::= "x"'}, {"max_tokens": 3}):
        with pytest.raises(NotRecorded, match="make record"):
            replayed.complete(**({"request": "> undo", "grammar": GRAMMAR} | other))


def test_answers_of_other_weights_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_model, "FILE", tmp_path / "llm.json.gz")
    call = Recorded("complete", {"request": "> undo"}, "undo")
    recorded_model.save([call])
    assert recorded_model.load() == [call]
    monkeypatch.setattr(recorded_model, "weights", lambda: {"adapter": "another"})
    with pytest.raises(NotRecorded, match="make record"):
        recorded_model.load()


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_recording_is_what_the_real_model_says(real_model):
    model = real_model(threads=1)
    wrong = [
        (one.answer, said)
        for one in recorded_model.load()
        if (said := getattr(model, one.method)(**one.arguments)) != one.answer
    ]
    model.close()
    assert wrong == []
