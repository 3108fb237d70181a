"""The painted backdrops."""
