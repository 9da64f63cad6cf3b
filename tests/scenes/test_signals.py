"""Networks on one axis: curves, strips, fields and sums, against plain definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Lines, Picture, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.draw.trace import spans, trace_items
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Layer
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import value_of
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.feature_maps.signals import CURVED, curve_levels, signal_boxes
from convgui.scenes.feature_maps.stages import sheets
from convgui.scenes.network.field import seen_by
from convgui.scenes.network.filters import sheet
from convgui.scenes.network.values import NetworkValues, network_values
from convgui.scenes.scene import Focus, reason_against
from tests.scenes.checks import assert_hits_return, assert_legible, moments, words

NETWORK, MAPS = scene("network"), scene("maps")
INK = (1, 2, 3, 255)


def conv(inputs: int, outputs: int, size: int = 3, seed: int = 1, **spec: Any) -> Convolution:
    rng = np.random.default_rng(seed)
    made = ConvSpec.of(inputs, outputs, (size,), **spec)
    return Convolution(made, rng.standard_normal(made.weight_shape), rng.standard_normal(outputs))


def on(data: AnyArray, *layers: Layer, kind: str = "network", layer: int = 0) -> Document:
    return Document(Sample(data, "tone"), layers, View(scene=kind, layer=layer, step=1))


def tone(count: int, channels: int = 1) -> AnyArray:
    t = np.arange(count)
    return np.stack([np.sin(0.3 * t + c) + 0.2 * np.cos(1.7 * t) for c in range(channels)])


def listened(kind: str = "network", count: int = 90) -> Document:
    """What is heard by a long filter bank, a ReLU, and a layer with a stride and a dilation."""
    bank, mixed = conv(1, 5, 20, stride=2), conv(5, 4, seed=3, stride=2, padding=2, dilation=2)
    return on(tone(count), bank, ReLU(), mixed, kind=kind, layer=2)


def values(made: Document) -> NetworkValues:
    return network_values(made, Work(), coarse=False)


def drawn(made: Document, size: tuple[int, int] = (1100, 800), focus: Focus | None = None, step: int = 1) -> Picture:
    view = scene(made.view.scene)
    return view.picture(view.lay_out(view.prepare(made), made.view, Canvas(*size, LIGHT)), step, focus or Focus())


@pytest.mark.parametrize("kind", ["network", "maps"])
@pytest.mark.parametrize("layers", ["bank", "many"])
def test_every_moment_is_legible_and_can_be_pointed_at(kind: str, layers: str) -> None:
    made = listened(kind) if layers == "bank" else on(tone(400, 2), conv(2, 70, 5), conv(70, 3, 1), kind=kind)
    assert not reason_against(scene(kind), made)
    for picture in moments(made):
        assert_legible(picture)
    assert_hits_return(made)


def test_a_value_is_the_sum_that_is_written() -> None:
    found = values(listened())
    for channel in range(4):
        for at in range(found.maps(2).size[1]):
            made = found.making(2, channel, (0, at))
            assert made is not None
            assert made.adds
            expected = value_of(found.document, 3)[channel, at]
            np.testing.assert_allclose(sum(term.value for term in made.terms), expected, atol=1e-12)
            assert found.value(3, channel, (0, at)) == expected


def test_a_field_holds_every_sample_that_changes_the_value() -> None:
    made = listened(count=60)
    # Without ReLU, so that each sample counts.
    linear = replace(made, layers=(made.layers[0], made.layers[2]))
    before = value_of(linear, 2)
    changes = np.array([
        value_of(replace(linear, sample=Sample(made.sample.data + (np.arange(60) == n), "tone")), 2)[0] != before[0]
        for n in range(60)
    ])  # fmt: skip
    for at in range(before.shape[1]):
        rows, columns = seen_by(linear, 2, (0, at)) or (slice(0), slice(0))
        touched = np.flatnonzero(changes[:, at])
        assert (rows, columns.start, columns.stop) == (slice(0, 1), touched.min(), touched.max() + 1)


def test_a_curve_stands_where_its_values_are() -> None:
    given = np.array([-1.0, 0.5, 2.0, np.nan, 1.0, 1.5])
    zero, stems, heads = trace_items(given, (10, 20, 120, 60), Levels(-1, 2, False), INK, LIGHT)
    assert isinstance(zero, Lines)
    assert isinstance(stems, Lines)
    assert isinstance(heads, Rects)
    assert zero.segments[0].tolist() == pytest.approx([10, 60, 130, 60])
    there = given[np.isfinite(given)]
    np.testing.assert_allclose(stems.segments[:, 3], 20 + 60 * (2 - there) / 3)
    np.testing.assert_allclose(stems.segments[:, 0], 10 + 20 * (np.flatnonzero(np.isfinite(given)) + 0.5))
    # Of more values than have stems a line; what is missing leaves a gap.
    line = trace_items(np.tile(given, 5), (0, 0, 60, 10), Levels(0.1, 2, False), INK, LIGHT)
    assert len(line) == 1
    assert isinstance(line[0], Lines)
    assert len(line[0].segments) == 29 - 2 * 5


def test_an_envelope_reaches_from_the_smallest_to_the_largest_value() -> None:
    given = np.random.default_rng(2).standard_normal(1003)
    given[400:440] = np.nan
    found = spans(given, 30)
    for n, (least, most) in enumerate(found.tolist()):
        part = given[max(n * 1003 // 30 - 1, 0) : (n + 1) * 1003 // 30]
        part = part[np.isfinite(part)]
        assert (least, most) == ((part.min(), part.max()) if part.size else pytest.approx((np.nan,) * 2, nan_ok=True))
    bars = trace_items(given, (0, 0, 30, 100), Levels(-4, -3, False), INK, LIGHT, (5.5, 20))[0]
    assert isinstance(bars, Rects)
    assert bars.boxes[:, 0].min() == 5.5
    assert (bars.boxes[:, :3:2].sum(axis=1)).max() == 20


def test_a_line_ends_where_no_more_is_to_be_seen() -> None:
    (line,) = trace_items(np.array([1.0, 3.0]), (0, 0, 12, 10), Levels(1, 3, False), INK, LIGHT, (4.0, 6.0))
    assert isinstance(line, Lines)
    assert line.segments[0].tolist() == pytest.approx([4, 10 - 10 / 6, 6, 5])


def test_few_signals_are_curves_and_many_are_strips() -> None:
    few, many = signal_boxes(4, (0, 0, 600, 300), 20), signal_boxes(64, (0, 0, 300, 300), 20)
    assert few[0][3] >= CURVED > many[0][3]
    for boxes in (few, many):
        assert all(y + high <= 300 + 1e-9 and x >= 20 for x, y, _, high in boxes)
    lines = signal_boxes(64, (0, 0, 300, 60), 20)
    assert max(y + high for _, y, _, high in lines) <= 60 + 1e-9
    kinds = [{item.name.split()[0] for item in drawn(made).items if isinstance(item, Raster)} for made in
             (listened(), on(tone(300), conv(1, 64, 5)))]  # fmt: skip
    assert kinds == [set(), {"filter", "map"}]


def test_long_kernels_are_curves() -> None:
    assert sheet(conv(1, 4, 40), 0, (0, 0, 300, 200)).curved
    assert not sheet(conv(1, 200, 40), 0, (0, 0, 300, 200)).curved
    assert not sheet(conv(1, 4, 5), 0, (0, 0, 300, 200)).curved
    whole = sheet(conv(1, 258, 256), 0, (0, 0, 300, 200))
    assert whole.box[2] >= whole.label + 256 * whole.cell


def test_what_is_pointed_at_is_written_with_one_index() -> None:
    made = listened()
    told = words(drawn(made, step=2, focus=Focus(hover=Hit("unit", (2, 1, 0, 7)))))
    assert "out[1, 7]" in told
    assert "samples 24…51" in told
    assert "field 20 → 28 of 90" in told
    pixel = drawn(made, step=2, focus=Focus(hover=Hit("pixel", (0, 30))))
    assert pixel.summary.startswith("in[:, 30] = (")
    value = drawn(listened("maps"), step=3, focus=Focus(hover=Hit("cell", (3, 0, 0, 7))))
    assert value.summary == f"Channel 0, index 7: {value_of(made, 3)[0, 7]:.3f}".replace("-", "−")


def test_a_click_on_a_signal_chooses_its_place() -> None:
    made = listened()
    view = NETWORK.viewed(made, Hit("unit", (2, 3, 0, 5)))
    assert (view.layer, view.filter) == (2, 3)
    assert values(made.with_view(view)).cell(2, 3) == (0, 5)


def test_curves_have_their_own_scale_with_0_in_it_unless_it_is_far() -> None:
    data = np.stack([np.linspace(2, 3, 50), np.linspace(100, 101, 50), np.linspace(-1, 4, 50)])
    maps = sheets(on(data, conv(3, 1)), False, Work()).stages[0].maps
    ends = [(curve_levels(maps, n).low, curve_levels(maps, n).high) for n in range(3)]
    assert ends == [(0, 3), (100, 101), (-1, 4)]
    assert (curve_levels(maps, None).low, curve_levels(maps, None).high) == (-1, 101)


def test_a_large_signal_is_kept_as_means_over_its_own_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convgui.scenes.feature_maps.stages.KEPT", 4000)
    made = on(tone(5000), conv(1, 3), kind="maps")
    stage = sheets(made, False, Work()).stages[1]
    kept, whole = stage.maps.large[0], value_of(made, 1)[0]
    assert kept.factor == 2
    assert stage.maps.factor == 27
    np.testing.assert_allclose(kept.values.levels[0][0], whole.reshape(-1, 2).mean(axis=1), rtol=1e-5, atol=1e-6)
    assert any("means over 2" in text for text in words(drawn(made)))


def test_a_magnified_signal_shows_the_part_that_is_seen() -> None:
    made = listened("maps")
    view = replace(made.view, zoom=9.0, centre=(0.5, 0.5))
    layout = MAPS.lay_out(MAPS.prepare(made), view, Canvas(1100, 800, LIGHT))
    (stems,) = (item for item in layout.large(0, 0) if isinstance(item, Lines) and len(item.segments) > 1)
    left, right = layout.right[0], layout.right[0] + layout.right[2]
    assert 10 <= len(stems.segments) <= 11
    assert left <= stems.segments[:, 0].min() < stems.segments[:, 0].max() <= right
    zero = layout.curve_levels(0, 0)
    seen = layout.seen(0).visible()[1]
    shares = (layout.right[1] + layout.right[3] - 4 - stems.segments[:, 3]) / (layout.right[3] - 8)
    shown = zero.low + shares * (zero.high - zero.low)
    inside = [n for n in range(seen.start, seen.stop) if left <= layout.seen(0).cell(0, n + 0.5)[0] <= right]
    np.testing.assert_allclose(shown, tone(90)[0, inside], atol=1e-9)
