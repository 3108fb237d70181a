"""Logs tell what broke and where, and nothing of what people wrote."""

import logging

import pytest
import structlog

from t2i_chat.cli.logs import configure_logs


@pytest.fixture(autouse=True)
def as_before():
    yield
    structlog.reset_defaults()


def broken(words):
    return words[len(words)]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_trace_shows_the_place_and_no_value(capsys, as_json):
    configure_logs(as_json=as_json)
    wish = "hsiw terces a"[::-1]
    try:
        broken(wish)
    except IndexError:
        structlog.get_logger().exception("request_failed")
    told = capsys.readouterr().err
    assert "IndexError" in told
    assert "test_logs.py" in told
    assert "a secret wish" not in told


def test_what_lies_below_the_level_is_not_told(capsys):
    configure_logs(as_json=False, level=logging.ERROR)
    structlog.get_logger().info("all_well")
    assert capsys.readouterr().err == ""
