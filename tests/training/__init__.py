"""Tests of how the embedded models are made."""
