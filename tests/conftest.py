"""What all tests share: a folder for all they write, and the count of faults tried and survived."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before any Qt is imported: tests need no screen, wherever they run.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication

from convgui.qt.app import make_application
from tests.plugins.installing import anew as anew
from tests.plugins.installing import broken as broken
from tests.plugins.installing import example as example
from tests.plugins.installing import with_broken as with_broken
from tests.plugins.installing import with_example as with_example

# A machine that is busy with something else is no failure.
settings.register_profile("convgui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("convgui")


FOLDER = pytest.StashKey[Path]()
"""What this process and those that it starts write, all of it; it goes at the end."""


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_in_the_temporary_folder(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    left = sorted(path.name for path in (request.config.stash[FOLDER] / "temporary").iterdir())
    assert not left, f"left in the temporary folder: {', '.join(left)}"


@pytest.fixture(scope="session", autouse=True)
def qapp(_nothing_left_in_the_temporary_folder: None) -> QApplication:
    """Start the program's own application, fonts included, once: whichever test comes first, all see the same one."""
    return make_application(["convgui"])


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """No file of a test has to outlive a loss of power; whether the disk is asked to keep one is tested by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


def pytest_configure(config: pytest.Config) -> None:
    folder = config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="convgui-tests-"))
    # Tests do not see or touch the lessons and the unsaved work of whoever runs them.
    os.environ["CONVGUI_DATA"] = str(folder / "data")
    # What anything here puts into the temporary folder, also Qt and other processes, comes into one that is ours.
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "temporary")))
    tempfile.tempdir = None
    for name in ("data", "temporary"):
        (folder / name).mkdir()
    # What one process that a test starts has compiled, the next ones need not.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # pytest would keep what the last three runs wrote; whoever wants to see it says --basetemp.
    if config.option.basetemp is None:
        config.option.basetemp = str(folder / "pytest")
    config.addinivalue_line(
        "markers", "thumbnails: the window draws the thumbnails of its lessons, as it does for users"
    )
    config.addinivalue_line(
        "markers", "fault: something is wrong on purpose; counted as tried, and as survived if it passes"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    # Each process of a run has a folder of its own; the last one to go also removes those of processes that died.
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


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
