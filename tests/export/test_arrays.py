"""An output is read back by other programs' readers."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from convgui.core.spec import ConvSpec
from convgui.export.arrays import output, write_array
from convgui.export.atomic_write import ExportError
from convgui.files.load import load
from convgui.layers.convolution import Convolution
from convgui.layers.pooling import Pool
from convgui.layers.upsample import Upsample
from convgui.model.document import Document
from convgui.model.geometry import Geometry
from tests.documents import OUTPUT, OUTPUT_PADDED_STRIDED, random_document, textbook
from tests.export.films import names

# It has no types.
nib: Any = import_module("nibabel")


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
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif").reshape(shape), array)


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


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("lost", ["none", "some", "all"])
def test_a_png_of_16_bits_leaves_missing_values_out_of_its_scale(tmp_path: Path, channels: int, lost: str) -> None:
    array = np.linspace(-40, 60, channels * 12).reshape(channels, 3, 4)
    away = np.zeros((3, 4), np.bool_)
    away[{"none": slice(0), "some": slice(1, 2), "all": slice(None)}[lost]] = True
    array[0, away] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        note = write_array(array, tmp_path / "a.png")
    count = int(away.sum())
    assert note.endswith(f"; {count} pixels are missing and transparent." if count else " / 65535")
    sample = load(tmp_path / "a.png")
    assert (sample.alpha is None) == (count == 0)
    if sample.alpha is not None:
        np.testing.assert_array_equal(sample.alpha.values, np.where(away, 0, 65535))
    found = re.match(r"value = (\S+) \+ (\S+) \* pixel / 65535", note)
    assert found is not None
    back = float(found[1]) + float(found[2]) * sample.data.astype(float) / 65535
    np.testing.assert_allclose(back[:, ~away], array[:, ~away], atol=100 / 65535)


def test_a_flat_output_is_a_flat_png(tmp_path: Path) -> None:
    note = write_array(np.full((1, 3, 4), 5.5), tmp_path / "a.png")
    assert note.startswith("value = 5.5 + 0.0")
    assert not load(tmp_path / "a.png").data.any()


@pytest.mark.parametrize("ending", [".tif", ".nii", ".nii.gz"])
@pytest.mark.parametrize("value", [0.1, 2**24 + 1, 1e-300, 1e300, -(2.0**53), 0.5, np.float32(0.1)])
def test_a_type_that_holds_the_values(tmp_path: Path, ending: str, value: float) -> None:
    array = np.full((1, 2, 3, 4), value, np.float64)
    path = tmp_path / f"a{ending}"
    assert write_array(array, path) == ""
    back = tifffile.imread(path) if ending == ".tif" else nib.load(path).get_fdata(dtype=np.float64)
    assert np.asarray(back).dtype.kind == "f"
    assert (back == value).all()


AFFINE = np.array([[-1.96, 0.4, 0, 90], [0.39, 1.9, 0.2, -126], [0, -0.3, 2.9, -72], [0, 0, 0, 1]])
LAYERS = {
    "as it is": {},
    "padded": {"padding": 1},
    "more on one side": {"padding": [(2, 0), (0, 1), (1, 0)]},
    "same": {"padding": "same"},
    "strided": {"stride": (1, 2, 3), "padding": 1},
    "dilated": {"dilation": (1, 2, 1)},
    "all of it": {"stride": 2, "padding": (2, 1, 0), "dilation": (2, 1, 1)},
}


@pytest.mark.parametrize("options", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("code", ["RAS", "PIR"])
@pytest.mark.parametrize(
    "extra", [(), (Pool("average", (3, 1, 1), (2, 1, 1), (1, 0, 0)),), (Upsample((2, 1, 3), "linear"),)]
)
def test_the_output_lies_where_its_input_lies(
    tmp_path: Path, code: str, options: dict[str, Any], extra: tuple[Any, ...]
) -> None:
    # A ramp along each axis of the world is linear, so that a mean over a window is its value at the window's middle.
    start = nib.orientations.io_orientation(AFFINE)
    turn = nib.orientations.ornt_transform(start, nib.orientations.axcodes2ornt(code))
    sides = (13, 12, 11)
    for world in range(3):
        cells = np.indices(sides).reshape(3, -1)
        ramp = (AFFINE[:3] @ np.vstack([cells, np.ones(cells.shape[1])]))[world].reshape(sides)
        image = nib.Nifti1Image(ramp, AFFINE).as_reoriented(turn)
        nib.save(image, tmp_path / "in.nii")
        spec = ConvSpec.of(1, 1, (3, 3, 3), **options)
        weight = np.full(spec.weight_shape, 1 / 27)
        document = Document(load(tmp_path / "in.nii"), (Convolution(spec, weight, np.zeros(1)), *extra))
        document = document.with_view(replace(document.view, layer=len(extra)))
        array, geometry = output(document)
        write_array(array, tmp_path / "out.nii", geometry)
        out = nib.load(tmp_path / "out.nii")
        assert out.header.get_xyzt_units()[0] == "mm"
        assert out.header["sform_code"] > 0
        values = out.get_fdata()
        inner = tuple(slice(n // 3, n - n // 3) for n in values.shape)
        cells = np.stack([grid[inner].ravel() for grid in np.indices(values.shape)])
        places = out.affine[:3] @ np.vstack([cells, np.ones(cells.shape[1])])
        np.testing.assert_allclose(values[inner].ravel(), places[world], atol=1e-3)


@pytest.mark.parametrize("stride", [1, 2, (1, 2, 3)])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_transposed_output_lies_where_its_input_lies(
    tmp_path: Path, stride: int | tuple[int, ...], padding: int, size: int
) -> None:
    values = np.zeros((5, 6, 7))
    values[2, 3, 4] = 1
    nib.save(nib.Nifti1Image(values, AFFINE), tmp_path / "in.nii")
    spec = ConvSpec.of(1, 1, (size,) * 3, stride=stride, padding=min(padding, (size - 1) // 2), transposed=True)
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))
    array, geometry = output(Document(load(tmp_path / "in.nii"), (layer,)))
    write_array(array, tmp_path / "out.nii", geometry)
    out = nib.load(tmp_path / "out.nii")
    # The middle of the footprint of the one cell that is not 0.
    middle = np.argwhere(out.get_fdata() > 0.5).mean(axis=0)
    np.testing.assert_allclose((out.affine @ [*middle, 1])[:3], (AFFINE @ [2, 3, 4, 1])[:3], atol=1e-4)


@pytest.mark.parametrize(
    ("units", "spacing", "want", "unit"),
    [
        (("mm",) * 3, (3.0, 2.0, 0.5), (0.5, 2.0, 3.0), "mm"),
        (("µm",) * 3, (3.0, 2.0, 0.5), (0.5, 2.0, 3.0), "micron"),
        (("nm",) * 3, (3000.0, 2000.0, 500.0), (0.5, 2.0, 3.0), "micron"),
        (("Å",) * 3, (30000.0, 20000.0, 5000.0), (0.5, 2.0, 3.0), "micron"),
        (("mm", "µm", "µm"), (0.003, 2.0, 0.5), (0.5, 2.0, 3.0), "micron"),
        (("px",) * 3, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), "unknown"),
        (("s", "mm", "mm"), (3.0, 2.0, 0.5), (0.5, 2.0, 3.0), "unknown"),
    ],
)
def test_a_volume_without_a_place_claims_none_and_keeps_its_sizes(
    tmp_path: Path, units: tuple[str, ...], spacing: tuple[float, ...], want: tuple[float, ...], unit: str
) -> None:
    for channels in (1, 2):
        array = np.random.default_rng(4).standard_normal((channels, 3, 4, 5)).astype(np.float32)
        write_array(array, tmp_path / "a.nii", Geometry(spacing, units))
        image = nib.load(tmp_path / "a.nii")
        assert np.array_equal(np.asarray(image.dataobj).reshape(5, 4, 3, channels).transpose(3, 2, 1, 0), array)
        assert image.header.get_zooms()[:3] == pytest.approx(want)
        assert image.header.get_xyzt_units()[0] == unit
        assert int(image.header["sform_code"]) == int(image.header["qform_code"]) == 0


def test_a_tiff_says_how_big_its_cells_are(tmp_path: Path) -> None:
    write_array(np.zeros((1, 4, 5)), tmp_path / "a.tif", Geometry((0.5, 0.25), ("µm", "µm")))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        assert page.get_resolution("MICROMETER") == pytest.approx((4, 2))


def test_a_stride_makes_cells_larger() -> None:
    document = random_document(1, 1, (8, 8, 8), (2, 2, 2), stride=(1, 2, 3))
    assert output(document)[1].spacing == (1.0, 2.0, 3.0)
    up = random_document(1, 1, (8, 8), (2, 2), stride=2, transposed=True)
    assert output(up)[1].spacing == (0.5, 0.5)


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
    array = np.random.default_rng(6).standard_normal((1, 3, 4, 5)).astype(np.float32)
    affine = ((0.0, 0.0, 0.5, 7.0), (0.0, 2.0, 0.0, 8.0), (3.0, 0.0, 0.0, 9.0))
    write_array(array, tmp_path / "a.nii.gz", Geometry((3.0, 2.0, 0.5), ("mm",) * 3, affine))
    sample = load(tmp_path / "a.nii.gz")
    assert (sample.spacing, sample.affine) == ((3.0, 2.0, 0.5), affine)
    assert np.array_equal(sample.data, array)


@pytest.mark.parametrize("ending", ["csv", "txt"])
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_a_table_comes_back(tmp_path: Path, ending: str, kind: str) -> None:
    array = np.random.default_rng(1).standard_normal((2, 4, 5)).astype(kind)
    array[0, 0, :3], array[1, 2, 1] = (10.0, 0.0, 1e300 if kind == "f8" else 1e30), np.nan
    path = tmp_path / f"a.{ending}"
    assert write_array(array, path) == ""
    sample = load(path)
    assert sample.nonfinite == 1
    assert np.array_equal(np.asarray(sample.data).astype(kind), array, equal_nan=True)
    with pytest.raises(ExportError, match="a table has height and width"):
        write_array(array[None], path)
