"""An export without pictures is imported with all of them, rendered from its recipes."""

from pathlib import Path

import pytest
from PIL import Image

from t2i_chat.core.errors import ModelMissing, StoreError
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Recipe, pixels_sha256
from t2i_chat.reproduce.repaint import repainted
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import ExportedConversation, SqlStore
from t2i_chat.store.atomic_files import blob_name
from tests.fakes import FakeRenderer, box_mask
from tests.reproduce.test_replay import (
    SIZE,
    WHOLE,
    Restless,
    keep,
    outcomes,
    paint_and_keep,
    painting,
    request_for,
)


@pytest.fixture
def saved(tmp_path: Path) -> ExportedConversation:
    """An upload, an edit of it, a generated picture, an edit of that and a restyled one."""
    with SqlStore(tmp_path / "home") as store:
        conversation = store.new_conversation()
        upload = Recipe(model="upload", kind="upload", size=SIZE)
        brought = keep(store, conversation, Image.new("RGB", WHOLE, "navy"), upload)
        mask = box_mask(WHOLE, Box(x0=3, y0=3, x1=20, y1=15))
        tree = request_for("a tree", store.image(brought), mask)
        paint_and_keep(store, conversation, tree)
        house = paint_and_keep(store, conversation, request_for("a house", None, None))
        edited = paint_and_keep(
            store, conversation, request_for("a shed", store.image(house), mask)
        )
        paint_and_keep(store, conversation, request_for("ink", store.image(edited), None))
        store.export(conversation, tmp_path / "out", pictures=False)
    return ExportedConversation(tmp_path / "out")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "painted").mkdir()
    return tmp_path / "painted"


def test_all_pictures_come_back_as_they_were(saved, home, tmp_path):
    renderer, told = FakeRenderer(), []
    whole = repainted(saved, home, painting(renderer), told.append)
    assert outcomes(told) == ["uploaded", "same", "same", "same", "same"]
    assert whole.kept == saved.kept.model_copy(update={"pictures": True})
    with SqlStore(tmp_path / "there") as store:
        conversation = store.take_in(whole)
        assert list(store.versions(conversation)) == list(saved.versions(conversation))
        assert replay(store, conversation, painting(FakeRenderer())).ok
    assert [p.name for p in (tmp_path / "out").glob("*.png")] == ["001.png"], "saved as it was"


def test_what_comes_out_different_is_told_and_kept_as_it_is(saved, home, tmp_path):
    told = []
    whole = repainted(saved, home, painting(Restless()), told.append)
    assert outcomes(told) == ["uploaded", *["different"] * 4]
    assert str(told[1]).startswith("Version 2: a different picture. It is kept as it came out.")
    with SqlStore(tmp_path / "there") as store:
        conversation = store.take_in(whole)
        before, now = saved.versions(conversation), store.versions(conversation)
        assert [v.caption for v in now] == [v.caption for v in before]
        for version in now:
            assert pixels_sha256(store.image(version)) == version.sha256
        assert {v.sha256 for v in now} & {v.sha256 for v in before} == {before[0].sha256}
        assert now[1].recipe.image_sha256 == now[0].sha256
        assert now[3].recipe.image_sha256 == now[2].sha256, "painted from what there is now"
        assert replay(store, conversation, painting(Restless())).ok


def test_a_missing_model_is_told_before_anything_is_painted(saved, home):
    renderer = FakeRenderer()

    def only_for_uploads(model: str) -> FakeRenderer:
        raise ModelMissing(f"There is no model {model}.")

    with pytest.raises(ModelMissing, match="no model storybook"):
        repainted(saved, home, only_for_uploads)
    assert renderer.requests == []
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("lost", "said"), [("upload", "001.png is missing"), ("mask", "Version 2")]
)
def test_a_picture_that_nothing_can_paint_is_told_before_anything_is_painted(
    saved, home, tmp_path, lost, said
):
    mask = saved.kept.versions[1].recipe.mask_sha256
    names = {"upload": "001.png", "mask": f"inputs/{blob_name(mask)}"}
    (tmp_path / "out" / names[lost]).unlink()
    renderer = FakeRenderer()
    with pytest.raises(StoreError, match=said):
        repainted(saved, home, painting(renderer))
    assert renderer.requests == []
    assert list(home.iterdir()) == []


def test_what_cannot_be_painted_again_is_told_by_its_number(saved, home):
    with pytest.raises(
        StoreError, match=r"Version 2 could not be .* nothing was taken in. No such"
    ):
        repainted(saved, home, painting(FakeRenderer(error=ModelMissing("No such."))))
