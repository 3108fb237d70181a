"""Tests of `t2i_chat.editing`."""
