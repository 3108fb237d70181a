"""Shared fixtures: the environment as the program sets it, and the embedded models.

The embedded language model is replayed (`tests/recorded_model.py`) wherever a test does not use
the fixture `real_model`.
"""

import os

import pytest
from hypothesis import settings

from t2i_chat import app

# Processes that test side by side share the cores; commands they start take as many threads.
_BESIDE = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // _BESIDE)))

app.quiet_libraries()
settings.register_profile("no clock", deadline=None)  # a busy machine is no failure
settings.load_profile("no clock")

from t2i_chat.core.settings import EMBEDDED, Settings  # noqa: E402  the environment comes first
from t2i_chat.llm import llama  # noqa: E402  as above
from tests import recorded_model  # noqa: E402  as above

_RECORDING = os.environ.get("T2I_CHAT_RECORD") == "1"
"""Set by `make record`, in one process: what is not recorded is asked of the real model."""
_open_real = llama.open_language_model


@pytest.fixture(scope="session")
def recorded():
    """The one replayed language model of this test process."""
    if not _RECORDING:
        yield recorded_model.RecordedModel(recorded_model.load())
        return
    kept = recorded_model.load() if recorded_model.FILE.is_file() else []
    model = recorded_model.RecordedModel(kept, lambda: _open_real(threads=1))
    yield model
    recorded_model.save(model.recording)


@pytest.fixture(autouse=True, scope="session")
def _replay(request):
    """Opens the replayed model wherever the program opens the embedded one as it is shipped."""
    patch = pytest.MonkeyPatch()

    def opened(name=EMBEDDED, *, threads=2, adapter=llama.ADAPTER):
        shipped = (name, adapter) == (EMBEDDED, llama.ADAPTER)
        if shipped:
            return request.getfixturevalue("recorded")
        return _open_real(name, threads=threads, adapter=adapter)

    patch.setattr(llama, "open_language_model", opened)
    yield
    patch.undo()


@pytest.fixture
def real_model():
    """The program opens the real language model in this test."""
    patch = pytest.MonkeyPatch()
    patch.setattr(llama, "open_language_model", _open_real)
    yield _open_real
    patch.undo()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """The parts with the embedded models, loaded once for all tests that need them."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("home"))
    return app.build_parts(settings, app.open_store(settings))
