"""The real window on a real X server: open the camera photo, choose Sobel x, edit a tap, play, undo, quit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from convgui.files.resources import resource

ROOT = Path(__file__).resolve().parents[3]


def test_a_person_at_the_real_window(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    environment.update(XDG_CONFIG_HOME=str(tmp_path / "config"), CONVGUI_DATA=str(tmp_path), PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-m", "tests.qt.drive_window", str(resource("samples", "camera.png")), str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith("driven")
    shots = [np.asarray(Image.open(tmp_path / name).convert("RGB")).astype(int) for name in ("sobel.png", "edited.png")]
    colourful = [(shot.max(axis=2) - shot.min(axis=2) > 60).mean() for shot in shots]
    assert min(colourful) > 0.005, "the output's signed colours are on the screen"
    assert (np.abs(shots[0] - shots[1]) > 20).any(axis=2).mean() > 0.01, "the edited weight changed the picture"
