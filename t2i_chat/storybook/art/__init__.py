"""The drawings of the storybook scenes as one atlas; it does not know how scenes are composed."""

from t2i_chat.storybook.art.atlas import Atlas, Sprite, load_atlas

__all__ = ["Atlas", "Sprite", "load_atlas"]
