"""First maps of a large picture: exact where they are shown, before all is computed."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import Cancelled
from convgui.core import tiles as tiles_module
from convgui.draw.picture import Hit
from convgui.draw.theme import LIGHT
from convgui.layers.add import Add
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.softmax import Softmax
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.flow import all_values
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.feature_maps import sampled, stages
from convgui.scenes.feature_maps.sampled import tiling
from convgui.scenes.feature_maps.stages import sheets
from convgui.scenes.network.values import network_values
from convgui.scenes.scene import Focus, laid_out, prepared
from tests.scenes.checks import words
from tests.scenes.test_maps import conv


def on(*layers: Layer, size: tuple[int, int] = (211, 290), sources: tuple[tuple[int, ...], ...] = ()) -> Document:
    data = np.random.default_rng(3).integers(0, 256, (3, *size)).astype(np.uint8)
    return Document(Sample(data, "noise"), layers, View(scene="network"), sources=sources)


def branched() -> Document:
    """A pyramid with a residual block: padding, strides, a pool with ceil_mode, dilation, softmax."""
    layers = (
        conv(3, 4, padding=1), ReLU(), Pool("max", (3, 3), (2, 2), (1, 1), ceil_mode=True),
        conv(4, 4, seed=2, padding=1), Add(2), conv(4, 5, seed=3, stride=2, dilation=2, padding=3), Softmax(),
    )  # fmt: skip
    return on(*layers, sources=((0,), (1,), (2,), (3,), (4, 3), (5,), (6,)))


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let values at some places come first also of small pictures."""
    monkeypatch.setattr(stages, "LONG", 0)
    monkeypatch.setattr(tiles_module, "FEWEST", 3)


def check_places(made: Document) -> None:
    cut = tiling(made)
    assert cut is not None
    found, whole = sampled.sampled(made, cut, Work()), all_values(made)
    for n, expected in enumerate(whole):
        factor, shown = cut.factor(n), found.at(n)
        assert shown.shape[1:] == tuple(-(-size // factor) for size in expected.shape[1:])
        rows, columns = (cut.places(n, axis, size)[0] for axis, size in enumerate(expected.shape[1:]))
        most = float(np.abs(expected).max())
        np.testing.assert_allclose(shown, expected[:, rows][:, :, columns], rtol=1e-5, atol=1e-5 * most)
        for seen in ((0, 0), (expected.shape[1] // 2, expected.shape[2] // 3), (expected.shape[1] - 1, 0)):
            there, (own_row, own_column) = found.nearest(n, seen)
            assert there == (rows[seen[0] // factor], columns[seen[1] // factor])
            np.testing.assert_array_equal(
                found.values[n][:, own_row, own_column], shown[:, seen[0] // factor, seen[1] // factor]
            )
        # Each is one of those that it stands for, but at the far ends.
        for axis, size in enumerate(expected.shape[1:]):
            ends, _ = cut.places(n, axis, size)
            assert [at // factor for at in ends[:-1]] == list(range(len(ends) - 1))


@pytest.mark.usefixtures("early")
def test_values_are_those_of_the_whole_picture() -> None:
    check_places(branched())


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_values_of_any_chain_are_those_of_the_whole_picture(data: st.DataObject) -> None:
    layers, channels = list[Layer](), 3
    for n in range(data.draw(st.integers(1, 4))):
        size, stride = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 2))
        padding, dilation = data.draw(st.integers(0, size // 2)), data.draw(st.integers(1, 2))
        if data.draw(st.booleans()):
            layers.append(conv(channels, 2, size, n, stride=stride, padding=padding, dilation=dilation))
            channels = 2
        else:
            layers.append(Pool("max", (size, size), (stride, stride), (size // 2, size // 2)))
    made = on(*layers, size=data.draw(st.sampled_from([(190, 333), (333, 190), (256, 256)])))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tiles_module, "FEWEST", 3)
        check_places(made)


@pytest.mark.usefixtures("early")
def test_the_rest_follows_and_replaces_them() -> None:
    made = branched()
    first = sheets(made, False, Work(), coarse=True)
    assert first.sampled is not None
    assert first.coarse
    assert first.overflowed is None
    assert all(stage.maps.sampled and not stage.maps.large for stage in first.stages)
    network = scene("network")
    whole = prepared(network, made)
    assert network.rest(whole)
    completed = network.complete(whole, Work())
    assert completed.sheets.sampled is None
    assert not network.rest(completed)


@pytest.mark.usefixtures("early")
def test_what_is_pointed_at_is_a_value_that_is_known_and_its_sum() -> None:
    made = branched().with_view(View(scene="network", layer=3))
    found, whole = network_values(made, Work(), coarse=True), all_values(made)
    block = found.graph.block_of(3)
    cell = found.known_cell(block, (50, 60))
    value = found.value(4, 2, cell)
    assert value == pytest.approx(whole[4][2, cell[0], cell[1]], rel=1e-5)
    made_of = found.making(block, 2, cell)
    assert made_of is not None
    assert sum(term.value for term in made_of.terms) == pytest.approx(value, rel=1e-5)
    # Of another cell nothing is known yet, and of a maximum not where it was taken.
    assert found.value(4, 2, (cell[0] + 1, cell[1])) is None
    pool = found.graph.block_of(2)
    assert found.making(pool, 0, found.known_cell(pool, (50, 60))) is None


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("kind", ["network", "maps"])
def test_the_titles_say_what_is_known(kind: str) -> None:
    view, made = scene(kind), branched().with_view(View(scene=kind, layer=3))
    data = view.prepare(made)
    factor = (data.sheets if kind == "network" else data).stages[4].maps.factor
    step, hit = (view.first_step(made), Hit("unit", (3, 1, 50, 60)))
    hit = hit if kind == "network" else Hit("cell", (4, 0, 50, 60))
    picture = view.picture(laid_out(view, data, made.view, Canvas(1100, 800, LIGHT)), step, Focus(hover=hit))
    assert any(f"one value in {factor} × {factor} so far" in text for text in words(picture))
    assert not any("means over" in text for text in words(picture))
    completed = view.complete(data, Work())
    after = view.picture(laid_out(view, completed, made.view, Canvas(1100, 800, LIGHT)), step, Focus(hover=hit))
    assert not any("so far" in text for text in words(after))


def test_what_sees_the_whole_picture_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles_module, "FEWEST", 3)
    assert tiling(on(conv(3, 4))) is not None
    assert tiling(on(conv(3, 4), GlobalPool("average", (1, 1)))) is None
    assert tiling(on(conv(3, 4), Upsample((2.0, 2.0), "nearest"))) is None
    assert tiling(on(conv(3, 4), size=(30, 290))) is not None
    assert tiling(on(*[conv(3 if n == 0 else 4, 4, 5, dilation=5, padding=10) for n in range(6)])) is None
    assert tiling(replace(on(conv(3, 4)), missing="rescale")) is None


def test_they_take_no_longer_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    made = on(conv(3, 4), conv(4, 8), size=(900, 1200))
    monkeypatch.setattr(sampled, "PRODUCTS", 30_000_000)
    cut = tiling(made)
    assert cut is not None
    tiles = np.prod([n * cut.side for n in cut.count])
    assert tiles * (3 * 4 * 9 + 4 * 8 * 9) < 1.2 * 30_000_000
    assert tiles * tiles_module.WORTH <= 900 * 1200 * 1.1


@pytest.mark.usefixtures("early")
def test_they_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        sheets(branched(), False, Work(cancel=lambda: True), coarse=True)


def test_first_maps_of_a_large_photo_take_a_part_of_the_whole() -> None:
    made = on(conv(3, 10), ReLU(), conv(10, 16, seed=2), size=(1500, 2000)).with_view(View(scene="maps"))
    start = process_time()
    first = sheets(made, False, Work(), coarse=True)
    early = process_time() - start
    start = process_time()
    sheets(made, False, Work())
    assert first.sampled is not None
    assert early < (process_time() - start) / 4
