"""Links to inputs of several files, of one among many, of folders; quick ones; stopped ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from convgui.files import LoadError, load
from convgui.files.documents import read_document, read_stored_document, write_document
from convgui.files.errors import LoadCancelledError, MovedError
from convgui.files.lessons import load_lesson
from convgui.files.links import Link, checksum, link_to, linkable, numbers_checksum
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.session import edits
from tests.files.phantom import write_dicom
from tests.files.test_dicom import axial


def made(folder: Path) -> list[Path]:
    (folder / "series").mkdir(parents=True)
    return axial(folder / "series")


def document_of(sample: Sample) -> Document:
    return edits.with_sample(load_lesson("single-channel"), sample)


def the_folder(files: list[Path]) -> Sample:
    return load(files[0].parent)


def the_series(files: list[Path]) -> Sample:
    return load(files[2], ask=lambda _: True)


def one_slice(files: list[Path]) -> Sample:
    return load(files[2], ask=lambda _: False)


WAYS = (the_folder, the_series, one_slice)


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_dicom_is_linked_as_it_was_opened(tmp_path: Path, way: Callable[[list[Path]], Sample], quick: bool) -> None:
    files = made(tmp_path)
    sample = way(files)
    assert linkable(sample)
    assert len(sample.spatial) == (2 if way is one_slice else 3)
    path = tmp_path / "a.convgui"
    write_document(document_of(sample), path, links={sample: link_to(sample, quick=quick)})
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return False

    read = read_stored_document(path)
    again = read_document(path, ask=ask)
    assert read.linked
    assert not asked, "that was answered when it was opened"
    for one in (read.document.sample, again.sample):
        assert one.data.dtype == sample.data.dtype
        assert np.array_equal(one.data, sample.data)


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("way", WAYS[:2])
def test_a_series_of_which_another_slice_changed(
    tmp_path: Path, way: Callable[[list[Path]], Sample], quick: bool
) -> None:
    files = made(tmp_path)
    sample = way(files)
    path = tmp_path / "a.convgui"
    write_document(document_of(sample), path, links={sample: link_to(sample, quick=quick)})
    content = bytearray(files[0].read_bytes())
    content[-1] ^= 1
    files[0].write_bytes(content)
    os.utime(files[0], ns=(1, 1))
    with pytest.raises(MovedError, match="has changed"):
        read_document(path)
    with pytest.raises(LoadError, match="has changed since it was opened"):
        link_to(sample, quick=quick)


def test_a_series_that_moved_along_with_its_document(tmp_path: Path) -> None:
    sample = the_folder(made(tmp_path / "old"))
    write_document(document_of(sample), tmp_path / "old" / "a.convgui", links={sample: link_to(sample)})
    (tmp_path / "old").rename(tmp_path / "new")
    assert np.array_equal(read_document(tmp_path / "new" / "a.convgui").sample.data, sample.data)


def test_values_beside_a_header_are_part_of_the_input(tmp_path: Path) -> None:
    head = "NRRD0004\ntype: uint8\ndimension: 2\nsizes: 6 5\nencoding: raw\ndata file: a.raw\n"
    (tmp_path / "a.nhdr").write_text(head)
    (tmp_path / "a.raw").write_bytes(bytes(range(30)))
    sample = load(tmp_path / "a.nhdr")
    write_document(document_of(sample), tmp_path / "a.convgui", links={sample: link_to(sample)})
    assert np.array_equal(read_document(tmp_path / "a.convgui").sample.data, sample.data)
    (tmp_path / "a.raw").write_bytes(bytes(30))
    with pytest.raises(MovedError, match="has changed"):
        read_document(tmp_path / "a.convgui")


def test_the_numbers_of_an_array_in_any_order_have_one_checksum() -> None:
    array = np.arange(2 * 700 * 900, dtype=np.int32).reshape(2, 700, 900)
    turned = np.asfortranarray(array)
    assert numbers_checksum(array) == numbers_checksum(turned)
    assert numbers_checksum(array) != numbers_checksum(array[:, ::-1])


def test_each_checksum_can_be_stopped(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((9, 8)))
    sample = load(tmp_path / "a.npy")
    for work in (
        lambda: checksum(tmp_path / "a.npy", lambda: True),
        lambda: numbers_checksum(sample.data, lambda: True),
        lambda: link_to(sample, lambda: True),
    ):
        with pytest.raises(LoadCancelledError):
            work()


def test_a_quick_link_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.bin").write_bytes(b"1")
    monkeypatch.setattr("convgui.files.links.open_regular", lambda _: 1 / 0)
    sample = Sample(np.ones((1, 5, 5)), "a", str(tmp_path / "a.bin"))
    link = Link.to_state(sample)
    assert (link.of, link.size) == ("state", 1)
    (tmp_path / "a.bin").unlink()
    with pytest.raises(LoadError):
        Link.to_state(sample)


def test_a_document_saved_among_the_slices_changes_nothing(tmp_path: Path) -> None:
    sample = the_folder(made(tmp_path))
    link = link_to(sample, quick=True)
    write_document(document_of(sample), tmp_path / "a.convgui", links={sample: link})
    write_document(document_of(sample), tmp_path / "series" / "b.convgui")
    assert np.array_equal(read_document(tmp_path / "a.convgui").sample.data, sample.data)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_shown_from_white_to_black_stays_so(tmp_path: Path, photometric: str, linked: bool) -> None:
    """All that is known of an input comes back with the document, whether its numbers lie inside or not."""
    plane, path = np.arange(64, dtype=np.uint16).reshape(8, 8), tmp_path / "x.dcm"
    write_dicom(path, plane, np.eye(3)[:, :2], np.zeros(3), PhotometricInterpretation=photometric)
    sample = load(path)
    document = document_of(sample)
    write_document(document, tmp_path / "a.convgui", links={sample: link_to(sample)} if linked else {})
    again = read_document(tmp_path / "a.convgui").sample
    for field in fields(Sample):
        if field.name != "data":
            assert getattr(again, field.name) == getattr(sample, field.name), field.name
    np.testing.assert_array_equal(again.data, sample.data)
    assert again.inverted == (photometric == "MONOCHROME1")
