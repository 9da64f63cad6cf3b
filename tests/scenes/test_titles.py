"""What a layer is called in the middle of a sentence."""

from __future__ import annotations

import pytest

from convgui.scenes.needs import lower


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Convolution 3 × 3", "convolution 3 × 3"),
        ("Max pooling 2 × 2", "max pooling 2 × 2"),
        ("ReLU", "ReLU"),
        ("LeakyReLU 0.01", "LeakyReLU 0.01"),
        ("LayerNorm", "LayerNorm"),
        ("卷积 3 × 3", "卷积 3 × 3"),
    ],
)
def test_names_keep_their_capitals(title: str, written: str) -> None:
    assert lower(title) == written
