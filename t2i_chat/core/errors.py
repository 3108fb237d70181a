"""The exception tree: UserError (shown in the chat), HostError (shown to the operator), Cancelled.

A `UserError` is a sentence for the person at the page. A `HostError` is a sentence for whoever runs
the program. Any other exception is a bug: the page shows an apology with a log id.
"""

from __future__ import annotations


class T2IChatError(Exception):
    """Root of every error this package raises on purpose."""


class UserError(T2IChatError):
    """Something the person can put right; its text is shown in the chat as it stands.

    `options` are messages the person can send instead with one click.
    """

    def __init__(self, sentence: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.options = options


class BadMessage(UserError):
    """The message is empty, too long, or holds nothing that can be read."""


class BadUpload(UserError):
    """The uploaded file is no picture, too large, or too small to paint on."""


class BadParameter(UserError):
    """A setting's value is out of range: steps, seed, guidance, size."""


class UnknownVersion(UserError):
    """The conversation has no version of that number or description."""


class RegionNotFound(UserError):
    """The segmenter did not find the thing to be edited in the picture."""


class CannotDo(UserError):
    """The request is understood, but the loaded model does not support it."""


class HostError(T2IChatError):
    """Something the person who runs the program can put right; its text says how."""


class BadSetting(HostError):
    """A setting has a value that cannot be used; its text names the setting."""


class BadFile(HostError):
    """A file named on the command line cannot be read or has the wrong format."""


class ModelMissing(HostError):
    """A model folder, file or hub id cannot be loaded."""


class ModelDoesNotFit(HostError):
    """The model needs more memory than this machine has."""


class StoreError(HostError):
    """The store cannot be read or written: full disk, no permission, damaged file."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program."""


class NoPictures(StoreError):
    """A conversation was saved without the picture that is asked for."""


class Cancelled(T2IChatError):
    """The person pressed Stop; not a fault, and no unfinished version is kept."""
