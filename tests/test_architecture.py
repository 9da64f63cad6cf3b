"""What holds the house together, each seen to fail once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_QT = """
import sys
for name in ("PySide6", "pyqtgraph", "shiboken6"):
    sys.modules[name] = None
import convgui.core, convgui.draw, convgui.session.session, convgui.session.edits, convgui.scenes
from convgui.draw.theme import LIGHT
from convgui.export.pictures import Painters, write_picture
from convgui.files.lessons import lesson_index, load_lesson
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from pathlib import Path
document = load_lesson(lesson_index()[0].id)
picture = draw(scene(document.view.scene), document, Canvas(900, 600, LIGHT))
write_picture(picture, Path(sys.argv[1]), Painters(lambda *_: 1 / 0, lambda *_: 1 / 0))
"""


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_everything_but_the_window_runs_without_qt(tmp_path: Path) -> None:
    done = run(sys.executable, "-c", WITHOUT_QT, str(tmp_path / "a.svg"))
    assert done.returncode == 0, done.stderr
    assert "<text" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("room", "violation"),
    [
        ("core", "from convgui.draw import colour"),
        ("draw", "from convgui.files import load"),
        ("scenes", "import PySide6"),
        ("bench", "import PySide6"),
        ("scenes", "from convgui.session import session"),
        ("qt/stage", "from convgui.qt.lessons import tour"),
    ],
)
def test_the_contracts_fail_when_they_are_broken(tmp_path: Path, room: str, violation: str) -> None:
    shutil.copytree(ROOT / "convgui", tmp_path / "convgui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "convgui" / room / "planted.py").write_text(f'"""Planted."""\n\n{violation}\n')
    lint = Path(sys.executable).parent / "lint-imports"
    broken = run(str(lint), "--no-cache", cwd=tmp_path)
    assert broken.returncode != 0
    assert "BROKEN" in broken.stdout


def test_the_top_level_holds_what_it_should() -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    listed = run("git", "ls-files")
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    allowed = {"pyproject.toml", "README.md", "LICENSE", "convgui", "resources", "tests", "packaging"}
    assert {name for name in names if not name.startswith(".")} <= allowed


def test_scenes_do_not_import_each_other() -> None:
    folder = ROOT / "convgui" / "scenes"
    shared = {"scene", "canvas", "choice", "feature_maps", "needs", "note", "option", "questions", "readers", "tab"}
    rooms = {p.stem for p in folder.iterdir() if not p.name.startswith("_")} - shared
    for path in folder.rglob("*.py"):
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        for other in rooms - {own}:
            assert f"convgui.scenes.{other}" not in path.read_text(encoding="utf-8"), path
