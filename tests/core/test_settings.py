"""Settings come from the environment, a .env file over it, and the command line over both."""

import pytest
from pydantic import SecretStr

from t2i_chat.core.errors import BadSetting
from t2i_chat.core.settings import PREFIX, Settings, read_settings, sources


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """A folder without a .env file, and an environment without our names."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def dotenv(text):
    with open(".env", "w", encoding="utf-8") as file:  # noqa: PTH123  the folder we are in
        file.write(text)


def test_each_source_wins_over_the_one_before(monkeypatch):
    assert (read_settings().port, sources()["port"]) == (7860, "default")
    monkeypatch.setenv("T2I_CHAT_PORT", "1001")
    assert (read_settings().port, sources()["port"]) == (1001, "environment")
    dotenv("T2I_CHAT_PORT=1002\n")
    assert (read_settings().port, sources()["port"]) == (1002, ".env")
    assert (read_settings(port=1003).port, sources(port=1003)["port"]) == (1003, "command line")


def test_a_flag_that_was_not_given_changes_nothing(monkeypatch):
    monkeypatch.setenv("T2I_CHAT_PROFILE", "sd15")
    assert read_settings(profile=None).profile == "sd15"
    assert sources(profile=None)["profile"] == "environment"


def test_every_setting_has_a_source_and_a_description():
    assert sources().keys() == Settings.model_fields.keys()
    assert all(field.description for field in Settings.model_fields.values())


def test_empty_and_foreign_values_are_none(monkeypatch):
    monkeypatch.setenv("T2I_CHAT_PORT", "")
    dotenv("OTHER_PROGRAM=1\nT2I_CHAT_HOST=0.0.0.0\n")
    settings = read_settings()
    assert (settings.port, settings.host) == (7860, "0.0.0.0")  # noqa: S104  compared, not bound


def test_a_folder_may_lie_in_ones_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings(data_dir="~/talks").data_dir == tmp_path / "talks"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "abc"),
        ("port", "70000"),
        ("device", "abacus"),
        ("llm_threads", "0"),
        ("auth", "hunter2"),
        ("auth", ":hunter2"),
        ("share", "perhaps"),
    ],
)
def test_a_wrong_value_is_told_by_name_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name.upper(), value)
    with pytest.raises(BadSetting) as told:
        read_settings()
    sentence = str(told.value)
    assert sentence.startswith(f"The setting T2I_CHAT_{name.upper()} (environment) cannot be used")
    assert sentence.endswith(".")
    assert "hunter2" not in sentence


def test_a_dotenv_that_is_no_text_is_told(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSetting, match=r"\.env"):
        read_settings()


def test_user_and_password_are_parted_at_the_first_colon_and_never_shown(monkeypatch):
    monkeypatch.setenv("T2I_CHAT_AUTH", "anna:a:b")
    settings = read_settings()
    assert settings.login == ("anna", "a:b")
    assert settings.auth == SecretStr("anna:a:b")
    assert "a:b" not in repr(settings)
    assert "a:b" not in settings.model_dump_json()
    assert Settings().model_copy(update={"auth": None}).login is None
