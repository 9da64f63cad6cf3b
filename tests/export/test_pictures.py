"""A picture becomes a file whole, or not at all."""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from convgui.draw.colour import Bytes
from convgui.draw.picture import Label, Picture, Run
from convgui.draw.theme import LIGHT
from convgui.export.atomic_write import ExportError, write_file
from convgui.export.pictures import Painters, write_picture

PICTURE = Picture(30, 20, LIGHT.background, summary="nothing")


def grey(picture: Picture, scale: float) -> Bytes:
    return np.full((round(picture.height * scale), round(picture.width * scale), 3), 99, dtype=np.uint8)


PAINTERS = Painters(grey, lambda picture, scale: b"%PDF")


def test_png_and_svg(tmp_path: Path) -> None:
    write_picture(PICTURE, tmp_path / "a.PNG", PAINTERS, 2.0)
    with Image.open(tmp_path / "a.PNG") as image:
        assert image.size == (60, 40)
    write_picture(PICTURE, tmp_path / "a.svg", PAINTERS)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.PNG", "a.svg"]


def test_an_svg_holds_the_fonts_that_it_is_written_in_and_no_others(tmp_path: Path) -> None:
    words = Label(2, 12, (Run("Output ", LIGHT.text, bold=True), Run("卷积", LIGHT.text)), 12)
    write_picture(replace(PICTURE, base=(words,)), tmp_path / "a.svg", PAINTERS)
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert re.findall(r"font-family:'([^']*)';font-weight:(\d+)", text) == [
        ("Inter", "400"),
        ("Inter", "600"),
        ("Noto Sans CJK SC", "400"),
    ]
    ElementTree.fromstring(text)


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.pngx"])
def test_other_endings_are_answered(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.png, \.svg or \.pdf"):
        write_picture(PICTURE, tmp_path / name, PAINTERS)
    assert not list(tmp_path.iterdir())


@pytest.mark.fault
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("convgui.files.atomic_write.os.fsync", full)
    with pytest.raises(ExportError, match=r"a\.svg cannot be written: No space left"):
        write_picture(PICTURE, target, PAINTERS)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.fault
def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        write_file(tmp_path / "missing" / "a.png", b"x")
