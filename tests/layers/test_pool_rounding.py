"""Pooling that rounds up, is dilated, or does not count its padding: by PyTorch's loops, written out once more."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import ceil, floor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.draw.picture import Cells, Rects
from convgui.export.atomic_write import ExportError
from convgui.export.code import code
from convgui.layers.form import Chosen
from convgui.layers.layer import Shape
from convgui.layers.part import part
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes.receptive.fields import fields
from convgui.session.formulas import remainder_sentence, size_formula
from convgui.session.pasted import PasteError, apply, parse
from tests.export.code.stacks import same
from tests.export.code.test_code import run_numpy
from tests.export.test_onnx_file import referable
from tests.layers.judged import alone, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of

Kind = Literal["max", "average"]


def sizes_of(layer: Pool, spatial: Shape) -> list[int]:
    """Return the output's lengths as PyTorch's documentation has them: a window begins in the input or before it."""
    found = []
    for n, k, s, p, d in zip(spatial, layer.kernel_size, layer.stride, layer.padding, layer.dilation, strict=True):
        exact = (n + 2 * p - d * (k - 1) - 1) / s + 1
        size = ceil(exact) if layer.ceil_mode else floor(exact)
        found.append(size - 1 if layer.ceil_mode and (size - 1) * s >= n + p else size)
    return found


def by_loops(layer: Pool, x: NDArray[Any], *, present: bool = False) -> NDArray[Any]:
    """Pool cell by cell: what lies beyond the padding is never counted, padding as the layer says."""
    size = sizes_of(layer, x.shape[1:])
    out = np.full((len(x), *size), np.nan)
    for channel, *cell in product(range(len(x)), *(range(m) for m in size)):
        values, count = [], 0
        for tap in np.ndindex(*layer.kernel_size):
            axes = zip(cell, layer.stride, layer.padding, tap, layer.dilation, strict=True)
            at = [o * s - p + t * d for o, s, p, t, d in axes]
            lengths = list(zip(at, x.shape[1:], layer.padding, strict=True))
            if all(0 <= i < n for i, n, _ in lengths):
                value = x[(channel, *at)]
                if not (present and np.isnan(value)):
                    values.append(value)
                    count += 1
            elif all(-p <= i < n + p for i, n, p in lengths):
                count += layer.count_include_pad
        if layer.kind == "max":
            out[(channel, *cell)] = np.max(values) if values else (np.nan if present else -np.inf)
        elif count:
            out[(channel, *cell)] = np.sum(values) / count
        else:
            out[(channel, *cell)] = np.nan if present else 0.0
    return out


@st.composite
def pools(draw: st.DrawFn) -> tuple[Pool, Shape]:
    """Draw a pooling and the shape of an input that it takes."""
    rank = draw(st.integers(1, 3))

    def each(low: int, high: int) -> Shape:
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    size, dilation = each(1, 3), each(1, 3)
    padding = tuple(draw(st.integers(0, (d * (k - 1) + 1) // 2)) for k, d in zip(size, dilation, strict=True))
    kind: Kind = draw(st.sampled_from(["max", "average"]))
    layer = Pool(kind, size, each(1, 4), padding, dilation, draw(st.booleans()), draw(st.booleans()))
    shape = (draw(st.integers(1, 2)), *each(1, 7 if rank < 3 else 5))
    assume(all(m > 0 for m in sizes_of(layer, shape[1:])))
    return layer, shape


def empty(layer: Pool, shape: Shape) -> bool:
    """Whether a window, dilated over a small input, holds nothing of it."""
    spec = replace(layer, count_include_pad=False)
    return any(count.min() == 0 for count in spec._counts(shape))


@settings(max_examples=60)
@given(pools(), st.integers(0, 99))
def test_it_is_what_the_loops_make(drawn: tuple[Pool, Shape], seed: int) -> None:
    layer, shape = drawn
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    out = layer.forward(x)
    assert out.shape == layer.output_shape(shape) == (shape[0], *sizes_of(layer, shape[1:]))
    assert layer.filter_view(shape).output_shape == out.shape[1:]
    np.testing.assert_allclose(out, by_loops(layer, x), rtol=1e-12, atol=1e-12)
    assert layer.forward(x.astype(np.float32)).dtype == np.float32
    holed = np.where(rng.random(shape) < 0.4, np.nan, x)
    if layer.kind == "max" or (layer.tabled(shape) and not empty(layer, shape)):
        np.testing.assert_allclose(layer.forward_present(holed), by_loops(layer, holed, present=True), atol=1e-12)
    if not np.isnan(holed).any() or empty(layer, shape):
        return
    document = Document(Sample(holed, "x", nonfinite=int(np.isnan(holed).sum())), (layer,), missing="rescale")
    np.testing.assert_allclose(run_numpy(document), layer.forward_present(holed), rtol=1e-9, atol=1e-9)


@settings(max_examples=12)
@given(pools())
def test_its_slope_and_its_parts(drawn: tuple[Pool, Shape]) -> None:
    layer, shape = drawn
    x = np.random.default_rng(3).normal(size=shape)
    whole = layer.forward(x)
    assume(np.isfinite(whole).all())
    assert_slopes(layer, x)
    made = tuple(slice(m // 3, m - m // 4) for m in whole.shape[1:])
    some = part(layer, shape, made)
    inside = x[(slice(None), *some.read)]
    np.testing.assert_allclose(some.forward(inside), whole[(slice(None), *made)], atol=1e-12)
    grad = np.zeros(whole.shape)
    grad[(slice(None), *made)] = 1.0
    back = layer.backward(grad, x)
    np.testing.assert_allclose(
        some.backward(grad[(slice(None), *made)], inside), back[(slice(None), *some.read)], atol=1e-12
    )


@settings(max_examples=20)
@given(pools())
def test_other_libraries_give_the_array_on_screen(drawn: tuple[Pool, Shape]) -> None:
    layer, shape = drawn
    x = np.random.default_rng(5).normal(size=shape)
    assume(np.isfinite(layer.forward(x)).all())
    # Windows with nothing in them are divided by nothing elsewhere.
    assume(layer.kind == "max" or not empty(layer, shape))
    document = alone(layer, x)
    assert_same_everywhere(document, by_reference=referable(document))


def test_by_hand() -> None:
    """PyTorch's own example of the rule: of 5 cells, windows of 2 and stride 3 begin at 0 and 3, and not at 6."""
    x = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]])
    up = Pool("average", (2,), (2,), ceil_mode=True)
    assert up.forward(x).tolist() == [[1.5, 3.5, 5.5, 7]], "the last window holds one cell"
    assert Pool("max", (3,), (2,), (0,), (2,)).forward(x).tolist() == [[5, 7]]
    assert Pool("average", (3,), (2,), (1,), count_include_pad=False).forward(x).tolist() == [[1.5, 3, 5, 6.5]]
    assert Pool("average", (3,), (2,), (1,)).forward(x).tolist() == [[1, 3, 5, 13 / 3]]
    left_out = Pool("max", (1,), (4,), (0,), ceil_mode=True)
    assert left_out.forward(x[:, :5]).tolist() == [[1, 5]]
    assert left_out.forward(x[:, :4]).tolist() == [[1]], "it would begin beyond the input"
    assert Pool("max", (3, 3), (2, 2), ceil_mode=True).output_shape((16, 224, 224)) == (16, 112, 112)


def test_the_size_says_that_it_is_rounded_up() -> None:
    document = alone(Pool("max", (2, 2), (2, 2), ceil_mode=True), np.zeros((1, 5, 4)))
    assert size_formula(document).splitlines() == [
        "⌈(W + 2P − D·(K − 1) − 1) / S⌉ + 1",
        "H: ⌈(5 + 0 − 1 − 1) / 2⌉ + 1 = 3",
        "W: ⌈(4 + 0 − 1 − 1) / 2⌉ + 1 = 2",
    ]
    assert remainder_sentence(document) == ""
    dropped = alone(Pool("max", (1,), (4,), ceil_mode=True), np.zeros((1, 4)))
    assert size_formula(dropped).endswith("⌈(4 + 0 − 0 − 1) / 4⌉ + 1 − 1 = 1")


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.MaxPool2d(3, 2, ceil_mode=True)", Pool("max", (3, 3), (2, 2), ceil_mode=True)),
        (
            "(1): MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=False)",
            Pool("max", (3, 3), (2, 2), (1, 1), (2, 2)),
        ),
        (
            "nn.AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True, count_include_pad=False)",
            Pool("average", (3, 2), (2, 1), (1, 0), (1, 1), True, False),
        ),
    ],
)
def test_a_line_of_pytorch(line: str, layer: Pool) -> None:
    document = alone(ReLU(), np.zeros((1, 9, 9)))
    assert apply(document, parse(line)).chosen == layer
    again = code(alone(layer, np.zeros((1, 9, 9))), "pytorch", weights=False)
    assert apply(document, parse(again.split("model = ")[1].split("\n")[0])).chosen == layer


@pytest.mark.fault
def test_what_is_refused_by_name() -> None:
    document = alone(ReLU(), np.zeros((1, 9, 9)))
    for line, says in (
        ("nn.MaxPool2d(2, ceil_mode='yes')", "ceil_mode: is 'yes'; True or False"),
        ("nn.MaxPool2d(2, return_indices=True)", "return_indices: is True"),
        ("nn.AvgPool2d(2, divisor_override=3)", "divisor_override: is not done"),
        ("nn.MaxPool2d(2, padding=2)", "at most half the window of 2"),
    ):
        with pytest.raises(PasteError, match=says):
            apply(document, parse(line))
    with pytest.raises(ExportError, match="Average pooling 2 × 2 has no counterpart in PyTorch"):
        code(alone(Pool("average", (2, 2), dilation=(2, 2)), np.zeros((1, 5, 5))), "pytorch")
    with pytest.raises(SpecError, match="kernel_size: has 2 axes, the input has 1"):
        Pool("max", (2, 2)).output_shape((1, 5))


def test_its_choices_are_kept_in_a_file_and_in_the_form(tmp_path: Path) -> None:
    layer = Pool("average", (3, 3), (2, 2), (1, 1), (1, 2), True, False)
    assert kept_in_a_file(layer, np.zeros((1, 6, 6)), tmp_path) == layer
    assert set(Pool("max", (2,)).to_json()) == {"kind", "kernel_size", "stride", "padding"}, "as it always was"
    names = [field.name for field in layer.form((1, 6, 6))]
    assert names[-3:] == ["dilation", "ceil_mode", "count_include_pad"]
    assert "count_include_pad" not in [field.name for field in Pool("max", (3,), (1,), (1,)).form((1, 6))]
    rounded = next(field for field in layer.form((1, 6, 6)) if field.name == "ceil_mode")
    assert isinstance(rounded, Chosen)
    assert layer.with_field("ceil_mode", False).with_field("count_include_pad", True) == Pool(
        "average", (3, 3), (2, 2), (1, 1), (1, 2)
    )
    assert Pool("max", (3,), (3,), (1,)).with_field("dilation", (2,)) == Pool("max", (3,), (3,), (1,), (2,))


def test_the_last_window_is_explained_with_what_it_holds() -> None:
    x = np.arange(1.0, 8.0).reshape(1, 1, 7)
    document = alone(Pool("average", (1, 2), (1, 2), ceil_mode=True), x)
    assert picture_of(document, 3).summary == "out[0, 0, 3] = (7) / 1 = 7"
    bordered = alone(Pool("average", (1, 3), (1, 2), (0, 1), count_include_pad=False), x)
    assert picture_of(bordered, 0).summary == "out[0, 0, 0] = (1 + 2) / 2 = 1.5"
    dilated = alone(Pool("max", (1, 3), (1, 1), (0, 0), (1, 2)), x)
    assert picture_of(dilated, 1).summary == "out[0, 0, 1] = max(2, 4, 6) = 6"
    for one in (document, bordered, dilated):
        assert_legible(picture_of(one, 1))
        assert_hits_return(one)


def test_what_a_mean_leaves_out_has_no_part_in_the_field() -> None:
    x = np.random.default_rng(1).normal(size=(1, 3, 3))
    layer = Pool("average", (3, 3), (1, 1), (1, 1), count_include_pad=False)
    found = fields(Document(Sample(x, "drawn"), (layer,), View()), random=False)
    np.testing.assert_allclose(found.strengths[0].values, np.full((3, 3), 1 / 9))
    corner = part(layer, x.shape, (slice(0, 1), slice(0, 1)))
    assert corner.forward(x[(slice(None), *corner.read)])[0, 0, 0] == pytest.approx(x[0, :2, :2].mean())


def test_the_code_of_a_plain_pooling_stays_short() -> None:
    document = alone(Pool("average", (2, 2)), np.zeros((1, 4, 4)))
    assert "x = pool(x, (2, 2), (2, 2), np.mean)" in code(document, "numpy")
    same(run_numpy(document), document, exact=True)


def test_the_window_of_a_dilated_pooling_covers_what_it_reads() -> None:
    """From the first to the last of the cells 3, 5 on rows and 4, 6 on columns: three by three of them are framed."""
    x = np.arange(49.0).reshape(1, 7, 7)
    document = alone(Pool("max", (2, 2), (1, 1), (0, 0), (2, 2)), x)
    picture = picture_of(document, 3 * 5 + 4)
    cells = next(item for item in (*picture.base, *picture.items) if isinstance(item, Cells) and item.name == "input 0")
    frames = [box for item in picture.items if isinstance(item, Rects) for box in np.asarray(item.boxes).tolist()]
    wanted = (cells.x + 4 * cells.width, cells.y + 3 * cells.height, 3 * cells.width, 3 * cells.height)
    assert any(np.allclose(box, wanted, atol=4) for box in frames)
