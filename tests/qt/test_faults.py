"""A fault of the program is one sentence for the user and a traceback in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from convgui.plugins import Plugin, PluginError
from convgui.qt import faults as mishap


@pytest.mark.fault
def test_an_uncaught_error_is_said_and_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishap, "log_path", lambda: tmp_path / "logs" / "errors.log")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    mishap.report_faults(said.append)
    try:
        raise RuntimeError("planted")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert said[0].startswith("convgui made a mistake (RuntimeError: planted)")
    assert "Traceback" in (tmp_path / "logs" / "errors.log").read_text(encoding="utf-8")


@pytest.mark.fault
def test_a_folder_that_cannot_be_written_does_not_make_it_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").touch()
    monkeypatch.setattr(mishap, "log_path", lambda: tmp_path / "logs" / "errors.log")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    mishap.report_faults(said.append)
    sys.excepthook(ValueError, ValueError("planted"), None)
    assert len(said) == 1
    assert "ValueError: planted" in capsys.readouterr().err


@pytest.mark.fault
def test_a_plug_ins_fault_is_said_to_be_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishap, "log_path", lambda: tmp_path / "errors.log")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    mishap.report_faults(said.append)
    error = PluginError(Plugin("convgui.scenes", "late", "convgui-broken"), "planted")
    sys.excepthook(type(error), error, None)
    assert said == ["The scene late of the package convgui-broken failed (planted); update or remove that package."]
    assert "planted" in (tmp_path / "errors.log").read_text(encoding="utf-8")
