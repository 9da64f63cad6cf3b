from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadError, load, load_bytes, oriented, raw
from tests.files.phantom import DIRECTIONS, ORIENTATIONS, SPACING, every_orientation, phantom, stored

# It has no types.
nib: Any = import_module("nibabel")


def affine(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return nibabel's affine, whose world runs to the right, the front and the head."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.diag([-1.0, -1.0, 1.0]) @ steps
    matrix[:3, 3] = [-11.0, 7.0, 5.0]
    return matrix


def nifti(values: NDArray[Any], steps: NDArray[np.float64], kind: Any = nib.Nifti1Image) -> Any:
    image = kind(values, affine(steps), dtype=values.dtype)
    image.header.set_xyzt_units("mm", "sec")
    return image


@pytest.mark.parametrize("code", every_orientation())
def test_every_orientation_gives_the_same_array(code: str) -> None:
    data, steps = stored(phantom(), code)
    sample = load_bytes(nifti(data, steps).to_bytes(), "x.nii")
    assert "".join(nib.aff2axcodes(affine(steps))) == code
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert (sample.directions, sample.units) == (DIRECTIONS, ("mm", "mm", "mm"))
    assert sample.spacing == pytest.approx(SPACING)
    assert sample.note == ""


@pytest.mark.parametrize("code", ORIENTATIONS)
def test_the_quaternion_says_the_same_as_the_matrix(code: str) -> None:
    data, steps = stored(phantom(), code)
    image = nifti(data, steps)
    image.set_qform(affine(steps), 1)
    image.set_sform(None, 0)
    sample = load_bytes(image.to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.spacing == pytest.approx(SPACING, rel=1e-5)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u2", "i4", "u4", "f4", "f8"])
def test_types_and_byte_orders(dtype: str, kind: Any, order: str) -> None:
    data, steps = stored(phantom("u1").astype(dtype), "RAS")
    image = nifti(data, steps, kind)
    header = image.header.as_byteswapped(order)
    sample = load_bytes(kind(data, affine(steps), header, dtype=dtype).to_bytes(), "x.nii")
    assert sample.data.dtype == np.dtype(dtype)
    assert sample.data.dtype.isnative
    np.testing.assert_array_equal(sample.data[0], phantom("u1").astype(dtype))


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_scaled_values_are_those_of_nibabel(ending: str, tmp_path: Path) -> None:
    data, steps = stored(phantom(), "LPS")
    image = nifti(data, steps)
    image.header.set_slope_inter(0.125, -3.0)
    path = tmp_path / f"x{ending}"
    nib.save(image, path)
    written: Any = nib.load(path)
    sample = load(path)
    assert sample.data.dtype == np.float32
    np.testing.assert_allclose(sample.data[0].T, np.asarray(written.dataobj), rtol=1e-6)


def test_colours_are_channels() -> None:
    values = np.random.default_rng(1).integers(0, 256, (4, 5, 6, 3), dtype=np.uint8)
    packed = values.view([("R", "u1"), ("G", "u1"), ("B", "u1")])[..., 0]
    sample = load_bytes(nib.Nifti1Image(packed, np.diag([-1.0, -1, 1, 1])).to_bytes(), "x.nii")
    assert sample.channels == ("R", "G", "B")
    np.testing.assert_array_equal(sample.data, values.transpose(3, 2, 1, 0))


@pytest.mark.parametrize(("count", "channels"), [(2, 2), (40, 1)])
def test_several_volumes_are_channels_and_of_many_the_first_opens(count: int, channels: int) -> None:
    values = np.arange(4 * 5 * 6 * count, dtype=np.int16).reshape(4, 5, 6, count)
    sample = load_bytes(gzip.compress(nib.Nifti1Image(values, np.diag([-1.0, -1, 1, 1])).to_bytes()), "x.nii.gz")
    np.testing.assert_array_equal(sample.data, values.transpose(3, 2, 1, 0)[:channels])
    assert ("first of its 40 volumes" in sample.note) == (count == 40)


def test_a_single_coronal_slice_is_a_picture_with_the_head_up() -> None:
    values = phantom()[:, 2:3]
    data, steps = stored(values, "RAS")
    sample = load_bytes(nifti(data, steps).to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], values[::-1, 0])
    assert sample.directions == (("S", "I"), ("R", "L"))
    assert sample.spacing == pytest.approx((SPACING[0], SPACING[2]))


def test_an_oblique_volume_takes_the_nearest_axes_and_says_so() -> None:
    turn = np.radians(12)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    data, steps = stored(phantom(), "SAR")
    sample = load_bytes(nifti(data, rotation @ steps).to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.spacing == pytest.approx(SPACING)
    assert "up to 12°" in sample.note


@pytest.mark.fault
def test_30_a_singular_affine_opens_as_stored_and_says_so() -> None:
    data, steps = stored(phantom(), "LPS")
    steps[:, 1] = steps[:, 0]
    sample = load_bytes(nifti(data, steps).to_bytes(), "x.nii")
    assert sample.directions == ()
    assert "singular" in sample.note
    assert sample.data.shape == (1, 5, 6, 7)


def test_a_file_that_does_not_say_how_it_lies_stays_as_it_is() -> None:
    image = nib.Nifti1Image(phantom().T, None)
    image.header.set_zooms((1.5, 2.0, 3.0))
    sample = load_bytes(image.to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert (sample.directions, sample.spacing) == ((), SPACING)
    assert "does not say" in sample.note


def test_metres_become_millimetres() -> None:
    data, steps = stored(phantom(), "LPS")
    image = nib.Nifti1Image(data, affine(steps / 1000))
    image.header.set_xyzt_units("meter")
    assert load_bytes(image.to_bytes(), "x.nii").spacing == pytest.approx(SPACING, rel=1e-5)


def test_a_big_file_stays_mapped_when_it_is_turned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MAP_ABOVE", 100)
    monkeypatch.setattr(oriented, "MAP_ABOVE", 100)
    values = phantom("f4")
    values[1, 2, 3] = np.nan
    data, steps = stored(values, "PIR")
    path = tmp_path / "x.nii"
    nib.save(nifti(data, steps), path)
    before = path.read_bytes()
    sample = load(path)
    base: Any = sample.data
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert sample.nonfinite == 1
    np.testing.assert_array_equal(sample.data[0], values)
    assert path.read_bytes() == before


@pytest.mark.fault
def test_35_more_than_the_header_promises_is_never_unpacked() -> None:
    data, steps = stored(phantom(), "LPS")
    bomb = gzip.compress(nifti(data, steps).to_bytes() + bytes(300_000_000), 1)
    np.testing.assert_array_equal(load_bytes(bomb, "bomb.nii.gz").data[0], phantom())


@pytest.mark.fault
def test_a_pair_of_files_is_explained() -> None:
    data, steps = stored(phantom(), "LPS")
    content = nifti(data, steps).to_bytes()
    with pytest.raises(LoadError, match=r"another file \(\.img\); convert the pair"):
        load_bytes(content[:344] + b"ni1\0" + content[348:], "x.hdr")
