"""What stands in a folder and is no file: it is passed by, or refused by its name, and never waited for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.files import LoadError, load, load_bytes
from convgui.files.documents import read_document, write_document
from convgui.files.folder import next_picture, pictures_in
from convgui.files.lessons import read_lesson
from convgui.files.own_lessons import own_lessons
from convgui.files.user_folders import lessons_folder
from tests.documents import textbook

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes"),
]
KINDS = ("a pipe", "a socket", "a device", "a folder", "a broken link", "a loop", "a link to a pipe")
ENDINGS = (".png", ".dcm", ".npy", ".nii.gz", ".csv", ".convgui", "")


def put(kind: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something at a path that is no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        # The path of a socket may be no longer than a hundred letters.
        monkeypatch.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a broken link":
        path.symlink_to("gone")
    elif kind == "a loop":
        path.symlink_to(path.name)
    else:
        os.mkfifo(path.parent / "other")
        path.symlink_to("other")


SAYS = {
    "a pipe": "it is a pipe, not a regular file",
    "a socket": "it is a socket, not a regular file",
    "a device": "it is a device, not a regular file",
    "a folder": "it is a folder",
    "a broken link": "it is a link to gone, which is not there; open the file itself",
    "a loop": "Too many levels of symbolic links",
    "a link to a pipe": "it is a pipe, not a regular file",
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_by_its_name(kind: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"x{ending}"
    put(kind, path, monkeypatch)
    with pytest.raises(LoadError, match=f"^x{ending} cannot be opened: ") as caught:
        load(path)
    assert SAYS[kind] in str(caught.value)
    for read in (read_document, read_lesson):
        with pytest.raises(LoadError):
            read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_passed_by_in_folders(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in (1, 3):
        Image.fromarray(np.full((4, 5), at, np.uint8)).save(tmp_path / f"{at}.png")
    put(kind, tmp_path / "2.png", monkeypatch)
    assert [path.name for path in pictures_in(tmp_path)] == ["1.png", "3.png"]
    found = next_picture(tmp_path / "1.png", 1)
    assert found.sample is not None
    assert found.sample.data.min() == 3
    assert not found.skipped
    with pytest.raises(LoadError, match="a folder without DICOM images"):
        load(tmp_path)
    monkeypatch.setenv("CONVGUI_DATA", str(tmp_path / "data"))
    lessons_folder().mkdir(parents=True)
    write_document(textbook(), lessons_folder().joinpath("mine.convgui"))
    put(kind, lessons_folder() / "odd.convgui", monkeypatch)
    assert [lesson.id for lesson in own_lessons()] == ["my:mine"]


def test_a_name_that_is_empty() -> None:
    with pytest.raises(LoadError, match="its name is empty; give the name of a file"):
        load("")


def test_looking_through_a_folder_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log.dcm")
    code = "import sys\nfrom convgui.files import load\ntry: load(sys.argv[1])\nexcept Exception as error: print(error)"
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], timeout=60, capture_output=True, text=True, check=True
    )
    assert "a folder without DICOM images" in run.stdout


def test_a_folder_of_a_pictures_name_can_hold_slices(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(LoadError, match=r"x\.png cannot be opened: it is a folder without DICOM images"):
        load(tmp_path / "x.png")


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (b"ZISRAWFILE\0\0", "Zeiss"),
        (b"\xda\xce\xbe\x0a", "Nikon"),
        (b"\x70\0\0\0\x2a\0\0\0", "Leica"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Olympus"),
        (b"8BPS\0\1", "Photoshop"),
        (b"TRACK\0", "TrackVis"),
    ],
)
def test_what_microscopes_write_is_called_by_its_name(head: bytes, named: str) -> None:
    with pytest.raises(LoadError, match=named) as caught:
        load_bytes(head + bytes(600), "x.dat")
    assert "damaged" not in str(caught.value)
