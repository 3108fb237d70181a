"""What several test files share: the environment as the program sets it, and the real parts."""

import pytest

from t2i_chat import compose

compose.quiet_libraries()

from t2i_chat.settings import Settings  # noqa: E402  the environment comes first


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """The parts with the embedded models, loaded once for all tests that need them."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("home"))
    return compose.build_parts(settings, compose.open_store(settings))
