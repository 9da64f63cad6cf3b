from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import interrupts
import system_libraries
from convgui.__main__ import main as program

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"
SCRIPTS = [FOLDER / name for name in ("run.py", "other_pythons.py", "system_libraries.py", "interrupts.py")]
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
    monkeypatch.setattr(run, "call", call)
    environment = run.Environment(tmp_path / "environment")
    environment.folder.mkdir()
    (environment.folder / "pyvenv.cfg").touch()
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
    monkeypatch.setattr(run, "call", always(1))
    window.write_text("a third", encoding="utf-8")
    monkeypatch.setattr(run.Environment, "usable", always(True))
    assert "check the network" in run.set_up(environment, False)
    assert environment.lacks(window)
    window.write_text("another", encoding="utf-8")
    assert environment.lacks(window), "what was there before the set-up that failed need not be whole any more"


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
        (["--environment", ""], "needs a folder after it"),
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


# --- what must not be lost, and what is said ---


@pytest.mark.parametrize("content", ["thesis.txt", "photos/1.png", None])
def test_a_folder_of_somebody_elses_is_not_cleared(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    monkeypatch.setattr(run, "missing_packages", always([]))
    place = tmp_path / "mine"
    kept = place / content if content else place
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("years of work", encoding="utf-8")
    assert run.main(["--environment", str(place), "--version"]) == 3
    assert capsys.readouterr().err == (
        f"{place} is there already and holds something else; name a folder that is new or empty.\n"
    )
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_an_environment_that_was_begun_and_an_empty_folder_are_taken(run: ModuleType, tmp_path: Path) -> None:
    assert not run.Environment(tmp_path / "new").foreign()
    assert not run.Environment(tmp_path).foreign()
    (tmp_path / "bin").mkdir()
    assert run.Environment(tmp_path).foreign()
    (tmp_path / "pyvenv.cfg").touch()
    assert not run.Environment(tmp_path).foreign()


def test_an_environment_that_was_moved_is_made_again(run: ModuleType, tmp_path: Path) -> None:
    """What pip installs names its place: the scripts of a copy start the Python of the first."""
    lock = tmp_path / "requirements.txt"
    lock.write_text("what is needed", encoding="utf-8")
    first, second = (run.Environment(tmp_path / name) for name in ("first", "second"))
    first.folder.mkdir()
    first.stamp(lock).write_bytes(first.wanted(lock))
    assert not first.lacks(lock)
    first.folder.rename(second.folder)
    assert second.lacks(lock)


def started(line: str, folder: Path, **variables: str) -> subprocess.Popen[str]:
    """Run a line of Python that has packaging/ on its path, in a process group of its own, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-c", line],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(FOLDER), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )


# A shell that runs the tests in the background has them ignore the key.
TIDIES = """
import pathlib, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    while not pathlib.Path("waiting").exists():
        time.sleep(0.01)
    print("begun", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    pathlib.Path("tidied").touch()
"""
STARTS = """
import pathlib, signal, subprocess, sys, run
signal.signal(signal.SIGINT, signal.default_int_handler)
class Popen(subprocess.Popen):
    def wait(self, timeout=None):
        pathlib.Path("waiting").touch()
        return super().wait(timeout)
def set_up(environment, testing):
    subprocess.Popen = Popen
    run.call([sys.executable, "-c", pathlib.Path("tidies.py").read_text()])
run.set_up = set_up
sys.exit(run.main(["--version"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="one process group is interrupted as a terminal does it")
def test_what_is_interrupted_has_the_time_to_tidy_up(tmp_path: Path) -> None:
    (tmp_path / "tidies.py").write_text(TIDIES, encoding="utf-8")
    with started(STARTS, tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stderr.read() == "run.py: interrupted; start it again to go on.\n"
    assert (tmp_path / "tidied").exists()


def test_a_status_is_said_as_a_shell_says_it() -> None:
    assert interrupts.call([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert [interrupts.shell_status(status) for status in (0, 2, -15)] == [0, 2, 143]


def test_an_interrupted_check_ends_the_test(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def fake(environment: Any, arguments: list[str], **variables: str) -> int:
        made.append(arguments[1])
        return 130 if "mypy" in arguments else 0

    monkeypatch.setattr(run.Environment, "run", fake)
    monkeypatch.chdir(ROOT)
    assert run.test(run.Environment(ROOT), []) == 130
    assert made[-1] == "mypy"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_the_letters_gets_them_escaped(tmp_path: Path, encoding: str) -> None:
    line = "import run, sys; run.Environment.usable = lambda _: True; run.call = lambda *_, **__: 1; "
    line += "run.missing_packages = lambda *_: []; sys.exit(run.main(['--environment', '图像 é', '--version']))"
    with started(line, tmp_path, PYTHONIOENCODING=encoding, PYTHONUTF8="0") as process:
        said, error = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "Setting up " in said
    assert error.startswith("pip could not install")


def test_what_the_system_refuses_is_a_sentence(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / "build").touch()
    monkeypatch.setattr(run, "has_display", always(False))
    monkeypatch.setattr(run, "OUTPUT", tmp_path / "build" / "first-look")
    assert run.main([]) == 3
    assert capsys.readouterr().err.startswith(f"run.py: {tmp_path / 'build' / 'first-look'}: ")
    assert calls == []


def test_the_wheel_carries_the_resources(tmp_path: Path) -> None:
    # From a copy: a build leaves what it has made beside the source, and not every checkout can be written to.
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist")
    checkout = shutil.copytree(ROOT, tmp_path / "checkout", ignore=left_out, copy_function=shutil.copyfile)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in ("fonts/OFL-Inter.txt", "lessons/single-channel.json", "samples/camera.png", "samples/LICENSES.md"):
        assert f"convgui/_resources/{part}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)
