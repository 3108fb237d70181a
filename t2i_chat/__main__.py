"""`python -m t2i_chat` is the `t2i-chat` command."""

from t2i_chat.cli import main

main()
