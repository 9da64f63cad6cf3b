"""A report tells version, system and faults, and nobody's name."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from convgui.files.report import report, without_names
from convgui.files.user_folders import log_path
from convgui.version import __version__


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('File "/home/ann lee/x/convgui/qt/a.py", line 3', 'File "convgui/qt/a.py", line 3'),
        ('File "/usr/lib/python3.11/json/decoder.py", line 3', 'File "lib/python3.11/json/decoder.py", line 3'),
        ("OSError: /data/smith/me.png is 3/4 read", "OSError: ….png is 3/4 read"),
        (r"C:\Users\Ann\Desktop\scan.nii.gz and b/c", "….gz and b/c"),
        (r"[Errno 2] No such file: '\\server\ann b\z.tif'", "[Errno 2] No such file: '….tif'"),
        ("~/x/y.txt, and/or 1.5/2", "….txt, and/or 1.5/2"),
        ("at 2026-11-27T05:00:00+00:00", "at 2026-11-27T05:00:00+00:00"),
        ("/home/bob", "…"),
    ],
)
def test_paths_are_those_of_the_program_alone(said: str, told: str) -> None:
    assert without_names(said) == told


def test_the_user_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "annlee")
    monkeypatch.setattr(Path, "home", lambda: Path("/Users/Ann Lee"))
    assert without_names("annlee opened /Users/Ann Lee/a/b.npy") == "somebody opened ….npy"


def test_a_report_holds_the_end_of_the_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVGUI_DATA", str(tmp_path))
    assert report().endswith("nothing")
    log_path().write_text("old\n" * 9000 + 'File "/opt/ann/convgui/x.py"\nValueError: boom\n', encoding="utf-8")
    told = report([("Qt", "6")])
    assert told.startswith(f"convgui: {__version__}")
    assert "\nQt: 6\n" in told
    assert told.endswith('File "convgui/x.py"\nValueError: boom')
    assert "ann/" not in told
    assert len(told) < 9000
