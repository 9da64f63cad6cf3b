"""Totals of a stack: counted by hand, and beside published numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec, SpecError
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.model.totals import totals


def conv(inputs: int, outputs: int, kernel: tuple[int, ...], **keywords: Any) -> Convolution:
    spec = ConvSpec.of(inputs, outputs, kernel, **keywords)
    return Convolution(spec, np.ones(spec.weight_shape), np.zeros(outputs))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_small_stack_counted_by_hand(rank: int) -> None:
    halved = Pool("max", (2,) * rank, (2,) * rank, (0,) * rank)
    layers = (conv(2, 3, (3,) * rank), ReLU(), halved, conv(3, 1, (2,) * rank))
    found = totals(Document(Sample(np.ones((2, *(10,) * rank)), "ones"), layers))
    # 10 becomes 8, is halved to 4, and becomes 3.
    assert found.weights == 3**rank * 6 + 2**rank * 3
    assert found.biases == 4
    assert found.multiply_adds == 8**rank * 3**rank * 6 + 3**rank * 2**rank * 3
    assert found.activations == 2 * 3 * 8**rank + 3 * 4**rank + 3**rank
    # 1 + 2 + 1 + 2 · 1 cells wide, two apart.
    assert (found.field.size, found.field.stride, found.field.padding) == ((6,) * rank, (2,) * rank, (0,) * rank)
    assert found.field.offset == (2.5,) * rank


@pytest.mark.parametrize(("lesson", "field"), [("receptive-alexnet", (195, 32, 64)), ("receptive-vgg", (212, 32, 90))])
def test_the_fields_of_published_networks(lesson: str, field: tuple[int, int, int]) -> None:
    found = totals(load_lesson(lesson)).field
    assert (found.size, found.stride, found.padding) == tuple((n, n) for n in field)


def test_a_stack_that_does_not_fit_says_why() -> None:
    document = load_lesson("single-channel")
    with pytest.raises(SpecError):
        totals(replace(document, layers=(*document.layers, conv(5, 1, (3, 3)))))
