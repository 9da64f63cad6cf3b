"""The surface window: a clear sentence where OpenGL or PyOpenGL is missing, and the real thing on an X server."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QDialog

from convgui.files.installation import how_to_add
from convgui.qt.surface.gl_context import Driver, driver
from tests.qt.conftest import Opened
from tests.qt.stage.test_volume_window import phantom

ndimage: Any = import_module("scipy.ndimage")
ROOT = Path(__file__).resolve().parents[3]
BLOCKED = """
import sys
sys.modules["OpenGL"] = None
from convgui.qt.surface.gl_context import library_problem
print(library_problem())
"""


@pytest.mark.fault
def test_a_screen_without_opengl_is_said_and_nothing_is_opened(opened: Opened) -> None:
    window = opened.window
    opened.show(phantom("slices"))
    button = window.options.more
    assert button is not None
    assert not button.isVisible()
    opened.show(phantom("surface"))
    assert button.isVisible()
    button.click()
    assert window.banner.words.text() == (
        "There is no OpenGL on a screen of the kind “offscreen”. "
        "The Surface view draws the same surface without OpenGL."
    )  # fmt: skip
    assert driver().renderer == ""
    assert not window.findChildren(QDialog)
    assert "pyqtgraph.opengl" not in sys.modules, "it is imported only where it can draw"


@pytest.mark.fault
def test_a_picture_has_no_surface_and_is_told_so(opened: Opened) -> None:
    opened.window.commands.actions["surface-gl"].trigger()
    assert opened.window.banner.words.text() == "Volume needs three spatial axes; this input has two."


@pytest.mark.fault
def test_a_missing_pyopengl_is_named_with_the_extra_that_has_it() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        f"OpenGL needs PyOpenGL, which is not installed; {how_to_add('gl')}. "
        "The Surface view draws the same surface without OpenGL."
    )


def test_a_driver_without_a_graphics_card_says_so() -> None:
    mesa = Driver("llvmpipe (LLVM 15.0.6, 256 bits)", "4.5 (Compatibility Profile) Mesa 22.3.6")
    assert mesa.words == "llvmpipe, no graphics card · OpenGL 4.5"
    assert not Driver("GeForce RTX", "4.6.0").software


def test_a_ball_before_and_after_a_sobel_filter_in_a_real_window(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    environment.update(XDG_CONFIG_HOME=str(tmp_path / "config"), PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-m", "tests.qt.drive_surface", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    said = done.stdout.strip().splitlines()[-1:]
    if said and said[0].startswith("skip: "):
        pytest.skip(said[0].removeprefix("skip: "))
    assert done.returncode == 0, done.stdout + done.stderr
    assert said == ["driven"], done.stdout + done.stderr
    assert "Error while drawing" not in done.stdout + done.stderr, "pyqtgraph prints what goes wrong in painting"
    ball, smaller = _solid(tmp_path / "input.png"), _solid(tmp_path / "higher.png")
    rows, columns = ball.any(axis=1).sum(), ball.any(axis=0).sum()
    assert rows == pytest.approx(columns, abs=3), "a ball is round"
    assert ball.sum() == pytest.approx(np.pi / 4 * rows * columns, rel=0.03)
    assert smaller.sum() < 0.95 * ball.sum()
    assert (_solid(tmp_path / "again.png") == ball).mean() > 0.99, "the second window draws the same"
    blue, red = (_sided(tmp_path / "output.png", sign) for sign in (1, -1))
    # Sobel x: the values rise to the right where the ball begins, and fall where it ends.
    assert np.flatnonzero(blue.any(axis=0)).mean() < np.flatnonzero(red.any(axis=0)).mean()
    # After a quarter turn to the right, what was the ball's left side is in front.
    assert _sided(tmp_path / "turned.png", 1).sum() > 5 * _sided(tmp_path / "turned.png", -1).sum()


def _pixels(path: Path) -> NDArray[np.int64]:
    return np.asarray(Image.open(path).convert("RGB")).astype(np.int64)


def _solid(path: Path) -> NDArray[np.bool_]:
    """Return where the ball is: not the paper, the thin grey lines around it or letters with coloured edges."""
    warm = _pixels(path)
    parts, _ = ndimage.label((warm[..., 0] - warm[..., 2] > 4) & (warm[..., 0] < 250))
    return np.asarray(parts == 1 + np.bincount(parts.ravel())[1:].argmax())


def _sided(path: Path, sign: int) -> NDArray[np.bool_]:
    colours = _pixels(path)
    return np.asarray(sign * (colours[..., 2] - colours[..., 0]) > 40)
