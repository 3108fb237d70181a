"""One tree of errors, split by who can mend them; it does not know how they are shown.

A `UserError` is a sentence for the person at the page. A `HostError` is a sentence for whoever
runs the program. Everything else that escapes is ours, and is shown as an apology with a log id.
"""

from __future__ import annotations


class T2IChatError(Exception):
    """Root of every error this package raises on purpose."""


class UserError(T2IChatError):
    """Something the person can put right; its text is a sentence shown to them as it stands.

    `options` are messages that can be sent instead.
    """

    def __init__(self, sentence: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.options = options


class BadMessage(UserError):
    """The message is empty, too long, or holds nothing that can be read."""


class BadUpload(UserError):
    """The uploaded file is no picture, too large, or too small to paint on."""


class BadParameter(UserError):
    """A number or word lies outside what can be set: steps, seed, guidance, size."""


class UnknownVersion(UserError):
    """The conversation holds no version of that number or description."""


class RegionNotFound(UserError):
    """The thing to be changed was not found in the picture."""


class CannotDo(UserError):
    """The request is understood, but the loaded model cannot do it."""


class HostError(T2IChatError):
    """Something the person who runs the program can put right; its text says how."""


class BadSetting(HostError):
    """A setting has a value that cannot be used; its text names the setting."""


class BadFile(HostError):
    """A file named on the command line cannot be read or is not what it should be."""


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
    """The person pressed Stop; not a fault, and nothing half-done is kept."""
