"""Tests of `t2i_chat.text`."""
