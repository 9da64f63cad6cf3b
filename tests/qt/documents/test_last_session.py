"""What was open at the end comes back at the start."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.files.documents import StoredDocument, write_document
from convgui.files.user_folders import last_folder
from convgui.qt.documents import last_session
from convgui.qt.documents.last_session import COPY_UP_TO
from convgui.session import edits
from convgui.session.preferences import Preferences
from tests.documents import textbook
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_what_was_open_comes_back(opened: Opened) -> None:
    window = opened.window
    mine = edits.change_spec(window.session.document, stride=2)
    window.session.replace(mine, "Stride")
    window.presenter.jump(2)
    window.filing.keep()
    window.open_lesson("dilation")
    window.filing.bring_back()
    opened.settle()
    assert window.session.document.layer.spec == mine.layer.spec
    assert window.session.document is not mine
    assert window.presenter.player.target == 2
    window.prefer(Preferences(restore=False))
    window.filing.keep()
    assert not list(last_folder().iterdir())


def test_a_large_input_comes_back_from_its_file_with_kernel_and_levels(opened: Opened, folder: Path) -> None:
    window, file = opened.window, folder / "large.npy"
    np.save(file, np.zeros((1, 2048, COPY_UP_TO // 2048 + 1), np.uint8))
    window.open_file(file)
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    window.session.replace(edits.set_tap(window.session.document, (0, 0), 7.5, every_channel=True), "Tap")
    window.session.look(levels=(-3.0, 5.0), options={"colours": "grey"}, zoom=2.0)
    mine = window.session.document
    window.filing.keep()
    assert sum(kept.stat().st_size for kept in last_folder().iterdir()) < 100_000
    window.filing.clean(mine)
    window.open_lesson("dilation")
    window.filing.bring_back()
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    back = window.session.document
    assert np.array_equal(back.layer.weight, mine.layer.weight)
    assert (back.view.levels, back.view.options["colours"], back.view.zoom) == ((-3.0, 5.0), "grey", 2.0)
    assert window.status.position.text() == "large.npy · 1 of 1"
    assert window.filing.path is None
    assert not window.filing.modified


@pytest.mark.fault
def test_a_large_input_that_is_gone_is_no_fault_at_the_start(opened: Opened, folder: Path) -> None:
    window, file = opened.window, folder / "large.npy"
    np.save(file, np.zeros((1, 2048, COPY_UP_TO // 2048 + 1), np.uint8))
    window.open_file(file)
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    window.filing.keep()
    window.open_lesson("dilation")
    file.unlink()
    window.filing.bring_back()
    opened.settle()
    assert window.session.document.lesson is not None


@pytest.mark.fault
def test_a_damaged_memory_of_the_last_time_is_no_memory(opened: Opened, data: Path) -> None:
    last_folder().mkdir(parents=True)
    (last_folder() / "last.convgui").write_bytes(b"PK\x03\x04 torn")
    opened.window.filing.bring_back()
    assert opened.window.session.document.lesson is not None


def test_changes_that_were_given_up_do_not_come_back(data: Path, folder: Path) -> None:
    """Who did not want them saved finds the file as it is, not what he gave up."""
    file = folder / "mine.convgui"
    content = write_document(textbook(), file)
    changed = edits.set_tap(textbook(), (0, 0), 7.5, every_channel=True)
    last_session.keep(changed, file, content, modified=True)
    assert last_session.kept() == file
    last_session.keep(changed, folder / "gone.convgui", "", modified=True)
    there = last_session.kept()
    assert isinstance(there, StoredDocument)
    assert there.document.layer.weight[0, 0, 0, 0] == 7.5
