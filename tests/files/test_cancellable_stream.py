"""Decoders are stopped in the middle of a picture, and how far they have come is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.files.errors import LoadCancelledError
from convgui.files.load import load


@pytest.fixture
def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(4).integers(0, 256, (700, 900, 3), dtype=np.uint8))


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp"])
def test_how_far_it_has_come_is_told_up_to_the_end(tmp_path: Path, noise: Image.Image, ending: str) -> None:
    file, told = tmp_path / f"noise.{ending}", list[float]()
    noise.save(file)
    load(file, progress=told.append)
    assert told == sorted(set(told))
    assert len(told) > 5
    assert told[-1] > 0.98


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp"])
def test_a_decoder_stops_in_the_middle(tmp_path: Path, noise: Image.Image, ending: str) -> None:
    file, told = tmp_path / f"noise.{ending}", list[float]()
    noise.save(file)
    with pytest.raises(LoadCancelledError):
        load(file, progress=told.append, cancel=lambda: bool(told) and told[-1] > 0.3)
    assert told[-1] < 0.6
