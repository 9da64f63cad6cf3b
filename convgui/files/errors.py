"""What the user reads when a file does not load."""

from __future__ import annotations

from pathlib import Path

from convgui.core.errors import ConvguiError, one_line
from convgui.words import tr


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

    Attributes
    ----------
    reason : str
        Why, as the middle of a sentence.
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(
            tr(
                "{path} cannot be written: {reason}; choose another folder or free some space.",
                path=path,
                reason=reason,
            )
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
