"""Serves the page with quick fakes behind it: `python -m tests.browser.server HOME [PORT]`.

T2I_BROWSER_PARTS names who paints, see `PARTS`. It says its address on a line of its own, and runs
until it is killed.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageChops

from t2i_chat import app, ui
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Clarify, Inpaint, Label, Plan, Remove, Restyle
from t2i_chat.core.errors import ModelDoesNotFit
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import RenderEvent, RenderRequest
from t2i_chat.core.registry import COMPOSITE, ModelFacts, facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.rendering.combine import Compositor
from t2i_chat.rendering.dispatch import Dispatch
from t2i_chat.store import SqlStore
from tests.fakes import SMALL, FakePlanner, FakeRenderer, FakeSegmenter, box_mask

PLANS = {
    "make the sky darker": Plan(actions=(Inpaint(target="the sky", result="a dark sky"),)),
    "make the sky darker, slowly": Plan(
        actions=(Inpaint(target="the sky", result="a dark sky, slowly"),)
    ),
    "as a watercolour": Plan(actions=(Restyle(result="a watercolour"),)),
    "remove the tree": Plan(
        actions=(Clarify(question="Which tree do you mean?", options=("left", "right")),)
    ),
    "Call version 1 home": Plan(actions=(Label(version=1, name="home"),)),
    "remove the dragon": Plan(actions=(Remove(target="the dragon"),)),
    "remove the boat": Plan(actions=(Remove(target="the boat"),)),
    "remove the left boat": Plan(actions=(Remove(target="the left boat"),)),
}


@dataclass
class PatientRenderer(FakeRenderer):
    """Takes its time when the words ask for it, so that Stop can be pressed."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews while denoising, then one Rendered."""
        slowly = "slowly" in request.recipe.prompt
        self.step_seconds, self.preview_every = (0.6, 1) if slowly else (0.01, 5)
        return super().render(request, cancel)


MODELS = ("storybook", "sd15", "sdxl")
"""What can be chosen; "sdxl" turns out to be too large."""


def cut(_model: str, prompt: str) -> list[str]:
    """Words for pieces."""
    return prompt.split()


def load_model(model: str) -> ModelFacts:
    """Takes a moment, and cannot load sdxl."""
    time.sleep(1)
    if model == "sdxl":
        raise ModelDoesNotFit("The model “sdxl” needs more memory than this machine has.")
    return small_facts(model)


def small_facts(model: str) -> ModelFacts:
    """The facts of a model, of the embedded one as it would be at 256 pixels."""
    return SMALL if model == SMALL.name else facts_for(model)


def opened(parts: Parts) -> Callable[[str], ChatSession]:
    """Opens a conversation with the model that was chosen for it."""

    def open_session(conversation: str) -> ChatSession:
        chosen = str(parts.store.params(conversation).get("model", MODELS[0]))
        return ChatSession(replace(parts, facts=small_facts(chosen)), conversation)

    return open_session


LEFT, RIGHT = Box(x0=20, y0=150, x1=80, y1=200), Box(x0=150, y0=140, x1=230, y1=210)


def two_boats() -> Image.Image:
    """Where the boats are, in a picture of 256 × 256 pixels."""
    return ImageChops.lighter(box_mask((256, 256), LEFT), box_mask((256, 256), RIGHT))


def fakes(settings: Settings, store: SqlStore) -> Parts:
    """What a conversation is made of, quick and exact."""
    return Parts(
        planner=FakePlanner(PLANS, added=("soft morning light",)),
        segmenter=FakeSegmenter(
            {
                "the sky": Box(x0=0, y0=0, x1=256, y1=110),
                "sky": Box(x0=0, y0=0, x1=256, y1=110),
                "house": Box(x0=60, y0=90, x1=180, y1=220),
                "the boat": two_boats(),
                "the left boat": LEFT,
            }
        ),
        renderer=Dispatch({COMPOSITE: Compositor()}, PatientRenderer()),
        store=store,
        facts=SMALL,
        settings=settings,
        load_model=load_model,
    )


def without_previews(settings: Settings, store: SqlStore) -> Parts:
    """The same, but nothing is seen of a picture before it is done: each answer is alike."""
    renderer = Dispatch({COMPOSITE: Compositor()}, FakeRenderer(preview_every=1000))
    return replace(fakes(settings, store), renderer=renderer)


PARTS = {"fakes": fakes, "silent": without_previews, "embedded": app.build_parts}
"""Who paints, by what T2I_BROWSER_PARTS says."""


def main(home: str, port: str = "0") -> None:
    """Serves until killed."""
    app.quiet_libraries()
    settings = Settings(data_dir=Path(home), port=int(port), messages_per_minute=1000)
    store = SqlStore(settings.data_dir)
    named = os.environ.get("T2I_BROWSER_PARTS", "fakes")
    parts = PARTS[named](settings, store)
    pieces = app.tokens_of if named == "embedded" else cut
    page = ui.build(opened(parts), store, settings, lambda: None, lambda: MODELS, pieces)
    sys.stdout.write(ui.launch(page, settings, store, prevent_thread_lock=True) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
