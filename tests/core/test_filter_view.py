"""The one view of a filter, against loops that follow the definition, over every parameter at once.

The oracles know numbers alone: lengths, taps, strides, dilations, paddings. They number the input's cells, pad the
numbers with NumPy, and look every window up; a transposed layer lays its kernel over the output cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core import ConvSpec, SpecError, index_table
from convgui.core.filter_axis import BORDER, GIVEN, INSERTED
from convgui.core.filter_view import FilterView, on_two_axes

Ints = NDArray[np.int64]
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
Pair = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Numbers:
    """A drawn layer, as plain numbers: one entry an axis."""

    cells: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    extra: tuple[int, ...]
    mode: str
    transposed: bool

    @property
    def pads(self) -> list[tuple[int, int]]:
        return list(zip(self.before, self.after, strict=True))

    @property
    def positions(self) -> tuple[int, ...]:
        found = []
        for n, k, s, d, b, a, e in zip(
            self.cells, self.kernel, self.stride, self.dilation, self.before, self.after, self.extra, strict=True
        ):
            if self.transposed:
                found.append((n - 1) * s + d * (k - 1) + 1 + e - b - a)
            else:
                found.append(sum(1 for p in range(n + b + a) if p % s == 0 and p + d * (k - 1) < n + b + a))
        return tuple(found)

    @property
    def view(self) -> FilterView:
        spec = ConvSpec.of(
            1, 1, self.kernel, stride=self.stride, dilation=self.dilation, padding=self.pads, padding_mode=self.mode,
            transposed=self.transposed, output_padding=self.extra,
        )  # fmt: skip
        return FilterView(spec, self.cells)

    def axis(self, a: int) -> Numbers:
        lists = (self.cells, self.kernel, self.stride, self.dilation, self.before, self.after, self.extra)
        n, k, s, d, b, f, e = ((values[a],) for values in lists)
        return Numbers(n, k, s, d, b, f, e, self.mode, self.transposed)

    def met(self) -> dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, ...]]:
        """Which cell of the input each (position, tap) reads; what reads none is not there."""
        rank, found = len(self.cells), {}
        numbers = np.arange(int(np.prod(self.cells))).reshape(self.cells)
        if self.transposed:
            for cell, tap in product(np.ndindex(self.cells), np.ndindex(self.kernel)):
                at = tuple(cell[a] * self.stride[a] + tap[a] * self.dilation[a] - self.before[a] for a in range(rank))
                if all(0 <= o < n for o, n in zip(at, self.positions, strict=True)):
                    found[at, tap] = cell
            return found
        padded = self.padded(numbers, missing=-1)
        for position, tap in product(np.ndindex(self.positions), np.ndindex(self.kernel)):
            at = tuple(position[a] * self.stride[a] + tap[a] * self.dilation[a] for a in range(rank))
            if padded[at] >= 0:
                found[position, tap] = tuple(int(n) for n in np.unravel_index(padded[at], self.cells))
        return found

    def padded(self, x: Any, missing: int = 0) -> Any:
        more = {"constant_values": missing} if self.mode == "zeros" else {}
        return np.pad(x, self.pads, mode=NUMPY_MODES[self.mode], **more)  # type: ignore[call-overload]


@st.composite
def layers(draw: st.DrawFn, transposed: bool | None = None) -> Numbers:
    rank = draw(st.integers(1, 3))
    turned = draw(st.booleans()) if transposed is None else transposed

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    cells, kernel = each(1, (9, 5, 4)[rank - 1]), each(1, (4, 4, 2)[rank - 1])
    stride, dilation, mode = each(1, 3), each(1, 3), draw(st.sampled_from(list(NUMPY_MODES)))
    before, after = each(0, 4 - rank), each(0, 4 - rank)
    extra = (0,) * rank
    if turned:
        mode, tops = "zeros", [max(s, d) - 1 for s, d in zip(stride, dilation, strict=True)]
        extra = tuple(draw(st.integers(0, top)) for top in tops)
    if mode in ("reflect", "circular"):
        most = [n - 1 if mode == "reflect" else n for n in cells]
        before, after = (tuple(map(min, side, most)) for side in (before, after))
    numbers = Numbers(cells, kernel, stride, dilation, before, after, extra, mode, turned)
    # What does not fit is no layer.
    assume(min(numbers.positions) > 0)
    return numbers


def at(array: Any, index: tuple[int, ...]) -> Any:
    """What stands there in all channels, the first axis."""
    return array[(slice(None), *index)]


def by_position(numbers: Numbers) -> dict[tuple[int, ...], list[Pair]]:
    found: dict[tuple[int, ...], list[Pair]] = {position: [] for position in np.ndindex(numbers.positions)}
    for (position, tap), cell in sorted(numbers.met().items()):
        found[position].append((cell, tap))
    return found


def by_cell(numbers: Numbers) -> dict[tuple[int, ...], list[Pair]]:
    found: dict[tuple[int, ...], list[Pair]] = {cell: [] for cell in np.ndindex(numbers.cells)}
    for (position, tap), cell in sorted(numbers.met().items()):
        found[cell].append((position, tap))
    return found


@given(layers())
@settings(max_examples=60)
def test_every_hit_in_both_directions(numbers: Numbers) -> None:
    view = numbers.view
    assert view.output_shape == numbers.positions
    assert view.positions == len(list(np.ndindex(numbers.positions)))
    for step, (position, pairs) in enumerate(by_position(numbers).items()):
        assert view.reads(position) == pairs
        assert (view.position(step), view.step(position)) == (position, step)
    for cell, pairs in by_cell(numbers).items():
        assert view.hits(cell) == pairs
        positions = sorted({position for position, _ in pairs})
        assert view.reached(cell) == positions
        rank = len(cell)
        boxes = [(box[:rank], box[rank:]) for box in view.reach(cell)]
        held = [tuple(map(int, np.add(first, at))) for first, size in boxes for at in np.ndindex(*map(int, size))]
        assert sorted(held) == positions, "each once"
        kernel = np.arange(1.0, 1 + np.prod(view.spec.kernel_size)).reshape(view.spec.kernel_size)
        wanted = {p: sum(float(kernel[tap]) for at, tap in pairs if at == p) for p in positions}
        assert view.weighed(cell, kernel) == wanted


@pytest.mark.parametrize("cell", [(-1, 0), (0, -2), (3, 1), (1, 4)])
def test_no_position_reads_a_cell_of_the_padding(cell: tuple[int, int]) -> None:
    view = FilterView(ConvSpec.of(1, 1, (3, 3), padding=2), (3, 4))
    assert not view.hits(cell)
    assert not view.reached(cell)
    assert not view.reach(cell)
    assert view.central(cell) is None
    # Its windows do lie there.
    assert view.over_padding.hits(view.padded_index(cell))


def test_the_position_in_the_middle_of_those_that_read_a_cell() -> None:
    view = FilterView(ConvSpec.of(1, 1, (3, 2), padding=1, stride=(1, 2)), (5, 6))
    # Cell (2, 3) is read by the rows 1 to 3 and by column 2 alone, cell (0, 0) by the rows 0 and 1.
    assert view.central((2, 3)) == (2, 2)
    assert view.central((0, 0)) == (0, 0)
    # Between two windows of a dilated kernel lies one that does not read the cell.
    dilated = FilterView(ConvSpec.of(1, 1, (2,), dilation=2), (9,))
    assert dilated.reached((4,)) == [(2,), (4,)]
    assert dilated.central((4,)) == (2,)


def test_rows_and_columns_beyond_the_last_window() -> None:
    view = FilterView(ConvSpec.of(1, 1, (3, 3), stride=(2, 3), padding=((1, 0), (1, 1))), (7, 8))
    # Padded to 8 x 10: rows 0 to 6 are read, and all columns of them up to 8.
    assert view.beyond == [(7, 0, 1, 10), (0, 9, 7, 1)]
    assert FilterView(ConvSpec.of(1, 1, (3, 3)), (7, 8)).beyond == []


@given(layers())
@settings(max_examples=40)
def test_what_a_tap_serves(numbers: Numbers) -> None:
    met = numbers.met()
    for tap in np.ndindex(numbers.kernel):
        assert numbers.view.served(tap) == [met[key] for key in sorted(met) if key[1] == tap]


@given(layers(), st.integers(1, 3))
@settings(max_examples=40)
def test_values_under_a_window(numbers: Numbers, channels: int) -> None:
    x = np.random.default_rng(1).integers(1, 99, (channels, *numbers.cells))
    view = numbers.view
    expected = np.zeros((channels, *numbers.positions, *numbers.kernel))
    for (position, tap), cell in numbers.met().items():
        at(expected, position + tap)[...] = at(x, cell)
    np.testing.assert_array_equal(view.windows(x), expected)
    for position in np.ndindex(numbers.positions):
        np.testing.assert_array_equal(view.values(x, position), at(expected, position))


def test_missing_and_infinite_values_stay_where_they_are() -> None:
    """Around them there are zeros, and not what zero times infinity is."""
    view = FilterView(ConvSpec.of(1, 1, (3,), padding=1), (3,))
    x = np.array([[np.nan, np.inf, 1.0]])
    np.testing.assert_array_equal(view.values(x, (0,)), [[0, np.nan, np.inf]])
    np.testing.assert_array_equal(view.values(x, (2,)), [[np.inf, 1, 0]])


@given(layers(transposed=False))
@settings(max_examples=60)
def test_the_padding_and_where_it_comes_from(numbers: Numbers) -> None:
    view, rank = numbers.view, len(numbers.cells)
    x = np.random.default_rng(2).integers(1, 99, (2, *numbers.cells))
    padded = np.stack([numbers.padded(channel) for channel in x])
    assert view.padded_shape == padded.shape[1:]
    assert view.origin == tuple(-b for b in numbers.before)
    np.testing.assert_array_equal(view.pad(x), padded)
    assert view.pad(x).dtype == x.dtype
    labels = numbers.padded(np.arange(x[0].size).reshape(numbers.cells), missing=-1)
    read = np.zeros(padded.shape[1:], dtype=bool)
    for position, tap in product(np.ndindex(numbers.positions), np.ndindex(numbers.kernel)):
        read[tuple(position[a] * numbers.stride[a] + tap[a] * numbers.dilation[a] for a in range(rank))] = True
    for index in np.ndindex(padded.shape[1:]):
        cell = tuple(i - b for i, b in zip(index, numbers.before, strict=True))
        own = all(0 <= c < n for c, n in zip(cell, numbers.cells, strict=True))
        assert view.holds(cell) == own
        assert all(axis.given[i] for axis, i in zip(view.axes, index, strict=True)) == own
        source = view.source(cell)
        assert (-1 if source is None else np.ravel_multi_index(source, numbers.cells)) == labels[index]
    for a, axis in enumerate(view.axes):
        others = tuple(b for b in range(rank) if b != a)
        assert axis.unread.tolist() == np.flatnonzero(~read.any(axis=others)).tolist()
        far = padded.shape[a + 1] - 1 - int(np.flatnonzero(read.any(axis=others))[-1])
        assert (axis.leftover, axis.padded) == (far, padded.shape[a + 1])


@given(layers(transposed=False))
@settings(max_examples=40)
def test_the_same_windows_over_the_padding(numbers: Numbers) -> None:
    """Over the input with its padding every tap meets a cell: that of the definition."""
    view, rank = numbers.view.over_padding, len(numbers.cells)
    assert view.output_shape == numbers.positions
    assert view.origin == (0,) * rank
    assert view.padded_shape == view.spatial == numbers.view.padded_shape
    for position in np.ndindex(numbers.positions):
        begin = [p * s for p, s in zip(position, numbers.stride, strict=True)]
        sizes = [d * (k - 1) + 1 for d, k in zip(numbers.dilation, numbers.kernel, strict=True)]
        assert view.box(position) == (*begin, *sizes)
        assert view.spans(position) == tuple((b, b + n) for b, n in zip(begin, sizes, strict=True))
        outer = [b - before for b, before in zip(begin, numbers.before, strict=True)]
        assert numbers.view.box(position) == (*outer, *sizes)
        assert view.reads(position) == [
            (tuple(b + t * d for b, t, d in zip(begin, tap, numbers.dilation, strict=True)), tap)
            for tap in np.ndindex(numbers.kernel)
        ]


def test_a_window_glides_between_two_positions() -> None:
    view = FilterView(ConvSpec.of(1, 1, (3, 2), stride=(2, 1), dilation=(1, 3), padding=((1, 0), (2, 2))), (7, 8))
    assert view.box((1, 2)) == (1, 0, 3, 4)
    assert view.box((1.5, 2.25)) == (2, 0.25, 3, 4)
    assert view.over_padding.box((1.5, 2.25)) == (3, 2.25, 3, 4)


@given(layers(transposed=True))
@settings(max_examples=50)
def test_a_transposed_layer_is_a_direct_one_over_a_stretched_input(numbers: Numbers) -> None:
    view, rank = numbers.view, len(numbers.cells)
    x = np.random.default_rng(3).integers(1, 99, (2, *numbers.cells))
    values: Any
    values, kinds = view.stretched(x)
    # By the definition: zeros between, as many around as the kernel is long less one, less what is cut off.
    reach = [d * (k - 1) for d, k in zip(numbers.dilation, numbers.kernel, strict=True)]
    stuffed = [(n - 1) * s + 1 for n, s in zip(numbers.cells, numbers.stride, strict=True)]
    first = [r - b for r, b in zip(reach, numbers.before, strict=True)]
    last = [r - a + e for r, a, e in zip(reach, numbers.after, numbers.extra, strict=True)]
    assert [axis.border for axis in view.axes] == list(zip(first, last, strict=True))
    assert values.shape[1:] == kinds.shape == tuple(n + f + e for n, f, e in zip(stuffed, first, last, strict=True))
    for index in np.ndindex(kinds.shape):
        spot = [i - f for i, f in zip(index, first, strict=True)]
        if any(not 0 <= p < n for p, n in zip(spot, stuffed, strict=True)):
            expected, kind = [0, 0], BORDER
        elif any(p % s for p, s in zip(spot, numbers.stride, strict=True)):
            expected, kind = [0, 0], INSERTED
        else:
            cell = tuple(p // s for p, s in zip(spot, numbers.stride, strict=True))
            expected, kind = at(x, cell).tolist(), GIVEN
        assert (at(values, index).tolist(), int(kinds[index])) == (expected, kind)
    # The turned kernel over it meets at every position what the kernel itself met.
    direct = view.direct
    assert (direct.spatial, direct.output_shape) == (kinds.shape, numbers.positions)
    turned = np.flip(direct.windows(values), tuple(range(-rank, 0)))
    np.testing.assert_array_equal(turned, view.windows(x))


@given(layers(transposed=True))
@settings(max_examples=50)
def test_overlap_and_what_it_is_away_from_the_border(numbers: Numbers) -> None:
    for a, axis in enumerate(numbers.view.axes):
        k, s, d, b = numbers.kernel[a], numbers.stride[a], numbers.dilation[a], numbers.before[a]
        counts = [0] * axis.positions
        for cell, tap in product(range(numbers.cells[a]), range(k)):
            if 0 <= cell * s + tap * d - b < axis.positions:
                counts[cell * s + tap * d - b] += 1
        assert axis.overlap.tolist() == counts
        # The same on an axis without an end.
        endless = [sum((o + b - tap * d) % s == 0 for tap in range(k)) for o in range(axis.positions)]
        assert [axis.inner[(o + b) % s] for o in range(axis.positions)] == endless
        fewer = [mine < most for mine, most in zip(counts, endless, strict=True)]
        assert axis.at_border.tolist() == fewer
        assert axis.has_inside == any(not any(fewer[o : o + s]) for o in range(axis.positions - s + 1))


@given(layers())
@settings(max_examples=40)
def test_sums_along_an_axis(numbers: Numbers) -> None:
    for a, axis in enumerate(numbers.view.axes):
        values = np.arange(1, numbers.cells[a] + 1, dtype=np.float64)
        expected = np.zeros(axis.positions)
        for (position, _), cell in numbers.axis(a).met().items():
            expected[position] += values[cell]
        np.testing.assert_array_equal(axis.summed(values), expected)


def test_the_position_under_the_middle_of_a_kernel() -> None:
    [axis] = FilterView(ConvSpec.of(1, 1, (4,), stride=3, dilation=2, padding=2, transposed=True), (5,)).axes
    # Cell 1 begins at 3 - 2 and reaches 7 cells.
    assert (axis.landing(1), axis.middle(1)) == (1, 4)


@given(layers(), st.data())
@settings(max_examples=50)
def test_parts_of_an_axis(numbers: Numbers, data: st.DataObject) -> None:
    for a, axis in enumerate(numbers.view.axes):
        start = data.draw(st.integers(0, axis.positions - 1))
        made = slice(start, data.draw(st.integers(start + 1, axis.positions)))
        alone = numbers.axis(a)
        read = {cell[0] for (position, _), cell in alone.met().items() if made.start <= position[0] < made.stop}
        hull = axis.hull(made)
        if read:
            assert min(read) >= hull.start
            assert max(read) < hull.stop
        else:
            assert hull.stop - hull.start >= 1
        if numbers.transposed:
            for cell in range(numbers.cells[a]):
                assert axis.landing(cell) == cell * numbers.stride[a] - numbers.before[a]
            continue
        first, count = axis.covered(made)
        labels = alone.padded(np.arange(numbers.cells[a]), missing=-1)
        begin = made.start * numbers.stride[a]
        end = (made.stop - 1) * numbers.stride[a] + numbers.dilation[a] * (numbers.kernel[a] - 1) + 1
        assert (first + numbers.before[a], count) == (begin, end - begin)
        assert axis.block(made).tolist() == labels[begin:end].tolist()


@given(layers())
@settings(max_examples=60)
def test_tables_are_those_of_the_index_table(numbers: Numbers) -> None:
    view, table = numbers.view, index_table(numbers.view.spec, numbers.cells)
    for step in range(view.positions):
        cells = [int(np.ravel_multi_index(cell, numbers.cells)) for cell, _ in view.reads(view.position(step))]
        assert cells == [cell for cell, _ in table.inputs_of(step)]


@pytest.mark.parametrize(
    ("spec", "cell", "nearest"),
    [
        (ConvSpec.of(1, 1, (3,), padding=1), 4, 4),
        (ConvSpec.of(1, 1, (3,)), 4, 3),
        (ConvSpec.of(1, 1, (3,), stride=2, padding=1), 5, 2),
        (ConvSpec.of(1, 1, (3,), stride=2, padding=1), 9, 4),
        (ConvSpec.of(1, 1, (3,), stride=2, transposed=True, padding=1), 4, 8),
        (ConvSpec.of(1, 1, (1,), stride=3, transposed=True), 4, 12),
        # The first cell is cut off, and the first two positions read nothing: the third reads cell 1.
        (ConvSpec.of(1, 1, (1,), stride=3, transposed=True, padding=1), 0, 2),
    ],
)
def test_the_position_around_a_cell(spec: ConvSpec, cell: int, nearest: int) -> None:
    assert FilterView(spec, (10,)).nearest((cell,)) == (nearest,)


def test_where_windows_lie_and_how_far_apart() -> None:
    [axis] = FilterView(ConvSpec.of(1, 1, (4,), stride=3, dilation=2, padding=2), (20,)).axes
    # Position 0 covers the cells -2 to 4, position 1 those three further on.
    assert (axis.offset, axis.step) == (1, 3)
    [axis] = FilterView(ConvSpec.of(1, 1, (3,), stride=2, padding=1, transposed=True), (5,)).axes
    # Cell 0 writes the positions -1, 0 and 1, and cell 1 two further on.
    assert (axis.offset, axis.step) == (0, 0.5)


def test_where_nothing_is_read_a_window_has_no_length() -> None:
    view = FilterView(ConvSpec.of(1, 1, (1, 2), stride=(3, 2), transposed=True), (4, 4))
    assert view.box((0, 3)) == (0, 1, 1, 1)
    first, column, high, wide = view.box((1, 3))
    assert (first, column, high, wide) == (0, 1, 0, 1)
    assert view.reads((1, 3)) == []


def test_one_axis_is_drawn_as_a_row() -> None:
    forward = ConvSpec.of(2, 3, (3,), stride=2, dilation=2, padding="same_lower", padding_mode="circular")
    view = FilterView(forward, (9,)).on_two_axes
    assert (view.spatial, view.output_shape, view.origin) == ((1, 9), (1, 5), (0, -2))
    x = np.arange(1, 19).reshape(2, 9)
    np.testing.assert_array_equal(view.pad(x[:, None])[:, 0], FilterView(forward, (9,)).pad(x))
    back = ConvSpec.of(2, 2, (3,), stride=2, transposed=True, output_padding=1, padding=1)
    turned = FilterView(back, (4,)).on_two_axes
    assert (turned.output_shape, turned.spec.output_padding) == ((1, 8), (0, 1))
    plane = FilterView(ConvSpec.of(1, 1, (2, 2)), (4, 5))
    assert plane.on_two_axes is plane
    assert (on_two_axes((7,)), on_two_axes((7,), 0), on_two_axes((5, 6))) == ((1, 7), (0, 7), (5, 6))


def test_a_kernel_as_it_lies_on_the_input() -> None:
    view = FilterView(ConvSpec.of(1, 1, (2, 3), dilation=(3, 2)), (9, 9))
    hole = np.nan
    expected = [[1, hole, 2, hole, 3], [hole] * 5, [hole] * 5, [4, hole, 5, hole, 6]]
    np.testing.assert_array_equal(view.inflated(np.array([[1, 2, 3], [4, 5, 6]]), hole), expected)
    assert view.dilated
    assert not FilterView(ConvSpec.of(1, 1, (2, 3)), (9, 9)).dilated


def test_what_does_not_fit_is_refused_when_it_is_asked() -> None:
    view = FilterView(ConvSpec.of(1, 1, (5, 5)), (3, 8))
    assert view.padded_shape == (3, 8)
    with pytest.raises(SpecError, match="kernel_size"):
        _ = view.output_shape
    with pytest.raises(SpecError, match="kernel_size"):
        _ = view.axes


def test_a_large_photo_is_answered_axis_by_axis() -> None:
    """The whole table would have 900 million entries."""
    view = FilterView(ConvSpec.of(3, 1, (3, 3), padding=1, stride=(1, 2)), (10_000, 20_000))
    assert view.reach((9_999, 2)) == [(9_998, 1, 2, 1)]
    assert view.hits((0, 0)) == [((0, 0), (1, 1)), ((1, 0), (0, 1))]
    assert view.nearest((5_000, 7_000)) == (5_000, 3_500)


def test_against_unfold_and_fold_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    x = torch.arange(1.0, 2 * 7 * 8 + 1).reshape(1, 2, 7, 8)
    spec = ConvSpec.of(2, 1, (3, 2), stride=(2, 1), dilation=(1, 3), padding=(2, 1))
    view = FilterView(spec, (7, 8))
    unfolded = torch.nn.functional.unfold(x, (3, 2), dilation=(1, 3), padding=(2, 1), stride=(2, 1))[0]
    windows = view.windows(x[0].numpy()).reshape(2, view.positions, 6)
    np.testing.assert_array_equal(windows.transpose(0, 2, 1).reshape(12, -1), unfolded.numpy())
    ones = torch.nn.functional.fold(
        torch.ones(1, 6, view.positions), (7, 8), (3, 2), dilation=(1, 3), padding=(2, 1), stride=(2, 1)
    )[0, 0]
    counted = [[len(view.hits((i, j))) for j in range(8)] for i in range(7)]
    assert counted == ones.int().tolist()
    turned = ConvSpec.of(1, 1, (3, 2), stride=(3, 2), padding=1, output_padding=(2, 1), transposed=True)
    back = torch.nn.ConvTranspose2d(1, 1, (3, 2), (3, 2), 1, (2, 1), bias=False)
    torch.nn.init.ones_(back.weight)
    overlap = back(torch.ones(1, 1, 4, 5))[0, 0].int().tolist()
    rows, columns = (axis.overlap for axis in FilterView(turned, (4, 5)).axes)
    assert overlap == np.outer(rows, columns).tolist()


@given(layers(transposed=False))
@settings(max_examples=60)
def test_the_next_windows_that_do_not_fit_lack_cells_beyond_the_padding(numbers: Numbers) -> None:
    rank = len(numbers.cells)
    for position in ((0,) * rank, tuple(n - 1 for n in numbers.positions)):
        expected = []
        for a in range(rank):
            low, high = -numbers.before[a], numbers.cells[a] + numbers.after[a]
            extent = numbers.dilation[a] * (numbers.kernel[a] - 1) + 1
            begin = low + numbers.positions[a] * numbers.stride[a]
            # A remainder is left where cells stand behind the last window.
            if high > begin - numbers.stride[a] + extent:
                first = [p * s - b for p, s, b in zip(position, numbers.stride, numbers.before, strict=True)]
                sizes = [d * (k - 1) + 1 for k, d in zip(numbers.kernel, numbers.dilation, strict=True)]
                first[a] = begin
                window = (*first, *sizes)
                first[a], sizes[a] = high, begin + extent - high
                expected.append((window, (*first, *sizes)))
        assert numbers.view.missed(position) == expected
