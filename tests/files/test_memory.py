"""Opening a gigabyte costs a gigabyte, and not two."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.test_nifti import nib

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is measured in Linux's /proc")

SIDES = (640, 640, 640)
# The peak that the resource module tells begins with that of the parent process; this one does not.
MEASURE = """
import re, sys
from pathlib import Path
from convgui.files import load
import convgui.files.nifti
def kibibytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = kibibytes("VmRSS")
sample = load(sys.argv[1])
print(1024 * (kibibytes("VmHWM") - before), sample.data.nbytes, sample.data.shape)
"""


def header() -> bytes:
    image: Any = nib.Nifti1Image(np.zeros((1, 1, 1), np.float32), np.diag([1.0, 1.0, 1.0, 1.0]))
    image.header.set_data_shape(SIDES)
    image.header["vox_offset"] = 352
    return bytes(image.header.binaryblock) + bytes(4)


def sparse(path: Path) -> Path:
    path.write_bytes(header())
    with path.open("r+b") as stream:
        stream.truncate(352 + 4 * 640**3)
    return path


def packed(path: Path) -> Path:
    # Members in a row unpack to one stream; one of zeros is made once and repeated.
    zeros = gzip.compress(bytes(4 * 640**3 // 64), 1)
    path.write_bytes(gzip.compress(header()) + zeros * 64)
    return path


@pytest.mark.parametrize("make", [sparse, packed])
def test_opening_a_gigabyte_stays_under_one_and_a_half(make: Any, tmp_path: Path) -> None:
    path = make(tmp_path / ("x.nii" if make is sparse else "x.nii.gz"))
    # A process of its own: only so is the peak that of loading.
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    path.unlink()
    used, size, *shape = result.stdout.split(maxsplit=2)
    assert shape == ["(1, 640, 640, 640)\n"]
    assert int(size) == 4 * 640**3 > 1e9
    assert int(used) < 1.5 * int(size)
