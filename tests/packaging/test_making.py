"""What the build does when something cannot be built: it goes on, says why, and does not claim success."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import pytest

import build
from installers import facts, freezing, making
from installers.running import BuildError, tool

CHOSEN = argparse.Namespace(payload=None, frozen=True, runtime=None)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place to build in, with a frozen program and makers that lack a tool here and there."""
    monkeypatch.setattr(facts, "DIST", tmp_path / "dist")
    monkeypatch.setattr(facts, "FROZEN", tmp_path / "frozen")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "frozen").mkdir()
    (tmp_path / "frozen" / "sbom.cdx.json").write_text("{}", encoding="utf-8")

    def one(kind: str, folder: Path, chosen: argparse.Namespace) -> list[Path]:
        if kind == "rpm":
            tool("no-such-tool-rpmbuild", "rpm")
        made = facts.DIST / f"convgui.{kind}"
        made.write_text(kind, encoding="utf-8")
        return [made]

    monkeypatch.setattr(making, "one", one)
    return tmp_path


def test_a_missing_tool_stops_nothing_else(workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert making.make(["deb", "rpm", "tar", "wheel"], CHOSEN) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "made: deb, tar, wheel"
    reason = "no-such-tool-rpmbuild is not installed; on Debian and Ubuntu it is in the package rpm."
    assert said.err.splitlines()[-1] == f"not made: rpm, because {reason}"
    assert {path.suffix for path in (workshop / "dist").iterdir()} >= {".deb", ".tar", ".wheel"}


def test_a_program_that_cannot_be_frozen_leaves_the_wheel(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> Path:
        raise BuildError("the self-test failed.")

    monkeypatch.setattr(freezing, "freeze", fails)
    chosen = argparse.Namespace(payload=None, frozen=False, runtime=None)
    assert making.make(["deb", "tar", "wheel"], chosen) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "made: wheel"
    assert said.err.count("because the self-test failed.") == 2


def test_all_that_is_made_has_its_checksum_and_its_list(workshop: Path) -> None:
    for _ in range(2):
        assert making.make(["deb", "tar"], CHOSEN) == 0
    lines = (workshop / "dist" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums["convgui.deb"] == hashlib.sha256(b"deb").hexdigest()
    assert making.list_name(from_windows=False) in sums
    assert sums.keys() == {path.name for path in (workshop / "dist").iterdir()} - {"SHA256SUMS"}


def test_a_program_of_another_commit_is_not_packed_as_this_one(
    workshop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = workshop / "frozen" / "_internal" / "convgui" / "VERSION"
    written.parent.mkdir(parents=True)
    written.write_text(facts.written_version(), encoding="utf-8")
    assert making.make(["deb"], CHOSEN) == 0
    written.write_text("9.9.9\n1700000000\n", encoding="utf-8")
    assert making.make(["deb"], CHOSEN) == 1
    assert "is not of" in capsys.readouterr().err


def test_the_wheel_needs_no_frozen_program(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "freeze", lambda: pytest.fail("frozen for nothing"))
    chosen = argparse.Namespace(payload=None, frozen=False, runtime=None)
    assert making.make(["wheel"], chosen) == 0


@pytest.mark.parametrize(
    ("system", "kind", "said"),
    [
        ("linux", "dmg", "dmg is built on a Mac (it needs hdiutil and codesign, which are parts of macOS)"),
        ("linux", "nsis", "nsis is built on Windows"),
        ("darwin", "deb", "deb is built on Linux"),
        ("win32", "appimage", "appimage is built on Linux"),
        ("win32", "dmg", "dmg is built on a Mac"),
    ],
)
def test_what_is_built_elsewhere_is_said_at_once(
    system: str, kind: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(build, "set_up", lambda: pytest.fail("set up for nothing"))
    assert build.main([kind]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"build.py: {said}")


@pytest.mark.parametrize(("system", "kinds"), build.INSTALLERS.items())
def test_all_is_everything_that_a_system_can_build(
    system: str, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    assert build.wanted(["all"]) == list(kinds)
    assert build.elsewhere(["all"], None) == ""
    assert all(build.elsewhere([kind], None) == "" for kind in (*kinds, "freeze", "setup"))
    assert build.wanted(["wheel", "wheel", "freeze"]) == ["wheel", "freeze"]


def test_a_windows_program_that_was_frozen_there_is_packed_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert build.elsewhere(["nsis"], tmp_path) == ""


def test_the_same_variables_are_set_whoever_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    found = build.environment()
    assert {name: found[name] for name in ("PYTHONHASHSEED", "TZ", "LC_ALL")} == {
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
