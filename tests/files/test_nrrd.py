from __future__ import annotations

import bz2
import gzip
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files import LoadError, load, load_bytes
from convgui.files.axes import parse_selection
from tests.files.phantom import DIRECTIONS, ORIENTATIONS, SPACING, phantom, stored

# It has no types.
nrrd: Any = import_module("nrrd")

SPACES = {"left-posterior-superior": (1, 1, 1), "right-anterior-superior": (-1, -1, 1), "LAS": (1, -1, 1)}


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("code", ORIENTATIONS)
def test_every_orientation_and_space_gives_the_same_array(code: str, space: str, tmp_path: Path) -> None:
    data, steps = stored(phantom(), code)
    header = {"space": space, "space directions": (np.diag(SPACES[space]) @ steps).T, "encoding": "raw"}
    nrrd.write(str(tmp_path / "x.nrrd"), data, header)
    sample = load(tmp_path / "x.nrrd")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert (sample.directions, sample.units) == (DIRECTIONS, ("mm", "mm", "mm"))
    assert sample.spacing == pytest.approx(SPACING)


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2", "ascii"])
@pytest.mark.parametrize("dtype", ["u1", "i2", ">i2", "u4", "f4", ">f8"])
@pytest.mark.parametrize("ending", [".nrrd", ".nhdr"])
def test_encodings_types_and_detached_headers(dtype: str, encoding: str, ending: str, tmp_path: Path) -> None:
    values = phantom("u1").astype(dtype)
    header: dict[str, Any] = {"encoding": encoding, "spacings": [1.5, 2.0, 3.0]}
    nrrd.write(str(tmp_path / f"x{ending}"), values.T, header, detached_header=ending == ".nhdr")
    sample = load(tmp_path / f"x{ending}")
    assert sample.data.dtype == np.dtype(dtype).newbyteorder("=")
    np.testing.assert_array_equal(sample.data[0], values)
    assert sample.spacing == SPACING


def test_a_vector_becomes_channels(tmp_path: Path) -> None:
    data, steps = stored(phantom(), "LPS")
    vectors = np.stack([data, data + 1, data + 2])
    header = {
        "space": "left-posterior-superior",
        "space directions": np.vstack([np.full(3, np.nan), steps.T]),
        "kinds": ["vector", "domain", "domain", "domain"],
    }
    nrrd.write(str(tmp_path / "x.nrrd"), vectors, header)
    sample = load(tmp_path / "x.nrrd")
    np.testing.assert_array_equal(sample.data, np.stack([phantom() + i for i in range(3)]))
    assert sample.directions == DIRECTIONS


WANT = (np.arange(24, dtype="<i2") * 37 - 100).reshape(4, 3, 2)
RAW = WANT.tobytes()


def plain(fields: str, values: bytes, encoding: str = "raw", sizes: str = "2 3 4", kind: str = "short") -> bytes:
    dimension = len(sizes.split())
    head = f"NRRD0004\ntype: {kind}\ndimension: {dimension}\nsizes: {sizes}\nendian: little\nencoding: {encoding}\n"
    return f"{head}{fields}\n\n".encode() + values


@pytest.mark.parametrize(
    ("fields", "encoding", "values"),
    [
        ("byte skip: 7", "raw", b"x" * 7 + RAW),
        ("byteskip: 7", "raw", b"x" * 7 + RAW),
        ("byteskip: -1", "raw", b"x" * 77 + RAW),
        ("byte skip: -4", "raw", b"x" * 77 + RAW + b"end"),
        ("lineskip: 1", "raw", b"header\n" + RAW),
        ("line skip: 2\nbyte skip: 3", "raw", b"a\n\nxxx" + RAW),
        ("Line Skip: 2\nByteSkip: -1", "raw", b"a\n\nxxx" + RAW),
        ("byte skip: 6", "gzip", gzip.compress(b"x" * 6 + RAW)),
        ("byte skip: -1", "gzip", gzip.compress(b"x" * 6 + RAW)),
        ("byte skip: -3", "gz", gzip.compress(b"x" * 6 + RAW + b"yy")),
        ("byteskip: 6", "bzip2", bz2.compress(b"x" * 6 + RAW)),
        ("byteskip: -1", "bz2", bz2.compress(b"x" * 6 + RAW)),
        ("line skip: 1\nbyte skip: 6", "gzip", b"text\n" + gzip.compress(b"x" * 6 + RAW)),
        ("lineskip: 1", "ascii", b"9 9 9\n" + " ".join(map(str, WANT.ravel())).encode()),
        ("", "txt", ", ".join(map(str, WANT.ravel())).encode()),
        ("", "hex", RAW.hex(" ", 4).encode()),
        ("byteskip: 2", "hex", b"00" + RAW.hex().encode()),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
@pytest.mark.parametrize("detached", [False, True])
def test_what_is_skipped_and_how_it_is_written(
    fields: str, encoding: str, values: bytes, detached: bool, tmp_path: Path
) -> None:
    if detached:
        (tmp_path / "x.bin").write_bytes(values)
        fields, values = f"{fields}\ndatafile: ./x.bin".strip(), b""
    path = tmp_path / ("x.nhdr" if detached else "x.nrrd")
    path.write_bytes(plain(fields or "content: a", values, encoding))
    sample = load(path)
    np.testing.assert_array_equal(sample.data[0], WANT)
    assert sample.data.dtype == np.int16


@pytest.mark.parametrize(
    ("field", "count"),
    [
        ("data file: LIST\npart 2.bin\npart 3.bin\npart 4.bin\npart 5.bin", 4),
        ("data file: LIST\n# the first two\npart 2.bin\npart 3.bin\n# the others\npart 4.bin\npart 5.bin", 4),
        ("datafile: list 3\npart 2.bin\npart 3.bin", 2),
        ("data file: part %d.bin 2 5 1", 4),
        ("data file: part %01d.bin 2 3 1 3", 2),
    ],
)
def test_values_in_several_files(field: str, count: int, tmp_path: Path) -> None:
    for at in range(count):
        (tmp_path / f"part {at + 2}.bin").write_bytes(
            b"skip" + RAW[at * len(RAW) // count : (at + 1) * len(RAW) // count]
        )
    (tmp_path / "x.nhdr").write_bytes(plain(f"byte skip: 4\n{field}", b""))
    np.testing.assert_array_equal(load(tmp_path / "x.nhdr").data[0], WANT)


@pytest.mark.fault
@pytest.mark.parametrize(
    "pattern", [f"s%d.raw 1 {'9' * 5000} 1", f"s%0{'9' * 9}d.raw 1 3 1", f"s%{'9' * 9}d.raw 1 3 1"]
)
def test_a_pattern_of_names_asks_for_no_more_than_there_can_be(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "x.nhdr").write_bytes(plain(f"data file: {pattern}", b""))
    with pytest.raises(LoadError, match="its values are in s%"):
        load(tmp_path / "x.nhdr")


@pytest.mark.parametrize(
    ("sizes", "fields", "shape"),
    [
        ("40 30 10", "content: a plain volume", (1, 10, 30, 40)),
        ("30 40 3", "content: three slices", (1, 3, 40, 30)),
        ("3 40 30", "content: colours by custom", (3, 30, 40)),
        ("3 40 30", "spacings: 1 2 3", (1, 30, 40, 3)),
        ("3 40 30", "spacings: nan 2 3", (3, 30, 40)),
        ("3 40 30", "kinds: domain domain domain", (1, 30, 40, 3)),
        ("3 40 30", "kinds: RGB-color domain domain", (3, 30, 40)),
        ("2 40 30", "kinds: vector space space", (2, 30, 40)),
        ("40 30 3", "kinds: domain domain 3-color", (3, 30, 40)),
        ("40 30 20", "kinds: domain domain time", (1, 20, 30, 40)),
        ("5 4 3 6", "kinds: 6-color domain domain domain", (5, 6, 3, 4)),
        ("3 5 4 6", "content: colours of a volume", (3, 6, 4, 5)),
        ("9 5 4", "space: RAS\nspace directions: none (1,0,0) (0,1,0)", (9, 4, 5)),
        ("9", "content: a row", (1, 9)),
    ],
)
def test_which_axis_is_a_channel(sizes: str, fields: str, shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod([int(n) for n in sizes.split()]), dtype="u1").tobytes()
    assert load_bytes(plain(fields, values, sizes=sizes, kind="uchar"), "x.nrrd").data.shape == shape


FOUR = np.arange(20 * 4 * 3 * 2, dtype=np.int16).reshape(4, 3, 2, 20)
LIST = plain(
    "space: lps\nspace directions: none (1,0,0) (0,1,0) (0,0,2)\nkinds: list domain domain domain\n"
    "space origin: (10,20,30)",
    FOUR.tobytes(),
    sizes="20 2 3 4",
)


def test_of_a_list_of_volumes_one_is_chosen() -> None:
    first = load_bytes(LIST, "x.nrrd")
    np.testing.assert_array_equal(first.data[0], FOUR[..., 0])
    assert "list 0 of 0 to 19" in first.note
    one = load_bytes(LIST, "x.nrrd", choose=parse_selection(None, ["list=7"]))
    np.testing.assert_array_equal(one.data[0], FOUR[..., 7])
    np.testing.assert_array_equal(one.affine, [[0, 0, 1, 10], [0, 1, 0, 20], [2, 0, 0, 30]])
    every = load_bytes(LIST, "x.nrrd", choose=parse_selection("list", []))
    np.testing.assert_array_equal(every.data, np.moveaxis(FOUR, -1, 0))
    film = load_bytes(LIST, "x.nrrd", choose=parse_selection("none", ["z=1"]))
    np.testing.assert_array_equal(film.data[0], FOUR[1])
    with pytest.raises(LoadError, match="its axis list has 20 positions, 0 to 19, and not 20"):
        load_bytes(LIST, "x.nrrd", choose=parse_selection(None, ["list=20"]))
    with pytest.raises(LoadError, match="it has no axis 'time'; its axes are z"):
        load_bytes(LIST, "x.nrrd", choose=parse_selection("time", []))


@pytest.mark.parametrize(("centers", "size"), [("", 2.0), ("centers: cell cell", 2.0), ("centerings: node node", 2.5)])
def test_the_ends_of_an_axis_give_its_spacing(centers: str, size: float) -> None:
    content = plain(f'axis mins: 0 0\naxismaxs: 10 10\nunits: "mm" "mm"\n{centers}', bytes(50), sizes="5 5")
    assert load_bytes(content, "x.nrrd").spacing == (size, size)


def test_a_pair_of_key_and_value_is_the_users_own_and_no_field() -> None:
    own = "sizes:=9 9 9\nendian:=big\nbyte skip:=7\ntype := float"
    np.testing.assert_array_equal(load_bytes(plain(own, RAW), "x.nrrd").data[0], WANT)


@pytest.mark.parametrize(("unit", "known"), [("mm", True), ("um", False)])
def test_a_place_is_kept_where_it_is_in_millimetres(unit: str, known: bool) -> None:
    names = " ".join([f'"{unit}"'] * 3)
    fields = f"space: LPS\nspace directions: (1,0,0) (0,2,0) (0,0,3)\nspace origin: (4,5,6)\nspace units: {names}"
    sample = load_bytes(plain(fields, RAW), "x.nrrd")
    assert sample.affine == (((0, 0, 1, 4), (0, 2, 0, 5), (3, 0, 0, 6)) if known else ())


def test_without_places_the_axes_are_guessed_and_told(tmp_path: Path) -> None:
    nrrd.write(str(tmp_path / "x.nrrd"), phantom().T)
    sample = load(tmp_path / "x.nrrd")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert (sample.units, sample.directions) == (("px", "px", "px"), ())


@pytest.mark.fault
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b"endian: little\n", b""), "lacks the field 'endian'"),
        ((b"endian: little", b"endian: middle"), "'endian' is 'middle', which has to be big or little"),
        ((b"encoding: raw", b"encoding: raw\ndata file: /etc/passwd"), "in other files"),
        ((b"encoding: raw", b"encoding: raw\ndata file: a/../../x"), "in other files"),
        ((b"encoding: raw", b"encoding: zip"), "encoding 'zip' is unknown"),
        ((b"sizes: 7 6 5", b"sizes: 7 6 900"), "it is cut off"),
        ((b"sizes: 7 6 5", b"sizes: 7 x 5"), "not a whole number"),
        ((b"sizes: 7 6 5", b"sizes: 7 6 0"), "axes of the sizes"),
        ((b"sizes: 7 6 5", b"sizes: 7 6 5000000000"), "would need"),
        ((b"type: int16", b"type: block"), "type 'block'"),
        ((b"type: int16\n", b""), "lacks the field 'type'"),
        ((b"encoding: raw", b"encoding: raw\ndata file: ../../secret.raw"), "in other files"),
        ((b"encoding: raw", b"encoding: raw\ndata file: gone.raw"), "gone.raw, which is not there"),
    ],
)
def test_headers_that_make_no_sense(change: tuple[bytes, bytes], says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.nrrd"
    nrrd.write(str(path), phantom().T, {"encoding": "raw"})
    content = path.read_bytes()
    assert change[0] in content
    path.write_bytes(content.replace(*change))
    with pytest.raises(LoadError, match=r"x\.nrrd cannot be opened") as caught:
        load(path)
    assert says in str(caught.value)


@pytest.mark.fault
def test_a_header_without_an_end() -> None:
    with pytest.raises(LoadError, match="its header has no end"):
        load_bytes(b"NRRD0004\ntype: uint8\n", "x.nrrd")


@pytest.mark.parametrize("kind", ["uchar", "ushort", "float"])
@pytest.mark.parametrize("name", ["RGBA-color", "4-color"])
def test_alpha_is_told_by_its_kind(name: str, kind: str) -> None:
    dtype = {"uchar": "u1", "ushort": "<u2", "float": "<f4"}[kind]
    values = (np.random.default_rng(1).integers(0, 200, (5, 6, 4)) / (256 if kind == "float" else 1)).astype(dtype)
    sample = load_bytes(plain(f"kinds: {name} domain domain", values.tobytes(), sizes="4 6 5", kind=kind), "x.nrrd")
    channels = np.moveaxis(values, -1, 0)
    if name == "4-color":
        np.testing.assert_array_equal(sample.data, channels)
        return
    np.testing.assert_array_equal(sample.data, channels[:3])
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values, channels[3])
    assert sample.channels == ("R", "G", "B")


def test_the_first_magic_of_all() -> None:
    """Files from before NRRD0001 begin with NRRD00.01; what they hold is written alike."""
    head = b"NRRD00.01\ntype: uchar\ndimension: 2\nsizes: 3 2\nencoding: raw\n\n"
    assert load_bytes(head + bytes(range(6)), "x.nrrd").data.tolist() == [[[0, 1, 2], [3, 4, 5]]]
