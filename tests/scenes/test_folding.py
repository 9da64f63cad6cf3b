"""Blocks that follow each other several times alike, shown once in the strip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.draw.picture import Hit, Rects
from convgui.draw.theme import LIGHT
from convgui.layers.add import Add
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.network.folding import Fold, folded
from convgui.scenes.network.graph import Graph, graph
from convgui.scenes.network.layout import opened_folds
from convgui.scenes.scene import Focus, laid_out
from convgui.session.ready import with_ready_network
from tests.scenes.checks import assert_legible, words

NETWORK = scene("network")


def on(*layers: Layer, sources: tuple[tuple[int, ...], ...] = ()) -> Document:
    sample = Sample(np.random.default_rng(1).random((3, 32, 32), dtype=np.float32), "noise")
    return Document(sample, layers, View(scene="network"), sources=sources)


def conv(inputs: int, outputs: int) -> Convolution:
    spec = ConvSpec.of(inputs, outputs, (3, 3), padding=1)
    return Convolution(spec, np.ones(spec.weight_shape), np.zeros(outputs))


def residual(times: int) -> Document:
    """A convolution, residual blocks of two convolutions, and one that makes two channels of it."""
    layers, sources = list[Layer]([conv(3, 4)]), list[tuple[int, ...]]([(0,)])
    for _ in range(times):
        start = len(layers)
        layers += [conv(4, 4), ReLU(), conv(4, 4), Add(2)]
        sources += [(start,), (start + 1,), (start + 2,), (start + 3, start)]
    return on(*layers, conv(4, 2), sources=(*sources, (len(layers),)))


def seen(shown: Graph) -> set[int]:
    return {slot.end for slots in shown.columns for slot in slots if slot.is_block}


@pytest.mark.parametrize("current", range(14))
def test_blocks_that_repeat_are_shown_once_the_one_that_is_looked_at(current: int) -> None:
    made = residual(4)
    whole = graph(made)
    shown, folds = folded(whole, made, current, ())
    time = (current - 2) // 3 if 2 <= current < 14 else 0
    assert folds == (Fold(2, 2, 3, 4, time),)
    first = 2 + 3 * time
    assert seen(shown) == {0, 1, first, first + 1, first + 2, 14}
    assert [shown.blocks[n].reads for n in (first, first + 1, first + 2, 14)] == [
        (1,), (first,), (first + 1, 1), (first + 2,)
    ]  # fmt: skip
    # The line of the value that is added passes the columns of what is shown.
    passing = [(slot.start, slot.end) for slots in shown.columns for slot in slots if not slot.is_block]
    assert passing == [(1, first + 2)] * 2


def test_opened_repeats_stand_one_by_one() -> None:
    made = residual(3)
    whole = graph(made)
    shown, folds = folded(whole, made, 0, {2})
    assert (shown.blocks, shown.columns) == (whole.blocks, whole.columns)
    assert folds == (Fold(2, 2, 9, 3, -1),)


def test_a_resnet_has_its_blocks_once() -> None:
    made = with_ready_network(on(conv(3, 4)), "resnet-34")
    whole = graph(made)
    shown, folds = folded(whole, made, 0, ())
    # Of the stages of 3, 4, 6 and 3 blocks all but the first have one with a stride before the others.
    assert [(fold.columns, fold.count) for fold in folds] == [(3, 3), (3, 3), (3, 5), (3, 2)]
    assert len(whole.columns) - len(shown.columns) == 3 * (2 + 2 + 4 + 1)
    for number in seen(shown):
        assert set(shown.blocks[number].reads) <= seen(shown)


@pytest.mark.parametrize("name", ["densenet-121", "u-net", "inception-v3", "mobilenet-v2", "vgg-16"])
def test_what_is_shown_reads_what_is_shown(name: str) -> None:
    made = with_ready_network(replace(on(conv(3, 4)), sample=Sample(np.zeros((3, 96, 96)), "zeros")), name)
    whole = graph(made)
    for current in range(0, len(whole.blocks), 7):
        shown, _ = folded(whole, made, current, ())
        assert current in seen(shown)
        for number in seen(shown):
            assert set(shown.blocks[number].reads) <= seen(shown)
            assert all(shown.column(n) < shown.column(number) for n in shown.blocks[number].reads)


def test_what_is_read_from_inside_is_not_folded() -> None:
    layers = (conv(3, 3), conv(3, 3), conv(3, 3), conv(3, 3), Add(2))
    made = on(*layers, sources=((0,), (1,), (2,), (3,), (4, 2)))
    assert folded(graph(made), made, 0, ())[1] == ()


def test_a_click_opens_and_folds_them_again() -> None:
    made = residual(4).with_view(View(scene="network", layer=9))
    layout = laid_out(NETWORK, NETWORK.prepare(made), made.view, Canvas(880, 740, LIGHT))
    picture = NETWORK.picture(layout, NETWORK.first_step(made), Focus())
    assert "3 of 4" in words(picture)
    assert_legible(picture)
    (card,) = (grid for grid in picture.hits if grid.kind == "fold")
    hit = picture.hit(card.x + card.width / 2, card.y + card.height / 2)
    assert hit == Hit("fold", (2, 3, 4))
    view = NETWORK.viewed(made, hit)
    assert opened_folds(view) == {2}
    opened = NETWORK.picture(replace(layout, view=view, drawn={}), 8, Focus(hover=hit))
    assert "fold × 4" in words(opened)
    assert opened.summary == "The same blocks follow each other 4 times. Click to open or to fold them."
    assert opened_folds(NETWORK.viewed(made.with_view(view), hit)) == set()


def test_a_strip_with_room_for_all_is_not_folded() -> None:
    made = residual(3)
    layout = laid_out(NETWORK, NETWORK.prepare(made), made.view, Canvas(1900, 740, LIGHT))
    assert not any(grid.kind == "fold" for grid in NETWORK.picture(layout, 0, Focus()).hits)


def test_outputs_are_framed_as_results() -> None:
    made = on(conv(3, 4), conv(4, 2), conv(4, 1), sources=((0,), (1,), (1,)))
    layout = laid_out(NETWORK, NETWORK.prepare(made), made.view, Canvas(880, 740, LIGHT))
    boxes = layout.panels(1).strip.boxes
    line, picture = LIGHT.role("result").line, NETWORK.picture(layout, 1, Focus())
    framed = [box for item in picture.items if isinstance(item, Rects) and item.stroke == line for box in item.boxes]
    held = [any(np.array_equal(box, boxes[n]) for box in framed) for n in range(4)]
    assert held == [False, False, True, True]
