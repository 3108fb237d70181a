"""Serves the page: `python app.py`, with the flags of `t2i-chat serve`."""

import sys

from t2i_chat.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
