"""What is not legal is said in the words that stand beside the fields of the window, wherever it is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.memory import out_of_memory
from convgui.core.spec import SpecError
from convgui.export.batch import run_batch, with_layers
from convgui.layers import choices
from convgui.model.refusals import TITLES, in_words, refusal
from tests.documents import textbook

SHAPES = ((4, 9), (4, 8, 9), (4, 6, 7, 8))


def fields() -> set[str]:
    """Return the names of all fields that the window has for layers."""
    layers = [(entry.build(shape), shape) for entry in choices() for shape in SHAPES[1:2]]
    return {field.name for layer, shape in layers for field in layer.form(shape)}


def test_every_field_is_called_as_beside_it() -> None:
    assert len(fields()) > 10
    assert fields() - set(TITLES) == set()


def test_errors_of_all_kinds_are_said_in_words() -> None:
    error = SpecError("in_channels", "the layer takes 16 channels and gets 3.")
    assert refusal(error) == in_words(error) == "Input channels: the layer takes 16 channels and gets 3."
    assert in_words(ValueError("It is broken.")) == "It is broken."
    assert in_words(MemoryError()) == out_of_memory()


def test_a_batch_names_no_parameter(tmp_path: Path) -> None:
    np.save(tmp_path / "film.npy", np.zeros((12, 13, 14)))
    (one,) = run_batch(with_layers(textbook()), [tmp_path / "film.npy"], tmp_path / "out")
    assert one.failure.startswith("The input has 3 spatial axes")


@pytest.mark.parametrize("name", sorted(fields()))
def test_no_title_is_a_parameters_name(name: str) -> None:
    assert "_" not in TITLES[name]
