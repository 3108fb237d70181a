"""How many bytes a message brings to the browser: `python -m tests.benchmarks.message_bytes`.

A real browser talks to a real server, which paints nothing and shows no previews. What is
counted are the answers of Gradio's queue and its direct calls; the picture itself is counted apart.
Messages in between are kept in the store directly, and the page is loaded anew before each count.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from t2i_chat.store import SqlStore
from tests.browser.conftest import Visit, Windows, launched, serving

COUNTED = (5, 50, 100, 300)
"""Which messages of a conversation are counted."""
WORDS = "make the sky darker"
_ANSWERS = ("/gradio_api/queue/", "/gradio_api/run/")


@dataclass
class Wire:
    """Bytes a page has received since `start`, before any compression."""

    answers: int = 0
    pictures: int = 0
    _addresses: dict[str, str] = field(default_factory=dict)

    def listen(self, person: Visit) -> None:
        """Hears everything that comes over the network of a page."""
        devtools = person.context.new_cdp_session(person.page)
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.dataReceived", self._received)
        devtools.send("Network.enable")

    def start(self) -> None:
        """Counts from zero."""
        self.answers = self.pictures = 0

    def _asked(self, sent: dict) -> None:
        self._addresses[sent["requestId"]] = sent["request"]["url"]

    def _received(self, some: dict) -> None:
        address = self._addresses.get(some["requestId"], "")
        if any(one in address for one in _ANSWERS):
            self.answers += some["dataLength"]
        elif "/gradio_api/file=" in address:
            self.pictures += some["dataLength"]


def grown(home: Path, messages: int) -> None:
    """Repeats the last message of the only conversation, until there are so many of them.

    What was said, and the picture that came of it, are kept once more as they are.
    """
    with SqlStore(home) as store:
        [conversation] = store.conversations()
        turns, versions = store.turns(conversation), store.versions(conversation)
        said = [place for place, turn in enumerate(turns) if turn.role == "user"]
        last, image = versions[-1], store.image(versions[-1])
        for number in range(len(said) + 1, messages + 1):
            store.add_version(
                conversation,
                image=image,
                recipe=last.recipe,
                parent=number - 1,
                caption=last.caption,
                summary=last.summary,
                receipt=last.receipt,
            )
            for turn in turns[said[-1] :]:
                store.add_turn(
                    conversation, turn.model_copy(update={"version": turn.version and number})
                )


def counted(person: Visit, home: Path, messages: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The number of a message, and the bytes of its answers and of its pictures."""
    wire = Wire()
    wire.listen(person)
    person.say("a red house under a blue sky", then="Version 1 · seed")
    person.say(WORDS, then="Version 2 · seed")
    for number in messages:
        grown(home, number - 1)
        person.page.reload()
        person.sees(f"Version {number - 1} · seed")
        _at_rest(person, wire)
        wire.start()
        person.say(WORDS, then=f"Version {number} · seed")
        _at_rest(person, wire)
        yield number, wire.answers, wire.pictures


def _at_rest(person: Visit, wire: Wire) -> None:
    """Waits until nothing has come for half a second: what follows a message says nothing."""
    before = -1
    while before != wire.answers + wire.pictures:
        before = wire.answers + wire.pictures
        person.page.wait_for_timeout(500)


@contextmanager
def visited(home: Path) -> Iterator[Visit]:
    """A person at the page of a server that shows no previews."""
    with (
        serving(home, parts="silent") as address,
        sync_playwright() as playwright,
        launched(playwright) as browser,
    ):
        yield Visit(Windows(browser), address)


def main(*numbers: str) -> None:
    """Prints a line for each message that is counted."""
    messages = [int(number) for number in numbers] or COUNTED
    with tempfile.TemporaryDirectory() as home, visited(Path(home)) as person:
        for number, answers, pictures in counted(person, Path(home), messages):
            line = f"message {number:3}: {answers:9,} bytes of answers, {pictures:,} of pictures"
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
