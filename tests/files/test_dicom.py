from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from convgui.files import LoadCancelledError, LoadError, load, load_bytes
from convgui.files.installation import how_to_add
from tests.files.phantom import DIRECTIONS, ORIENTATIONS, SPACING, phantom, stored, write_dicom, write_series


def bundled(name: str) -> Path:
    """Return a file that comes with pydicom."""
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    return Path(path)


def axial(folder: Path, **fields: Any) -> list[Path]:
    """Write the phantom as a series of axial slices, in shuffled files; returned in the order of their places."""
    data, steps = stored(phantom(), "SPL")
    return write_series(folder, data, steps, **fields)


@pytest.mark.parametrize("code", [*ORIENTATIONS, "SPL", "IAR", "LSP"])
def test_a_shuffled_series_is_read_in_order(code: str, tmp_path: Path) -> None:
    data, steps = stored(phantom(), code)
    write_series(tmp_path, data, steps)
    sample = load(tmp_path)
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert sample.data.dtype == np.int16
    assert (sample.directions, sample.units) == (DIRECTIONS, ("mm", "mm", "mm"))
    assert sample.spacing == pytest.approx(SPACING)
    assert (sample.name, sample.note) == (tmp_path.name, "")
    assert sample.source == str(tmp_path)


def test_one_file_stands_for_its_series_or_for_itself(tmp_path: Path) -> None:
    paths = axial(tmp_path)
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return len(asked) == 1

    assert load(paths[2]).data.shape == (1, 5, 6, 7)
    assert load(paths[2], ask=ask).data.shape == (1, 5, 6, 7)
    alone = load(paths[2], ask=ask)
    np.testing.assert_array_equal(alone.data[0], phantom()[2])
    assert alone.directions == DIRECTIONS[1:]
    assert alone.spacing == pytest.approx(SPACING[1:])
    assert "one of 5 slices of the series 'Phantom'" in asked[0]


def test_the_modality_gives_whole_hounsfield_units_and_exact_floats(tmp_path: Path) -> None:
    (tmp_path / "ct").mkdir()
    axial(tmp_path / "ct", RescaleSlope=2, RescaleIntercept=-1024)
    sample = load(tmp_path / "ct")
    assert sample.data.dtype == np.int16
    np.testing.assert_array_equal(sample.data[0], phantom() * 2 - 1024)
    (tmp_path / "pet").mkdir()
    axial(tmp_path / "pet", RescaleSlope="0.5", RescaleIntercept="0.25")
    sample = load(tmp_path / "pet")
    assert sample.data.dtype == np.float32
    np.testing.assert_array_equal(sample.data[0], phantom() * 0.5 + 0.25)


def test_each_slice_is_scaled_by_its_own_slope(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    for at, plane in enumerate(data):
        write_dicom(tmp_path / f"{at}.dcm", plane, steps[:, 1:], at * steps[:, 0], RescaleSlope=1 + at / 2)
    expected = phantom() * (1 + np.arange(5) / 2)[:, None, None]
    np.testing.assert_allclose(load(tmp_path).data[0], expected)


def test_a_modality_table_is_applied(tmp_path: Path) -> None:
    data, steps = stored(np.arange(6, dtype=np.uint8).reshape(1, 2, 3), "SPL")
    table = Dataset()
    table.LUTDescriptor, table.ModalityLUTType = [6, 0, 16], "HU"
    table.LUTData = np.array([5, 40, 300, 2, 1, 0], "<u2").tobytes()
    path = tmp_path / "x.dcm"
    write_dicom(path, data[0], steps[:, 1:], steps[:, 0], ModalityLUTSequence=[table])
    assert load(path).data[0].tolist() == [[5, 40, 300], [2, 1, 0]]


def test_old_drawings_in_unused_bits_are_dropped(tmp_path: Path) -> None:
    plane = np.array([[5, 4095], [5 + (1 << 15), 7]], np.uint16)
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), BitsStored=12, HighBit=11)
    assert load(tmp_path / "x.dcm").data[0].tolist() == [[5, 4095], [5, 7]]


def test_zero_for_white_is_turned_round(tmp_path: Path) -> None:
    plane = np.array([[0, 1], [4094, 4095]], np.uint16)
    fields = {"BitsStored": 12, "HighBit": 11, "PhotometricInterpretation": "MONOCHROME1"}
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), **fields)
    sample = load(tmp_path / "x.dcm")
    assert sample.data[0].tolist() == [[4095, 4094], [1, 0]]
    assert "0 means white" in sample.note


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("MR_small_bigendian.dcm", (1, 64, 64)),
        ("MR_small_RLE.dcm", (1, 64, 64)),
        ("MR_small_jp2klossless.dcm", (1, 64, 64)),
        ("MR_small_implicit.dcm", (1, 64, 64)),
        ("MR_small_padded.dcm", (1, 64, 64)),
    ],
)
def test_every_way_of_writing_gives_the_same_picture(name: str, shape: tuple[int, ...]) -> None:
    content = bundled(name).read_bytes()
    sample = load_bytes(content, name)
    assert sample.data.shape == shape
    np.testing.assert_array_equal(sample.data, load_bytes(bundled("MR_small.dcm").read_bytes(), "MR_small.dcm").data)


def test_frames_are_a_volume_where_they_lie_apart_and_a_film_where_not() -> None:
    dose = load_bytes(bundled("rtdose.dcm").read_bytes(), "rtdose.dcm")
    assert dose.data.shape == (1, 15, 10, 10)
    assert (dose.spacing, dose.directions) == ((5.0, 10.0, 10.0), DIRECTIONS)
    film = load_bytes(bundled("examples_ybr_color.dcm").read_bytes(), "film.dcm")
    assert film.data.shape == (3, 30, 240, 320)
    assert film.units == ("s", "px", "px")
    assert film.spacing[0] == pytest.approx(1 / 30, rel=0.01)


def group(**fields: Any) -> Dataset:
    item = Dataset()
    for name, value in fields.items():
        setattr(item, name, value)
    return item


def test_an_enhanced_file_is_sorted_by_the_places_of_its_frames(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    order = [3, 0, 4, 2, 1]
    places = [group(ImagePositionPatient=[float(n) for n in at * steps[:, 0]]) for at in order]
    scale = [group(RescaleSlope=1, RescaleIntercept=-10 * at) for at in order]
    write_dicom(
        tmp_path / "x.dcm",
        data[0],
        steps[:, 1:],
        np.zeros(3),
        NumberOfFrames=5,
        PixelData=np.ascontiguousarray(data[order]).astype("<i2").tobytes(),
        PerFrameFunctionalGroupsSequence=[
            group(PlanePositionSequence=[one], PixelValueTransformationSequence=[two])
            for one, two in zip(places, scale, strict=True)
        ],
    )
    sample = load(tmp_path / "x.dcm")
    np.testing.assert_array_equal(sample.data[0], phantom() - 10 * np.arange(5)[:, None, None])
    assert sample.directions == DIRECTIONS
    assert sample.spacing == pytest.approx(SPACING)


def test_of_several_series_the_longest_opens_and_the_note_says_so(tmp_path: Path) -> None:
    axial(tmp_path)
    (tmp_path / "scout").mkdir()
    axial(tmp_path / "scout", SeriesInstanceUID="1.2.3.5", SeriesDescription="Scout")[0].unlink()
    (tmp_path / "notes.txt").write_text("no image")
    sample = load(tmp_path)
    assert sample.data.shape == (1, 5, 6, 7)
    assert "longest of its 2 series was opened (Phantom)" in sample.note


def test_two_images_at_each_place_give_the_first_of_them(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    for at, plane in enumerate(data):
        for echo in range(2):
            path = tmp_path / f"{1 - echo}-{at}.dcm"
            write_dicom(path, plane + 1000 * echo, steps[:, 1:], at * steps[:, 0], InstanceNumber=echo)
    sample = load(tmp_path)
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert "10 images at 5 places" in sample.note


@pytest.mark.fault
def test_31_a_missing_slice_is_refused_or_if_the_user_likes_told(tmp_path: Path) -> None:
    axial(tmp_path)[2].unlink()
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return len(asked) == 1

    with pytest.raises(
        LoadError, match=r"1 slice is missing: IM\d+\.dcm and IM\d+\.dcm lie 6 mm apart and others 3 mm"
    ):
        load(tmp_path)
    sample = load(tmp_path, ask=ask)
    assert sample.data.shape == (1, 4, 6, 7)
    assert "1 slice is missing" in sample.note
    with pytest.raises(LoadError, match="copy all slices"):
        load(tmp_path, ask=ask)


@pytest.mark.fault
def test_31_mixed_sizes_are_refused(tmp_path: Path) -> None:
    axial(tmp_path)
    _, steps = stored(phantom(), "SPL")
    write_dicom(tmp_path / "odd.dcm", np.zeros((3, 3), np.int16), steps[:, 1:], 9 * steps[:, 0])
    with pytest.raises(LoadError, match=r"odd\.dcm is 3 × 3 and 5 others are 6 × 7; move slices of one size"):
        load(tmp_path)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("MR_truncated.dcm", "its pixels are cut off: 8,192 bytes are promised and 8,130 are there"),
        ("rtplan.dcm", "a DICOM file without pixels (RT Plan Storage); choose an image"),
        (
            "JPEGLSNearLossless_16.dcm",
            f"whose codec is not installed; {how_to_add('dicom-codecs')}",
        ),
    ],
)
def test_32_33_34_faulty_files_of_others(name: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LoadError) as caught:
        load_bytes(bundled(name).read_bytes(), name)
    assert str(caught.value).startswith(f"{name} cannot be opened: ")
    assert says in str(caught.value)


@pytest.mark.fault
def test_32_a_truncated_slice_of_a_series_is_named(tmp_path: Path) -> None:
    path = axial(tmp_path)[3]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LoadError, match=rf"\({path.name}\) cannot be opened: its pixels are cut off"):
        load(tmp_path)


@pytest.mark.fault
def test_without_pydicom_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = axial(tmp_path)[0]
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(LoadError, match=r"pydicom, which reads DICOM, is not installed; .*convgui\[volumes\]"):
        load(path)


@pytest.mark.fault
def test_a_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(LoadError, match="a folder without DICOM images; choose a file in it"):
        load(tmp_path)


def test_a_folder_can_be_given_up(tmp_path: Path) -> None:
    axial(tmp_path)
    polls: list[None] = []

    def cancel() -> bool:
        polls.append(None)
        return len(polls) > 7

    with pytest.raises(LoadCancelledError):
        load(tmp_path, cancel=cancel)
