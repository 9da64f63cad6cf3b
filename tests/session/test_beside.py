"""Two networks on one input: which layers can be compared, and where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.model.document import Document
from convgui.model.flow import all_values
from convgui.model.sample import Sample
from convgui.session.beside import BesideError, beside, furthest_apart
from tests.documents import textbook
from tests.files.weights.built import safetensors

RNG = np.random.default_rng(3)


def on(*shape: int) -> Document:
    return Document(Sample(RNG.random(shape), "noise"), textbook().layers)


def written(path: Path, **arrays: Any) -> WeightFile:
    path.write_bytes(
        safetensors({name.replace("__", "."): np.asarray(array, np.float32) for name, array in arrays.items()})
    )
    return read_weights(path)


def test_both_networks_make_their_own_of_one_input(tmp_path: Path) -> None:
    first, second = RNG.normal(size=(4, 1, 3, 3)), RNG.normal(size=(2, 4, 3, 3))
    one = written(tmp_path / "a.safetensors", a__weight=first, b__weight=second)
    changed = second.copy()
    changed[1] += 0.5
    other = written(tmp_path / "b.safetensors", a__weight=first, b__weight=changed)
    document = on(1, 9, 8)
    found = beside(document, one, other)
    assert found.common == (1, 2)
    same, more = (found.maps(n, lambda: False) for n in found.common)
    np.testing.assert_array_equal(*same)
    np.testing.assert_array_equal(more[1], all_values(found.other)[2])
    assert found.one.sample is found.other.sample is document.sample
    assert furthest_apart(*same) == (0, 0.0)
    channel, most = furthest_apart(*more)
    assert (channel, most) == (1, np.abs(more[1] - more[0]).max())


def test_layers_of_other_shapes_are_left_out(tmp_path: Path) -> None:
    one = written(tmp_path / "a.safetensors", a__weight=np.ones((4, 1, 3, 3)), b__weight=np.ones((2, 4, 3, 3)))
    other = written(tmp_path / "b.safetensors", a__weight=np.ones((5, 1, 3, 3)), b__weight=np.ones((2, 5, 3, 3)))
    assert beside(on(1, 9, 8), one, other).common == (2,)
    last = written(tmp_path / "c.safetensors", a__weight=np.ones((6, 1, 3, 3)))
    with pytest.raises(BesideError, match="of one shape"):
        beside(on(1, 9, 8), one, last)


def test_networks_that_are_known_are_followed_as_they_are() -> None:
    pnet = read_weights(resource("networks", "pnet.pt"))
    found = beside(on(3, 40, 40), pnet, pnet)
    assert len(found.common) == len(found.one.layers) == 11 - 1
    assert found.title(1) == "Layer 1: Convolution 3 × 3"
