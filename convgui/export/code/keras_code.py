"""TensorFlow with Keras layers, channels last inside, channels first outside."""

from __future__ import annotations

from convgui.export.code.text import NUMPY_MODES, Subject, numpy_arrays, padded, pads_of, refuse_rescaling
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample

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
POOL = '''
def pool(x, kernel, stride, over):
    """Apply `over` to each window of x (1, *spatial, C): TensorFlow pools volumes in float32 only."""
    size = [(n - k) // s + 1 for n, k, s in zip(x.shape[1:], kernel, stride)]
    cuts = [[slice(t, t + (n - 1) * s + 1, s) for t, n, s in zip(tap, size, stride)] for tap in np.ndindex(*kernel)]
    return over(tf.stack([x[(slice(None), *cut)] for cut in cuts]), axis=0)
'''
LINEAR = '''
def linear(x, factors):
    """Interpolate x (1, *spatial, C) linearly on each axis; corners are not aligned."""
    for axis, factor in enumerate(factors, start=1):
        n = x.shape[axis]
        at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
        left, right = tf.gather(x, low, axis=axis), tf.gather(x, low + (at > low), axis=axis)
        x = left + (right - left) * part
    return x
'''


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "TensorFlow")
    helpers, body, above, names = dict[str, None](), list[str](), list[str](), list[str]()
    if subject.missing == "zero":
        body.append("x = tf.where(tf.math.is_nan(x), tf.zeros_like(x), x)  # missing values count as 0")
    for place, (layer, shape) in enumerate(zip(subject.layers, subject.shapes, strict=False)):
        mark = f"{place + 1}" if len(subject.layers) > 1 else ""
        if isinstance(layer, Layer):
            names += [f"weight{mark}", f"bias{mark}"]
            above += numpy_arrays(layer, mark, subject.weights)
        for helper in _helpers(layer, shape):
            helpers[helper] = None
        body += _lines(layer, shape, mark)
    given = "" if subject.weights else "".join(f", {name}" for name in names)
    rank = subject.rank
    inside, outside = (*range(1, rank + 1), 0), (rank, *range(rank))
    lines = [subject.head, "import keras", "import numpy as np", "import tensorflow as tf", ""]
    lines += ['keras.backend.set_floatx("float64")', "", *above, *helpers, "", f"def run(x{given}):"]
    lines += [f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines += [f"    x = tf.constant(np.transpose(np.asarray(x, dtype=np.float64), {inside}))[None]"]
    lines += [*(f"    {line}" for line in body), f"    return np.transpose(x[0], {outside})", ""]
    return "\n".join(lines)


def _awkward(layer: Layer) -> bool:
    """Whether TensorFlow does not take this dilation: with a stride, in a volume, or transposed."""
    spec = layer.spec
    return set(spec.dilation) != {1} and (set(spec.stride) != {1} or spec.rank == 3 or spec.transposed)


def _helpers(layer: AnyLayer, shape: Shape) -> list[str]:
    match layer:
        case Layer():
            found = [DILATED] if _awkward(layer) else []
            found += [TRANSPOSED] if layer.spec.transposed else []
            return [*found, PAD] if layer.spec.padding_mode != "zeros" and padded(pads_of(layer, shape)) else found
        case Pool():
            return [POOL] if len(shape) == 4 else []
        case Upsample(mode="linear"):
            return [LINEAR]
    return []


def _lines(layer: AnyLayer, shape: Shape, mark: str) -> list[str]:
    rank = len(shape) - 1
    match layer:
        case Layer():
            return _transposed(layer, mark) if layer.spec.transposed else _convolution(layer, shape, mark)
        case Pool():
            name, fill = ("Max", "-np.inf") if layer.kind == "max" else ("Average", "0.0")
            pads = [(0, 0), *((p, p) for p in layer.padding), (0, 0)]
            pad = [f"x = tf.pad(x, {pads}, constant_values={fill})"] if any(layer.padding) else []
            if rank == 3:
                over = "tf.reduce_max" if layer.kind == "max" else "tf.reduce_mean"
                return [*pad, f"x = pool(x, {layer.kernel_size}, {layer.stride}, {over})"]
            return [*pad, f"x = keras.layers.{name}Pooling{rank}D({layer.kernel_size}, strides={layer.stride})(x)"]
        case ReLU():
            return ["x = keras.layers.ReLU()(x)"]
        case Upsample(mode="nearest"):
            size = layer.scale_factor[0] if rank == 1 else layer.scale_factor
            return [f"x = keras.layers.UpSampling{rank}D({size})(x)"]
        case Upsample():
            return [f"x = linear(x, {layer.scale_factor})"]
        case PixelShuffle():
            f, out = layer.upscale_factor, layer.output_shape(shape)
            split = (1, *shape[1:], out[0], *(f,) * rank)
            order = (0, *(axis for a in range(rank) for axis in (1 + a, 2 + rank + a)), 1 + rank)
            return [f"x = tf.reshape(tf.transpose(tf.reshape(x, {split}), {order}), {(1, *out[1:], out[0])})"]
        case ChannelShuffle():
            split = (1, *shape[1:], layer.groups, shape[0] // layer.groups)
            order = (*range(rank + 1), rank + 2, rank + 1)
            return [f"x = tf.reshape(tf.transpose(tf.reshape(x, {split}), {order}), {(1, *shape[1:], shape[0])})"]


def _convolution(layer: Layer, shape: Shape, mark: str) -> list[str]:
    spec, pads = layer.spec, pads_of(layer, shape)
    lines = list[str]()
    if padded(pads) and spec.padding_mode == "zeros":
        lines = [f"x = tf.pad(x, {[(0, 0), *pads, (0, 0)]})"]
    elif padded(pads):
        lines = [f'x = pad(x, {pads}, "{NUMPY_MODES[spec.padding_mode]}")']
    weight, size, rate = f"weight{mark}", spec.kernel_size, spec.dilation
    if _awkward(layer):
        weight, size, rate = f"dilated({weight}, {spec.dilation})", spec.extent, (1,) * spec.rank
    options = f"strides={spec.stride}, dilation_rate={rate}, groups={spec.groups}"
    return [
        *lines,
        f"layer{mark} = keras.layers.Conv{spec.rank}D({spec.out_channels}, {size}, {options})",
        f"layer{mark}.build(x.shape)",
        f"layer{mark}.set_weights([np.moveaxis({weight}, (0, 1), (-1, -2)), bias{mark}])",
        f"x = layer{mark}(x)",
    ]


def _transposed(layer: Layer, mark: str) -> list[str]:
    spec = layer.spec
    weight = f"dilated(weight{mark}, {spec.dilation})" if _awkward(layer) else f"weight{mark}"
    pads, extra = spec.pads((1,) * spec.rank), spec.output_padding
    return [f"x = transposed(x, {weight}, bias{mark}, {spec.stride}, {spec.groups}, crop={pads}, extra={extra})"]
