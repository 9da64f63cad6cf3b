from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import system_libraries
from convgui.__main__ import main as program

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"
SCRIPTS = [FOLDER / name for name in ("run.py", "other_pythons.py", "system_libraries.py")]
WINDOW, TESTS = ((FOLDER / f"{part}requirements.txt").read_text(encoding="utf-8") for part in ("", "test-"))


def always(value: Any) -> Callable[..., Any]:
    """Return a function that returns `value` whatever it is asked."""

    def answer(*arguments: object, **named: object) -> Any:
        return value

    return answer


@pytest.fixture
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("convgui_run", SCRIPTS[0])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Catch what would be run instead of running it."""
    made: list[list[str]] = []

    def fake(environment: Any, arguments: list[str], **variables: str) -> int:
        made.append(list(arguments))
        return 0

    monkeypatch.setattr(run.Environment, "run", fake)
    monkeypatch.setattr(run, "set_up", always(""))
    return made


def test_an_old_python_can_read_it_and_gets_a_sentence(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for script in SCRIPTS:
        ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 9))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert run.main([]) == 3
    assert capsys.readouterr().err.startswith("convgui needs Python 3.10 or newer, and ")


def test_it_needs_the_standard_library_alone() -> None:
    own = {script.stem for script in SCRIPTS}
    for script in SCRIPTS:
        tree = ast.parse(script.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names) | own


@pytest.mark.parametrize("text", [WINDOW, TESTS, (FOLDER / "build-requirements.txt").read_text(encoding="utf-8")])
def test_a_lock_names_no_host_and_hashes_everything(text: str) -> None:
    assert not re.search(r"https?:|file:|--index|--find-links|--extra-index|@ ", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9-]+==[\w.]+ ", entry) and "--hash=sha256:" in entry for entry in entries)


def names(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def test_the_window_gets_what_it_needs_and_the_tests_add_theirs() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = project.split("\ndependencies = ")[1].split("[project.scripts]")[0]
    core = re.findall(r'^    "([A-Za-z0-9-]+)[^"]*",$', project.split("[project.optional")[0], re.MULTILINE)
    extras = {
        name: re.findall(r'"([A-Za-z0-9]+)"', line) for name, line in re.findall(r"^(\w+) = (.*)$", project, re.M)
    }
    wanted = {name.lower() for name in (*core, *extras["volumes"], *extras["gl"])}
    assert {"numpy", "pydicom"} <= wanted <= names(WINDOW)
    # What these need besides; and nothing that only a test, a check or a film needs.
    assert names(WINDOW) - wanted == {"shiboken6", "colorama"}
    asked = re.findall(r'^    "([A-Za-z0-9-]+)",$', project.split("\ntest = [")[1].lower(), re.MULTILINE)
    assert {"ruff", "nibabel"} <= {*asked} <= names(TESTS)
    assert {name.lower() for name in extras["video"]} <= names(TESTS)
    assert not names(WINDOW) & names(TESTS)


def test_ci_runs_the_test_command_and_then_every_other_python() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == ["python3 packaging/run.py test", "exec python3 packaging/run.py test --other-pythons"]
    assert "set -euo pipefail" in lines
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_without_root_the_exact_command_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system_libraries, "loads", lambda name: name not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    missing = system_libraries.missing_packages(False, True)
    assert system_libraries.install_packages(missing) == (
        "Missing on this system: libEGL.so.1, libxcb-cursor.so.0. "
        "Give this command and start again: sudo apt-get install libegl1 libxcb-cursor0"
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
def test_other_linuxes(monkeypatch: pytest.MonkeyPatch, manager: str, command: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == manager else None)
    assert command in system_libraries.install_packages([("libEGL.so.1", "libegl1", "libglvnd")])


def test_all_libraries_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    x_only, others = (
        {entry[0] for entry in entries} for entries in (system_libraries.X_LIBRARIES, system_libraries.LIBRARIES)
    )
    counts: dict[tuple[str, str], int] = {}
    for display in ("", ":0"):
        monkeypatch.setenv("DISPLAY", display)
        for lacking, there in {"all": set[str](), "x": others, "none": others | x_only}.items():
            monkeypatch.setattr(system_libraries, "loads", there.__contains__)
            counts[display, lacking] = len(system_libraries.missing_packages(False, True))
    # Whoever was asked once, without a display, is not asked again with one.
    assert counts["", "all"] == counts[":0", "all"] == 12
    assert (counts["", "x"], counts[":0", "x"]) == (0, 6)
    assert counts["", "none"] == counts[":0", "none"] == 0
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_libraries.missing_packages(True, False) == []


def test_a_missing_ensurepip_is_a_system_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "loads", always(True))
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(importlib.util, "find_spec", always(None))
    monkeypatch.setattr(sys, "platform", "linux")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert [entry[1] for entry in system_libraries.missing_packages(False, False)] == [version]
    assert system_libraries.missing_packages(False, True) == []


def test_each_part_is_installed_once(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[list[str]] = []
    window, tests = (tmp_path / name for name in ("requirements.txt", "test-requirements.txt"))
    for lock in (window, tests):
        lock.write_text(f"what is in {lock.name}", encoding="utf-8")

    def call(command: list[str], **where: Path) -> int:
        if "pip" in command:
            assert {"--require-hashes", "--only-binary"} <= {*command}
            assert "--quiet" not in command
            made.append([Path(word).name for word in command if word.endswith(".txt")])
        return 0

    monkeypatch.setattr(run, "LOCKS", (window, tests))
    monkeypatch.setattr(run, "missing_packages", always([]))
    monkeypatch.setattr(subprocess, "call", call)
    environment = run.Environment(tmp_path / "environment")
    environment.folder.mkdir()
    for testing in (False, False, True, True, False):
        assert run.set_up(environment, testing) == ""
    assert made == [["requirements.txt"], ["test-requirements.txt"]]
    tests.write_text("another", encoding="utf-8")
    run.set_up(environment, False)
    assert len(made) == 2
    run.set_up(environment, True)
    assert made[2:] == [["test-requirements.txt"]]
    window.write_text("another", encoding="utf-8")
    run.set_up(environment, True)
    assert made[3:] == [["requirements.txt"]]
    monkeypatch.setattr(subprocess, "call", always(1))
    window.write_text("a third", encoding="utf-8")
    monkeypatch.setattr(run.Environment, "usable", always(True))
    assert "check the network" in run.set_up(environment, False)
    assert environment.lacks(window)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tset"], "'tset' is neither a file nor a command; did you mean test?"),
        (["--selftest"], "did you mean --self-test?"),
        (["rendr", "x"], "did you mean render?"),
        (["no such photo.jpg"], "'no such photo.jpg' is neither a file nor a command; python3 packaging/run.py --help"),
        (["--frobnicate"], "--help says what can be given"),
        (["."], ""),
        ([".", "test"], "'test' is one word too many after '.'"),
        (["--version", "--verbose"], "'--verbose' is one word too many after '--version'"),
        (["--environment"], "needs a folder after it"),
        (["--environment", "x", "tset"], "did you mean test?"),
        (["render", "--anything"], ""),
        (["--first-window"], ""),
    ],
)
def test_what_is_unknown_is_refused_before_the_set_up(
    run: ModuleType,
    calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(run, "has_display", always(True))
    assert run.main(words) == (2 if said else 0)
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == bool(said)
    assert calls == ([] if said else [["-m", "convgui", *words]])


def test_it_knows_what_the_program_knows(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program(["--help"])
    said = capsys.readouterr().out
    assert {*re.findall(r"--[a-z][a-z-]*", said)} - {"--help", "--lang"} == {*run.OPTIONS}
    listed = said.split("Without a window: ")[1].split(";")[0]
    assert {*run.COMMANDS} == {*re.findall(r"\w+", listed)} - {"and"}


def test_the_language_stands_before_everything(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "has_display", always(True))
    assert run.main(["--lang", "zh_CN", "lessons"]) == 0
    assert run.main(["--lang", "zh_CN"]) == 0
    assert calls == [["-m", "convgui", "--lang", "zh_CN", "lessons"], ["-m", "convgui", "--lang", "zh_CN"]]
    assert run.main(["--lang"]) == 2
    assert "needs the code of a language" in capsys.readouterr().err


def test_help_needs_no_set_up(run: ModuleType, calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--help"]) == 0
    assert "--other-pythons" in capsys.readouterr().out
    assert calls == []


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
    photo = tmp_path / "my photo.jpg"
    photo.touch()
    assert run.main([str(photo)]) == 0
    assert calls[-1][3:] == [str(photo), "-o", str(tmp_path / "out" / "my photo.png")]
    assert run.main(["lessons", "--json"]) == 0
    assert calls[-1] == ["-m", "convgui", "lessons", "--json"]


def test_with_a_display_the_window_opens(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "has_display", lambda: True)
    assert run.main([]) == run.main([__file__]) == 0
    assert calls == [["-m", "convgui"], ["-m", "convgui", __file__]]


def test_a_failed_check_fails_the_whole(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []

    def fake(environment: Any, arguments: list[str], **variables: str) -> int:
        made.append(arguments[1])
        return int("mypy" in arguments)

    monkeypatch.setattr(run.Environment, "run", fake)
    monkeypatch.chdir(ROOT)
    environment = run.Environment(ROOT)
    assert run.test(environment, ["-x"]) == 1
    assert "failed before pytest: mypy --strict" in capsys.readouterr().out
    assert (made[0], made[-1]) == ("ruff", "pytest")
    made.clear()
    assert run.test(environment, ["--without-style", "-x"]) == 1
    assert made == ["mypy", "pytest"]


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
