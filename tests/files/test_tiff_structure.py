"""Which of a TIFF's pages are the picture, and which way it stands."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from convgui.files import LoadError, load, load_bytes
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample
from tests.files.tiffs import Form, encode

RNG = np.random.default_rng(29)
GREY = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
UPRIGHT = {
    1: GREY,
    2: GREY[:, ::-1],
    3: GREY[::-1, ::-1],
    4: GREY[::-1],
    5: GREY.T,
    6: GREY.T[:, ::-1],
    7: GREY.T[::-1, ::-1],
    8: GREY.T[::-1],
}


def orientation(number: int) -> list[tuple[int, int, int, int, bool]]:
    return [(274, 3, 1, number, True)]


@pytest.mark.parametrize("number", UPRIGHT)
@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"tile": (16, 16)}])
def test_stacks_and_colours_stand_as_single_pages_do(number: int, options: dict[str, Any], tmp_path: Path) -> None:
    wanted, path = UPRIGHT[number], tmp_path / "x.tif"
    tags = {"extratags": orientation(number)} | options
    tifffile.imwrite(path, GREY, photometric="minisblack", **tags)
    np.testing.assert_array_equal(load(path).data, wanted[np.newaxis])
    tifffile.imwrite(path, np.stack([GREY, 255 - GREY]), photometric="minisblack", **tags)
    np.testing.assert_array_equal(load(path).data, np.stack([wanted, 255 - wanted])[np.newaxis])
    pages = np.stack([GREY, 255 - GREY, GREY // 2], -1)
    tifffile.imwrite(path, np.stack([pages, pages // 3]), photometric="rgb", **tags)
    colours = np.stack([wanted, 255 - wanted, wanted // 2])
    np.testing.assert_array_equal(load(path).data, np.stack([colours, colours // 3], axis=1))


@pytest.mark.parametrize("number", range(1, 9))
def test_the_sides_of_a_cell_turn_with_the_picture(number: int, tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    stack = np.stack([GREY, GREY])
    tifffile.imwrite(
        path,
        stack,
        imagej=True,
        resolution=(4, 2),
        metadata={"axes": "ZYX", "spacing": 3.0, "unit": "um"},
        extratags=orientation(number),
    )
    # From 5 on, the rows that are stored are columns.
    assert load(path).spacing == ((3.0, 0.5, 0.25) if number < 5 else (3.0, 0.25, 0.5))


def written(*pages: tuple[NDArray[Any], dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        for values, options in pages:
            writer.write(values, **options)
    return stream.getvalue()


def test_a_reduced_page_in_front_is_not_the_picture() -> None:
    data = written((GREY[:2, :3], {"subfiletype": 1}), (GREY, {}))
    sample = load_bytes(data)
    np.testing.assert_array_equal(sample.data[0], GREY)
    assert "first of" not in sample.note


def test_the_picture_may_hang_below_its_thumbnail() -> None:
    data = written((GREY[:2, :3], {"subfiletype": 1, "subifds": 1}), (GREY, {"subfiletype": 0}))
    np.testing.assert_array_equal(load_bytes(data).data[0], GREY)


def test_smaller_copies_below_a_picture_are_not_counted() -> None:
    options = {"tile": (16, 16), "photometric": "minisblack"}
    data = written((GREY, {"subifds": 1, **options}), (GREY[::2, ::2], {"subfiletype": 1, **options}))
    sample = load_bytes(data)
    np.testing.assert_array_equal(sample.data[0], GREY)
    assert sample.note == ""


def test_a_mask_is_not_a_picture() -> None:
    data = written((GREY > 9, {"subfiletype": 4}), (GREY, {}))
    np.testing.assert_array_equal(load_bytes(data).data[0], GREY)


def test_pages_of_two_sizes_in_turn() -> None:
    data = written(*((page, {"metadata": None}) for page in (GREY, GREY[:3], 255 - GREY)))
    sample = load_bytes(data)
    np.testing.assert_array_equal(sample.data[0], np.stack([GREY, 255 - GREY]))
    assert "first of its 2 images" in sample.note


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_bigtiff(order: Literal["<", ">"], big: bool) -> None:
    page = RNG.integers(0, 2**16, (40, 50, 3)).astype(np.uint16)
    data = encode([page, page[::-1]], Form(order, tile=16, big=big), 2)
    np.testing.assert_array_equal(load_bytes(data).data, np.stack([page, page[::-1]]).transpose(3, 0, 1, 2))


def test_tiles_that_are_left_out_are_said() -> None:
    page = np.full((40, 40, 1), 7, np.uint8)
    form = Form(tile=16, tags={325: (4, [256, 0, 256] + [256] * 6)})
    sample = load_bytes(encode([page], form))
    assert sample.data[0, :16, 16:32].max() == 0
    assert sample.data.sum() == 7 * (1600 - 256)
    assert "1 of its strips or tiles are not in the file; they were filled with 0." in sample.note


def ome_set(folder: Path, count: int = 3) -> list[NDArray[Any]]:
    """Write an OME set, a plane a file, and return the planes."""
    planes = [RNG.integers(0, 2**16, (5, 7)).astype(np.uint16) for _ in range(count)]
    data = "".join(
        f'<TiffData IFD="0" FirstZ="{z}" FirstC="0" FirstT="0" PlaneCount="1">'
        f'<UUID FileName="s{z}.ome.tif">urn:uuid:{z:032x}</UUID></TiffData>'
        for z in range(count)
    )
    for z, plane in enumerate(planes):
        text = (
            f'<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" '
            f'UUID="urn:uuid:{z:032x}"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" '
            f'SizeX="7" SizeY="5" SizeZ="{count}" SizeC="1" SizeT="1" PhysicalSizeX="0.5" PhysicalSizeY="0.5" '
            f'PhysicalSizeZ="2"><Channel ID="Channel:0" SamplesPerPixel="1"/>{data}</Pixels></Image></OME>'
        )
        tifffile.imwrite(folder / f"s{z}.ome.tif", plane, description=text, metadata=None)
    return planes


@pytest.mark.parametrize("named", [0, 2])
def test_an_ome_set_is_read_together(named: int, tmp_path: Path) -> None:
    planes = ome_set(tmp_path)
    sample = load(tmp_path / f"s{named}.ome.tif")
    np.testing.assert_array_equal(sample.data[0], np.stack(planes))
    assert sample.spacing == (2.0, 0.5, 0.5)


def test_an_ome_set_with_a_file_missing_says_so(tmp_path: Path) -> None:
    planes = ome_set(tmp_path)
    (tmp_path / "s1.ome.tif").unlink()
    sample = load(tmp_path / "s0.ome.tif")
    np.testing.assert_array_equal(sample.data[0], planes[0])
    assert "one of 3 files of an OME set, of which 1 do not lie beside it" in sample.note


def test_names_in_an_ome_set_are_xml(tmp_path: Path) -> None:
    planes = ome_set(tmp_path, 2)
    for n, name in enumerate(("s0.ome.tif", "s & 1.ome.tif")):
        with tifffile.TiffFile(tmp_path / f"s{n}.ome.tif") as tiff:
            text = (tiff.ome_metadata or "").replace("s1.ome.tif", "s &amp; 1.ome.tif")
        (tmp_path / f"s{n}.ome.tif").unlink()
        tifffile.imwrite(tmp_path / name, planes[n], description=text, metadata=None)
    sample = load(tmp_path / "s0.ome.tif")
    assert sample.note == ""
    np.testing.assert_array_equal(sample.data[0], np.stack(planes))


def test_an_ome_file_in_capitals_is_still_its_own(tmp_path: Path) -> None:
    (plane,) = ome_set(tmp_path, 1)
    (tmp_path / "s0.ome.tif").rename(tmp_path / "S0.OME.TIF")
    sample = load(tmp_path / "S0.OME.TIF")
    assert sample.note == ""
    np.testing.assert_array_equal(sample.data[0], plane)


@pytest.mark.parametrize("name", ["../s1.ome.tif", "/etc/passwd", "..\\s1.ome.tif", ".."])
def test_an_ome_set_leads_out_of_no_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    planes = ome_set(folder)
    (folder / "s1.ome.tif").rename(tmp_path / "s1.ome.tif")
    path = folder / "s0.ome.tif"
    with tifffile.TiffFile(path) as tiff:
        text = tiff.ome_metadata or ""
    tifffile.imwrite(path, planes[0], description=text.replace("s1.ome.tif", name), metadata=None)
    sample = load(path)
    np.testing.assert_array_equal(sample.data[0], planes[0])
    assert "do not lie beside it" in sample.note


def test_colours_and_channels_at_once_are_all_channels(tmp_path: Path) -> None:
    values = RNG.integers(0, 256, (2, 5, 7, 3), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "x.ome.tif", values, photometric="rgb", metadata={"axes": "CYXS"})
    sample = load(tmp_path / "x.ome.tif")
    np.testing.assert_array_equal(sample.data, values.transpose(0, 3, 1, 2).reshape(6, 5, 7))


def test_a_stack_of_pillow_with_transparent_pages() -> None:
    pages = [Image.fromarray(RNG.integers(0, 256, (5, 7, 4), dtype=np.uint8)) for _ in range(3)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    sample = load_bytes(stream.getvalue())
    values = np.stack([np.asarray(page) for page in pages])
    np.testing.assert_array_equal(sample.data, values[..., :3].transpose(3, 0, 1, 2))
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values, values[..., 3])


def test_a_file_of_no_picture() -> None:
    with pytest.raises(LoadError, match=r"holds no image|no picture"):
        load_bytes(b"II*\0\x08\0\0\0" + bytes(6))


@pytest.mark.parametrize(
    ("kind", "fill", "text"),
    [
        ("uint8", 0, "0"), ("uint16", 65535, "65535"), ("int16", -9999, "-9999"), ("int32", -9999, "-9999.0"),
        ("float32", -9999, "-9999"), ("float64", -3.4e38, "-3.4e+38"), ("float32", 7.5, " 7.5 "),
    ],
)  # fmt: skip
def test_what_gdal_writes_for_nothing_is_missing(kind: str, fill: float, text: str) -> None:
    values = np.arange(1, 31).reshape(5, 6).astype(kind)
    values[2, 3] = values[0, 0] = fill
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, photometric="minisblack", extratags=[(42113, "s", 0, text, True)])
    sample = load_bytes(stream.getvalue())
    assert sample.nonfinite == 2
    wanted = values.astype(np.float64)
    wanted[2, 3] = wanted[0, 0] = np.nan
    np.testing.assert_array_equal(sample.data[0], wanted)


def test_a_value_for_nothing_that_does_not_occur_changes_nothing() -> None:
    values = np.arange(30, dtype=np.int16).reshape(5, 6)
    for text in ("-9999", "nan", "nothing"):
        stream = io.BytesIO()
        tifffile.imwrite(stream, values, photometric="minisblack", extratags=[(42113, "s", 0, text, True)])
        sample = load_bytes(stream.getvalue())
        assert (sample.nonfinite, sample.data.dtype) == (0, np.dtype(np.int16))


@pytest.mark.parametrize(
    ("selection", "cut"),
    [
        (AxisSelection("channel", (("time", 1),)), lambda v: v[1]),
        (AxisSelection("channel", (("depth", 2),)), lambda v: v[:, :, 2].swapaxes(0, 1)),
        (AxisSelection("time", (("channel", 2),)), lambda v: v[:, 2]),
        (AxisSelection("", (("time", 1), ("channel", 0))), lambda v: v[1, 0][None]),
        (AxisSelection("depth", (("time", 0), ("channel", 1))), lambda v: v[0, 1]),
        (AxisSelection("channel", (("time", 1), ("depth", 3))), lambda v: v[1, :, 3]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [None, "zlib"])
def test_of_time_channel_and_depth_the_user_chooses(selection: AxisSelection, cut: Any, packed: str | None) -> None:
    values = np.arange(2 * 3 * 4 * 5 * 6, dtype=np.uint16).reshape(2, 3, 4, 5, 6)
    stream = io.BytesIO()
    axes = {"axes": "TCZYX"}
    tifffile.imwrite(stream, values, photometric="minisblack", metadata=axes, compression=packed, ome=False)
    asked = []

    def choose(axes: Any) -> AxisSelection:
        asked.append(axes)
        return selection

    sample = load_bytes(stream.getvalue(), choose=choose)
    np.testing.assert_array_equal(sample.data, cut(values))
    assert sample.axis_selection == selection
    assert dict(asked[0].axes) == {"time": 2, "channel": 3, "depth": 4, "row": 5, "column": 6}
    assert asked[0].default == AxisSelection("channel", (("time", 0),))
    np.testing.assert_array_equal(load_bytes(stream.getvalue()).data, values[0])


def stored_with(text: str, stored: NDArray[Any], **options: Any) -> Sample:
    stream = io.BytesIO()
    tifffile.imwrite(stream, stored, extratags=[(42113, "s", 0, text, True)], **options)
    return load_bytes(stream.getvalue(), "x.tif")


STORED = np.array([[0, 1, 2], [253, 254, 255]], np.uint8)


@pytest.mark.parametrize("fill", [0, 2, 255])
def test_what_stands_for_nothing_is_a_stored_number_where_0_is_white(fill: int) -> None:
    want = np.where(fill == STORED, np.nan, 255.0 - STORED)
    np.testing.assert_array_equal(stored_with(f"{fill}", STORED, photometric="miniswhite").data, want[np.newaxis])


@pytest.mark.parametrize("fill", [0, 2, 255])
def test_what_stands_for_nothing_is_an_index_into_a_palette(fill: int) -> None:
    table = np.zeros((3, 256), np.uint16)
    table[0], table[1] = np.arange(256) * 257, np.arange(256)[::-1] * 257
    want = np.where(fill == STORED, np.nan, np.stack([STORED * 1.0, 255.0 - STORED, STORED * 0.0]))
    sample = stored_with(f"{fill}", STORED, photometric="palette", colormap=table)
    np.testing.assert_array_equal(sample.data, want)
    assert sample.nonfinite == 3


def test_what_stands_for_nothing_is_no_mixture_of_inks() -> None:
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)
    data = stored_with("0", inks, photometric="separated", extrasamples=()).data
    assert np.isnan(data[:, 0, 0]).all()
    assert data[:, 0, 1:].tolist() == [[0, 0], [255, 0], [255, 0]]
