from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files import LoadError, load, load_bytes
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


def test_without_places_the_axes_are_guessed_and_told(tmp_path: Path) -> None:
    nrrd.write(str(tmp_path / "x.nrrd"), phantom().T)
    sample = load(tmp_path / "x.nrrd")
    np.testing.assert_array_equal(sample.data[0], phantom())
    assert (sample.units, sample.directions) == (("px", "px", "px"), ())


@pytest.mark.fault
@pytest.mark.parametrize(
    ("change", "says"),
    [
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
