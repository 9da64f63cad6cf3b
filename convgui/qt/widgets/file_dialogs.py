"""Asking where to write: nothing that is there already is replaced without a question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from convgui.files.unfinished import in_bytes
from convgui.qt.widgets.plain_text import plain
from convgui.words import tr

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
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(proposed.with_name(name)), files)
    # Where the dialog asked whether to replace a file, two windows close at once, and some window managers
    # give the keyboard to none of those that stay.
    parent.activateWindow()
    if not chosen:
        return None
    path = Path(chosen)
    if not endings or path.name.lower().endswith(endings):
        return path
    path = path.with_name(path.name + endings[0])
    # The dialog has asked about the name as it was typed, and not about this one.
    return path if not _is_there(path) or ask_to_replace(parent, path) else None


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
