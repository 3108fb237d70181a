"""What Gradio's developers need is left out of a start; pandas comes when it is used."""

import subprocess
import sys

LEAN = """
import sys
from t2i_chat import ui
from gradio import caching, component_meta
left = [module for module in ("pandas", "pandas.core") if module in sys.modules]
print(left, component_meta.create_or_modify_pyi(None, None, None))
print(caching.pd.DataFrame({"x": [1]}).shape, "pandas.core" in sys.modules)
"""
WRITER = """
from gradio import component_meta
print(callable(component_meta.create_or_modify_pyi), component_meta.__file__.endswith(".py"))
"""


def said(code):
    """In a process of its own, where nothing is imported yet."""
    return subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()


def test_gradio_comes_without_stubs_and_without_pandas_until_that_is_used():
    assert said(LEAN) == ["[] None", "(1, 1) True"]


def test_gradio_still_has_what_is_left_out():
    assert said(WRITER) == ["True True"]
