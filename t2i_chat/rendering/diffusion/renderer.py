"""Runs diffusers in one worker thread: previews as events, cancellation (Stop) within a step.

All work on the model happens in that thread, one job after the other, because tokenizers,
schedulers and torch's thread pool are not thread-safe. `render` may be called from any thread.
"""

from __future__ import annotations

import functools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import torch

from t2i_chat.core.errors import Cancelled, ModelDoesNotFit
from t2i_chat.core.protocols import Drafter
from t2i_chat.core.recipe import Rendered, RenderEvent, RenderRequest
from t2i_chat.core.registry import ModelFacts
from t2i_chat.rendering.diffusion import export_script, loading, pipeline_job
from t2i_chat.rendering.diffusion.loading import LoadedModel
from t2i_chat.rendering.diffusion.previews import Previewer


class DiffusionRenderer:
    """Renders with one model, which is loaded at first use.

    `model` is a profile's name, a folder or a hub id; `threads` are torch's CPU threads (None:
    torch's default); a preview comes every `preview_every` steps; `drafter` draws the layouts of a
    model that paints from drafts. Raises ModelMissing when there is
    no such model.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str = "auto",
        preview_every: int = 2,
        threads: int | None = None,
        drafter: Drafter | None = None,
    ) -> None:
        self.facts: ModelFacts = loading.facts_of(model)
        self._device = device
        self._drafter = drafter
        self._preview_every = preview_every
        self._worker = ThreadPoolExecutor(
            1, "painter", initializer=functools.partial(_use_threads, threads)
        )
        self._closing = threading.Event()
        self._loaded: tuple[LoadedModel, Previewer] | None = None

    def load(self) -> None:
        """Loads the model now. Raises ModelMissing or ModelDoesNotFit."""
        self._worker.submit(self._model).result()

    def close(self) -> None:
        """Cancels the running job within one step and ends the worker thread."""
        self._closing.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews while denoising, then one Rendered. Raises Cancelled within one step.

        Closing the generator early cancels too, and returns when the model is free again. Raises
        ModelMissing, ModelDoesNotFit, and the errors of preparing the request.
        """
        events: queue.SimpleQueue[RenderEvent | None] = queue.SimpleQueue()
        closed = threading.Event()
        stops = (cancel, closed, self._closing)
        job = self._worker.submit(
            self._paint, request, events.put, lambda: any(stop.is_set() for stop in stops)
        )
        job.add_done_callback(lambda _: events.put(None))
        try:
            while (event := events.get()) is not None:
                yield event
            yield job.result()
        finally:
            closed.set()
            _finish(job)

    def bare_pipeline_seconds(self, request: RenderRequest) -> float:
        """Seconds the plain diffusers pipeline takes for the same request.

        The same arguments without previews, Stop, compositing or receipt: a baseline for their
        cost.
        """
        return self._worker.submit(self._bare_seconds, request).result()

    def script_files(self, request: RenderRequest) -> dict[str, bytes]:
        """A stand-alone diffusers script for a request, with its input pictures, by file name.

        Raises CannotDo for a request plain pipelines cannot render, and what `render` raises.
        """
        return self._worker.submit(self._script_files, request).result()

    def _model(self) -> tuple[LoadedModel, Previewer]:
        if self._loaded is None:
            model = loading.load(self.facts, self._device, self._drafter)
            self._loaded = model, Previewer.fitted(model.pipeline.vae)
        return self._loaded

    def _paint(
        self,
        request: RenderRequest,
        put: Callable[[RenderEvent], None],
        stopped: Callable[[], bool],
    ) -> Rendered:
        _raise_if(stopped)
        model, previewer = self._model()
        job = pipeline_job.job_for(request, model)
        looking = pipeline_job.looking_for(job, model) if request.watched else None
        every = 1 if request.watched else self._preview_every

        def on_step(step: int, total: int, latents: torch.Tensor) -> None:
            _raise_if(stopped)
            if step % every == 0 and step < total:
                put(pipeline_job.preview(step, total, latents, job, previewer))

        try:
            rendered = pipeline_job.paint(job, request.recipe, model, on_step, looking)
        except (RuntimeError, MemoryError) as error:
            if not loading.is_full(error):
                raise
            raise ModelDoesNotFit(
                "The picture needs more memory than this machine has. Try a smaller one."
            ) from error
        if looking is not None:
            put(pipeline_job.looked(looking, job))
        return rendered

    def _script_files(self, request: RenderRequest) -> dict[str, bytes]:
        model, _ = self._model()
        return export_script.script_files(
            pipeline_job.job_for(request, model), request.recipe, model
        )

    def _bare_seconds(self, request: RenderRequest) -> float:
        model, _ = self._model()
        job = pipeline_job.job_for(request, model)
        start = time.perf_counter()
        pipeline_job.painted(job, request.recipe, model)
        return time.perf_counter() - start


def _use_threads(threads: int | None) -> None:
    if threads is not None:
        torch.set_num_threads(threads)


def _raise_if(stopped: Callable[[], bool]) -> None:
    if stopped():
        raise Cancelled


def _finish(job: Future[Rendered]) -> None:
    job.cancel()
    wait([job])
