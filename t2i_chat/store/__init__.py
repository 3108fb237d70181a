"""The version store: conversations in SQLite, pictures as PNG files; adding a version is atomic.

- sql.py: SqlStore, which implements core.protocols.VersionStore out of the mixins below
- versions.py: version tree; labels_star_name.py: stars and names; history.py: undo/redo
- conversations.py: titles, messages, settings, deletion
- shares.py: share links; save_import.py, conversation_folder.py, archive.py: export and import
- data_folder.py, database.py, schema.py, rows.py, migrations/: SQLite and its schema
- atomic_files.py: atomic writes; orphaned_files.py: removes orphaned files
- faults.py: disk errors in words
- eta_file.py: step times for the ETA
"""

from t2i_chat.store.conversation_folder import ExportedConversation, image_name, mask_name
from t2i_chat.store.eta_file import PaceFile
from t2i_chat.store.sql import SqlStore

__all__ = ["ExportedConversation", "PaceFile", "SqlStore", "image_name", "mask_name"]
