"""Kernels from files, as other programs write them, and back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convgui.files.errors import LoadError
from convgui.files.kernels import FORMS, read_kernel, write_kernel

SOBEL = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])

TEXTS = {
    "imagej.txt": "-1 0 1\n-2 0 2\n-1 0 1\n",
    "table.csv": "-1,0,1\n-2,0,2\n-1,0,1\n",
    "cv.yml": (
        "%YAML:1.0\n---\nkernel: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n"
        "   data: [ -1., 0., 1., -2., 0., 2.,\n       -1., 0., 1. ]\n"
    ),
    "cv.xml": (
        '<?xml version="1.0"?>\n<opencv_storage>\n<kernel type_id="opencv-matrix">\n  <rows>3</rows>\n'
        "  <cols>3</cols>\n  <dt>f</dt>\n  <data>\n    -1. 0. 1. -2. 0. 2. -1. 0. 1.</data></kernel>\n"
        "</opencv_storage>\n"
    ),
    "cv.json": json.dumps(
        {"kernel": {"type_id": "opencv-matrix", "rows": 3, "cols": 3, "dt": "d", "data": SOBEL.ravel().tolist()}}
    ),
    # The letter is the column.
    "gimp.settings": (
        "# GIMP settings\n\n"
        + "\n".join(f"({c}{r} 0.000000)" for c in "ae" for r in "12345")
        + "\n(b1 0)(c1 0)(d1 0)(b5 0)(c5 0)(d5 0)\n(b2 -2)(b3 -4)(b4 -2)\n(c2 0)(c3 0)(c4 0)\n(d2 2)(d3 4)(d4 2)\n"
        "(divisor 2.0)\n(offset 0.5)\n(normalize no)\n"
    ),
    "gegl.txt": "gegl:convolution-matrix b2=-1 b3=-2 b4=-1 c2=0 c3=0 c4=0 d2=1 d3=2 d4=1 divisor=1",
    "numpy.txt": "array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])",
}


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    assert np.array_equal(read_kernel(tmp_path / name), SOBEL)


def test_a_normalised_matrix_is_divided_by_its_sum(tmp_path: Path) -> None:
    cells = "".join(f"({c}{r} 1)" for c in "bcd" for r in "234")
    (tmp_path / "a.settings").write_text(f"{cells}(divisor 3)(normalize yes)")
    assert np.allclose(read_kernel(tmp_path / "a.settings"), np.full((3, 3), 1 / 9))


@pytest.mark.parametrize("ending", [endings[0] for _, endings in FORMS])
@pytest.mark.parametrize("shape", [(3, 3), (5, 5), (1, 3)])
def test_what_is_saved_is_read(tmp_path: Path, ending: str, shape: tuple[int, int]) -> None:
    kernel = np.random.default_rng(4).normal(size=shape)
    path = tmp_path / f"k{ending}"
    write_kernel(kernel, path)
    back = read_kernel(path)
    if ending == ".settings" and shape == (1, 3):
        assert np.array_equal(back[1], kernel[0])
        assert not back[[0, 2]].any()
    else:
        assert np.array_equal(back, kernel)


def test_three_axes_and_a_filter_of_one_kernel(tmp_path: Path) -> None:
    kernel: NDArray[np.float64] = np.arange(27, dtype=np.float64).reshape(3, 3, 3)
    write_kernel(kernel, tmp_path / "k.npy")
    assert np.array_equal(read_kernel(tmp_path / "k.npy"), kernel)
    np.save(tmp_path / "w.npy", SOBEL[None, None].astype(np.float32))
    assert np.array_equal(read_kernel(tmp_path / "w.npy"), SOBEL)
    with pytest.raises(LoadError, match=r"\.npy"):
        write_kernel(kernel, tmp_path / "k.txt")


def test_a_picture_is_a_point_spread_function(tmp_path: Path) -> None:
    spot = np.array([[0, 50, 0], [50, 100, 50], [0, 50, 0]], np.uint8)
    Image.fromarray(spot).save(tmp_path / "spot.png")
    assert np.allclose(read_kernel(tmp_path / "spot.png"), spot / 300)


FAULTS = {
    "large.txt": ("\n".join(["1 " * 40] * 40), "31"),
    "words.txt": ("no numbers", "'no'"),
    "short.yml": ("k: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   data: [ 1., 2. ]\n", "promises 3 × 3"),
    "huge.yml": (f"k: !!opencv-matrix\n   rows: {'9' * 5000}\n   cols: 3\n   data: [ 1., 2., 3. ]\n", "no rows"),
    "empty.xml": ('<k type_id="opencv-matrix"></k>', "no rows"),
    "broken.npy": ("\x93NUMPY", "no array"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_said(tmp_path: Path, name: str) -> None:
    text, said = FAULTS[name]
    (tmp_path / name).write_text(text, encoding="latin-1")
    with pytest.raises(LoadError, match=said):
        read_kernel(tmp_path / name)
    with pytest.raises(LoadError):
        read_kernel(tmp_path / "nowhere.txt")
