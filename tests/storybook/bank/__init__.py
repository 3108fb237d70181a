"""Tests of the bank of drawings."""
