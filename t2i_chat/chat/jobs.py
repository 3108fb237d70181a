"""Builds the render jobs of an action from the versions that a conversation's store holds.

find_region → requests → layouts: an action and the versions in, render requests out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from PIL import Image

from t2i_chat.core.actions import (
    Combine,
    Generate,
    Inpaint,
    Letter,
    LocalEdit,
    Outpaint,
    Plan,
    Remove,
    Restyle,
    SetParam,
    Upscale,
    Variation,
)
from t2i_chat.core.errors import CannotDo, ModelMissing, RegionNotFound, UnknownVersion
from t2i_chat.core.events import Message, Said
from t2i_chat.core.geometry import MAX_SIDE, Box
from t2i_chat.core.params import Params
from t2i_chat.core.protocols import Checker, Planner, Renderer, Segmenter, VersionStore
from t2i_chat.core.recipe import RenderRequest, Version
from t2i_chat.core.registry import ModelFacts
from t2i_chat.core.settings import Settings
from t2i_chat.editing import disambiguate, layout_edits, requests
from t2i_chat.editing.combine_region import require_alike, shared_region
from t2i_chat.editing.instruct import by_instruction
from t2i_chat.editing.marked_edits import in_mark
from t2i_chat.editing.placement import SizePrior
from t2i_chat.editing.requests import Job, Knob, Source
from t2i_chat.editing.surroundings import ZoneSegmenter
from t2i_chat.editing.targeting import find_region
from t2i_chat.imaging import masks
from t2i_chat.text import captions
from t2i_chat.text.lexicon import AnyWords, Lexicon, paintable, shown

NOT_IN_THE_LAYOUT = (
    "I can't change that with Storybook. I can add, remove, replace, move and recolour things, and "
    "change the place, the hour, the weather or the style of the whole picture."
)
NO_LAYOUT = (
    "Storybook can put things into a picture you brought and write on it, but it can't repaint it. "
    "A larger model could."
)


def _no_other(model: str) -> ModelFacts:
    raise ModelMissing(f"The model “{model}” cannot be loaded here.")


@dataclass(frozen=True, slots=True)
class Parts:
    """The dependencies of a conversation; one set serves all conversations.

    `hint` gives the size prior of a named thing; `lexicon` is the model's vocabulary; `checkers`
    verify finished edits, () to skip that; `draw_seed` draws a random seed; `load_model` loads
    another model by name, and raises ModelMissing or ModelDoesNotFit.
    """

    planner: Planner
    segmenter: Segmenter
    renderer: Renderer
    store: VersionStore
    facts: ModelFacts
    settings: Settings
    hint: Callable[[str], SizePrior] = lambda _: SizePrior()
    lexicon: Lexicon = field(default_factory=AnyWords)
    checkers: tuple[Checker, ...] = ()
    draw_seed: Callable[[], int] = requests.draw_seed
    load_model: Callable[[str], ModelFacts] = _no_other


class Jobs:
    """The render jobs of one conversation."""

    def __init__(self, parts: Parts, conversation: str) -> None:
        self._parts = parts
        self._conversation = conversation
        self._store = parts.store

    def new_pictures(self, action: Generate, prompt: str) -> tuple[Job, ...]:
        """Text-to-image jobs for a prompt, which is the action's after enrichment."""
        seed = self._parts.draw_seed()
        return requests.generate(
            action,
            prompt,
            facts=self._parts.facts,
            params=self.params(),
            drawn_seed=seed,
            lexicon=self._parts.lexicon,
        )

    def variations(self, action: Variation) -> tuple[Job, ...]:
        """The picture again with unused seeds, or new ones from an upload's parameters.

        Raises UnknownVersion, and CannotDo for a picture that was not rendered.
        """
        base = self.base(action.of)
        versions = self._store.versions(self._conversation)
        siblings = (v for v in versions if v.parent == base.version.parent)
        brought = base.version.recipe.kind == "upload"
        told = base.version.recipe.prompt if brought else ""
        words = shown(told, self._parts.lexicon) if told else base.version.caption
        alike = (v for v in siblings if v.caption == words and v.recipe.kind != "upload")
        used = [v.recipe.seed for v in alike]
        if brought and base.version.recipe.prompt:
            facts, params = self._parts.facts, self.params()
            jobs = requests.like(
                base, facts=facts, params=params, count=action.count, used_seeds=used
            )
            return tuple(requests.reworded(job, self._parts.lexicon) for job in jobs)
        return requests.variations(
            base,
            self.inputs(base.version),
            count=action.count,
            used_seeds=used,
            lexicon=self._parts.lexicon,
        )

    def reworked(self, action: Restyle | Outpaint | Upscale | Combine, message: Message) -> Job:
        """The job of a restyle, outpainting, upscaling or combine.

        Raises UnknownVersion and other UserErrors.
        """
        base, facts, params = self.base(action.of), self._parts.facts, self.params()
        match action:
            case Upscale():
                return requests.upscale(action, base)
            case Combine():
                source = self.base(action.source)
                if message.mask is None:
                    region = shared_region(action, base, source, self._find)
                else:
                    require_alike(base, source, action.target)
                    region = masks.fitted(message.mask, base.image.size)
                return requests.combine(action, base, source, region)
            case Outpaint():
                job = requests.outpaint(action, base, facts=facts, params=params)
                return self._paintable(requests.reworded(job, self._parts.lexicon), base)
            case Restyle():
                action = action.model_copy(update=self._shown(action.result))
                job = requests.restyle(action, base, facts=facts, params=params)
                job = requests.reworded(by_instruction(job, action, facts), self._parts.lexicon)
                job = layout_edits.resettled(job, base, action.result, self._parts.lexicon)
                return self._paintable(job, base)
        return requests.reworded(job, self._parts.lexicon)

    def edit(self, action: LocalEdit | Letter, message: Message) -> Job:
        """The job of a local edit: in the brushed mask, or where its thing is segmented.

        Raises UnknownVersion, RegionNotFound and CannotDo.
        """
        base = self.base(action.of)
        if not isinstance(action, Letter):
            requests.require_known(action, self._parts.lexicon)
        if message.mask is None:
            mask = self._find(action, base)
        else:
            mask = masks.fitted(message.mask, base.image.size)
        if isinstance(action, Letter):
            return requests.letter(action, base, mask)
        if not isinstance(action, Remove):
            action = action.model_copy(update=self._shown(action.result))
        job = requests.edit(action, base, mask, facts=self._parts.facts, params=self.params())
        job = requests.reworded(job, self._parts.lexicon)
        if message.mask is not None:
            return self._paintable(self._in_mark(job, action, base), base)
        job = layout_edits.relaid(job, action, base, self._parts.hint, self._windows())
        if job.request.recipe.layout is None and isinstance(action, Inpaint):
            lexicon = self._parts.lexicon
            job = layout_edits.resettled(job, base, action.result, lexicon, in_mask=True)
        return self._paintable(job, base)

    def _paintable(self, job: Job, base: Source) -> Job:
        """The job, if the model can paint it. Raises CannotDo for one that needs a draft."""
        if not self._parts.lexicon.needs_layout or job.request.recipe.layout is not None:
            return job
        raise CannotDo(NOT_IN_THE_LAYOUT if base.origin else NO_LAYOUT)

    def _in_mark(self, job: Job, action: LocalEdit, base: Source) -> Job:
        needs_layout = self._parts.lexicon.needs_layout
        return in_mark(job, action, base, self._parts.hint) if needs_layout else job

    def _windows(self) -> tuple[int, ...]:
        """The sides of the crops in which a thing can be put in, in pixels."""
        needs_layout = self._parts.lexicon.needs_layout
        return (MAX_SIDE + 1,) if needs_layout else self._parts.facts.windows

    def _shown(self, result: str) -> dict[str, str]:
        """The action's result without things the vocabulary leaves out, for the caption."""
        return {"result": paintable(result, self._parts.lexicon)}

    def _find(self, action: LocalEdit | Letter, base: Source) -> Image.Image:
        parts = self._parts
        literal = parts.facts.literal
        segmenter = ZoneSegmenter(parts.segmenter, parts.lexicon, base)
        return find_region(action, base, segmenter, parts.hint, literal=literal)

    def things(self, number: int) -> Mapping[str, Image.Image]:
        """The things in a version's caption with their 8-bit masks. Raises UnknownVersion."""
        base, found = self.base(number), dict[str, Image.Image]()
        named = [*captions.things(base.version.caption), "sky"]
        for thing in dict.fromkeys(one for one in named if one not in captions.UNSEEN):
            with suppress(RegionNotFound):
                found[thing] = self._find(Remove(target=thing), base)
        return found

    def disambiguate(self, plan: Plan, message: Message) -> Said | None:
        """The question which of several things is meant; None if the message or a mask tells."""
        if message.mask is not None:
            return None
        literal = self._parts.facts.literal

        def known_of(base: Source, action: LocalEdit) -> tuple[Box, ...]:
            target, size = action.target or "", base.version.recipe.size
            found = layout_edits.regions_of(base.layout, target, size, self._parts.hint)
            return tuple(region.box for region in found)

        return disambiguate.question(
            plan, message.text, self.base, self._find, known_of, literal=literal
        )

    def rerun(self, action: SetParam, params: Params) -> Job:
        """The current picture again, with settings that one message changed."""
        base = self.base(None)
        return requests.rerun(
            base,
            self.inputs(base.version),
            params,
            facts=self._parts.facts,
            lexicon=self._parts.lexicon,
            reshaped=bool(action.size or action.aspect_ratio),
        )

    def watched(self, number: int) -> tuple[Version, RenderRequest]:
        """A version, and the request that renders it again for watching."""
        version = self.version(number)
        requests.require_watchable(version, self._parts.facts)
        return version, replace(self.inputs(version), watched=True)

    def recalled(self, action: LocalEdit | Letter) -> RenderRequest | None:
        """The request that painted an edit's thing, to be rendered again for attention maps.

        None if the caption does not name it, another model painted it, or this one has no attention
        maps. Raises UnknownVersion.
        """
        facts, version, target = self._parts.facts, self.version(action.of), action.target or ""
        if facts.literal or not facts.pipelines.tells_where_it_looks:
            return None
        if not captions.mentions(version.caption, target):
            return None
        origin = self._painted_in(version, target)
        with suppress(CannotDo):
            return None if origin is None else self.watched(origin.number)[1]
        return None

    def _painted_in(self, version: Version, target: str) -> Version | None:
        """The version in which a thing of the current picture was painted, at the same size."""
        size = version.recipe.size
        while version.recipe.size == size:
            prompt, local = version.recipe.prompt, version.recipe.mask_sha256 is not None
            first = next(iter(captions.phrases(prompt)), "")  # later phrases are its surroundings
            if captions.names(first, target) if local else captions.mentions(prompt, target):
                return version
            if not local or version.parent is None:
                return None
            version = self.version(version.parent)
        return None

    def strip(
        self, number: int, knob: Knob
    ) -> tuple[Version, tuple[tuple[float, RenderRequest | None], ...]]:
        """A version, and (value, request) pairs of its sweep; the request is None at its own value.

        Raises UnknownVersion, and CannotDo for a picture this model did not denoise.
        """
        version = self.version(number)
        requests.require_watchable(version, self._parts.facts)
        return version, requests.strip(self.inputs(version), knob)

    # The tree: where we are, where edits start, what was set.

    def version(self, number: int | None) -> Version:
        """A version by its number, or the current one. Raises UnknownVersion."""
        if number is not None:
            return self._store.version(self._conversation, number)
        version = self._store.current(self._conversation)
        if version is None:
            raise UnknownVersion("There is no picture yet. Tell me first what to paint.")
        return version

    def base(self, number: int | None) -> Source:
        """The source of an edit: a version, or the current one. Raises UnknownVersion."""
        version = self.version(number)
        version_of = partial(self._store.version, self._conversation)
        origin, placed = layout_edits.made_of(version, version_of, self._store.blob)
        return Source(version, self._store.image(version), origin, placed)

    def inputs(self, version: Version) -> RenderRequest:
        """The render request of a version, with its input pictures."""
        recipe = version.recipe
        image = self._store.blob(recipe.image_sha256) if recipe.image_sha256 else None
        mask = self._store.blob(recipe.mask_sha256) if recipe.mask_sha256 else None
        source = self._store.blob(recipe.source_sha256) if recipe.source_sha256 else None
        return RenderRequest(recipe, image=image, mask=mask, source=source)

    def params(self) -> Params:
        """The conversation's generation settings."""
        return Params.from_mapping(self._store.params(self._conversation))
