from __future__ import annotations

from pathlib import Path

import pytest

from convgui.files import licences as module
from convgui.files.licences import Licence, licences, write
from convgui.files.resources import resource


def test_everything_that_is_used_brings_its_text() -> None:
    found = {each.name: each for each in licences()}
    assert next(iter(found)) == "convgui"
    assert {"PySide6-Essentials", "numpy", "pyqtgraph", "pillow", "tifffile", "Inter", "JetBrains Mono"} <= set(found)
    assert [each.name for each in found.values() if len(each.text) < 500 or not each.terms] == []


def test_qt_comes_with_its_notice_and_the_whole_lgpl() -> None:
    text = next(each.text for each in licences() if each.name == "PySide6-Essentials")
    assert "you may replace them by versions of your own" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "HarfBuzz" in text or "harfbuzz" in text


def test_what_an_installer_collected_is_read_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = (Licence("libxcb1", "1.15", "MIT", "Copyright …"),)
    write(collected, tmp_path / module.COLLECTED)

    def elsewhere(*parts: str) -> Path:
        return tmp_path / parts[-1] if parts[-1] == module.COLLECTED else resource(*parts)

    monkeypatch.setattr(module, "resource", elsewhere)
    assert licences() == collected
