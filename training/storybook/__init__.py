"""Storybook, the embedded text-to-image model: scenes, training stages and evaluation."""
