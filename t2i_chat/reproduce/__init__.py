"""Paints kept versions again from their recipes, and measures whether they come out the same."""
