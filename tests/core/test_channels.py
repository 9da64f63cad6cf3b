"""Groups of channels, against a loop over the groups that counts channels one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.core.channels import Channels, group_of, legal_groups, members

SHAPES = [(1, 1, 1), (2, 3, 1), (4, 4, 4), (4, 6, 2), (6, 3, 3), (3, 6, 3), (8, 8, 2)]


def listed(inputs: int, outputs: int, groups: int) -> list[tuple[list[int], list[int]]]:
    """The input and the output channels of each group, dealt out in order."""
    into, out = iter(range(inputs)), iter(range(outputs))
    return [
        ([next(into) for _ in range(inputs // groups)], [next(out) for _ in range(outputs // groups)])
        for _ in range(groups)
    ]


@pytest.mark.parametrize(("inputs", "outputs", "groups"), SHAPES)
@pytest.mark.parametrize("transposed", [False, True])
def test_groups_are_those_that_are_dealt(inputs: int, outputs: int, groups: int, transposed: bool) -> None:
    channels = ConvSpec.of(inputs, outputs, (1,), groups=groups, transposed=transposed).channels
    assert channels == Channels(inputs, outputs, groups, transposed)
    wired = np.zeros((outputs, inputs), dtype=bool)
    kernels = set()
    for into, out in listed(inputs, outputs, groups):
        assert (channels.depth, channels.width) == (len(into), len(out))
        for o, c in product(out, into):
            wired[o, c] = True
            assert list(channels.reads(o)) == into
            assert list(range(inputs))[channels.slice(o)] == into
            assert list(channels.makes(c)) == list(channels.siblings(o)) == out
            kernel = (c, out.index(o)) if transposed else (o, into.index(c))
            assert channels.kernel(o, c) == kernel
            assert channels.ends(*kernel) == (o, c)
            kernels.add(kernel)
    np.testing.assert_array_equal(channels.wired(), wired)
    shape = (inputs, outputs // groups) if transposed else (outputs, inputs // groups)
    assert kernels == set(np.ndindex(shape)), "every kernel of the weights has its two ends"


def test_no_kernel_leads_from_another_group() -> None:
    for transposed in (False, True):
        with pytest.raises(ValueError, match="not in range"):
            Channels(4, 4, 2, transposed).kernel(3, 0)


@pytest.mark.parametrize(("inputs", "outputs", "groups"), SHAPES)
def test_weights_are_written_out_with_zeros_between_groups(inputs: int, outputs: int, groups: int) -> None:
    weight = np.arange(1, outputs * (inputs // groups) * 2 + 1).reshape(outputs, -1, 2)
    full = Channels(inputs, outputs, groups).spread(weight)
    for into, out in listed(inputs, outputs, groups):
        for o, c in product(out, range(inputs)):
            expected = weight[o, into.index(c)].tolist() if c in into else [0, 0]
            assert full[o, c].tolist() == expected


def test_the_group_of_a_channel() -> None:
    assert [group_of(c, 6, 2) for c in range(6)] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert [list(members(group, 6, 2)) for group in range(2)] == [[0, 1, 2], [3, 4, 5]]
    assert [group_of(c, 3, 3) for c in range(3)] == [(0, 0), (1, 0), (2, 0)]


def test_legal_groups_divide_both_counts() -> None:
    assert legal_groups(12, 18) == (1, 2, 3, 6)
    assert legal_groups(5, 7) == (1,)
    assert legal_groups(4, 4) == (1, 2, 4)
