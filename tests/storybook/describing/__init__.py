"""Tests of what wishes mean."""
