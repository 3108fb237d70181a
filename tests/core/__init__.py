"""Tests of `t2i_chat.core`."""
