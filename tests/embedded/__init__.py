"""Tests of the whole program with its embedded models."""
