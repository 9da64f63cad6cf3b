from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import other_pythons

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the Pythons made up here are shell scripts")


def made_up(path: Path, version: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{version}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make up a machine that runs 3.11 and has others on the path and with pyenv."""
    monkeypatch.setattr(sys, "version_info", (3, 11, 2, "final", 0))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(other_pythons, "SUPPORTED", tuple((3, minor) for minor in range(60, 65)))
    # A name that pyenv keeps for no version, one that is what it says, and one that is another.
    made_up(tmp_path / "bin" / "python3.60", "echo pyenv: not found >&2; exit 127")
    made_up(tmp_path / "bin" / "python3.61", "echo 3 61 1")
    made_up(tmp_path / "bin" / "python3.62", "echo 3 99 1")
    for version in ("3.9.18", "3.61.10", "3.61.9", "3.63.0"):
        made_up(tmp_path / "pyenv" / "versions" / version / "bin" / "python", f"echo {version.replace('.', ' ')}")
    made_up(tmp_path / "pyenv" / "versions" / "3.64.0" / "bin" / "python", "exit 1")
    return tmp_path


def test_the_newest_of_each_other_version_is_found(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = machine / "pyenv" / "versions"
    newest = {(3, 61): str(versions / "3.61.10/bin/python"), (3, 63): str(versions / "3.63.0/bin/python")}
    assert other_pythons.others() == newest
    monkeypatch.setattr(sys, "version_info", (3, 63, 1, "final", 0))
    assert list(other_pythons.others()) == [(3, 61)]


def test_the_supported_versions_are_those_of_the_metadata() -> None:
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    oldest = ".".join(map(str, other_pythons.SUPPORTED[0]))
    assert f'requires-python = ">={oldest}"' in project
    assert len(other_pythons.SUPPORTED) == 5


@pytest.mark.parametrize("broken", ["", "3.61", "3.63"])
def test_each_has_an_environment_that_goes_and_one_failing_fails_all(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    ran: list[str] = []
    folders: set[Path] = set()
    version_of = {program: key for key, program in other_pythons.others().items()}

    def call(command: list[str]) -> int:
        assert command[1:3] == [str(other_pythons.RUN), "--environment"]
        assert command[4:] == ["test", "--without-style", "-x"]
        assert Path(command[3]).is_dir()
        folders.add(Path(command[3]))
        ran.append("{}.{}".format(*version_of[command[0]]))
        return int(ran[-1] == broken)

    monkeypatch.setattr(other_pythons, "call", call)
    assert other_pythons.test_each(["-x"]) == bool(broken)
    assert ran == ["3.61", "3.63"]
    assert len(folders) == 2
    assert not any(folder.exists() or other_pythons.RUN.parents[1] in folder.parents for folder in folders)
    said = capsys.readouterr()
    assert said.err == (f"== failed with Python {broken}\n" if broken else "")
    assert said.out.splitlines()[-1].startswith("== Python 3.63: FAILED" if broken == "3.63" else "== Python 3.63: /")
