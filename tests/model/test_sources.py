"""Which values layers read: shapes, values, names and what a value depends on, in networks that branch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from convgui.core.spec import SpecError
from convgui.layers.add import Add
from convgui.layers.concatenate import Concatenate
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import all_values, chosen_layer_input, incoming_names, is_known, value_of
from convgui.model.memo import Memo, Work
from convgui.model.paths import path_count, widest_path
from convgui.model.sample import Sample
from convgui.model.sources import as_sources, outputs, with_layer_behind, without_layer
from convgui.model.totals import totals
from tests.model.graphs import by_definition, convolution, graphs, residual


@settings(max_examples=60)
@given(graphs())
def test_every_value_is_what_its_definition_says(document: Document) -> None:
    want = by_definition(document)
    assert [value.shape for value in want] == list(document.shapes)
    for number, value in enumerate(all_values(document)):
        np.testing.assert_allclose(value, want[number], rtol=1e-12, atol=1e-12)
    number = document.view.layer + 1
    np.testing.assert_allclose(value_of(document, number), want[number], rtol=1e-12, atol=1e-12)
    # The chosen layer alone makes the same of what comes into it.
    alone = chosen_layer_input(document)
    assert len(alone.layers) == 1
    assert not alone.sources
    np.testing.assert_allclose(value_of(alone, 1), want[number], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_residual_block(rank: int) -> None:
    document = residual(rank)
    assert document.incoming[4] == (4, *(7,) * rank)
    assert document.shapes[-1] == (4, *(3,) * rank)
    assert outputs(document.sources, 8) == (8,)
    assert path_count(document, 8) == 3
    assert widest_path(document, 8) == (0, 1, 2, 3, 4, 5, 6, 7)
    assert widest_path(document, 5) == (0, 1, 2, 3, 4)
    # Two 3-wide convolutions and a maximum of 2: 1 + 2 + 2 + 1.
    assert totals(document).field.size == (6,) * rank
    alone = chosen_layer_input(document)
    assert alone.sample.name == "output of layer 4 (Convolution " + "3 × " * (rank - 1) + "3), the input"
    assert incoming_names(document, 4)[1:3] == ("channel 1 of layer 4", "channel 0 of the input")


@pytest.mark.parametrize("reads", [(0, 3), (3, 0)])
def test_of_two_paths_that_see_as_much_the_one_through_more_layers_is_the_widest(reads: tuple[int, ...]) -> None:
    """Layers of one cell widen nothing, and are passed through all the same."""
    x = np.zeros((2, 4, 4))
    through, beside = (0, 1, 2, 3), (3,)
    document = Document(Sample(x, "drawn"), (ReLU(), ReLU(), ReLU(), Add()), sources=((0,), (1,), (2,), reads))
    assert widest_path(document, 4) == through
    wide = convolution(np.random.default_rng(0), 2, 2, 2)
    other = Document(Sample(x, "drawn"), (wide, ReLU(), ReLU(), Add()), sources=((0,), (0,), (2,), (1, 3)))
    assert widest_path(other, 4) == (0, *beside)


def test_a_chain_is_written_as_nothing() -> None:
    document = residual()
    assert Document(document.sample, (ReLU(), ReLU()), sources=((0,), (1,))).sources == ()
    assert as_sources([[0], [1], [2]], 3) == ()


@pytest.mark.parametrize("sources", [((1,),), ((0,), ()), ((0,), (2,)), ((0,), (-1,)), ((0,),)])
def test_what_is_not_there_yet_is_not_read(sources: Any) -> None:
    with pytest.raises(ValueError, match="reads one or more of the values before it"):
        Document(residual().sample, (ReLU(), ReLU()), sources=sources)


def test_values_of_different_sizes_do_not_meet() -> None:
    document = residual()
    wrong = Document(document.sample, (*document.layers, Add()), sources=(*document.sources, (8, 7)))
    words = r"In layer 9 \(Addition\), reads: values of different sizes \(3 × 3, 7 × 7\)"
    with pytest.raises(SpecError, match=words):
        _ = wrong.shapes


def test_values_of_different_channels_do_not_add_up() -> None:
    sample = Sample(np.zeros((3, 4)), "test")
    with pytest.raises(SpecError, match="of 3 channels are not 2 values of equally many"):
        _ = Document(sample, (Add(),)).shapes


def test_what_comes_in_depends_on_the_layers_that_it_follows_from_alone() -> None:
    document = residual()
    work = Work(Memo().latest)
    chosen_layer_input(document, work)
    elsewhere = replace(document, layers=(*document.layers[:5], ReLU(), *document.layers[6:]))
    assert is_known(elsewhere, work.pieces)
    before = replace(document, layers=(document.layers[0], ReLU(), *document.layers[2:]))
    assert not is_known(before, work.pieces)
    other = replace(document, sources=(*document.sources[:4], (4, 4), *document.sources[5:]))
    assert not is_known(other, work.pieces)


def test_layers_come_and_go() -> None:
    sources = residual().sources
    behind_3 = with_layer_behind(sources, 8, 3, (3,))
    assert behind_3 == ((0,), (1,), (2,), (3,), (4,), (5, 0), (6,), (7, 0), (8,))
    assert without_layer(behind_3, 3) == sources
    assert without_layer(sources, 4) == ((0,), (1,), (2,), (3,), (4,), (5, 0), (6,))
    assert with_layer_behind((), 2, 1, (1,)) == ()
    assert with_layer_behind((), 2, 2, (0, 2)) == ((0,), (1,), (0, 2))
    assert without_layer(((0,), (1,), (0, 2)), 2) == ()


def test_several_outputs() -> None:
    document = Document(residual().sample, (ReLU(), ReLU(), ReLU()), View(), sources=((0,), (1,), (1,)))
    assert outputs(document.sources, 3) == (2, 3)


@pytest.mark.parametrize(
    ("layer", "sources", "words"),
    [
        (ReLU(), (0, 0), "reads: ReLU reads one value; addition, multiplication and concatenation read several"),
        (Add(3), (0, 0), "inputs: are 3, and 2 are read"),
        (Concatenate(), (0, 1), "values of different sizes"),
    ],
)
def test_only_what_joins_reads_several_and_as_many_as_it_joins(layer: Layer, sources: Any, words: str) -> None:
    """What is written for other libraries joins them as it is said here, and repeats what is repeated here."""
    document = Document(residual().sample, (GlobalPool("max", (1, 1)), layer), sources=((0,), sources))
    with pytest.raises(SpecError, match=words):
        _ = document.shapes
