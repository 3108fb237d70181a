"""Share links show a snapshot to whoever has the id, until revoked."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.events import Message
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.store import SqlStore, sql
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter


@pytest.fixture
def store(tmp_path):
    with SqlStore(tmp_path) as opened:
        yield opened


def say(store, tmp_path, conversation, *texts):
    """Paints a picture for each text."""
    parts = Parts(
        planner=FakePlanner(),
        segmenter=FakeSegmenter(),
        renderer=FakeRenderer(),
        store=store,
        facts=facts_for("storybook"),
        settings=Settings(data_dir=tmp_path),
    )
    for text in texts:
        list(ChatSession(parts, conversation).reply(Message(text), threading.Event()))


def test_what_is_said_later_is_not_shared(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house")
    share = store.share(mine)
    say(store, tmp_path, mine, "a secret")
    seen = store.shared(share)
    assert [version.caption for version in seen.versions] == ["a house"]
    assert "secret" not in repr(seen.turns)
    assert store.share(mine) == share
    assert [version.caption for version in store.shared(share).versions] == ["a house", "a secret"]


def test_a_share_cannot_be_guessed_from_its_conversation_or_the_other_way_round(store, tmp_path):
    mine, other = store.new_conversation(), store.new_conversation()
    say(store, tmp_path, mine, "a house")
    share = store.share(mine)
    assert len(share) >= 20
    assert mine not in share
    assert mine not in repr(store.shared(share).turns)
    assert store.share(other) != share
    with pytest.raises(UnknownVersion):
        store.shared(mine)


def test_what_was_taken_back_opens_nothing_ever_again(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house")
    share = store.share(mine)
    store.unshare(mine)
    for _ in range(2):
        with pytest.raises(UnknownVersion):
            store.shared(share)
        with pytest.raises(UnknownVersion):
            store.remix(share)
        assert store.share(mine) != share


def test_a_remix_is_a_conversation_of_its_own(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house", "a boat")
    share = store.share(mine)
    say(store, tmp_path, mine, "a secret")
    copy = store.remix(share)
    assert copy != mine
    assert store.current(copy).caption == "a boat"
    hashes = [version.sha256 for version in store.versions(mine)]
    assert [version.sha256 for version in store.versions(copy)] == hashes[:2]
    assert "secret" not in repr(store.turns(copy))
    assert store.share(copy) != share
    say(store, tmp_path, copy, "a tree")
    assert len(store.versions(mine)) == 3


def test_an_empty_share_is_remixed_empty(store):
    mine = store.new_conversation()
    copy = store.remix(store.share(mine))
    assert store.current(copy) is None


def test_nothing_is_shared_of_what_is_not_there(store):
    with pytest.raises(UnknownVersion):
        store.share("0" * 32)
    with pytest.raises(UnknownVersion):
        store.shared("")


def test_a_deleted_conversation_is_gone_and_can_be_brought_back(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house")
    share = store.share(mine)
    store.put_away(mine)
    assert not store.has_conversation(mine)
    with pytest.raises(UnknownVersion):
        store.shared(share)
    store.bring_back(mine)
    assert store.has_conversation(mine)
    assert store.shared(share).versions


def test_a_deleted_conversation_is_forgotten_after_its_day_of_grace(store, tmp_path, monkeypatch):
    gone, kept = store.new_conversation(), store.new_conversation()
    say(store, tmp_path, gone, "a house")
    store.put_away(gone)
    with SqlStore(tmp_path) as again:
        again.bring_back(gone)
        again.put_away(gone)
    monkeypatch.setattr(sql, "GRACE", -timedelta(seconds=1))
    with SqlStore(tmp_path) as later:
        assert list(later.conversations()) == [kept]
        with pytest.raises(UnknownVersion):
            later.bring_back(gone)
    assert not (tmp_path / "pictures" / gone).exists()


def test_a_title_is_kept_and_taken_away(store):
    mine = store.new_conversation()
    assert store.title(mine) == ""
    store.entitle(mine, "Holidays")
    assert store.title(mine) == "Holidays"
    assert store.shared(store.share(mine)).title == "Holidays"
    store.entitle(mine, "")
    assert store.title(mine) == ""


def test_a_share_is_as_old_as_its_moment(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house")
    before = datetime.now(UTC)
    seen = store.shared(store.share(mine))
    assert all(turn.created_at <= before for turn in seen.turns)


def test_a_deleted_version_is_had_again_by_going_to_it(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house", "a boat")
    assert store.hide(mine, 2).number == 1
    assert store.current(mine).number == 1
    assert [version.number for version in store.shared(store.share(mine)).versions] == [1]
    assert store.goto(mine, 2).hidden is False
    assert store.undo(mine).number == 1


def test_undo_to_a_deleted_version_brings_it_back(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house", "a boat")
    store.hide(mine, 1)
    assert store.version(mine, 1).hidden
    assert store.current(mine).number == 2
    assert store.undo(mine).number == 1
    assert not store.version(mine, 1).hidden


def test_the_only_picture_is_not_deleted(store, tmp_path):
    mine = store.new_conversation()
    say(store, tmp_path, mine, "a house")
    with pytest.raises(UnknownVersion, match="only picture"):
        store.hide(mine, 1)
    assert not store.version(mine, 1).hidden
