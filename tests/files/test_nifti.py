from __future__ import annotations

import gzip
import struct
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadError, load, load_bytes, oriented, raw
from convgui.files.axes import parse_selection, same_selection
from convgui.model.sample import Sample
from tests.files import faulty_volumes
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


def brightest_place(sample: Sample) -> NDArray[np.float64]:
    """Return where the brightest cell lies, in nibabel's world."""
    place = np.array(sample.affine) @ [*np.unravel_index(int(sample.data[0].argmax()), sample.spatial), 1]
    return np.asarray(np.diag([-1.0, -1.0, 1.0]) @ place)


@pytest.mark.parametrize("code", every_orientation())
@pytest.mark.parametrize("thin", [None, 0, 1, 2])
def test_every_cell_keeps_its_place(code: str, thin: int | None) -> None:
    turn = np.radians(7)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    values = phantom() if thin is None else phantom().take([-1], axis=thin)
    data, steps = stored(values, code)
    image = nifti(data, rotation @ steps)
    cell = np.unravel_index(data.argmax(), data.shape)
    sample = load_bytes(image.to_bytes(), "x.nii")
    assert sample.data.ndim == (4 if thin is None else 3)
    np.testing.assert_allclose(brightest_place(sample), (image.affine @ [*cell, 1])[:3], atol=1e-4)


@pytest.mark.parametrize("code", ORIENTATIONS)
def test_the_quaternion_says_the_same_as_the_matrix(code: str) -> None:
    data, steps = stored(phantom(), code)
    image = nifti(data, steps)
    image.set_qform(affine(steps), 1)
    image.set_sform(None, 0)
    sample = load_bytes(image.to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.spacing == pytest.approx(SPACING, rel=1e-5)
    cell = np.unravel_index(data.argmax(), data.shape)
    np.testing.assert_allclose(brightest_place(sample), (affine(steps) @ [*cell, 1])[:3], atol=1e-4)


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
    assert ("time 0 of 0 to 39" in sample.note) == (count == 40)


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


FILM = np.arange(7 * 6 * 5 * 40, dtype=np.int16).reshape(7, 6, 5, 40)
PLACE = np.diag([-1.0, -1, 1, 1])


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_of_a_film_of_volumes_one_is_chosen(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{ending}"
    image = nib.Nifti1Image(FILM, PLACE)
    image.header.set_xyzt_units("mm", "msec")
    image.header["pixdim"][4] = 2500
    nib.save(image, path)
    for time in (3, 39):
        sample = load(path, choose=parse_selection(None, [f"time={time}"]))
        np.testing.assert_array_equal(sample.data[0], FILM[..., time].T)
        assert f"time {time} of 0 to 39" in sample.note
        np.testing.assert_array_equal(load(path, choose=same_selection(sample.axis_selection)).data, sample.data)
    np.testing.assert_array_equal(load(path, choose=parse_selection("time", [])).data, FILM.T)
    plane = load(path, choose=parse_selection("none", ["z=2"]))
    np.testing.assert_array_equal(plane.data[0], FILM[:, :, 2].T)
    assert (plane.spacing, plane.units) == ((2.5, 1.0, 1.0), ("s", "mm", "mm"))


def test_a_vector_is_the_channel_and_of_its_times_one_is_chosen() -> None:
    values = np.arange(4 * 5 * 6 * 3 * 2, dtype=np.float32).reshape(4, 5, 6, 2, 3)
    sample = load_bytes(nib.Nifti1Image(values[..., :1, :], PLACE).to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data, values[..., 0, :].T)
    assert sample.note == ""
    content = nib.Nifti1Image(values, PLACE).to_bytes()
    np.testing.assert_array_equal(load_bytes(content, "x.nii").data, values[..., 0, :].T)
    later = load_bytes(content, "x.nii", choose=parse_selection(None, ["time=1"]))
    np.testing.assert_array_equal(later.data, values[..., 1, :].T)
    times = load_bytes(content, "x.nii", choose=parse_selection("time", ["vector=2"]))
    np.testing.assert_array_equal(times.data, values[..., 2].T)


def test_a_film_of_a_plane_is_a_volume_of_time() -> None:
    sample = load_bytes(nib.Nifti1Image(FILM[:, :, :1], PLACE).to_bytes(), "x.nii")
    np.testing.assert_array_equal(sample.data[0], FILM[:, :, 0].T)


@pytest.mark.parametrize("count", [3, 4])
def test_of_coloured_volumes_one_opens(count: int) -> None:
    kind = np.dtype([(name, "u1") for name in "RGBA"[:count]])
    values = np.random.default_rng(1).integers(0, 256, (4, 5, 6, 2, count), np.uint8)
    written = bytearray(nib.Nifti1Image(values.view(kind)[..., 0], PLACE).to_bytes())
    # The definition says of scl_slope and scl_inter that they do not apply to colours.
    struct.pack_into("<ff", written, 112, 2.0, 10.0)
    for time in (0, 1):
        sample = load_bytes(bytes(written), "x.nii", choose=parse_selection(None, [f"time={time}"]))
        shown = values[..., time, :].transpose(3, 2, 1, 0)
        np.testing.assert_array_equal(sample.data, shown[:3])
        assert sample.channels == ("R", "G", "B")
        assert (sample.alpha is None) == (count == 3)
        if sample.alpha is not None:
            np.testing.assert_array_equal(sample.alpha.values, shown[3])
            assert "its transparency is kept apart" in sample.note


@pytest.mark.parametrize(("quaternion", "turn"), [((0, 0, 2), (-1, -1, 1)), ((0, -1.5, 0), (-1, 1, -1))])
def test_a_quaternion_that_is_too_long_is_half_a_turn(quaternion: tuple[float, ...], turn: tuple[int, ...]) -> None:
    content = bytearray(nifti(*stored(phantom(), "RAS")).to_bytes())
    struct.pack_into("<hh", content, 252, 1, 0)
    struct.pack_into("<3f", content, 256, *quaternion)
    sample = load_bytes(bytes(content), "x.nii")
    assert sample.spacing == pytest.approx(SPACING)
    flips = tuple(slice(None, None, sign) for sign in turn[::-1])
    np.testing.assert_array_equal(sample.data[0], phantom()[flips])


@pytest.mark.parametrize("kind", [nib.Nifti1Pair, nib.Nifti2Pair])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("opened", [".hdr", ".img"])
def test_a_pair_of_files_is_read(kind: Any, packed: bool, opened: str, tmp_path: Path) -> None:
    data, steps = stored(phantom(), "RAS")
    ending = ".gz" if packed else ""
    nib.save(kind(data, affine(steps)), tmp_path / f"x.img{ending}")
    sample = load(tmp_path / f"x{opened}{ending}")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.directions == DIRECTIONS


@pytest.mark.parametrize(
    ("slope", "inter", "want"),
    [(0, 5, 1), (np.nan, np.nan, 1), (np.inf, 5, 1), (2, 0, 2), (1, -3, -2), (0.5, 0.25, 0.75), (-1, 0, -1)],
)
@pytest.mark.parametrize("order", "<>")
def test_slope_and_shift(slope: float, inter: float, want: float, order: str) -> None:
    image = nib.Nifti1Image(np.ones((4, 5, 6), "i2"), PLACE, nib.Nifti1Header(endianness=order))
    content = bytearray(image.to_bytes())
    content[112:120] = np.array([slope, inter], f"{order}f4").tobytes()
    assert (load_bytes(bytes(content), "x.nii").data == want).all()


def test_values_right_behind_the_header() -> None:
    content = bytearray(nifti(*stored(phantom(), "LPS")).to_bytes())
    content[108:112] = bytes(4)
    np.testing.assert_array_equal(load_bytes(bytes(content), "x.nii").data[0], phantom())


@pytest.mark.fault
@pytest.mark.parametrize(
    ("at", "patch", "name", "says"),
    [
        (344, b"ni1\0", "x.hdr", "another file (.img); convert the pair"),
        (344, bytes(4), "x.hdr", "it is an Analyze 7.5 header"),
        (68, np.array([3001], "<i2").tobytes(), "x.nii", "it is a CIFTI file"),
        (68, np.array([3012], "<i2").tobytes(), "x.nii", "it is a CIFTI file"),
        (112, np.array([2, np.nan], "<f4").tobytes(), "x.nii", "shifts them by no number"),
        (112, np.array([2, np.inf], "<f4").tobytes(), "x.nii", "shifts them by no number"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(at: int, patch: bytes, name: str, says: str) -> None:
    content = nifti(*stored(phantom(), "LPS")).to_bytes()
    with pytest.raises(LoadError, match=rf"^{name} cannot be opened: ") as caught:
        load_bytes(content[:at] + patch + content[at + len(patch) :], name)
    assert says in str(caught.value)
    assert "damaged" not in str(caught.value)


@pytest.mark.fault
def test_a_header_without_its_values(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Pair(phantom().T, PLACE), tmp_path / "x.img")
    (tmp_path / "x.img").unlink()
    with pytest.raises(LoadError, match=r"its values are in x\.img, which is not there; put that file beside it"):
        load(tmp_path / "x.hdr")


@pytest.mark.fault
@pytest.mark.parametrize("named", ["x.hdr", "x.img"])
def test_both_files_of_an_analyze_volume_are_called_by_its_name(named: str, tmp_path: Path) -> None:
    # Small numbers of 16 bits, which look like text of that width.
    nib.save(nib.AnalyzeImage(np.arange(48, 108, dtype=np.int16).reshape(3, 4, 5), np.eye(4)), tmp_path / "x.img")
    with pytest.raises(LoadError, match=r"it is an Analyze 7\.5 header"):
        load(tmp_path / named)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("at", "code"), [(280, 254), (308, 254), (256, 252), (268, 252)])
def test_a_place_that_is_no_number_counts_as_not_given(at: int, code: int, value: float) -> None:
    whole = bytearray(faulty_volumes.nifti())
    struct.pack_into("<2h", whole, 252, 0, 0)
    struct.pack_into("<h", whole, code, 1)
    struct.pack_into("<f", whole, at, value)
    sample = load_bytes(bytes(whole), "a.nii")
    assert (sample.directions, sample.affine, sample.spacing) == ((), (), (1.0, 1.0, 1.0))
    assert "does not say" in sample.note


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize(
    ("dtype", "loaded"),
    [("u1", "f4"), ("i1", "f4"), ("i2", "f4"), ("u2", "f4"), ("i4", "f8"), ("u4", "f8"), ("f4", "f4"), ("f8", "f8")],
)
def test_scaled_values_stay_exact(dtype: str, loaded: str, ending: str) -> None:
    kind = np.dtype(dtype)
    most = np.iinfo(kind).max if kind.kind in "iu" else 1 + float(np.finfo(kind).eps)
    data = np.full((2, 3, 4), most, kind)
    image = nib.Nifti1Image(data, PLACE)
    content = bytearray(image.to_bytes())
    content[112:120] = np.array([2, 1], "<f4").tobytes()
    packed = gzip.compress(bytes(content)) if ending == ".nii.gz" else bytes(content)
    sample = load_bytes(packed, f"x{ending}")
    assert sample.data.dtype == np.dtype(loaded)
    assert set(sample.data.ravel().tolist()) == {float(np.dtype(loaded).type(2 * most + 1))}
