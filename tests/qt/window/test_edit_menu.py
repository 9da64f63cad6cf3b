"""The Edit menu: whatever is copied says so, and what was said goes again."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from convgui.qt.panels import status
from tests.qt.conftest import Opened


def test_copying_says_what_was_copied(opened: Opened) -> None:
    window = opened.window
    said = window.status.keys
    keys = said.text()
    assert "Space" in keys
    window.commands.actions["copy-kernel"].trigger()
    assert said.text() == "Copied: the kernel, 3 × 3 weights."
    window.commands.actions["copy-picture"].trigger()
    image = QGuiApplication.clipboard().image()
    assert said.text() == f"Copied: the picture, {image.width()} × {image.height()} pixels."
    window.commands.edit.codes.actions()[0].trigger()
    lines = len(QGuiApplication.clipboard().text().splitlines())
    assert said.text() == f"Copied: PyTorch, {lines} lines."
    window.commands.edit.kernel_copies.actions()[1].trigger()
    assert said.text() == "Copied: the kernel, 3 × 3 weights."


def test_what_was_said_goes_and_the_last_word_stays_its_time(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = opened.window.status
    keys = bar.keys.text()
    monkeypatch.setattr(status, "SAID", 1)
    bar.say("one")
    monkeypatch.setattr(status, "SAID", 60)
    bar.say("two")
    opened.bot.waitUntil(lambda: bar.keys.text() != "two")
    assert bar.keys.text() == keys
