"""Asking where to write: nothing that is there already is replaced without a question."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from convgui.files.regular import is_folder
from convgui.files.unfinished import in_bytes
from convgui.qt.widgets.plain_text import plain
from convgui.qt.widgets.typed_path import ask_for_name
from convgui.words import tr

PATIENCE = 3
"""How many times a folder is taken for an answer to be gone on from."""
LONGEST_NAME = 200
"""Bytes of a proposed name: file systems take 255, and a sync tool may want to put some behind it."""


def ask_where(parent: QWidget, title: str, proposed: Path, endings: tuple[str, ...], words: str) -> Path | None:
    """Ask for a file to write; None if the user would rather not.

    Parameters
    ----------
    endings : tuple of str
        What a name may end in; the first is put behind one that ends in none of them.
    words : str
        What such files are called.
    """
    name = in_bytes(proposed.name.removesuffix(endings[0]), LONGEST_NAME) + endings[0]
    path, _, unasked = ask_for_file(parent, title, proposed.with_name(name), f"{words} (*{endings[0]})")
    if path is None:
        return None
    if path.name.lower().endswith(endings):
        return path if not unasked or not _is_there(path) or ask_to_replace(parent, path) else None
    path = path.with_name(path.name + endings[0])
    # The dialog has asked about the name as it was typed, and not about this one.
    return path if not _is_there(path) or ask_to_replace(parent, path) else None


def ask_for_folder(parent: QWidget, proposed: Path) -> Path | None:
    """Ask for a folder to write files into; None if the user would rather not.

    An empty one is taken as it is. In any other one a new folder is made, called as proposed, or so with a number.
    """
    title = tr("Folder for the files: unless it is empty, a new one is made in it")
    chosen = QFileDialog.getExistingDirectory(parent, title, str(proposed.parent))
    parent.activateWindow()
    if not chosen:
        return None
    folder, name = Path(chosen), in_bytes(proposed.name, LONGEST_NAME)
    with suppress(OSError):  # writing will say why
        if not any(folder.iterdir()):
            return folder
    names = chain([name], (f"{name} {n}" for n in count(2)))
    return next(folder / one for one in names if not _is_there(folder / one))


def ask_for_file(parent: QWidget, title: str, proposed: Path, words: str) -> tuple[Path | None, str, bool]:
    """Ask as `ask_for_name` does; an answer that is a folder is none, and is asked about again from there."""
    for _ in range(PATIENCE):
        path, kind, unasked = ask_for_name(parent, title, proposed, words)
        # Where the dialog asked whether to replace a file, two windows close at once, and some window managers
        # give the keyboard to none of those that stay.
        parent.activateWindow()
        if path is None or not is_folder(path):
            return path, kind, unasked
        proposed = path / proposed.name
    return None, "", False


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError:  # writing will say why
        return False


def ask_to_replace(parent: QWidget, path: Path) -> bool:
    """Ask whether a file that is there may be replaced."""
    question = tr("{name} is there already. Do you want to replace it?", name=path.name)
    buttons = QMessageBox.StandardButton
    answer = QMessageBox.question(parent, "convgui", plain(question), buttons.Yes | buttons.No, buttons.No)
    return answer == buttons.Yes


def file_name(words: str) -> str:
    """Return words as a name without what file systems do not take."""
    return " ".join("".join(c if c.isalnum() or c in " -_." else " " for c in words).split())[:80] or "document"
