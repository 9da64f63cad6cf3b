"""What the user reads when a file does not load."""

from __future__ import annotations

import errno
from pathlib import Path

from convgui.core.errors import ConvguiError, one_line
from convgui.words import mark, tr


class LoadError(ConvguiError):
    """Something that cannot be opened. Its text is one sentence: which file, what is wrong, what to do.

    Parameters
    ----------
    name : str
        What the user calls the thing, such as a file name.
    reason : str
        What is wrong, as the middle of a sentence.
    remedy : str
        What the user can do, as the end of a sentence.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        self.name = "".join(c if c.isprintable() else " " for c in name) or tr("The file")
        # A reason or remedy that is a constant was only marked where it stands.
        self.reason, self.remedy = one_line(tr(reason)), one_line(tr(remedy))
        super().__init__(
            tr("{name} cannot be opened: {reason}; {remedy}.", name=self.name, reason=self.reason, remedy=self.remedy)
        )


class LoadCancelledError(LoadError):
    """The user stopped the loading, or declined to load something big."""

    def __init__(self, name: str) -> None:
        super().__init__(name, tr("loading was stopped"), tr("open it again to load it"))


class MovedError(LoadError):
    """An input that a document refers to is not where it was, or is not what it was.

    Parameters
    ----------
    name : str
        The document.
    path : Path
        Where the input was.
    reason : str
        What is wrong with it, as the middle of a sentence.
    """

    def __init__(self, name: str, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(name, reason, tr("put the file back, or open the document in the window and find it there"))


class WriteError(ConvguiError):
    """A file that cannot be written. Its text is one sentence; the old file, if any, is whole.

    Parameters
    ----------
    number : int or None
        The system's number of what is wrong, which tells what helps.

    Attributes
    ----------
    reason : str
        Why, as the middle of a sentence.
    """

    def __init__(self, path: Path, reason: str, number: int | None = None) -> None:
        self.reason = reason
        super().__init__(not_written(path, reason, number))

    @classmethod
    def of(cls, path: Path, error: OSError) -> WriteError:
        """Say what the system said."""
        return cls(path, error.strerror or tr("the disk refused"), error.errno)


def not_written(path: Path, reason: str, number: int | None = None) -> str:
    """Say that a file cannot be written, why, and what helps against that."""
    anything = mark("{path} cannot be written: {reason}; choose another folder.")
    return tr(_ADVICE.get(number, anything) if number is not None else anything, path=path, reason=reason)


_ROOM = mark("{path} cannot be written: {reason}; free some space, or choose another folder.")
_PERMISSION = mark("{path} cannot be written: {reason}; choose a folder that you may write to.")
_ADVICE = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: mark("{path} cannot be written: {reason}; choose a folder on another disk."),
    errno.ENAMETOOLONG: mark("{path} cannot be written: {reason}; choose a shorter name."),
    errno.EFBIG: mark("{path} cannot be written: {reason}; have less in it."),
    errno.ENOMEM: mark("{path} cannot be written: {reason}; close other programs, and try it again."),
}
"""What helps, by the system's number of what is wrong."""


class UnreadableError(WriteError):
    """A document that is not written, because it could not be opened again; the old file, if any, is whole."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.args = (
            tr(
                "{path} is not written, since it could not be opened again: {reason}; undo what led to it.",
                path=path,
                reason=reason,
            ),
        )


class ChangedError(ConvguiError):
    """A file that is not what it was when it was read or written here; it stays as it is.

    Parameters
    ----------
    path : Path
        The file.
    there : bool
        Whether there is anything at all.
    """

    def __init__(self, path: Path, there: bool) -> None:
        self.path, self.there = path, there
        super().__init__(str(path))
