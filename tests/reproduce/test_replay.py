"""Replay gives identical pictures, and reports those that differ."""

import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.errors import BadFile, ModelMissing, StoreError, UnknownVersion
from t2i_chat.core.events import Turn
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import (
    Kind,
    Recipe,
    Rendered,
    RenderEvent,
    RenderRequest,
    Version,
    pixels_sha256,
)
from t2i_chat.reproduce.replay import ReplayedVersion, replay, replay_folder, replay_picture
from t2i_chat.store import ExportedConversation, SqlStore
from t2i_chat.store.archive import pack, unpacked
from tests.fakes import FakeRenderer, box_mask

SIZE = Size(width=40, height=24)
WHOLE = (SIZE.width, SIZE.height)


class Restless(FakeRenderer):
    """Moves the first pixel of every picture by 3."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """As FakeRenderer, but for that pixel."""
        for event in super().render(request, cancel):
            if isinstance(event, Rendered):
                red, *others = np.asarray(event.image)[0, 0].tolist()
                event.image.putpixel((0, 0), (red + (3 if red < 128 else -3), *others))
            yield event


def painting(renderer: FakeRenderer) -> Callable[[str], FakeRenderer]:
    """One renderer for every model."""
    return lambda _: renderer


def request_for(prompt: str, base: Image.Image | None, mask: Image.Image | None) -> RenderRequest:
    kind: Kind = "text-to-image" if base is None else "inpaint" if mask else "image-to-image"
    recipe = Recipe(
        model="storybook",
        kind=kind,
        prompt=prompt,
        num_inference_steps=2,
        strength=None if base is None else 0.5,
        size=SIZE,
        image_sha256=base and pixels_sha256(base),
        mask_sha256=mask and pixels_sha256(mask),
    )
    return RenderRequest(recipe, base, mask)


def paint_and_keep(store: SqlStore, conversation: str, request: RenderRequest) -> Version:
    for picture in (request.image, request.mask):
        if picture is not None:
            store.put_blob(picture)
    *_, rendered = FakeRenderer().render(request, threading.Event())
    assert isinstance(rendered, Rendered)
    return keep(store, conversation, rendered.image, rendered.recipe)


def keep(store: SqlStore, conversation: str, image: Image.Image, recipe: Recipe) -> Version:
    return store.add_version(
        conversation, image=image, recipe=recipe, parent=None, caption="", summary=""
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStore(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def conversation(store: SqlStore) -> str:
    """An upload, a generated picture, an inpainted one and a restyled one."""
    conversation = store.new_conversation()
    upload = Recipe(model="upload", kind="upload", size=SIZE)
    keep(store, conversation, Image.new("RGB", WHOLE, "navy"), upload)
    house = paint_and_keep(store, conversation, request_for("a house", None, None))
    mask = box_mask(WHOLE, Box(x0=3, y0=3, x1=20, y1=15))
    shed = request_for("a shed", store.image(house), mask)
    edited = paint_and_keep(store, conversation, shed)
    paint_and_keep(store, conversation, request_for("ink", store.image(edited), None))
    return conversation


def outcomes(versions: tuple[ReplayedVersion, ...]) -> list[str]:
    return [version.outcome for version in versions]


def test_the_same_recipes_paint_the_same_pictures(store: SqlStore, conversation: str) -> None:
    renderer, told = FakeRenderer(), list[ReplayedVersion]()
    report = replay(store, conversation, painting(renderer), told.append)
    assert report.ok
    assert outcomes(report.versions) == ["uploaded", "same", "same", "same"]
    assert [version.notes for version in report.versions] == [()] * 4
    assert tuple(told) == report.versions
    assert [request.recipe.prompt for request in renderer.requests] == ["a house", "a shed", "ink"]
    assert str(report).endswith("3 of 3 painted versions came out the same.")


def test_an_export_is_replayed_without_its_store(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.export(conversation, tmp_path / "out")
    store.delete_conversation(conversation)
    report = replay_folder(tmp_path / "out", painting(FakeRenderer()))
    assert report.ok
    assert len(report.versions) == 4


def test_a_home_is_replayed_whole_or_by_conversation(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    other = store.new_conversation()
    paint_and_keep(store, other, request_for("sea", None, None))
    whole = replay_folder(tmp_path / "home", painting(FakeRenderer()))
    assert [version.conversation for version in whole.versions] == [conversation] * 4 + [other]
    named = replay_folder(tmp_path / "home", painting(FakeRenderer()), [other])
    assert [version.conversation for version in named.versions] == [other]


def test_one_moved_pixel_is_told(store: SqlStore, conversation: str) -> None:
    report = replay(store, conversation, painting(Restless()))
    assert not report.ok
    assert outcomes(report.versions) == ["uploaded", "different", "different", "different"]
    assert {version.max_difference for version in report.versions[1:]} == {3}
    assert "largest difference 3" in str(report)


def test_a_picture_of_another_size_is_as_different_as_can_be(
    store: SqlStore, conversation: str
) -> None:
    class Small(FakeRenderer):
        """Paints 8 × 8 pixels, whatever was asked."""

        def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
            """One small picture."""
            yield Rendered(Image.new("RGB", (8, 8)), request.recipe)

    report = replay(store, conversation, painting(Small()))
    assert {version.max_difference for version in report.versions[1:]} == {255}


def test_other_libraries_and_weights_are_told(store: SqlStore, conversation: str) -> None:
    class Updated(FakeRenderer):
        """Has got new weights."""

        def _used(self, recipe: Recipe) -> Recipe:
            return super()._used(recipe).model_copy(update={"revision": "abc"})

    report = replay(
        store, conversation, painting(Updated(versions={"fake-renderer": "2", "torch": "3"}))
    )
    assert report.ok
    assert report.versions[1].notes == (
        "The model's revision was not known, now it is abc.",
        "fake-renderer was 1, now it is 2.",
        "torch was not there, now it is 3.",
    )


def test_each_recipe_is_painted_by_the_model_it_names(store: SqlStore, conversation: str) -> None:
    opened = list[str]()

    def open_renderer(model: str) -> FakeRenderer:
        opened.append(model)
        return FakeRenderer()

    assert replay(store, conversation, open_renderer).ok
    assert opened == ["storybook"] * 3


def test_nothing_painted_is_nothing_proved(store: SqlStore) -> None:
    assert not replay(store, store.new_conversation(), painting(FakeRenderer())).ok


def test_one_picture_of_a_store_is_replayed(store: SqlStore, conversation: str) -> None:
    path = Path(store.image_path(store.version(conversation, 3)))
    report = replay_picture(path, painting(FakeRenderer()), Path("nowhere"))
    assert (report.ok, outcomes(report.versions)) == (True, ["same"])
    assert not replay_picture(path, painting(Restless()), Path("nowhere")).ok


def test_one_picture_of_an_export_is_replayed(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.export(conversation, tmp_path / "out")
    store.delete_conversation(conversation)
    assert replay_picture(
        tmp_path / "out" / "004.png", painting(FakeRenderer()), Path("nowhere")
    ).ok


def test_a_picture_carried_away_needs_the_store_it_came_from(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    away = tmp_path / "away" / "x.png"
    away.parent.mkdir()
    shutil.copy(store.image_path(store.version(conversation, 3)), away)
    assert replay_picture(away, painting(FakeRenderer()), tmp_path / "home").ok
    lost = replay_picture(away, painting(FakeRenderer()), Path("nowhere"))
    assert outcomes(lost.versions) == ["failed"]
    assert "--data-dir" in lost.versions[0].notes[0]


def test_what_was_brought_along_is_not_painted_again(store: SqlStore, conversation: str) -> None:
    path = Path(store.image_path(store.version(conversation, 1)))
    with pytest.raises(BadFile, match="brought along"):
        replay_picture(path, painting(FakeRenderer()), Path("nowhere"))


@pytest.mark.parametrize("lost", ["blobs", "pictures"])
def test_a_missing_file_is_told_and_the_rest_replayed(
    store: SqlStore, conversation: str, tmp_path: Path, lost: str
) -> None:
    recipe = store.version(conversation, 3).recipe
    paths = {
        "blobs": next((tmp_path / "home" / "blobs").rglob(f"{recipe.mask_sha256}.png")),
        "pictures": Path(store.image_path(store.version(conversation, 3))),
    }
    paths[lost].unlink()
    report = replay(store, conversation, painting(FakeRenderer()))
    assert not report.ok
    assert outcomes(report.versions) == ["uploaded", "same", "failed", "same"]
    assert report.versions[2].notes[0].endswith(".")


def test_a_damaged_upload_is_told(store: SqlStore, conversation: str) -> None:
    Path(store.image_path(store.version(conversation, 1))).write_bytes(b"")
    report = replay(store, conversation, painting(FakeRenderer()))
    assert outcomes(report.versions) == ["failed", "same", "same", "same"]


def test_what_the_renderer_cannot_do_is_told(store: SqlStore, conversation: str) -> None:
    report = replay(store, conversation, painting(FakeRenderer(error=ModelMissing("No such."))))
    assert not report.ok
    assert report.versions[1].notes == ("No such.",)


def test_a_folder_that_holds_nothing_is_told_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no conversation"):
        replay_folder(tmp_path, painting(FakeRenderer()))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_conversation_is_told(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.export(conversation, tmp_path / "out")
    for folder in ("home", "out"):
        with pytest.raises(UnknownVersion):
            replay_folder(tmp_path / folder, painting(FakeRenderer()), ["0" * 32])


def test_a_conversation_travels_in_one_file_and_paints_the_same(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.label(conversation, 2, name="home", starred=True)
    store.undo(conversation)
    store.add_turn(conversation, Turn(role="user", text="hi", created_at=datetime.now(UTC)))
    store.export(conversation, tmp_path / "out")
    pack(tmp_path / "out", tmp_path / "talk.zip")
    with SqlStore(tmp_path / "elsewhere") as other, unpacked(tmp_path / "talk.zip") as folder:
        assert other.take_in(ExportedConversation(folder)) == conversation
        twin = other.take_in(ExportedConversation(folder))
        assert replay(other, twin, painting(FakeRenderer())).ok
        for one in (conversation, twin):
            versions = [v.model_copy(update={"conversation": conversation})
                        for v in other.versions(one)]  # fmt: skip
            assert versions == list(store.versions(conversation))
            assert other.turns(one) == store.turns(conversation)
            assert other.steps(one) == store.steps(conversation)
            assert other.current(one).number == store.current(conversation).number
        assert twin != conversation


def test_without_pictures_a_conversation_paints_the_same_from_its_hashes(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.export(conversation, tmp_path / "out", pictures=False)
    painted = [v for v in store.versions(conversation) if v.recipe.kind != "upload"]
    assert len(painted) > 2
    assert not any((tmp_path / "out" / f"{v.number:03d}.png").exists() for v in painted)
    pack(tmp_path / "out", tmp_path / "talk.zip")
    with unpacked(tmp_path / "talk.zip") as folder:
        report = replay_folder(folder, painting(FakeRenderer()))
        assert report.ok
        restless = replay_folder(folder, painting(Restless()))
    assert {version.outcome for version in restless.versions} & {"different"}
    assert "a different picture." in str(restless)
    with pytest.raises(StoreError, match="saved without its pictures"):
        store.take_in(ExportedConversation(tmp_path / "out"))


def test_only_a_conversation_is_taken_in(
    store: SqlStore, conversation: str, tmp_path: Path
) -> None:
    store.export(conversation, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
    (tmp_path / "no.zip").write_bytes(b"no")
    for name in ("evil.zip", "no.zip"):
        with pytest.raises(StoreError), unpacked(tmp_path / name):
            pass
    Image.new("RGB", WHOLE, "red").save(tmp_path / "out" / "002.png")
    with SqlStore(tmp_path / "elsewhere") as other:
        with pytest.raises(StoreError, match="not the one"):
            other.take_in(ExportedConversation(tmp_path / "out"))
        assert other.conversations() == []
