"""Leafing: the order of names, what is skipped, and the ends of a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.folder import NextPicture, is_folder_picture, next_picture, pictures_in, position_in_folder


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Return a folder of pictures 1, 2, 10 and 11 whose grey is their number, with other things between them."""
    for n in (10, 2, 1):
        Image.new("L", (4, 3), n).save(tmp_path / f"shot {n}.PNG")
    np.save(tmp_path / "shot 11.npy", np.full((3, 4), 11, dtype=np.uint8))
    (tmp_path / "shot 3.txt").write_text("words")
    (tmp_path / ".shot 4.png").write_bytes(b"hidden")
    (tmp_path / "shot 5.png").mkdir()
    return tmp_path


def grey(found: NextPicture) -> int:
    assert found.sample is not None
    return int(found.sample.data[0, 0, 0])


def test_pictures_are_counted_as_people_count(album: Path) -> None:
    assert [path.name for path in pictures_in(album)] == ["shot 1.PNG", "shot 2.PNG", "shot 10.PNG", "shot 11.npy"]
    position = position_in_folder(album / "shot 10.PNG")
    assert position is not None
    assert position.text == "shot 10.PNG · 3 of 4"
    assert position_in_folder(album / "shot 3.txt") is None


def test_leafing_goes_both_ways_and_never_round(album: Path) -> None:
    found, seen = next_picture(album, 1), []
    while found.sample is not None:
        seen.append(grey(found))
        assert is_folder_picture(found.sample.source)
        found = next_picture(Path(found.sample.source), 1)
    assert seen == [1, 2, 10, 11]
    assert found.position is not None
    assert (found.position.number, found.position.count) == (4, 4)
    assert grey(next_picture(album / "shot 10.PNG", -1)) == 2
    assert next_picture(album / "shot 1.PNG", -1).sample is None


def test_a_picture_that_is_gone_still_has_neighbours(album: Path) -> None:
    (album / "shot 2.PNG").unlink()
    assert grey(next_picture(album / "shot 2.PNG", 1)) == 10
    assert grey(next_picture(album / "shot 2.PNG", -1)) == 1


def test_a_link_is_a_picture_of_the_folder_it_is_in(album: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("links")
    (other / "a.png").symlink_to(album / "shot 10.PNG")
    Image.new("L", (4, 3), 99).save(other / "b.png")
    first = next_picture(other, 1)
    assert first.sample is not None
    assert grey(first) == 10
    assert grey(next_picture(Path(first.sample.source), 1)) == 99


@pytest.mark.fault
def test_what_cannot_be_read_is_skipped_with_a_sentence(album: Path) -> None:
    (album / "shot 2.PNG").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    np.save(album / "shot 3.npy", np.zeros((3, 40, 50, 60), dtype=np.uint8))
    found = next_picture(album / "shot 1.PNG", 1)
    assert grey(found) == 10
    assert [text.split(" cannot be opened: ")[0] for text in found.skipped] == ["shot 2.PNG", "shot 3.npy"]
    assert found.position is not None
    assert found.position.text == "shot 10.PNG · 4 of 5"


@pytest.mark.fault
def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="its files cannot be listed"):
        pictures_in(tmp_path / "nothing")
    assert next_picture(tmp_path, 1).sample is None
    assert position_in_folder(tmp_path / "nothing" / "a.png") is None


@pytest.mark.fault
def test_leafing_stops_when_it_is_told(album: Path) -> None:
    with pytest.raises(LoadCancelledError):
        next_picture(album, 1, cancel=lambda: True)


def test_what_is_no_file_cannot_be_leafed_from() -> None:
    assert not is_folder_picture("")
    assert not is_folder_picture("sample:camera.png")
    assert not is_folder_picture("/a/volume.nii.gz")
    assert is_folder_picture("/a/b.JPEG")
