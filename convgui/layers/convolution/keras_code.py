"""A convolution in TensorFlow with Keras layers, channels last."""

from __future__ import annotations

from convgui.layers.code import NUMPY_MODES, Program, padded
from convgui.layers.convolution.filters import Filters

PAD = '''
def pad(x, pads, mode):
    """Pad each spatial axis by taking cells again: TensorFlow's own padding knows no edge and no wrap."""
    for axis, (before, after) in enumerate(pads, start=1):
        cells = np.pad(np.arange(x.shape[axis]), (before, after), mode=mode)
        x = tf.gather(x, cells, axis=axis)
    return x
'''
DILATED = '''
def dilated(weight, dilation):
    """Put zeros between the taps of weight (..., *kernel): what TensorFlow cannot dilate by itself."""
    kernel = weight.shape[2:]
    out = np.zeros((*weight.shape[:2], *[d * (k - 1) + 1 for k, d in zip(kernel, dilation)]))
    out[(..., *[slice(None, None, d) for d in dilation])] = weight
    return out
'''
TRANSPOSED = '''
def transposed(x, weight, bias, stride, groups, crop, extra):
    """Transposed convolution of x (1, *spatial, C_in) with weight (C_in, C_out / groups, *kernel), cropped."""
    rank, outs = x.ndim - 2, []
    size = [(n - 1) * s + k for n, s, k in zip(x.shape[1:-1], stride, weight.shape[2:])]
    for cells, part in zip(tf.split(x, groups, axis=-1), np.split(weight, groups)):
        kernel = tf.constant(np.moveaxis(part, (0, 1), (-1, -2)))
        shape = (1, *size, part.shape[1])
        outs.append(tf.nn.conv_transpose(cells, kernel, shape, stride, padding="VALID"))
    out = tf.pad(tf.concat(outs, axis=-1), [(0, 0), *[(0, e) for e in extra], (0, 0)])
    kept = [slice(before, n + e - after) for (before, after), n, e in zip(crop, size, extra)]
    return out[(slice(None), *kept)] + bias
'''


def program(filters: Filters, shape: tuple[int, ...], mark: str) -> Program:
    """Write a convolution on ``x`` of ``(1, *spatial, C)``."""
    helpers = [DILATED] if _awkward(filters) else []
    helpers += [TRANSPOSED] if filters.spec.transposed else []
    helpers += [PAD] if filters.spec.padding_mode != "zeros" and padded(filters.pads(shape)) else []
    lines = _transposed(filters, mark) if filters.spec.transposed else _convolution(filters, shape, mark)
    return Program(lines, helpers, filters.arrays(mark))


def _awkward(filters: Filters) -> bool:
    """Whether TensorFlow does not take this dilation: with a stride, in a volume, or transposed."""
    spec = filters.spec
    return set(spec.dilation) != {1} and (set(spec.stride) != {1} or spec.rank == 3 or spec.transposed)


def _convolution(filters: Filters, shape: tuple[int, ...], mark: str) -> list[str]:
    spec, pads = filters.spec, filters.pads(shape)
    lines, more = list[str](), ""
    causal = spec.padding == "causal" and spec.padding_mode == "zeros"
    if causal and not _awkward(filters):
        more = ', padding="causal"'
    elif padded(pads) and spec.padding_mode == "zeros":
        lines = [f"x = tf.pad(x, {[(0, 0), *pads, (0, 0)]})"]
    elif padded(pads):
        lines = [f'x = pad(x, {pads}, "{NUMPY_MODES[spec.padding_mode]}")']
    weight, size, rate = f"weight{mark}", spec.kernel_size, spec.dilation
    if _awkward(filters):
        weight, size, rate = f"dilated({weight}, {spec.dilation})", spec.extent, (1,) * spec.rank
    options = f"strides={spec.stride}, dilation_rate={rate}, groups={spec.groups}{more}"
    return [
        *lines,
        f"layer{mark} = keras.layers.Conv{spec.rank}D({spec.out_channels}, {size}, {options})",
        f"layer{mark}.build(x.shape)",
        f"layer{mark}.set_weights([np.moveaxis({weight}, (0, 1), (-1, -2)), bias{mark}])",
        f"x = layer{mark}(x)",
    ]


def _transposed(filters: Filters, mark: str) -> list[str]:
    spec = filters.spec
    weight = f"dilated(weight{mark}, {spec.dilation})" if _awkward(filters) else f"weight{mark}"
    pads, extra = spec.pads((1,) * spec.rank), spec.output_padding
    return [f"x = transposed(x, {weight}, bias{mark}, {spec.stride}, {spec.groups}, crop={pads}, extra={extra})"]
