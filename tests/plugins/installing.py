"""Two packages of plug-ins, built as wheels and unpacked where Python finds them: one good, one broken throughout."""

from __future__ import annotations

import importlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from convgui import plugins

HERE = Path(__file__).parent


def installed(name: str, folder: Path) -> Path:
    """Build a package's wheel and unpack it, which is all that installing one is."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheels")]
    done = subprocess.run(command, cwd=HERE / name, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the good package is installed."""
    return installed("example", tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the broken package is installed."""
    return installed("broken", tmp_path_factory.mktemp("broken"))


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Have plug-ins looked for as if the program had just started; returns what is said of those left out."""
    before = set(sys.modules)
    said: list[str] = []
    monkeypatch.setattr(plugins, "_doors", plugins._Doors(said.append))
    importlib.invalidate_caches()
    yield said
    for name in set(sys.modules) - before:
        if name.startswith(("convgui_example", "convgui_broken")):
            del sys.modules[name]


@pytest.fixture
def with_example(example: Path, anew: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the good package installed."""
    monkeypatch.syspath_prepend(str(example))
    return anew


@pytest.fixture
def with_broken(broken: Path, anew: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the broken package installed."""
    monkeypatch.syspath_prepend(str(broken))
    return anew
