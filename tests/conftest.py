"""What all tests share: the count of faults tried and survived."""

from __future__ import annotations

import os
import tempfile

import pytest

# Before any Qt is imported: tests need no screen, wherever they run.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Nor do they see or touch the lessons and the unsaved work of whoever runs them.
os.environ["CONVGUI_DATA"] = tempfile.mkdtemp(prefix="convgui-tests-")
from hypothesis import settings
from PySide6.QtWidgets import QApplication

from convgui.qt.app import make_application

# A machine that is busy with something else is no failure.
settings.register_profile("convgui", deadline=None)
settings.load_profile("convgui")


@pytest.fixture(scope="session", autouse=True)
def qapp() -> QApplication:
    """Start the program's own application, fonts included, once: whichever test comes first, all see the same one."""
    return make_application(["convgui"])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "thumbnails: the window draws the thumbnails of its lessons, as it does for users"
    )
    config.addinivalue_line(
        "markers", "fault: something is wrong on purpose; counted as tried, and as survived if it passes"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many faults were tried and how many ended as they should."""
    outcomes = {
        outcome: sum(
            isinstance(report, pytest.TestReport) and "fault" in report.keywords
            for report in terminalreporter.getreports(outcome)
        )
        for outcome in ("passed", "failed", "error")
    }
    if any(outcomes.values()):
        terminalreporter.line(f"{sum(outcomes.values())} tried, {outcomes['passed']} survived")
