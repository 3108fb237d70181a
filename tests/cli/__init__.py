"""Tests of `t2i_chat.cli`."""
