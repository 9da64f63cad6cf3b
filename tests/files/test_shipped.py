"""The test files that other packages ship: each opens with its own library's numbers, or is refused in one sentence."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadError, load
from convgui.model.sample import Sample

Values = NDArray[Any]
NO_DATA = {".py", ".pyc", ".pyi", ".pxd", ".so", ".h", ".c", ".typed"}
LARGEST = 4 << 20


def shipped(package: str, *folders: str) -> list[Path]:
    """Return the data files in some folders of a package; skip where it ships none."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    root = Path(spec.origin).parent
    found = sorted(
        path
        for folder in folders
        for path in root.glob(f"{folder}/**/*")
        if path.is_file() and path.suffix not in NO_DATA and path.stat().st_size <= LARGEST
    )
    if not found:
        pytest.skip(f"{package} ships no files for its tests")
    return found


def by_pydicom(path: Path) -> Values:
    """Return all pixels of a file as the values of its modality."""
    from pydicom import dcmread
    from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
    from pydicom.pixels.utils import pixel_array

    dataset = dcmread(path, force=True)
    if not getattr(dataset.file_meta, "TransferSyntaxUID", None):
        implicit, little = dataset.original_encoding
        names = {(True, True): "ImplicitVRLittleEndian", (False, True): "ExplicitVRLittleEndian"}
        dataset.file_meta.TransferSyntaxUID = getattr(
            import_module("pydicom.uid"), names.get((bool(implicit), bool(little)), "ExplicitVRBigEndian")
        )
    pixels = pixel_array(dataset)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        return np.asarray(apply_color_lut(pixels, dataset))
    if "DoseGridScaling" in dataset:
        return pixels * float(dataset.DoseGridScaling)
    values = np.asarray(apply_modality_lut(pixels, dataset))
    padding = dataset.get("PixelPaddingValue")
    return values if padding is None or values.ndim > 3 else np.where(pixels == padding, np.nan, values)


def by_nibabel(path: Path) -> Values:
    """Return all numbers of a NIfTI file, with colours as a last axis."""
    if path.suffix == ".dcm":
        return by_pydicom(path)
    nib: Any = import_module("nibabel")
    image = nib.load(path)
    if not isinstance(image, nib.nifti1.Nifti1Pair):
        raise TypeError("another format")
    data = np.asanyarray(image.dataobj)
    return np.asarray(data.view((np.uint8, len(data.dtype))) if data.dtype.names else data)


def by_numpy(path: Path) -> Values:
    """Return the array of a .npy file, or the numbers of a table."""
    if path.suffix == ".npy":
        return np.asarray(np.load(path))
    if path.suffix not in (".csv", ".txt", ".dat"):
        raise TypeError("another format")
    return np.loadtxt(path, delimiter="," if b"," in path.read_bytes() else None, comments=["#", "%"], ndmin=2)


def same(sample: Sample, values: Values) -> bool:
    """Compare numbers without regard to the order of axes, which other tests are about; of a film the first volume."""
    ours = np.sort(sample.data.astype(np.float64), axis=None)
    theirs = np.where(np.isfinite(values), values, np.nan).astype(np.float64)
    if ours.size < theirs.size and theirs.ndim > 3:
        theirs = theirs[..., 0]
    theirs = np.sort(theirs, axis=None)
    return ours.shape == theirs.shape and bool(np.allclose(ours, theirs, rtol=1e-6, atol=1e-6, equal_nan=True))


def judged(paths: list[Path], read: Callable[[Path], Values]) -> Iterator[tuple[str, str]]:
    """Yield what became of each file, and what is wrong with that."""
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                want: Values | None = read(path)
            # Whatever their library has against it.
            except Exception:
                want = None
        try:
            sample = load(path)
        except LoadError as error:
            text = str(error)
            one = (
                text.startswith(path.name)
                and " cannot be opened: " in text
                and text.endswith(".")
                and text.count(". ") == 0
            )
            wrong = "" if one and want is None else f"{path.name} is read by its library and here: {text}"
            yield "refused", wrong
        else:
            if want is None:
                yield "read here alone", ""
            else:
                yield "equal", "" if same(sample, want) else f"{path.name} has other numbers"


PACKAGES = {
    "pydicom": (("data/test_files", "data/charset_files"), by_pydicom, 90),
    "nibabel": (("tests/data", "nicom/tests/data", "gifti/tests/data", "externals/tests/data"), by_nibabel, 13),
    "numpy": (("lib/tests/data", "random/tests/data", "_core/tests/data"), by_numpy, 2),
    "scipy": (("io/tests/data", "io/matlab/tests/data", "io/arff/tests/data"), by_numpy, 0),
    "nrrd": (("tests/data",), by_numpy, 0),
    "mrcfile": (("tests/test_data",), by_numpy, 0),
    "tifffile": (("tests",), by_numpy, 0),
    "PIL": (("Tests", "images"), by_numpy, 0),
}


@pytest.mark.fault
@pytest.mark.parametrize("package", PACKAGES)
def test_files_that_ship_with_a_library(package: str, record_property: Callable[[str, object], None]) -> None:
    folders, read, least = PACKAGES[package]
    results = list(judged(shipped(package, *folders), read))
    counts = Counter(became for became, _ in results)
    record_property("counts", f"{package}: {dict(counts)}")
    print(f"{package}: {len(results)} files, {dict(counts)}")
    wrong = [reason for _, reason in results if reason]
    assert not wrong, "\n".join(wrong)
    assert counts["equal"] >= least
