"""Serves the page: `python app.py`; settings come from the environment as `T2I_…`."""

from t2i_chat.cli import app

if __name__ == "__main__":
    app(["serve"])
