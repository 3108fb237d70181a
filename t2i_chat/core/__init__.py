"""Frozen values that every other package shares: actions, recipes, events, errors, settings."""
