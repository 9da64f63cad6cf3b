"""Asking where to write: nothing that is there already is replaced without a question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

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
        What a name may end in; the first is put behind one that ends in none of them. () for a folder.
    words : str
        What such files are called.
    """
    stem = proposed.name.removesuffix(endings[0]) if endings else proposed.name
    name = in_bytes(stem, LONGEST_NAME) + (endings[0] if endings else "")
    files = f"{words} (*{endings[0]})" if endings else ""
    path, _, unasked = ask_for_file(parent, title, proposed.with_name(name), files, folders=not endings)
    if path is None:
        return None
    if not endings or path.name.lower().endswith(endings):
        return path if not unasked or not _is_there(path) or ask_to_replace(parent, path) else None
    path = path.with_name(path.name + endings[0])
    # The dialog has asked about the name as it was typed, and not about this one.
    return path if not _is_there(path) or ask_to_replace(parent, path) else None


def ask_for_file(
    parent: QWidget, title: str, proposed: Path, words: str, *, folders: bool = False
) -> tuple[Path | None, str, bool]:
    """Ask as `ask_for_name` does; an answer that is a folder is none, and is asked about again from there.

    Parameters
    ----------
    folders : bool
        Whether a folder is an answer.
    """
    for _ in range(PATIENCE):
        path, kind, unasked = ask_for_name(parent, title, proposed, words)
        # Where the dialog asked whether to replace a file, two windows close at once, and some window managers
        # give the keyboard to none of those that stay.
        parent.activateWindow()
        if path is None or folders or not is_folder(path):
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
