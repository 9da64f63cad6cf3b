from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from convgui.files import resources
from convgui.files.resources import resource


def test_a_checkout_has_fonts_with_their_licences() -> None:
    names = {path.name for path in resource("fonts").iterdir()}
    assert {"Inter-Regular.otf", "JetBrainsMono-Regular.ttf", "OFL-Inter.txt", "OFL-JetBrainsMono.txt"} <= names


def test_fonts_are_small() -> None:
    assert all(path.stat().st_size <= 200_000 for path in resource("fonts").iterdir())


@pytest.fixture(autouse=True)
def _looked_for_again() -> Iterator[None]:
    resources.resource_root.cache_clear()
    yield
    resources.resource_root.cache_clear()


def test_a_wheel_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "convgui" / "_resources").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "convgui" / "files" / "resources.py"))
    assert resource("x") == tmp_path.resolve() / "convgui" / "_resources" / "x"


def test_a_frozen_build_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("x") == tmp_path / "resources" / "x"


def test_a_broken_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "a" / "b" / "resources.py"))
    with pytest.raises(FileNotFoundError, match="install it again"):
        resource("x")
