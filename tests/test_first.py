"""The pictures of the first screen are those that a click paints."""

import threading

import numpy as np
import pytest
from PIL import Image

from t2i_chat import compose
from t2i_chat.chat import ChatSession
from t2i_chat.plan import Plan
from t2i_chat.settings import Settings
from t2i_chat.ui.first import FIRST

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_click_paints_what_was_shown(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with compose.open_store(settings) as store:
        session = ChatSession(compose.build_parts(settings, store), store.new_conversation())
        one = FIRST[1]
        list(session.perform(Plan(actions=(one.action,)), threading.Event()))
        painted = store.image(store.current(session.conversation))
    with Image.open(one.path) as shown:
        apart = np.abs(np.asarray(painted, float) - np.asarray(shown.convert("RGB"), float)).mean()
    assert apart < 6, "the painter has changed: python docs/first_pictures.py"
