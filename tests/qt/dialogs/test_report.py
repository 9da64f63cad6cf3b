"""Help beyond the program: its page, and a report that is read before it is copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest

from convgui.files.installation import HOME_PAGE, ISSUES_PAGE
from convgui.files.user_folders import log_path
from convgui.qt.dialogs.report import ReportDialog
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []

    def visit(url: QUrl) -> bool:
        pages.append(url.toString())
        return "help-less" not in pages

    monkeypatch.setattr(QDesktopServices, "openUrl", visit)
    return pages


def test_a_problem_is_reported_with_what_is_seen_alone(opened: Opened, visited: list[str]) -> None:
    log_path().write_text("ValueError in /home/ann/secret.png\n", encoding="utf-8")
    opened.window.commands.actions["report"].trigger()
    dialog = opened.window.findChild(ReportDialog)
    assert dialog is not None
    assert "secret" not in dialog.text.toPlainText()
    assert "ValueError" in dialog.text.toPlainText()
    dialog.text.setPlainText("It turned green.")
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "It turned green."
    assert dialog.state.text() == "Copied: the report, 16 characters."
    QTest.mouseClick(dialog.page_button, Qt.MouseButton.LeftButton)
    assert visited == [ISSUES_PAGE]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_help_on_the_web_is_the_programs_page_or_says_its_address(opened: Opened, visited: list[str]) -> None:
    opened.window.commands.actions["web-help"].trigger()
    assert visited == [f"{HOME_PAGE}#readme"]
    assert not opened.window.banner.isVisible()
    visited.append("help-less")
    opened.window.commands.actions["web-help"].trigger()
    assert HOME_PAGE in opened.window.banner.words.text()


def test_the_pages_are_those_of_the_package() -> None:
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'Homepage = "{HOME_PAGE}"' in project
    assert f'Issues = "{ISSUES_PAGE.removesuffix("/new")}"' in project
