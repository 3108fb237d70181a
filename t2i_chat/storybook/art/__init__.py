"""The drawings of the synthetic scenes as one atlas picture."""

from t2i_chat.storybook.art.atlas import Atlas, Sprite, load_atlas

__all__ = ["Atlas", "Sprite", "load_atlas"]
