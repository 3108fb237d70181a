"""The model pool: loads once, serves by recipe, unloads when memory is short."""

import threading
from dataclasses import dataclass, field, replace

import pytest

from t2i_chat import app, hub
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Plan, SetParam, Variation
from t2i_chat.core.errors import ModelDoesNotFit, ModelMissing
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Recipe, RenderRequest
from t2i_chat.core.registry import PROFILES
from t2i_chat.core.settings import Settings
from t2i_chat.rendering.pool import ModelPool
from t2i_chat.rendering.queue import PaintQueue
from t2i_chat.store import SqlStore
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter


@dataclass
class FakePainter(FakeRenderer):
    """A renderer of one model, that counts how often it was loaded and whether it was closed."""

    facts: object = None
    fault: Exception | None = None
    loaded: int = 0
    closed: bool = False

    def load(self):
        """Counts; raises the fault."""
        if self.fault is not None:
            raise self.fault
        self.loaded += 1

    def close(self):
        """Notes it."""
        self.closed = True

    def render(self, request, cancel):
        """Refuses what another model should paint, and what comes after the end."""
        assert request.recipe.model == self.facts.name
        assert not self.closed
        return super().render(request, cancel)


@dataclass
class Shop:
    """Opens painters by name and keeps all it ever opened."""

    opened: list[FakePainter] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)

    def __call__(self, model):
        """A new painter of that profile."""
        if model not in PROFILES:
            raise ModelMissing(f"There is no model “{model}”.")
        self.opened.append(FakePainter(facts=PROFILES[model], fault=self.faults.get(model)))
        return self.opened[-1]

    @property
    def open(self):
        """The names of the painters that were not closed."""
        return [painter.facts.name for painter in self.opened if not painter.closed]


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def models(shop):
    return ModelPool("storybook", shop)


@pytest.fixture
def parts(tmp_path, models):
    with SqlStore(tmp_path) as store:
        yield Parts(
            planner=FakePlanner(),
            segmenter=FakeSegmenter(),
            renderer=PaintQueue(models),
            store=store,
            facts=models.load("storybook"),
            settings=Settings(data_dir=tmp_path),
            load_model=models.load,
        )


def session(parts, conversation):
    """A conversation with the model that was chosen for it."""
    chosen = str(parts.store.params(conversation).get("model", "storybook"))
    return ChatSession(replace(parts, facts=PROFILES[chosen]), conversation)


def use(parts, conversation, model, cancel=None):
    """What is said when a conversation is to go on with another model."""
    events = session(parts, conversation).use(model, cancel or threading.Event())
    [said] = [event for event in events if isinstance(event, Said)]
    return said


def paint(parts, conversation, text="a house"):
    """The model that painted a message."""
    events = session(parts, conversation).reply(Message(text=text), threading.Event())
    [painted] = [event.version for event in events if isinstance(event, Painted)]
    return painted.recipe.model


def test_a_conversation_goes_on_with_the_model_it_chose_and_others_with_theirs(parts, shop):
    anna, ben = parts.store.new_conversation(), parts.store.new_conversation()
    assert use(parts, anna, "sd15").text == "From now on I paint with sd15."
    assert [paint(parts, anna), paint(parts, ben)] == ["sd15", "storybook"]
    assert [(p.facts.name, p.loaded) for p in shop.opened] == [("storybook", 1), ("sd15", 1)]


def test_a_model_is_opened_once_for_all_conversations(parts, shop):
    for conversation in (parts.store.new_conversation() for _ in range(3)):
        use(parts, conversation, "sd15")
        paint(parts, conversation)
    assert shop.open == ["storybook", "sd15"]
    assert len(shop.opened) == 2


def test_of_the_others_only_the_last_one_used_stays(models, shop):
    for model in ("storybook", "sd15", "sdxl"):
        models.load(model)
    assert shop.open == ["storybook", "sdxl"]


def test_a_model_that_left_comes_back_when_it_is_needed(parts, shop):
    anna, ben = parts.store.new_conversation(), parts.store.new_conversation()
    use(parts, anna, "sd15")
    use(parts, ben, "sdxl")
    assert paint(parts, anna) == "sd15"
    assert shop.open == ["storybook", "sd15"]
    assert paint(parts, ben) == "sdxl"


@pytest.mark.parametrize(
    "fault", [ModelMissing("It is broken."), ModelDoesNotFit("It needs more memory.")]
)
def test_a_model_that_cannot_be_loaded_is_told_and_the_old_one_goes_on(parts, shop, fault):
    shop.faults["sdxl"] = fault
    mine = parts.store.new_conversation()
    said = use(parts, mine, "sdxl")
    assert (said.text, said.tone) == (f"{fault} I go on with storybook.", "problem")
    assert shop.open == ["storybook"]
    assert paint(parts, mine) == "storybook"
    assert use(parts, mine, "oil").text == "There is no model “oil”. I go on with storybook."


def test_stop_while_a_model_loads_leaves_things_as_they_were(parts):
    mine, cancel = parts.store.new_conversation(), threading.Event()
    cancel.set()
    assert use(parts, mine, "sd15", cancel).text.startswith("Stopped.")
    assert paint(parts, mine) == "storybook"


def test_settings_said_later_do_not_forget_the_model(parts):
    mine = parts.store.new_conversation()
    use(parts, mine, "sd15")
    parts.planner.table = {"seed 5": Plan(actions=(SetParam(seed=5),))}
    list(session(parts, mine).reply(Message(text="seed 5"), threading.Event()))
    assert parts.store.params(mine) == {"model": "sd15", "seed": 5}


def test_a_variation_is_painted_by_the_model_of_the_picture(parts):
    mine = parts.store.new_conversation()
    paint(parts, mine)
    use(parts, mine, "sd15")
    again = session(parts, mine).perform(Plan(actions=(Variation(),)), threading.Event())
    assert [e.version.recipe.model for e in again if isinstance(e, Painted)] == ["storybook"]


def test_no_model_leaves_while_a_picture_is_painted(models, shop):
    models.load("sd15")
    painter = shop.opened[-1]
    painter.step_seconds = 0.01
    recipe = Recipe(model="sd15", kind="text-to-image", size=Size(width=64, height=64))
    events = models.render(RenderRequest(recipe), threading.Event())
    next(events)
    loading = threading.Thread(target=models.load, args=("sdxl",))
    loading.start()
    list(events)
    loading.join(5)
    assert painter.cancelled == 0
    assert shop.open == ["sdxl"]


def test_what_can_be_chosen_is_what_lies_on_this_machine(monkeypatch):
    monkeypatch.setattr(hub, "is_here", lambda facts: facts.name in ("storybook", "sd15"))
    for profile, names in {
        "storybook": ("storybook", "sd15"),
        PROFILES["sd15"].source: ("sd15", "storybook"),
        "/models/mine": ("/models/mine", "storybook", "sd15"),
    }.items():
        assert app.models_here(Settings(profile=profile)) == names
