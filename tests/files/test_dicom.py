from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pydicom.data
import pytest
from numpy.typing import NDArray
from pydicom import dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from convgui.files import LoadCancelledError, LoadError, dicom, load, load_bytes
from convgui.files.axes import parse_selection
from convgui.files.dicom_slices import natural_key
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

    np.testing.assert_array_equal(load(paths[2]).data[0], phantom()[2])
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


@pytest.mark.parametrize("high", range(11, 16))
@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless, DeflatedExplicitVRLittleEndian]
)
def test_stored_bits_stand_anywhere_in_a_word(high: int, signed: int, syntax: UID, tmp_path: Path) -> None:
    values = np.array([[0, 1, 255], [-256, 1000, 2047]] if signed else [[0, 1, 255], [256, 1000, 4095]])
    words = (values & 4095) << (high - 11)
    # What stands above and below is no part of the number.
    words |= ~(4095 << (high - 11)) & 0b0101_0101_0101_0101
    path = tmp_path / "x.dcm"
    fields = {"BitsStored": 12, "HighBit": high, "PixelRepresentation": signed}
    write_dicom(path, words.astype(np.uint16), np.eye(3)[:, :2], np.zeros(3), **fields)
    dataset = dcmread(path)
    if syntax == RLELossless:
        dataset.compress(RLELossless, encoding_plugin="pydicom")
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path)
    assert load(path).data[0].tolist() == values.tolist()


@pytest.mark.parametrize(
    ("slope", "inter", "want"),
    [(1, 0, [[0, 1], [4094, 4095]]), (1, -1000, [[-1000, -999], [3094, 3095]]), (2.5, 0, [[0, 2.5], [10235, 10237.5]])],
)
@pytest.mark.parametrize("folder", [False, True])
def test_zero_for_white_is_shown_so_and_its_values_stay(
    slope: float, inter: float, want: list[list[float]], folder: bool, tmp_path: Path
) -> None:
    plane = np.array([[0, 1], [4094, 4095]], np.uint16)
    fields = {"BitsStored": 12, "HighBit": 11, "PhotometricInterpretation": "MONOCHROME1"}
    fields |= {"RescaleSlope": slope, "RescaleIntercept": inter}
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), **fields)
    sample = load(tmp_path if folder else tmp_path / "x.dcm")
    assert sample.data[0].tolist() == want
    assert sample.inverted
    assert "0 means white" in sample.note


@pytest.mark.parametrize("sides", [(3, 7), (1, 1), (8, 8), (5, 3)])
def test_frames_of_single_bits_follow_without_a_gap(sides: tuple[int, int], tmp_path: Path) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (9, *sides), np.uint8)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    fields = {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "NumberOfFrames": 9}
    fields["PixelData"] = packed + bytes(len(packed) % 2)  # type: ignore[assignment]
    write_dicom(tmp_path / "x.dcm", bits[0], np.eye(3)[:, :2], np.zeros(3), **fields)
    np.testing.assert_array_equal(load(tmp_path / "x.dcm").data[0], bits)


@pytest.mark.parametrize(("name", "kind"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_pixels_of_floats(name: str, kind: str, tmp_path: Path) -> None:
    values = np.random.default_rng(3).normal(size=(3, 4)).astype(kind)
    write_dicom(tmp_path / "x.dcm", np.zeros((3, 4), "u4" if kind == "<f4" else "u8"), np.eye(3)[:, :2], np.zeros(3))
    dataset = dcmread(tmp_path / "x.dcm")
    del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
    setattr(dataset, name, values.tobytes())
    dataset.save_as(tmp_path / "x.dcm")
    np.testing.assert_array_equal(load(tmp_path / "x.dcm").data[0], values)


@pytest.mark.parametrize("slope", [1, 2, 0.5])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_missing_and_the_other_values_are_those_of_the_modality(
    photometric: str, slope: float, tmp_path: Path
) -> None:
    plane = np.array([[-2000, 5], [-2000, 7]], np.int16)
    write_dicom(
        tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), PixelPaddingValue=-2000, RescaleSlope=slope,
        RescaleIntercept=-1024, PhotometricInterpretation=photometric,
    )  # fmt: skip
    sample = load(tmp_path / "x.dcm")
    want = [[[np.nan, 5 * slope - 1024], [np.nan, 7 * slope - 1024]]]
    np.testing.assert_array_equal(sample.data, want)
    assert (sample.data.dtype.name, sample.nonfinite) == ("float32", 2)
    assert "2 cells hold the value that pads" in sample.note


@pytest.mark.parametrize("ends", [(-2000, -1990), (-1990, -2000)])
def test_padding_is_all_between_two_values_whichever_comes_first(ends: tuple[int, int], tmp_path: Path) -> None:
    plane = np.array([[-2001, -2000, -1995], [-1990, -1989, 7]], np.int16)
    fields = {"PixelPaddingValue": ends[0], "PixelPaddingRangeLimit": ends[1]}
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), **fields)
    sample = load(tmp_path / "x.dcm")
    np.testing.assert_array_equal(sample.data, [[[-2001, np.nan, np.nan], [np.nan, -1989, 7]]])
    assert "3 cells hold the value that pads" in sample.note


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
@pytest.mark.parametrize("kind", ["<i2", "<u2", "u1"])
def test_padding_is_found_whatever_sign_it_is_written_with(kind: str, syntax: UID, tmp_path: Path) -> None:
    path, stored = tmp_path / "x.dcm", np.dtype(kind)
    value = {"<i2": -2000, "<u2": 63536, "u1": 255}[kind]
    plane = np.array([[value, 5], [7, value]], stored)
    write_dicom(path, plane, np.eye(3)[:, :2], np.zeros(3))
    dataset = dcmread(path)
    dataset.add_new("PixelPaddingValue", "SS" if kind == "<u2" else "US", -2000 if kind == "<u2" else value % 65536)
    dataset.file_meta.TransferSyntaxUID = syntax
    dcmwrite(path, dataset, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True, overwrite=True)
    np.testing.assert_array_equal(load(path).data, [[[np.nan, 5], [7, np.nan]]])


@pytest.mark.parametrize(("name", "kind"), [("Float", "<f4"), ("DoubleFloat", "<f8")])
def test_padding_of_floats(name: str, kind: str, tmp_path: Path) -> None:
    values = np.array([[-0.1, 1.5], [-0.25, 2.5]]).astype(kind)
    write_dicom(tmp_path / "x.dcm", np.zeros((2, 2), f"u{kind[-1]}"), np.eye(3)[:, :2], np.zeros(3))
    dataset = dcmread(tmp_path / "x.dcm")
    del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
    setattr(dataset, f"{name}PixelData", values.tobytes())
    setattr(dataset, f"{name}PixelPaddingValue", float(values[0, 0]))
    dataset.save_as(tmp_path / "x.dcm")
    np.testing.assert_array_equal(load(tmp_path / "x.dcm").data[0], [[np.nan, 1.5], [-0.25, 2.5]])
    setattr(dataset, f"{name}PixelPaddingRangeLimit", -1.0)
    dataset.save_as(tmp_path / "x.dcm")
    np.testing.assert_array_equal(load(tmp_path / "x.dcm").data[0], [[np.nan, 1.5], [np.nan, 2.5]])


def test_a_series_of_which_one_slice_is_padded_keeps_every_value(tmp_path: Path) -> None:
    _, steps = stored(phantom(), "SPL")
    planes = [np.array([[0, 40_000]], np.uint16), np.array([[65_535, 7]], np.uint16)]
    for at, plane in enumerate(planes):
        write_dicom(tmp_path / f"{at}.dcm", plane, steps[:, 1:], at * steps[:, 0], PixelPaddingValue=65_535)
    sample = load(tmp_path)
    np.testing.assert_array_equal(sample.data[0, :, 0], [[0, 40_000], [np.nan, 7]])
    assert sample.nonfinite == 1


def test_colours_have_no_padding(tmp_path: Path) -> None:
    plane = np.array([[3, 5], [3, 7]], np.uint8)
    table = {f"{c}PaletteColorLookupTableDescriptor": [256, 0, 8] for c in ("Red", "Green", "Blue")}
    data = {f"{c}PaletteColorLookupTableData": bytes(range(256)) for c in ("Red", "Green", "Blue")}
    fields = {"PhotometricInterpretation": "PALETTE COLOR", "PixelPaddingValue": 3, **table, **data}
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3), **fields)
    assert load(tmp_path / "x.dcm").data.tolist() == [plane.tolist()] * 3


def test_a_series_that_is_shifted_below_0_has_one_type_with_a_sign(tmp_path: Path) -> None:
    _, steps = stored(phantom(), "SPL")
    planes = [np.full((2, 3), value, np.uint16) for value in (0, 2000, 3000)]
    for at, plane in enumerate(planes):
        write_dicom(tmp_path / f"{at}.dcm", plane, steps[:, 1:], at * steps[:, 0], RescaleSlope=1, RescaleIntercept=-9)
    sample = load(tmp_path)
    assert sample.data.dtype == np.int16
    assert sample.data[0, :, 0, 0].tolist() == [-9, 1991, 2991]


@pytest.mark.parametrize("cut", ["whole", "no preamble", "DICM first", "no meta header", "implicit", "big"])
@pytest.mark.parametrize("name", ["one.dcm", "IM0"])
def test_files_of_older_software(cut: str, name: str, tmp_path: Path) -> None:
    plane = np.arange(6, dtype=np.uint16).reshape(2, 3)
    path = tmp_path / name
    write_dicom(path, plane, np.eye(3)[:, :2], np.zeros(3))
    whole = path.read_bytes()
    dataset = dcmread(path)
    if cut == "no preamble":
        path.write_bytes(whole[132:])
    elif cut == "DICM first":
        path.write_bytes(whole[128:])
    elif cut != "whole":
        dataset.file_meta = FileMetaDataset()
        if cut == "big":
            dataset.PixelData = plane.astype(">u2").tobytes()
        dcmwrite(path, dataset, implicit_vr=cut == "implicit", little_endian=cut != "big", enforce_file_format=False)
        path.write_bytes(path.read_bytes().removeprefix(bytes(128) + b"DICM"))
    assert load(path).data[0].tolist() == plane.tolist()
    assert load(tmp_path).data[0].tolist() == plane.tolist()


@pytest.mark.parametrize("drop", ["FileMetaInformationGroupLength", "TransferSyntaxUID", "MediaStorageSOPClassUID"])
def test_a_short_meta_header(drop: str, tmp_path: Path) -> None:
    plane = np.arange(6, dtype=np.uint16).reshape(2, 3)
    write_dicom(tmp_path / "x.dcm", plane, np.eye(3)[:, :2], np.zeros(3))
    dataset = dcmread(tmp_path / "x.dcm")
    del dataset.file_meta[drop]
    dcmwrite(tmp_path / "x.dcm", dataset, implicit_vr=False, little_endian=True, enforce_file_format=False)
    assert load(tmp_path / "x.dcm").data[0].tolist() == plane.tolist()


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


def test_of_cells_without_a_size_no_side_is_in_millimetres(tmp_path: Path) -> None:
    """A thickness alone would stretch a volume whose other sides nobody knows."""
    data, steps = stored(phantom(), "SPL")
    unknown = {"PixelSpacing": None, "ImagePositionPatient": None, "ImageOrientationPatient": None}
    pixels = np.ascontiguousarray(data).astype("<i2").tobytes()
    fields = {"NumberOfFrames": 5, "PixelData": pixels, "SliceThickness": 3.0, **unknown}
    write_dicom(tmp_path / "x.dcm", data[0], steps[:, 1:], np.zeros(3), **fields)
    sample = load(tmp_path / "x.dcm")
    assert (sample.data.shape, sample.spacing, sample.units) == ((1, 5, 6, 7), (1, 1, 1), ("px", "px", "px"))


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


APART = [
    ("time", {"TemporalPositionIdentifier": 1}),
    ("b-value", {"DiffusionBValue": 500}),
    ("echo", {"EchoTime": 10}),
    ("time", {"TriggerTime": 40}),
    ("acquisition", {"AcquisitionNumber": 2}),
    ("volume", {"InstanceNumber": 7}),
]


@pytest.mark.parametrize(("axis", "field"), APART)
def test_several_images_at_each_place_are_volumes_with_a_choice(
    axis: str, field: dict[str, int], tmp_path: Path
) -> None:
    data, steps = stored(phantom(), "SPL")
    (name, by), paths = next(iter(field.items())), list[Path]()
    for at, plane in enumerate(data):
        for volume in range(3):
            paths.append(tmp_path / f"{(7 * len(paths)) % 15}.dcm")
            fields: dict[str, Any] = {name: (volume + 1) * by}
            write_dicom(paths[-1], plane + 1000 * volume, steps[:, 1:], at * steps[:, 0], **fields)
    sample = load(tmp_path)
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert f"{axis} 0 of 0 to 2" in sample.note
    for volume in (1, 2):
        chosen = load(tmp_path, choose=parse_selection(None, [f"{axis}={volume}"]))
        np.testing.assert_array_equal(chosen.data[0], phantom() + 1000 * volume)
        assert chosen.directions == DIRECTIONS
    every = load(tmp_path, choose=parse_selection(axis, []))
    np.testing.assert_array_equal(every.data, np.stack([phantom() + 1000 * volume for volume in range(3)]))
    assert every.directions == DIRECTIONS
    course = load(tmp_path, choose=parse_selection("none", ["z=2"]))
    np.testing.assert_array_equal(course.data[0], [phantom()[2] + 1000 * volume for volume in range(3)])
    # A slice that is named opens alone, and its series at the volume that it is in.
    np.testing.assert_array_equal(load(paths[7]).data[0], phantom()[2] + 1000)
    np.testing.assert_array_equal(load(paths[7], ask=lambda _: True).data[0], phantom() + 1000)


def test_of_two_images_at_one_place_the_named_one_is_kept(tmp_path: Path) -> None:
    paths = axial(tmp_path)
    data, steps = stored(phantom(), "SPL")
    again = tmp_path / "taken-again.dcm"
    write_dicom(again, data[2] + 1000, steps[:, 1:], 2 * steps[:, 0], InstanceNumber=9)
    for named, place in ((again, data[2] + 1000), (paths[0], data[2]), (paths[2], data[2])):
        sample = load(named, ask=lambda _: True)
        np.testing.assert_array_equal(sample.data[0, 2], place)
        assert "It has 6 images at 5 places" in sample.note


def test_frames_at_the_same_places_are_volumes_too(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    frames = [(time, at) for at in (3, 0, 4, 2, 1) for time in (1, 0)]
    groups = [
        group(
            PlanePositionSequence=[group(ImagePositionPatient=[float(n) for n in at * steps[:, 0]])],
            FrameContentSequence=[group(TemporalPositionIndex=time + 1)],
        )
        for time, at in frames
    ]
    pixels = np.stack([data[at] + 1000 * time for time, at in frames]).astype("<i2").tobytes()
    fields: dict[str, Any] = {"NumberOfFrames": 10, "PixelData": pixels, "PerFrameFunctionalGroupsSequence": groups}
    write_dicom(tmp_path / "x.dcm", data[0], steps[:, 1:], np.zeros(3), **fields)
    for path in (tmp_path, tmp_path / "x.dcm"):
        sample = load(path, choose=parse_selection("time", []))
        np.testing.assert_array_equal(sample.data, [phantom(), phantom() + 1000])


def test_a_folder_with_one_film_gives_all_its_frames(tmp_path: Path) -> None:
    frames = np.arange(60, dtype=np.uint8).reshape(5, 3, 4)
    for at in range(2):
        fields = {"NumberOfFrames": 5 - at, "PixelData": frames[: 5 - at].tobytes() + bytes(0)}
        write_dicom(tmp_path / f"{at}.dcm", frames[0], np.eye(3)[:, :2], np.zeros(3), InstanceNumber=at, **fields)
    np.testing.assert_array_equal(load(tmp_path).data[0], frames)
    np.testing.assert_array_equal(load(tmp_path / "1.dcm", ask=lambda _: True).data[0], frames[:4])


@pytest.mark.parametrize("numbered", [True, False])
def test_without_places_slices_stand_by_number_or_else_by_name(numbered: bool, tmp_path: Path) -> None:
    for at in range(12):
        path = tmp_path / f"IM{at + 1}.dcm"
        write_dicom(path, np.full((2, 3), at, np.int16), np.eye(3)[:, :2], np.zeros(3))
        dataset = dcmread(path)
        del dataset.ImagePositionPatient
        dataset.InstanceNumber = 20 - at if numbered else 1
        dataset.save_as(path)
    want = np.arange(12)[::-1] if numbered else np.arange(12)
    sample = load(tmp_path)
    np.testing.assert_array_equal(sample.data[0, :, 0, 0], want)
    assert ("order of their numbers" if numbered else "order of their names") in sample.note


def neighbour(kind: str, folder: Path, steps: NDArray[np.float64]) -> None:
    plane = np.zeros((6, 7), np.int16)
    if kind == "of another size":
        write_dicom(folder / "a.dcm", np.zeros((9, 9), np.int16), steps[:, 1:], steps[:, 0])
    elif kind == "at the same place":
        write_dicom(folder / "a.dcm", plane, steps[:, 1:], 2 * steps[:, 0], InstanceNumber=2)
    elif kind == "of another series":
        write_dicom(folder / "a.dcm", plane, steps[:, 1:], steps[:, 0], SeriesInstanceUID="9.9")
    elif kind == "cut off":
        write_dicom(folder / "a.dcm", plane, steps[:, 1:], steps[:, 0])
        (folder / "a.dcm").write_bytes((folder / "a.dcm").read_bytes()[:-20])
    elif kind == "no image":
        (folder / "a.dcm").write_text("a few words")
    elif kind == "a pipe":
        os.mkfifo(folder / "a.dcm")
    elif kind == "a broken link":
        (folder / "a.dcm").symlink_to("gone")
    elif kind == "a loop":
        (folder / "a.dcm").symlink_to("a.dcm")
    elif kind == "a folder":
        (folder / "a.dcm").mkdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
@pytest.mark.parametrize(
    "kind",
    [
        "of another size",
        "at the same place",
        "of another series",
        "cut off",
        "no image",
        "a pipe",
        "a broken link",
        "a loop",
        "a folder",
    ],
)
@pytest.mark.parametrize("asked", [False, True])
def test_no_neighbour_changes_the_file_that_is_named(kind: str, asked: bool, tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    write_dicom(tmp_path / "b.dcm", data[2], steps[:, 1:], 2 * steps[:, 0], InstanceNumber=2)
    neighbour(kind, tmp_path, steps)
    sample = load(tmp_path / "b.dcm", ask=(lambda _: False) if asked else None)
    np.testing.assert_array_equal(sample.data, phantom()[2][None])
    if kind not in ("cut off", "at the same place"):
        series = load(tmp_path / "b.dcm", ask=lambda _: True)
        np.testing.assert_array_equal(series.data, phantom()[2][None])


def test_a_damaged_file_is_not_replaced_by_its_twin(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "SPL")
    for name in "ab":
        write_dicom(tmp_path / f"{name}.dcm", data[2], steps[:, 1:], 2 * steps[:, 0])
    path = tmp_path / "b.dcm"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(LoadError, match=r"b\.dcm cannot be opened: its pixels are cut off"):
        load(path)
    assert load(tmp_path / "a.dcm").data.shape == (1, 6, 7)


def test_more_files_than_can_be_looked_at_do_not_forbid_the_named_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dicom, "MOST_FILES", 3)
    path = axial(tmp_path)[2]
    np.testing.assert_array_equal(load(path, ask=lambda _: True).data[0], phantom()[2])


def test_every_cell_of_a_series_keeps_its_place(tmp_path: Path) -> None:
    turn = np.radians(7)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    for code in ("SPL", "IAR", "LSP"):
        data, steps = stored(phantom(), code)
        folder = tmp_path / code
        folder.mkdir()
        paths = write_series(folder, data, rotation @ steps)
        cell = np.unravel_index(data.argmax(), data.shape)
        for sample in (load(folder), load(paths[cell[0]])):
            at = np.unravel_index(int(sample.data[0].argmax()), sample.spatial)
            np.testing.assert_allclose(np.array(sample.affine) @ [*at, 1], rotation @ steps @ cell, atol=1e-6)


@pytest.mark.fault
def test_nothing_is_printed(tmp_path: Path) -> None:
    names = [str(bundled(name)) for name in ("MR_truncated.dcm", "JPEGLSNearLossless_16.dcm", "MR_small_RLE.dcm")]
    code = (
        "import sys\nfrom convgui.files import LoadError, load\n"
        "for name in sys.argv[1:]:\n    try: load(name)\n    except LoadError: pass\n"
    )
    run = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


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
def test_31_of_several_slices_each_is_counted(tmp_path: Path) -> None:
    _, steps = stored(phantom(), "SPL")
    paths = write_series(tmp_path, np.zeros((9, 6, 7), np.int16), steps)
    for at in (2, 3, 6):
        paths[at].unlink()
    with pytest.raises(LoadError, match=r"3 slices are missing: IM\d+\.dcm and IM\d+\.dcm lie 9 mm apart"):
        load(tmp_path)
    assert "3 slices are missing" in load(tmp_path, ask=lambda _: True).note


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


@pytest.mark.parametrize("implicit", [False, True])
def test_a_header_that_names_another_encoding_is_read_right_and_without_a_word(implicit: bool, tmp_path: Path) -> None:
    dataset = dcmread(axial(tmp_path)[2])
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    path = tmp_path / "misnamed.dcm"
    dcmwrite(path, dataset, implicit_vr=implicit, little_endian=True, enforce_file_format=True)
    other = ExplicitVRLittleEndian if implicit else ImplicitVRLittleEndian
    meta = dcmread(path).file_meta
    meta.TransferSyntaxUID = other
    stream = DicomBytesIO()
    write_file_meta_info(stream, meta)
    body = path.read_bytes()
    body = body[body.index(b"\x08\x00\x16\x00") :]
    # A warning would be an error here.
    data = bytes(128) + b"DICM" + stream.getvalue() + body
    np.testing.assert_array_equal(load_bytes(data, "a.dcm").data[0], phantom()[2])


@pytest.mark.parametrize("name", ["GDCMJ2K_TextGBR.dcm", "JPEG2000-embedded-sequence-delimiter.dcm"])
def test_what_pillow_cannot_decode_is_not_called_damaged(name: str) -> None:
    path = Path(pydicom.data.__file__).parent / "test_files" / name
    with pytest.raises(LoadError, match=r"compressed by JPEG 2000.*cannot be decoded here.*dicom-codecs") as refused:
        load(path)
    assert "damaged" not in str(refused.value)


def test_numbers_in_names_count_however_long_they_are() -> None:
    names = ["a", "a1", "a2", "a02b", "a2c", "a10", f"a{'9' * 5000}", f"a1{'0' * 5000}", "b"]
    assert sorted(set(names), key=natural_key) == names
