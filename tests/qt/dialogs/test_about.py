from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from convgui import __version__
from convgui.files.licences import licences
from convgui.qt.app import Application
from convgui.qt.dialogs.about import AboutDialog, LicencesDialog


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_about_leads_to_every_licence(qtbot: QtBot) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    assert f"convgui {__version__}" in words
    assert "GNU Lesser General Public License, version 3" in words
    about.licences.click()
    dialog = about.findChild(LicencesDialog)
    assert dialog is not None
    names = [dialog.names.item(row).text() for row in range(dialog.names.count())]
    assert names == [f"{each.name} {each.version}".strip() for each in licences()]
    dialog.names.setCurrentRow(1)
    assert dialog.text.toPlainText() == licences()[1].text
    dialog.reject()


def test_a_file_that_the_system_hands_over_is_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    asked: list[Path] = []
    assert isinstance(qapp, Application)
    qapp.asked.connect(asked.append)
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path / "a b.convgui"))))
    qapp.asked.disconnect(asked.append)
    assert asked == [tmp_path / "a b.convgui"]
