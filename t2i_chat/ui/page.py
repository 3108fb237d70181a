"""The layout of the page, and which button does what; paints nothing and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import gradio as gr
import structlog

from t2i_chat.errors import HostError, T2IChatError, UserError
from t2i_chat.messages import Message, Watched
from t2i_chat.plan import Action, Goto, Plan, Variation
from t2i_chat.ports import VersionStore
from t2i_chat.settings import Settings
from t2i_chat.ui import brush, theme
from t2i_chat.ui.api import Endpoints, visitor
from t2i_chat.ui.compare import Comparing, before
from t2i_chat.ui.conversation import Conversations, Glance, Session, Tokens, View, no_tokens
from t2i_chat.ui.deeds import ACTIONS
from t2i_chat.ui.drawer import Drawer, choices
from t2i_chat.ui.earlier import earlier, ids, remembered
from t2i_chat.ui.first import FIRST, first_pictures
from t2i_chat.ui.languages import LANGUAGES, caption
from t2i_chat.ui.library import LONGEST, Library, at, card, deleted, file_name, known_ids, saved
from t2i_chat.ui.shared_routes import SharedRoutes
from t2i_chat.ui.sharing import Sharing
from t2i_chat.ui.shelf import shelf
from t2i_chat.ui.shown import Shown
from t2i_chat.ui.turns import chat_log, talk, told
from t2i_chat.ui.watching import NOWHERE, Watching, frame
from t2i_chat.ui.wishes import Wishes

log = structlog.get_logger(__name__)

DAY = 24 * 60 * 60

Updates = dict[Any, Any]


class Page:
    """The widgets of the page, and the updates that bring a view onto them."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.blocks = gr.Blocks(
            title="Paint by talking",
            analytics_enabled=False,
            delete_cache=(DAY, DAY),
            fill_width=True,
        )
        with self.blocks, gr.Column(elem_id="page"):
            self._head()
            self._chat()
            self._marking()
            self.comparing = Comparing()
            self.watching = Watching()
            self.sharing = Sharing()
            self.library = Library()
            self._shelf()
            self._box()
            self.drawer = Drawer()
            self._wire()
            Endpoints(conversations)

    # ── layout ───────────────────────────────────────────────────────────────────────────────

    def _head(self) -> None:
        self.kept = gr.BrowserState("", storage_key="t2i-chat", secret="not-a-secret")  # noqa: S106  the id it scrambles lies on the person's own device
        self.before = gr.BrowserState([], storage_key="t2i-chat-earlier", secret="not-a-secret")  # noqa: S106  as above
        with gr.Row(elem_id="head"):
            gr.HTML(theme.read("title.html"), elem_id="title")
            self.talks = gr.Button(LANGUAGES("talks"), size="sm", elem_id="open")
            self.share = gr.Button(LANGUAGES("share"), size="sm", elem_id="share", visible=False)
            self.new = gr.Button(LANGUAGES("new"), size="sm", elem_id="new")

    def _chat(self) -> None:
        with gr.Column(elem_id="chat"):
            self.talk = gr.HTML(
                self._welcome([]),
                label="Conversation",
                elem_id="talk",
                js_on_load=theme.read("talk.js"),
            )
            self.now = gr.HTML(elem_id="now", js_on_load=None)
            self.status = gr.HTML(elem_id="status", js_on_load=None)
        self.looking = gr.Timer(2)

    def _marking(self) -> None:
        with gr.Column(elem_id="marking", visible=False) as self.marking:
            with gr.Row(elem_id="marked"):
                gr.HTML(theme.read("marking.html"), js_on_load=None)
                self.unmark = gr.Button(LANGUAGES("cancel"), size="sm", elem_id="unmark")
            self.brush = brush.editor()
        # What the editor still sends once it was left does not count.
        self.marks = gr.State(value=False)

    def _shelf(self) -> None:
        with gr.Column(elem_id="side", visible=False) as self.side:
            gr.HTML(theme.read("sift.html"), elem_id="find", js_on_load=None)
            self.shelf = gr.HTML(
                label="All versions", elem_id="shelf", js_on_load=theme.read("shelf.js")
            )

    def _box(self) -> None:
        self.box = gr.MultimodalTextbox(
            label=LANGUAGES("see"),
            show_label=False,
            placeholder=LANGUAGES("paint"),
            elem_id="box",
            file_types=["image", ".webp", ".heic", ".heif", ".avif"],
            sources=["upload"],
            max_lines=6,
            max_plain_text_length=1_000_000,
            container=False,
            # Until the page has been told what there is, lest that overtake what is said meanwhile.
            interactive=False,
        )

    # ── what happens when ────────────────────────────────────────────────────────────────────

    def _wire(self) -> None:
        drawer = self.drawer.wishes
        self.blocks.load(self._show, [self.kept, self.before], self._all, **_AT_ONCE)
        self.blocks.unload(self._leave)
        gr.on(
            [self.blocks.load, self.looking.tick],
            self._look, None, [self.status, self.looking], **_AT_ONCE,
        )  # fmt: skip
        said = [self.kept, self.box, self.marks, self.brush, *drawer]
        for painted in (
            self.box.submit(self._say, said, self._all, **_PAINTING),
            self.talk.choose(self._choose, [self.kept, *drawer], self._all, **_PAINTING),
            self.talk.first(self._first, [self.kept, *drawer], self._all, **_PAINTING),
            self.talk.deed(self._deed, [self.kept, *drawer], self._all, **_PAINTING),
        ):
            seeds = [self.drawer.seed, self.drawer.lock]
            painted.then(self._seed, [self.kept, *seeds], seeds, **_AT_ONCE)
        self.drawer.model.input(self._use, [self.kept, self.drawer.model], self._all, **_PAINTING)
        self.talk.mark(self._mark, self.kept, self._all, **_AT_ONCE)
        compared = [self.kept, *self.comparing.asked]
        self.talk.compare(self._compare, self.kept, self._over, **_AT_ONCE)
        gr.on(
            [widget.input for widget in self.comparing.asked],
            self._compared, compared, self.comparing.all, **_AT_ONCE,
        )  # fmt: skip
        self.talk.star(self._star, self.kept, [self.talk, self.shelf], **_AT_ONCE)
        self.talk.delete(self._delete, self.kept, self._all, **_AT_ONCE)
        self.talk.name(_named, None, self.box, **_AT_ONCE)
        for leave in (self.comparing.leave, self.watching.leave, self.sharing.leave):
            leave.click(lambda: self._unmarked, None, self._over, **_AT_ONCE)
        self.talk.watch(self._watch, self.kept, [*self._all, *self.watching.all], **_PAINTING)
        step, word = self.watching.step, self.watching.word
        looking = {"inputs": self.watching.asked, **_AT_ONCE}
        step.input(_at_step, outputs=[self.watching.picture, word], **looking)
        word.input(_at_word, outputs=self.watching.picture, **looking)
        self.share.click(self._share, self.kept, self._over, **_AT_ONCE)
        self.sharing.revoke.click(self._unshare, self.kept, self._over, **_AT_ONCE)
        self._wire_library()
        self.unmark.click(self._unmark, None, self._all, **_AT_ONCE)
        self.shelf.pick(self._goto, self.kept, self._all, **_PAINTING)
        self.box.stop(self._stop, None, None, **_AT_ONCE)
        self.new.click(self._new, [self.kept, self.before], self._all, **_AT_ONCE)
        self.talk.reopen(self._reopen, [self.kept, self.before], self._all, **_AT_ONCE)

    def _wire_library(self) -> None:
        known, library = [self.kept, self.before], self.library
        self.talks.click(self._browse, known, self._over, **_AT_ONCE)
        library.leave.click(lambda: self._unmarked, None, self._over, **_AT_ONCE)
        library.list.open(self._open, known, self._all, **_AT_ONCE)
        library.list.rename(self._rename, known, self._over, **_AT_ONCE)
        library.list.save(self._save, known, self._over, **_AT_ONCE)
        library.list.remove(self._remove, known, self._all, **_AT_ONCE)
        library.list.restore(self._restore, [*known, library.gone], self._all, **_AT_ONCE)
        library.take.upload(self._take, [*known, library.take], self._all, **_AT_ONCE)

    @property
    def _all(self) -> list[Any]:
        return [
            self.kept, self.talk, self.now, *self._over, self.side,
            self.shelf, self.box, self.share, self.new, self.before, *self.drawer.all,
        ]  # fmt: skip

    @property
    def _over(self) -> list[Any]:
        """What may lie over the chat."""
        return [
            self.marking, self.marks, self.brush, *self.comparing.all, *self.sharing.all,
            *self.library.all, self.watching.panel, self.watching.watched,
        ]  # fmt: skip

    def _show(self, kept: object, before: object, request: gr.Request) -> Updates:
        models = choices(self.conversations.models())
        if share := request.query_params.get("remix"):
            view, left = self._remix(str(share), _id(kept), before)
            offered = {self.drawer.model: gr.Dropdown(models, value=view.model)}
            return self._drawn(view) | offered | {self.before: left}
        view = self.conversations.show(_id(kept))
        offered = {self.drawer.model: gr.Dropdown(models, value=view.model)}
        if view.conversation:
            return self._drawn(view) | offered
        # a first visit: leave what was typed into the drawer meanwhile
        updates = self._drawn(replace(view, wishes=None))
        return updates | offered | {self.talk: self._welcome(ids(before))}

    def _remix(self, share: str, kept: str, before: object) -> tuple[View, list[str]]:
        """A copy of what was shared, and the conversations left behind."""
        try:
            view = self.conversations.show(self.conversations.store.remix(share))
        except UserError as closed:
            problem = [told(str(closed), "problem")]
            return replace(self.conversations.show(kept), now=problem), ids(before)
        return view, remembered(ids(before), kept)

    def _new(self, kept: object, before: object) -> Updates:
        left = remembered(ids(before), _id(kept))
        updates = self._drawn(self.conversations.show(""))
        return updates | {self.before: left, self.talk: self._welcome(left)}

    def _reopen(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        known = ids(before)
        opening = known[int(chosen.place)] if int(chosen.place) in range(len(known)) else ""
        left = remembered(known, _id(kept), opening)
        return self._drawn(self.conversations.show(opening)) | {self.before: left}

    def _browse(self, kept: object, before: object, told: str = "") -> Updates:
        known = known_ids(_id(kept), ids(before))
        return self._unmarked | self.library.opened(self.conversations, known, _id(kept), told)

    def _open(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        opening = at(known_ids(_id(kept), ids(before)), chosen.place)
        left = remembered(ids(before), _id(kept), opening)
        return self._drawn(self.conversations.show(opening)) | {self.before: left}

    def _rename(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        named = at(known_ids(_id(kept), ids(before)), chosen.place)
        if self.conversations.knows(named):
            self.conversations.store.entitle(named, str(chosen.title).strip()[:LONGEST])
        return self._browse(kept, before)

    def _save(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        saving = at(known_ids(_id(kept), ids(before)), chosen.place)
        one = card(self.conversations, saving)
        if one is None:
            return self._browse(kept, before)
        address = self.conversations.saved(saving, file_name(one.title))
        return self._browse(kept, before, saved(one.title, address))

    def _remove(self, kept: object, before: object, chosen: gr.EventData) -> Updates:
        going = at(known_ids(_id(kept), ids(before)), chosen.place)
        one = card(self.conversations, going)
        if one is None:
            return self._browse(kept, before)
        self.conversations.store.put_away(going)
        left = remembered(ids(before), _id(kept))
        gone = {self.library.gone: going, self.before: left}
        if going == _id(kept):
            return self._new("", left) | self._browse("", left, deleted(one.title)) | gone
        return self._browse(kept, left, deleted(one.title)) | gone

    def _restore(self, kept: object, before: object, gone: str) -> Updates:
        try:
            self.conversations.store.bring_back(gone)
        except UserError as problem:
            return self._browse(kept, before, f"<p>{escape(str(problem))}</p>")
        return self._browse(kept, before)

    def _take(self, kept: object, before: object, file: str) -> Updates:
        try:
            taken = self.conversations.store.open_saved(Path(file))
        except T2IChatError:
            return self._browse(kept, before, f"<p>{_NOT_SAVED}</p>")
        left = remembered(ids(before), _id(kept))
        return self._drawn(self.conversations.show(taken)) | {self.before: left}

    def _welcome(self, before: Sequence[str]) -> str:
        page = theme.read("welcome.html")
        page = page.replace("$first", first_pictures(self.conversations.shown.own))
        return page.replace("$earlier", earlier(self.conversations, before))

    def _mark(self, kept: object) -> Updates:
        picture = self.conversations.picture(_id(kept))
        if picture is None:
            return {self.marking: gr.Column(visible=False)}
        return {
            self.marking: gr.Column(visible=True),
            self.marks: True,
            self.brush: brush.opened(picture),
            self.box: gr.MultimodalTextbox(placeholder=_HERE),
        }

    def _unmark(self) -> Updates:
        return self._unmarked | {self.box: gr.MultimodalTextbox(placeholder=_CHANGE)}

    @property
    def _unmarked(self) -> Updates:
        closed = {self.marking: gr.Column(visible=False), self.marks: False, self.brush: None}
        closed |= self.comparing.closed | self.watching.closed
        return closed | self.sharing.closed | self.library.closed

    def _watch(self, kept: object, request: gr.Request, chosen: gr.EventData) -> Iterator[Updates]:
        seen: list[Watched] = []
        yield from self._told(
            self.conversations.watch(_id(kept), int(chosen.version), visitor(request), seen.append)
        )
        if seen:
            yield self.watching.opened(seen[-1])

    def _compare(self, kept: object, chosen: gr.EventData) -> Updates:
        view = self.conversations.show(_id(kept))
        version = next((v for v in view.versions if v.number == int(chosen.version)), None)
        if version is None:
            return self._unmarked
        one, other = before(version, view.versions).number, version.number
        opened = self.comparing.opened(one, other, view.versions)
        return self._unmarked | opened | self._compared(kept, one, other, glow=False)

    def _share(self, kept: object, request: gr.Request) -> Updates:
        try:
            share = self.conversations.store.share(_id(kept))
        except UserError:  # another page deleted it
            return self._unmarked
        return self._unmarked | self.sharing.opened(
            urljoin(request.headers.get("referer", ""), f"s/{share}")
        )

    def _unshare(self, kept: object) -> Updates:
        self.conversations.store.unshare(_id(kept))
        return self._unmarked

    def _star(self, kept: object, chosen: gr.EventData) -> Updates:
        try:
            view = self.conversations.star(_id(kept), int(chosen.version))
        except UserError:  # another page deleted it
            return {self.shelf: gr.skip()}
        drawn = self._drawn(view)
        return {widget: drawn[widget] for widget in (self.talk, self.shelf)}

    def _delete(self, kept: object, chosen: gr.EventData) -> Updates:
        try:
            return self._drawn(self.conversations.hide(_id(kept), int(chosen.version)))
        except UserError as problem:
            view = self.conversations.show(_id(kept))
            return self._drawn(replace(view, now=[told(str(problem), "problem")], wishes=None))

    def _compared(self, kept: object, left: int, right: int, glow: bool) -> Updates:
        try:
            two = self.conversations.compared(_id(kept), left, right, glow=glow)
        except UserError:  # another page deleted it
            return self.comparing.closed
        return self.comparing.shown(two)

    def _say(
        self,
        kept: object,
        box: Mapping[str, Any],
        marks: bool,
        marked: Mapping[str, Any] | None,
        request: gr.Request,
        *drawer: object,
    ) -> Iterator[Updates]:
        text, files = str(box.get("text") or ""), list(box.get("files") or ())
        message = Message(
            text=text,
            upload=Path(files[0]).read_bytes() if files else None,
            mask=brush.mask(marked) if marks else None,
            enrich=not drawer[-1],
        )
        yield from self._sent(kept, message, drawer, request)

    def _choose(
        self, kept: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        message = Message(text=str(chosen.words), enrich=not drawer[-1])
        yield from self._sent(kept, message, drawer, request)

    def _first(
        self, kept: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        one = FIRST[int(chosen.place)]
        yield from self._done(kept, one.action, request, Wishes.read(*drawer), one.words)

    def _sent(
        self, kept: object, message: Message, drawer: Sequence[object], request: gr.Request
    ) -> Iterator[Updates]:
        shown = self.conversations.say(_id(kept), message, Wishes.read(*drawer), visitor(request))
        yield from self._told(shown, clear=True)

    def _deed(
        self, kept: object, request: gr.Request, chosen: gr.EventData, *drawer: object
    ) -> Iterator[Updates]:
        action = ACTIONS[str(chosen.deed)](int(chosen.version))
        paints = Wishes.read(*drawer) if isinstance(action, Variation) else None
        yield from self._done(kept, action, request, paints)

    def _use(self, kept: object, model: str, request: gr.Request) -> Iterator[Updates]:
        yield from self._told(self.conversations.use(_id(kept), model, visitor(request)))

    def _seed(self, kept: object, seed: object, lock: object) -> Updates:
        return self.drawer.seeded(self.conversations.show(_id(kept)), seed, lock)

    def _goto(self, kept: object, request: gr.Request, chosen: gr.EventData) -> Iterator[Updates]:
        yield from self._done(kept, Goto(version=int(chosen.number)), request)

    def _done(
        self,
        kept: object,
        action: Action,
        request: gr.Request,
        paints: Wishes | None = None,
        words: str = "",
    ) -> Iterator[Updates]:
        plan = Plan(actions=(action,))
        shown = self.conversations.do(_id(kept), plan, visitor(request), paints, words)
        yield from self._told(shown)

    def _look(self) -> Updates:
        still = self.conversations.ready()
        return {
            self.status: talk([told(still, "quiet")] if still else []),
            self.looking: gr.Timer(active=still is not None),
        }

    def _stop(self, request: gr.Request) -> None:
        self.conversations.stop(visitor(request))

    def _leave(self, request: gr.Request) -> None:
        self.conversations.stop(visitor(request))

    # ── views onto widgets ───────────────────────────────────────────────────────────────────

    def _told(self, shown: Iterator[View | Glance], *, clear: bool = False) -> Iterator[Updates]:
        yield {self.now: gr.skip()}  # a generator without a word would empty the page
        for view in shown:
            if isinstance(view, View):
                yield self._drawn(view, clear=clear and not view.problem)
                clear = False
            else:
                yield {self.now: talk(view.now)}

    def _drawn(self, view: View, *, clear: bool = False) -> Updates:
        emptied = {"value": {"text": "", "files": []}} if clear else {}
        address = self.conversations.address
        updates: Updates = {
            self.kept: view.conversation or _NONE,
            self.talk: chat_log(view.kept) if view.kept or view.now else self._welcome([]),
            self.now: talk(view.now),
            self.side: gr.Column(visible=bool(view.versions)),
            self.shelf: shelf(view.versions, view.current, address),
            self.box: gr.MultimodalTextbox(
                interactive=True,
                submit_btn=not view.busy,
                stop_btn="Stop" if view.busy else False,
                placeholder=_CHANGE if view.versions else _PAINT,
                **emptied,
            ),
            self.share: gr.Button(visible=bool(view.versions)),
            self.new: gr.Button(interactive=not view.busy),
        }
        # whoever is told to say it again keeps the mark, too
        return updates | self.drawer.filled(view) | ({} if view.problem else self._unmarked)


_NONE = "none"
"""What a browser keeps while there is no conversation; Gradio does not keep an empty string."""
_PAINT, _CHANGE, _HERE = caption("paint"), caption("change"), caption("here")
_NOT_SAVED = "This file is not a conversation that was saved here, or it is damaged."
_AT_ONCE: dict[str, Any] = {
    "queue": False, "show_progress": "hidden", "api_visibility": "private",
}  # fmt: skip
_PAINTING: dict[str, Any] = {
    "concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private",
}  # fmt: skip


def _named(chosen: gr.EventData) -> gr.MultimodalTextbox:
    """The beginning of a sentence that names a version, for the person to finish."""
    return gr.MultimodalTextbox(value={"text": f"Call version {int(chosen.version)} ", "files": []})


def _at_step(watched: Watched | None, step: float, _word: str) -> tuple[Any, Any]:
    shown = gr.skip() if watched is None else frame(watched, int(step), NOWHERE)
    return shown, NOWHERE


def _at_word(watched: Watched | None, step: float, word: str) -> Any:  # noqa: ANN401  a picture, or Gradio's nothing
    return gr.skip() if watched is None else frame(watched, int(step), word)


def _id(kept: object) -> str:
    return kept if isinstance(kept, str) and kept != _NONE else ""


def build(
    open_session: Callable[[str], Session],
    store: VersionStore,
    settings: Settings,
    ready: Callable[[], str | None],
    models: Callable[[], Sequence[str]],
    tokens: Tokens = no_tokens,
) -> gr.Blocks:
    """The page as `gr.Blocks`: each browser talks to the session `open_session` gives its id.

    `ready` returns None once the models are loaded, and until then a sentence saying what is
    still being loaded. `models` names those a conversation can be painted with, the first of them
    unless another one is chosen. `tokens` cuts a prompt into the pieces a model reads.
    """
    shown = Shown()
    gr.set_static_paths([shown.folder])
    return Page(Conversations(open_session, store, settings, ready, models, shown, tokens)).blocks


def launch(
    blocks: gr.Blocks,
    settings: Settings,
    store: VersionStore,
    *,
    prevent_thread_lock: bool = False,
) -> str:
    """Serves the page and returns its address; waits until it is stopped unless told not to.

    Where a login is set, nothing is shown or answered before it is given, but for conversations
    of `store` that somebody shared.
    Raises HostError when agents shall paint and the library for that is missing.
    """
    if settings.mcp and find_spec("mcp") is None:
        raise HostError("To let agents paint, install one more library: pip install 'mcp<2'")
    blocks.queue(default_concurrency_limit=None, api_open=False)
    _, address, public = blocks.launch(
        server_name=settings.host,
        server_port=settings.port or None,
        share=settings.share,
        mcp_server=settings.mcp,
        auth=settings.login,
        auth_message="This page asks who you are before it paints.",
        prevent_thread_lock=True,
        app_kwargs={"routes": SharedRoutes(store).routes},
        theme=theme.theme(),
        css=theme.read("style.css"),
        head=theme.read("head.html"),
        js=theme.read("page.js"),
        i18n=LANGUAGES,
        favicon_path=str(theme.ASSETS / "icon.svg"),
        max_file_size=f"{settings.max_upload_megabytes}mb",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        quiet=True,
    )
    log.info("page_open", address=address, public=public)
    if not prevent_thread_lock:
        blocks.block_thread()
    return str(address)
