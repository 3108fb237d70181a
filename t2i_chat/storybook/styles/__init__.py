"""Redraws a picture as if in another medium, by image operations alone."""

from t2i_chat.storybook.styles.styles import STYLES, styled

__all__ = ["STYLES", "styled"]
