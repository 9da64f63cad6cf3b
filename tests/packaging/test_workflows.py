from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import other_pythons
import system_libraries

FOLDER = Path(__file__).resolve().parents[2] / ".github" / "workflows"


def jobs(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return dict(content["jobs"])


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_both_commands_are_tried_on_every_system_with_every_python() -> None:
    job = jobs("tests.yml")["commands"]
    assert job["strategy"]["fail-fast"] is False
    matrix = job["strategy"]["matrix"]
    assert matrix["python"] == [f"{major}.{minor}" for major, minor in other_pythons.SUPPORTED]
    assert {system.split("-")[0] for system in matrix["system"]} == {"ubuntu", "windows", "macos"}
    assert {"python packaging/run.py", "python packaging/run.py test"} <= {*commands(job).splitlines()}
    assert "python packaging/run.py --first-window" in commands(job)


def test_bare_systems_have_python_alone() -> None:
    job = jobs("tests.yml")["debian"]
    assert {image.split(":")[0] for image in job["strategy"]["matrix"]["image"]} == {"debian", "ubuntu"}
    assert commands(job).splitlines()[-2:] == ["python3 packaging/run.py", "python3 packaging/run.py test"]
    assert "lib" not in commands(job)


@pytest.mark.parametrize(
    ("name", "job"), [("tests.yml", "commands"), ("newest.yml", "newest"), ("newest.yml", "oldest")]
)
def test_the_libraries_are_those_of_the_set_up(name: str, job: str) -> None:
    wanted = {entry[1] for entry in (*system_libraries.LIBRARIES, *system_libraries.X_LIBRARIES)}
    assert {*re.findall(r"\blib[\w.-]+", commands(jobs(name)[job]))} == wanted


def test_the_newest_of_everything_is_tried_beyond_the_lock() -> None:
    content = yaml.safe_load((FOLDER / "newest.yml").read_text(encoding="utf-8"))
    # YAML takes a bare "on" for true.
    (when,) = content[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", when["cron"])
    assert "requirements.txt" not in commands(content["jobs"]["newest"])
    assert "--upgrade PySide6-Essentials pyqtgraph numpy" in commands(content["jobs"]["newest"])


def test_the_oldest_that_the_metadata_allows_is_tried() -> None:
    metadata = (FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.findall(r'"(PySide6-Essentials|numpy)>=([\d.]+)', metadata)
    assert [name for name, _ in oldest] == ["numpy", "PySide6-Essentials"]
    tried = commands(jobs("newest.yml")["oldest"])
    assert all(f'"{name}=={version}' in tried for name, version in oldest)
    (first,) = re.findall(r'requires-python = ">=([\d.]+)"', metadata)
    steps = jobs("newest.yml")["oldest"]["steps"]
    assert [step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")] == [first]


def test_versions_of_qt_that_break_the_plots_stay_out() -> None:
    metadata = (FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert re.findall(r'"PySide6-Essentials[^"]*!=6\.9\.1[^"]*!=6\.10\.1', metadata)
