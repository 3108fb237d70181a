"""The pictures of the first screen are those that a click paints."""

import threading

import numpy as np
import pytest
from PIL import Image

from t2i_chat import app
from t2i_chat.chat.session import ChatSession
from t2i_chat.core.actions import Plan
from t2i_chat.core.settings import Settings
from t2i_chat.ui.starters import FIRST

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_click_paints_what_was_shown(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with app.open_store(settings) as store:
        session = ChatSession(app.build_parts(settings, store), store.new_conversation())
        one = FIRST[1]
        list(session.perform(Plan(actions=(one.action,)), threading.Event()))
        painted = store.image(store.current(session.conversation))
    with Image.open(one.path) as shown:
        apart = np.abs(np.asarray(painted, float) - np.asarray(shown.convert("RGB"), float)).mean()
    assert apart < 6, "the painter has changed: python docs/first_pictures.py"
