"""An output is read back by other programs' readers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tifffile

from convgui.export.arrays import output, write_array
from convgui.export.whole import ExportError
from convgui.files.load import load
from tests.documents import OUTPUT, OUTPUT_PADDED_STRIDED, random_document, textbook
from tests.export.films import names


def test_the_output_is_the_books() -> None:
    assert output(textbook())[0][0].tolist() == OUTPUT
    assert output(textbook(padding=1, stride=2))[0][0].tolist() == OUTPUT_PADDED_STRIDED


@pytest.mark.parametrize("shape", [(2, 7), (3, 5, 7), (2, 4, 5, 7)])
def test_numbers_come_back(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(1).standard_normal(shape)
    assert write_array(array, tmp_path / "a.npy") == ""
    assert np.array_equal(np.load(tmp_path / "a.npy"), array)
    write_array(array, tmp_path / "a.npz")
    assert np.array_equal(np.load(tmp_path / "a.npz")["output"], array)
    write_array(array, tmp_path / "a.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif").reshape(shape), array.astype(np.float32))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_png_of_16_bits_says_its_scale(tmp_path: Path, channels: int) -> None:
    array = np.random.default_rng(2).normal(0, 40, (channels, 9, 13))
    note = write_array(array, tmp_path / "a.png")
    found = re.fullmatch(r"value = (\S+) \+ (\S+) \* pixel / 65535", note)
    assert found is not None
    assert note.encode() in (tmp_path / "a.png").read_bytes()
    pixels = np.asarray(load(tmp_path / "a.png").data, dtype=np.uint16)
    assert load(tmp_path / "a.png").data.dtype == np.uint16
    back = float(found[1]) + float(found[2]) * pixels / 65535
    assert np.abs(back - array).max() <= (array.max() - array.min()) / 65535 / 2 * 1.001


def test_a_flat_output_is_a_flat_png(tmp_path: Path) -> None:
    note = write_array(np.full((1, 3, 4), 5.5), tmp_path / "a.png")
    assert note.startswith("value = 5.5 + 0.0")
    assert not load(tmp_path / "a.png").data.any()


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_volume_keeps_its_spacing(tmp_path: Path, name: str) -> None:
    nibabel = pytest.importorskip("nibabel")
    for channels in (1, 2):
        array = np.random.default_rng(4).standard_normal((channels, 3, 4, 5)).astype(np.float32)
        write_array(array, tmp_path / name, (3.0, 2.0, 0.5))
        image = nibabel.load(tmp_path / name)
        back = np.asarray(image.dataobj)
        assert np.array_equal(back.reshape(5, 4, 3, channels).transpose(3, 2, 1, 0), array)
        assert image.header.get_zooms()[:3] == (0.5, 2.0, 3.0)
        assert np.diag(image.affine).tolist() == [-0.5, -2.0, 3.0, 1.0]
        assert nibabel.aff2axcodes(image.affine) == ("L", "P", "S")
        assert image.header.get_xyzt_units()[0] == "mm"


def test_a_stride_makes_cells_larger() -> None:
    document = random_document(1, 1, (8, 8, 8), (2, 2, 2), stride=(1, 2, 3))
    assert output(document)[1] == (1.0, 2.0, 3.0)
    up = random_document(1, 1, (8, 8), (2, 2), stride=2, transposed=True)
    assert output(up)[1] == (0.5, 0.5)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("a.png", (2, 4, 4), "1 or 3 channels"),
        ("a.png", (1, 4, 4, 4), "choose .npy or .tif"),
        ("a.nii", (1, 4, 4), "NIfTI is for volumes"),
        ("a.xls", (1, 4, 4), "ends in .xls"),
        ("a", (1, 4, 4), "has no ending"),
        ("missing/a.npy", (1, 4, 4), "cannot be written"),
    ],
)
def test_what_a_format_cannot_hold_is_said(tmp_path: Path, name: str, shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        write_array(np.zeros(shape), tmp_path / name)
    assert names(tmp_path) == []


def test_our_own_loader_reads_the_volume_as_it_was(tmp_path: Path) -> None:
    pytest.importorskip("nibabel")
    array = np.random.default_rng(6).standard_normal((1, 3, 4, 5)).astype(np.float32)
    write_array(array, tmp_path / "a.nii.gz", (3.0, 2.0, 0.5))
    sample = load(tmp_path / "a.nii.gz")
    assert sample.spacing == (3.0, 2.0, 0.5)
    assert np.array_equal(sample.data, array)
