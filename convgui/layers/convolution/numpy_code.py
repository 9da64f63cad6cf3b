"""A convolution in NumPy alone."""

from __future__ import annotations

from convgui.core.spec import CAUSAL
from convgui.layers.code import NUMPY_MODES, Program, padded
from convgui.layers.convolution.filters import Filters

CONVOLVE = '''
def convolve(x, weight, bias, stride, dilation, groups):
    """Correlate x (C_in, *spatial) with weight (C_out, C_in / groups, *kernel), without padding."""
    kernel = weight.shape[2:]
    size = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[1:], kernel, stride, dilation)]
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    out = np.zeros((groups, filters.shape[1], *size))
    for tap in np.ndindex(*kernel):
        cut = [slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilation, size, stride)]
        seen = x[(slice(None), *cut)].reshape(groups, -1, *size)
        out += np.einsum("goc,gc...->go...", filters[(..., *tap)], seen)
    return out.reshape(-1, *size) + bias.reshape(-1, *[1] * len(size))
'''
PRESENT = '''
def convolve_present(x, weight, bias, stride, dilation, groups):
    """Convolve what is there: missing values (NaN) are left out, and the weights that are left are rescaled."""
    lost, sizes, none = np.isnan(x), np.abs(weight), np.zeros_like(bias)
    sums = convolve(np.where(lost, 0, x), weight, none, stride, dilation, groups)
    missed = convolve(lost.astype(np.float64), sizes, none, stride, dilation, groups)
    total = sizes.reshape(len(sizes), -1).sum(axis=1).reshape(-1, *[1] * (x.ndim - 1))
    there, touched = total - missed, missed > 1e-6 * total
    empty = touched & (there <= 1e-6 * total)
    factor = np.where(touched, total / np.where(touched & ~empty, there, 1), 1)
    return sums * np.where(empty, np.nan, factor) + bias.reshape(-1, *[1] * (x.ndim - 1))
'''
TRANSPOSED = '''
def transposed(x, weight, bias, stride, dilation, groups, crop, extra):
    """Lay weight (C_in, C_out / groups, *kernel), scaled by each cell of x, over the output, add up and crop."""
    kernel, axes = weight.shape[2:], zip(x.shape[1:], weight.shape[2:], stride, dilation, extra)
    size = [(n - 1) * s + d * (k - 1) + 1 + e for n, k, s, d, e in axes]
    cells = x.reshape(groups, -1, *x.shape[1:])
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    out = np.zeros((groups, filters.shape[2], *size))
    for tap in np.ndindex(*kernel):
        cut = [slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilation, x.shape[1:], stride)]
        out[(slice(None), slice(None), *cut)] += np.einsum("gco,gc...->go...", filters[(..., *tap)], cells)
    kept = [slice(before, n - after) for (before, after), n in zip(crop, size)]
    return out.reshape(-1, *size)[(slice(None), *kept)] + bias.reshape(-1, *[1] * len(size))
'''


def program(filters: Filters, shape: tuple[int, ...], mark: str, *, leaves_out: bool = False) -> Program:
    """Write a convolution on ``x`` of ``(C, *spatial)``; with `leaves_out`, of the values that are there."""
    spec, pads = filters.spec, filters.pads(shape)
    call = f"weight{mark}, bias{mark}, stride={spec.stride}, dilation={spec.dilation}, groups={spec.groups}"
    if spec.transposed:
        line = f"x = transposed(x, {call}, crop={pads}, extra={spec.output_padding})"
        return Program([line], [TRANSPOSED], filters.arrays(mark))
    lines = []
    if padded(pads):
        named = f"  # {spec.padding}, for this input size" if isinstance(spec.padding, str) else ""
        named = f"  # {spec.padding}: before the input, nothing after" if spec.padding in CAUSAL else named
        lines = [f'x = np.pad(x, {[(0, 0), *pads]}, mode="{NUMPY_MODES[spec.padding_mode]}"){named}']
    name, more = ("convolve_present", [PRESENT]) if leaves_out else ("convolve", [])
    return Program([*lines, f"x = {name}(x, {call})"], [CONVOLVE, *more], filters.arrays(mark))
