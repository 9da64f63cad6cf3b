"""NumPy: a function that needs nothing else."""

from __future__ import annotations

from convgui.export.code.text import NUMPY_MODES, Subject, numpy_arrays, padded, pads_of
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample

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
    made = convolve(np.where(lost, 0, x), weight, none, stride, dilation, groups)
    missed = convolve(lost.astype(np.float64), sizes, none, stride, dilation, groups)
    total = sizes.reshape(len(sizes), -1).sum(axis=1).reshape(-1, *[1] * (x.ndim - 1))
    there, touched = total - missed, missed > 1e-6 * total
    empty = touched & (there <= 1e-6 * total)
    factor = np.where(touched, total / np.where(touched & ~empty, there, 1), 1)
    return made * np.where(empty, np.nan, factor) + bias.reshape(-1, *[1] * (x.ndim - 1))
'''
LARGEST_PRESENT = '''
def max_present(windows, axis):
    """Return the largest value that is there; NaN where none is."""
    most = np.where(np.isnan(windows), -np.inf, windows).max(axis=axis)
    return np.where(most == -np.inf, np.nan, most)
'''
MEAN_PRESENT = '''
def mean_present(windows, axis):
    """Return the mean of the values that are there; NaN where none is."""
    count = np.isfinite(windows).sum(axis=axis)
    return np.where(count, np.nansum(windows, axis=axis) / np.maximum(count, 1), np.nan)
'''
TRANSPOSED = '''
def transposed(x, weight, bias, stride, dilation, groups, crop, extra):
    """Lay weight (C_in, C_out / groups, *kernel), scaled by each cell of x, over the output, add up and crop."""
    kernel, places = weight.shape[2:], zip(x.shape[1:], weight.shape[2:], stride, dilation, extra)
    size = [(n - 1) * s + d * (k - 1) + 1 + e for n, k, s, d, e in places]
    cells = x.reshape(groups, -1, *x.shape[1:])
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    out = np.zeros((groups, filters.shape[2], *size))
    for tap in np.ndindex(*kernel):
        cut = [slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilation, x.shape[1:], stride)]
        out[(slice(None), slice(None), *cut)] += np.einsum("gco,gc...->go...", filters[(..., *tap)], cells)
    kept = [slice(before, n - after) for (before, after), n in zip(crop, size)]
    return out.reshape(-1, *size)[(slice(None), *kept)] + bias.reshape(-1, *[1] * len(size))
'''
POOL = '''
def pool(x, kernel, stride, over):
    """Apply `over`, such as np.max, to each window of x (C, *spatial), without padding."""
    axes = tuple(range(1, x.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axes)
    windows = windows[(slice(None), *[slice(None, None, s) for s in stride])]
    return over(windows, axis=tuple(a + len(axes) for a in axes))
'''
LINEAR = '''
def linear(x, factors):
    """Interpolate x (C, *spatial) linearly on each axis; corners are not aligned."""
    for axis, factor in enumerate(factors, start=1):
        n = x.shape[axis]
        at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
        left, right = x.take(low, axis), x.take(low + (at > low), axis)
        x = left + (right - left) * part
    return x
'''
SHUFFLE = '''
def pixel_shuffle(x, factor):
    """Weave channels into space: (C * factor**rank, *spatial) -> (C, *(spatial * factor))."""
    spatial, rank = x.shape[1:], x.ndim - 1
    split = x.reshape(-1, *[factor] * rank, *spatial)
    order = [0, *[axis for a in range(rank) for axis in (1 + rank + a, 1 + a)]]
    return split.transpose(order).reshape(-1, *[n * factor for n in spatial])
'''


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``."""
    helpers, body, arrays, names = dict[str, None](), list[str](), list[str](), list[str]()
    for place, (layer, shape) in enumerate(zip(subject.layers, subject.shapes, strict=False)):
        mark = f"{place + 1}" if len(subject.layers) > 1 else ""
        if isinstance(layer, Layer):
            names += [f"weight{mark}", f"bias{mark}"]
            arrays += numpy_arrays(layer, mark, subject.weights)
        leaves_out = subject.missing == "rescale"
        for helper in _helpers(layer, leaves_out):
            helpers[helper] = None
        body += _lines(layer, shape, mark, leaves_out)
    given = "" if subject.weights else "".join(f", {name}" for name in names)
    lines = [subject.head, "import numpy as np", "", *arrays, *helpers, ""]
    lines += [f"def run(x{given}):", f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines.append("    x = np.asarray(x, dtype=np.float64)")
    if subject.missing == "zero":
        lines.append("    x = np.where(np.isnan(x), 0, x)  # missing values count as 0")
    lines += [*(f"    {line}" for line in body), "    return x", ""]
    return "\n".join(lines)


def _helpers(layer: AnyLayer, leaves_out: bool) -> tuple[str, ...]:
    match layer:
        case Layer():
            if layer.spec.transposed:
                return (TRANSPOSED,)
            return (CONVOLVE, PRESENT) if leaves_out else (CONVOLVE,)
        case Pool():
            present = LARGEST_PRESENT if layer.kind == "max" else MEAN_PRESENT
            return (POOL, present) if leaves_out else (POOL,)
        case Upsample(mode="linear"):
            return (LINEAR,)
        case PixelShuffle():
            return (SHUFFLE,)
    return ()


def _lines(layer: AnyLayer, shape: Shape, mark: str, leaves_out: bool) -> list[str]:
    match layer:
        case Layer():
            return _convolution(layer, shape, mark, leaves_out)
        case Pool():
            fill = ", constant_values=-np.inf" if layer.kind == "max" else ""
            name = "max" if layer.kind == "max" else "mean"
            over = f"{name}_present" if leaves_out else f"np.{name}"
            pads = [(0, 0), *((p, p) for p in layer.padding)]
            pad = [f"x = np.pad(x, {pads}{fill})"] if any(layer.padding) else []
            return [*pad, f"x = pool(x, {layer.kernel_size}, {layer.stride}, {over})"]
        case ReLU():
            return ["x = np.maximum(x, 0)"]
        case Upsample(mode="nearest"):
            return [f"x = x.repeat({s}, axis={a})" for a, s in enumerate(layer.scale_factor, start=1) if s > 1]
        case Upsample():
            return [f"x = linear(x, {layer.scale_factor})"]
        case PixelShuffle():
            return [f"x = pixel_shuffle(x, {layer.upscale_factor})"]
        case ChannelShuffle():
            groups = layer.groups
            return [f"x = x.reshape({groups}, -1, *x.shape[1:]).swapaxes(0, 1).reshape(x.shape)"]


def _convolution(layer: Layer, shape: Shape, mark: str, leaves_out: bool) -> list[str]:
    spec, pads = layer.spec, pads_of(layer, shape)
    call = f"weight{mark}, bias{mark}, stride={spec.stride}, dilation={spec.dilation}, groups={spec.groups}"
    if spec.transposed:
        return [f"x = transposed(x, {call}, crop={pads}, extra={spec.output_padding})"]
    lines = []
    if padded(pads):
        named = f"  # {spec.padding}, for this input size" if isinstance(spec.padding, str) else ""
        lines = [f'x = np.pad(x, {[(0, 0), *pads]}, mode="{NUMPY_MODES[spec.padding_mode]}"){named}']
    return [*lines, f"x = {'convolve_present' if leaves_out else 'convolve'}(x, {call})"]
