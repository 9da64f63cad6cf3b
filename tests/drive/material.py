"""Small files of every kind, to be opened in any order; some of them are spoiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from convgui.files.resources import resource


def write_material(folder: Path) -> tuple[Path, ...]:
    """Write them into a folder; returns what to open: files, and folders."""
    rng = np.random.default_rng(5)
    _pictures(folder, rng)
    _arrays(folder, rng)
    _texts(folder)
    (folder / "cut off.png").write_bytes((folder / "grey.png").read_bytes()[:90])
    (folder / "not there.npy").unlink(missing_ok=True)
    return (*sorted(path for path in folder.iterdir()), folder / "not there.npy")


def _pictures(folder: Path, rng: np.random.Generator) -> None:
    grey: NDArray[Any] = rng.integers(0, 256, (40, 60), dtype=np.uint8)
    colours: NDArray[Any] = rng.integers(0, 256, (33, 21, 4), dtype=np.uint8)
    Image.fromarray(grey).save(folder / "grey.png")
    Image.fromarray(colours).save(folder / "alpha.png")
    Image.fromarray(colours[..., :3]).save(folder / "colours.jpg")
    Image.fromarray(colours[..., :3]).save(folder / "colours.webp", lossless=True)
    Image.fromarray(grey > 99).save(folder / "black and white.bmp")
    films = [Image.fromarray(np.roll(grey, shift, 1)) for shift in range(3)]
    films[0].save(folder / "film.gif", save_all=True, append_images=films[1:])
    tifffile.imwrite(folder / "sixteen bits.tif", rng.integers(0, 1 << 16, (30, 20), dtype=np.uint16))
    tifffile.imwrite(folder / "floats.tif", rng.normal(size=(25, 25)).astype(np.float32))
    tifffile.imwrite(folder / "pages.tif", rng.integers(0, 256, (6, 24, 24), dtype=np.uint8), photometric="minisblack")
    Image.fromarray(rng.integers(0, 256, (900, 1200), dtype=np.uint8)).save(folder / "large.png")
    leaves = folder / "pictures"
    leaves.mkdir(exist_ok=True)
    for number in range(3):
        Image.fromarray(np.roll(grey, number)).save(leaves / f"{number}.png")


def _arrays(folder: Path, rng: np.random.Generator) -> None:
    missing = rng.normal(size=(20, 30)).astype(np.float32)
    missing[3, 4], missing[5, 6], missing[7, 8] = np.nan, np.inf, -np.inf
    arrays: dict[str, NDArray[Any]] = {
        "missing values": missing,
        "one cell": np.ones((1, 1)),
        "a row": rng.normal(size=200),
        "channels": rng.integers(-9, 9, (2, 9, 11)).astype(np.int16),
        "volume": rng.integers(0, 99, (7, 8, 9), dtype=np.uint8),
        "large numbers": np.array([[1e300, -1e300, 1e-300]] * 3),
        "wide integers": np.array([[2**62, -(2**62), 7]] * 3),
        "truths": rng.random((6, 6)) > 0.5,
        "constant": np.full((12, 12), 5.0),
    }
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    np.savez(folder / "several.npz", a=missing, b=arrays["a row"])


def _texts(folder: Path) -> None:
    (folder / "table.csv").write_text("1;2,5;3\n4;5;6\n7;8;9\n", encoding="utf-8")
    (folder / "numbers.txt").write_text("0 1 2\n3 nan 5\n", encoding="utf-8")
    (folder / "words.txt").write_text("these are no numbers\n", encoding="utf-8")
    (folder / "<img src='/dev/zero'>.csv".replace("/", "⁄")).write_text("1,2\n3,4\n", encoding="utf-8")
    lesson = json.loads(resource("lessons", "multi-channel-sum.json").read_text(encoding="utf-8"))
    (folder / "lesson.json").write_text(json.dumps(lesson), encoding="utf-8")
    lesson["step"] = 99_999
    (folder / "spoiled lesson.json").write_text(json.dumps(lesson), encoding="utf-8")
