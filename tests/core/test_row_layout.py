"""Sizes of the row stack: within the budget, without packing where few filters multiply, shared evenly."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core.algorithms.base import BUDGET, split
from convgui.core.algorithms.row_layout import PACKED, UNPACKED, fits, lay_out, sizes
from convgui.core.problem import Problem, forward_piece
from convgui.core.spec import ConvSpec


def problem(
    x: tuple[int, ...], weight: tuple[int, ...], groups: int = 1, stride: int = 1, dilation: int = 1
) -> Problem:
    """Return a problem on an input that takes no memory."""
    rank = len(x) - 1
    spec = ConvSpec.of(x[0], weight[0], weight[2:], groups=groups, stride=stride, dilation=dilation, padding="full")
    source = np.broadcast_to(np.float32(1), x)
    region = tuple(range(n) for n in spec.output_shape(x[1:]))
    assert rank == len(region)
    return forward_piece(spec, source, np.zeros(weight, np.float32), None, region, None).problem


def test_the_pieces_that_measured_best() -> None:
    plane = {k: sizes(problem((1, 2048, 2048), (1, 1, k, k))) for k in (3, 5, 7, 9, 15)}
    assert {k: s.taps for k, s in plane.items()} == {3: 3, 5: 5, 7: 4, 9: 3, 15: 3}
    assert sizes(problem((3, 2048, 2048), (1, 3, 3, 3))).taps == 1
    assert sizes(problem((64, 512, 512), (64, 64, 3, 3))).taps == 1
    assert sizes(problem((16, 512, 512), (16, 16, 3, 3))).taps == 3
    assert [sizes(problem((1, 99, 99, 99), (1, 1, k, k, k))).taps for k in (3, 5, 7)] == [3, 2, 2]


@settings(max_examples=200)
@given(st.data())
def test_every_layout_keeps_to_its_limits(data: st.DataObject) -> None:
    rank = data.draw(st.integers(1, 3))
    groups = data.draw(st.sampled_from([1, 1, 3]))
    channels, filters = (groups * data.draw(st.integers(1, 70)) for _ in range(2))
    kernel = [data.draw(st.integers(1, (31, 15, 7)[rank - 1])) for _ in range(rank)]
    sides = [data.draw(st.integers(1, (9000, 3000, 200)[rank - 1])) for _ in range(rank)]
    stride, dilation = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    given_problem = problem(
        (channels, *sides), (filters, channels // groups, *kernel), groups, stride=stride, dilation=dilation
    )
    s = sizes(given_problem)
    assert s.taps * s.pieces >= given_problem.kernel[2] > s.taps * (s.pieces - 1)
    assert s.shift * given_problem.stride[2] == (s.taps * given_problem.dilation[2] if s.pieces > 1 else 0)
    if not fits(given_problem, BUDGET // 2):
        return
    layout = lay_out(given_problem, BUDGET // 2)
    columns = layout.tile[2]
    scratch = s.scratch(given_problem, columns, layout.rows) + s.weight_bytes(given_problem)
    assert scratch <= BUDGET // 2 or layout.rows == s.band
    assert layout.rows % s.band == 0
    if s.height < PACKED and columns > 256:
        assert s.height * s.least * s.line * columns <= UNPACKED
    covered = sum(np.prod(box.shape) for box in split(given_problem, layout.tile))
    assert covered == given_problem.cells * groups


def test_threads_share_the_tiles_evenly() -> None:
    for k in (3, 7, 15):
        tiles = split(one := problem((1, 4096, 4096), (1, 1, k, k)), lay_out(one, BUDGET // 2).tile)
        assert len(tiles) % 4 == 0
        assert len(tiles) >= 8
