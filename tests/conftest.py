"""Shared fixtures: the environment as the program sets it, and the embedded models."""

import os

import pytest

from t2i_chat import app

# Processes that test side by side share the cores; commands they start take as many threads.
_BESIDE = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // _BESIDE)))

app.quiet_libraries()

from t2i_chat.core.settings import Settings  # noqa: E402  the environment comes first


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """The parts with the embedded models, loaded once for all tests that need them."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("home"))
    return app.build_parts(settings, app.open_store(settings))
