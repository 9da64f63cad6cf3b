"""Advice names what its reader can type: from a checkout, from an installer, from a package index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from convgui.files import installation
from convgui.files.installation import EXTRAS, command, how_to_add, origin

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]


def installed_at(folder: Path, monkeypatch: pytest.MonkeyPatch, on_path: str | None, argv: str = "-m") -> None:
    """Let the program stand in another place, with or without a command of its name on the path."""
    monkeypatch.setattr(installation, "__file__", str(folder / "convgui" / "files" / "installation.py"))
    monkeypatch.setattr("convgui.files.installation.shutil.which", lambda name: on_path)
    monkeypatch.setattr(sys, "argv", [argv])


def test_from_source_the_first_command_of_the_readme_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "platform", "linux")
    assert origin() == "source"
    assert command("lessons") == "python3 packaging/run.py lessons"
    assert (ROOT / command("lessons").split()[1]).is_file()
    monkeypatch.chdir(ROOT / "tests")
    assert command() == f"python3 {ROOT / 'packaging' / 'run.py'}"


def test_what_a_checkout_is_told_to_install_is_a_command_of_its_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(ROOT / ".venv" / "bin" / "python"))
    monkeypatch.chdir(ROOT)
    assert how_to_add("video") == "install it with: .venv/bin/python -m pip install av (the extra convgui[video])"


def test_from_an_index_extras_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_at(tmp_path / "site-packages", monkeypatch, "/usr/bin/convgui")
    assert origin() == "index"
    assert command("render --help") == "convgui render --help"
    assert how_to_add("video") == 'install it with: pip install "convgui[video]"'
    installed_at(tmp_path / "site-packages", monkeypatch, None)
    assert command("lessons").endswith(" -m convgui lessons")


def test_an_editable_installation_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_at(ROOT, monkeypatch, None, argv="/somewhere/bin/convgui")
    assert command("lessons") == "convgui lessons"


@pytest.mark.parametrize(
    ("image", "on_path", "start"),
    [
        ("", "/usr/bin/convgui", "convgui"),
        ("", None, "/opt/convgui/convgui"),
        ("/a b/convgui.AppImage", None, "'/a b/"),
    ],
)
def test_an_installer_names_its_own_program(
    image: str, on_path: str | None, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_at(tmp_path, monkeypatch, on_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "executable", "/opt/convgui/convgui")
    monkeypatch.setenv("APPIMAGE", image)
    assert origin() == "installer"
    assert command("lessons").startswith(start)
    assert command("lessons").endswith(" lessons")
    assert how_to_add("video") == 'install convgui by pip instead, with: pip install "convgui[video]"'


def test_every_extra_is_one_that_the_project_has() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for extra, package in EXTRAS.items():
        assert any(item.startswith(package) for item in extras[extra]), extra


def test_the_help_of_a_checkout_shows_the_command_that_works_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convgui", "lessons", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    launcher = "py" if sys.platform == "win32" else "python3"
    assert done.stdout.startswith(f"usage: {launcher} {Path('packaging') / 'run.py'} lessons ")
