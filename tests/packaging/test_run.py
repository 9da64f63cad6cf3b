from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "run.py"
LOCK = (ROOT / "packaging" / "requirements.txt").read_text(encoding="utf-8")


def always(value: Any) -> Callable[..., Any]:
    """Return a function that returns `value` whatever it is asked."""

    def answer(*arguments: object) -> Any:
        return value

    return answer


@pytest.fixture
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("convgui_run", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Catch what would be run instead of running it."""
    made: list[list[str]] = []

    def fake(arguments: list[str], **variables: str) -> int:
        made.append(list(arguments))
        return 0

    monkeypatch.setattr(run, "run", fake)
    monkeypatch.setattr(run, "set_up", always(""))
    return made


def test_an_old_python_can_read_it_and_gets_a_sentence(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert run.main([]) == 3
    assert capsys.readouterr().err.startswith("convgui needs Python 3.10 or newer, and ")


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_the_lock_names_no_host_and_hashes_everything() -> None:
    assert not re.search(r"https?:|file:|--index|--find-links|--extra-index|@ ", LOCK)
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert all(re.match(r"[a-z0-9-]+==[\w.]+ ", entry) and "--hash=sha256:" in entry for entry in entries)


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = project.split("\ndependencies = ")[1].split("\n[project.urls]")[0]
    wanted = set(re.findall(r'^    "([A-Za-z0-9-]+)[^"]*",?$', asked, re.MULTILINE)) - {"convgui"}
    for extra in ("volumes", "video"):
        wanted |= set(re.findall(r'"([A-Za-z0-9]+)"', re.findall(rf"^{extra} = (.*)$", asked, re.MULTILINE)[0]))
    assert {"numpy", "ruff", "nibabel", "av"} <= wanted
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK, re.MULTILINE))
    assert {name.lower() for name in wanted} <= locked


def test_ci_runs_exactly_the_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec python3 packaging/run.py test"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_without_root_the_exact_command_is_printed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_root", lambda: False)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(run, "loads", lambda name: name != "libEGL.so.1")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    missing = run.missing_packages(False, True)
    assert run.install_packages(missing) == (
        "Missing on this system: libEGL.so.1. Give this command and start again: sudo apt-get install libegl1"
    )


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "sudo dnf install 'libEGL.so.1()(64bit)'"),
        ("zypper", "sudo zypper install 'libEGL.so.1()(64bit)'"),
        ("pacman", "sudo pacman -S --needed libglvnd"),
        ("none", "by these names"),
    ],
)
def test_other_linuxes(run: ModuleType, monkeypatch: pytest.MonkeyPatch, manager: str, command: str) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}" if name == manager else None)
    assert command in run.install_packages([("libEGL.so.1", "libegl1", "libglvnd")])


def test_a_window_needs_more_libraries(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_root", lambda: False)
    monkeypatch.setattr(run, "loads", always(False))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    with_display = run.missing_packages(False, True)
    monkeypatch.delenv("DISPLAY")
    assert len(run.missing_packages(False, True)) == 6
    assert len(with_display) == 12
    monkeypatch.setattr(sys, "platform", "darwin")
    assert run.missing_packages(True, False) == []


def test_a_missing_ensurepip_is_a_system_package(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "loads", always(True))
    monkeypatch.setattr(run, "is_root", lambda: False)
    monkeypatch.setattr(run.importlib.util, "find_spec", always(None))
    monkeypatch.setattr(sys, "platform", "linux")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert [entry[1] for entry in run.missing_packages(False, False)] == [version]
    assert run.missing_packages(False, True) == []


def test_the_second_start_installs_nothing(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("environment")
        return ""

    monkeypatch.setattr(run, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(run, "missing_packages", always([]))
    monkeypatch.setattr(run, "make_environment", make)
    assert run.set_up(False) == ""
    (tmp_path / "stamp").write_text(run.stamp(), encoding="utf-8")
    assert run.set_up(False) == ""
    assert made == ["environment"]
    (tmp_path / "stamp").write_text("of an older lock", encoding="utf-8")
    run.set_up(True)
    assert made == ["environment"] * 2


def test_without_a_display_pictures_are_drawn(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    monkeypatch.setattr(run, "has_display", lambda: False)
    monkeypatch.setattr(run, "OUTPUT", tmp_path / "out")
    assert run.main([]) == 0
    assert calls == [
        ["-m", "convgui", "render", what, "-o", str(tmp_path / "out" / f"{what}.png")]
        for what in ("single-channel", "sobel-photo")
    ]
    printed = capsys.readouterr().out
    assert str(tmp_path / "out" / "sobel-photo.png") in printed
    assert "machine with a screen" in printed
    assert run.main(["my photo.jpg"]) == 0
    assert calls[-1][3:] == ["my photo.jpg", "-o", str(tmp_path / "out" / "my photo.png")]
    assert run.main(["lessons", "--json"]) == 0
    assert calls[-1] == ["-m", "convgui", "lessons", "--json"]


def test_with_a_display_the_window_opens(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "has_display", lambda: True)
    assert run.main(["photo.png"]) == 0
    assert calls == [["-m", "convgui", "photo.png"]]


def test_a_failed_check_fails_the_whole(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fake(arguments: list[str], **variables: str) -> int:
        return int("mypy" in arguments)

    monkeypatch.setattr(run, "run", fake)
    monkeypatch.chdir(ROOT)
    assert run.test(["-x"]) == 1
    assert "failed before pytest: mypy --strict" in capsys.readouterr().out


def test_the_wheel_carries_the_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in ("fonts/OFL-Inter.txt", "lessons/single-channel.json", "samples/camera.png", "samples/LICENSES.md"):
        assert f"convgui/_resources/{part}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)
