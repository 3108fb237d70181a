"""Keeps conversations on disk, whole or not at all; knows nothing of planning or painting."""

from t2i_chat.store.eta_file import PaceFile
from t2i_chat.store.export import ExportedConversation, image_name, mask_name
from t2i_chat.store.sql import SqlStore

__all__ = ["ExportedConversation", "PaceFile", "SqlStore", "image_name", "mask_name"]
