"""A convolution on `jax.lax`."""

from __future__ import annotations

import numpy as np

from convgui.layers.code import NUMPY_MODES, CodeArray, Program, padded
from convgui.layers.convolution.filters import Filters

_AXES = {1: "W", 2: "HW", 3: "DHW"}


def program(filters: Filters, shape: tuple[int, ...], mark: str) -> Program:
    """Write a convolution on ``x`` of ``(1, C, *spatial)``."""
    return Program(_lines(filters, shape, mark), (), _arrays(filters, mark))


def _arrays(filters: Filters, mark: str) -> tuple[CodeArray, CodeArray]:
    spec = filters.spec
    if not spec.transposed:
        return filters.arrays(mark)
    # lax correlates: the kernel is turned and its channels are swapped, group by group.
    groups = spec.groups
    split = filters.weight.reshape(groups, spec.in_channels // groups, *filters.weight.shape[1:]).swapaxes(1, 2)
    turned = split.reshape(spec.out_channels, spec.in_channels // groups, *spec.kernel_size)
    weight = np.flip(turned, tuple(range(2, 2 + spec.rank)))
    note = "turned, (C_out, C_in / groups, *kernel)"
    return CodeArray(f"weight{mark}", weight, note), CodeArray(f"bias{mark}", filters.bias)


def _lines(filters: Filters, shape: tuple[int, ...], mark: str) -> list[str]:
    spec, pads = filters.spec, filters.pads(shape)
    axes = _AXES[spec.rank]
    numbers_of = f'("NC{axes}", "OI{axes}", "NC{axes}")'
    strides, padding, more = spec.stride, pads, ""
    lines = list[str]()
    if spec.transposed:
        # A transposed convolution is a plain one over the input with stride - 1 zeros between its cells.
        sides = zip(pads, spec.extent, spec.output_padding, strict=True)
        padding = tuple((e - 1 - before, e - 1 - after + extra) for (before, after), e, extra in sides)
        strides, more = (1,) * spec.rank, f", lhs_dilation={spec.stride}"
    elif padded(pads) and spec.padding_mode != "zeros":
        lines = [f'x = jnp.pad(x, {((0, 0), (0, 0), *pads)}, mode="{NUMPY_MODES[spec.padding_mode]}")']
        padding = ((0, 0),) * spec.rank
    lines += [
        "x = lax.conv_general_dilated(",
        f"    x, weight{mark}, window_strides={strides}, padding={padding}{more},",
        f"    rhs_dilation={spec.dilation}, dimension_numbers={numbers_of},",
        f"    feature_group_count={spec.groups}, precision=lax.Precision.HIGHEST,",
        ")",
    ]
    ones = ", ".join(["-1", *["1"] * spec.rank])
    return [*lines, f"x = x + bias{mark}.reshape({ones})"]
