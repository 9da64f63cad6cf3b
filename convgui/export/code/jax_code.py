"""JAX: a function on `jax.lax`."""

from __future__ import annotations

import numpy as np

from convgui.export.code.text import NUMPY_MODES, Subject, effective, numbers, padded, pads_of, refuse_rescaling
from convgui.model.layer import Layer, Shape
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample

_AXES = {1: "W", 2: "HW", 3: "DHW"}


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "JAX")
    body, arrays, names = list[str](), list[str](), list[str]()
    if subject.missing == "zero":
        body.append("x = jnp.where(jnp.isnan(x), 0, x)  # missing values count as 0")
    for place, (layer, shape) in enumerate(zip(subject.layers, subject.shapes, strict=False)):
        mark = f"{place + 1}" if len(subject.layers) > 1 else ""
        if isinstance(layer, Layer):
            names += [f"weight{mark}", f"bias{mark}"]
            arrays += _arrays(layer, mark, subject.weights)
        body += _lines(layer, shape, mark)
    given = "" if subject.weights else "".join(f", {name}" for name in names)
    lines = [subject.head, "import jax", "import jax.numpy as jnp", "from jax import lax", ""]
    lines += ['jax.config.update("jax_enable_x64", True)', "", *arrays, "", f"def run(x{given}):"]
    lines += [f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines += [
        "    x = jnp.asarray(x, dtype=jnp.float64)[None]",
        *(f"    {line}" for line in body),
        "    return x[0]",
        "",
    ]
    return "\n".join(lines)


def _arrays(layer: Layer, mark: str, weights: bool) -> list[str]:
    spec = layer.spec
    weight, shape = effective(layer), spec.weight_shape
    note = "turned by 180 degrees" if layer.flip else ""
    if spec.transposed:
        # lax correlates: the kernel is turned and its channels are swapped, group by group.
        groups = spec.groups
        split = weight.reshape(groups, spec.in_channels // groups, *weight.shape[1:]).swapaxes(1, 2)
        turned = split.reshape(spec.out_channels, spec.in_channels // groups, *spec.kernel_size)
        weight = np.flip(turned, tuple(range(2, 2 + spec.rank)))
        shape, note = weight.shape, "turned, (C_out, C_in / groups, *kernel)"
    if not weights:
        return [f"# weight{mark}: {shape}{' ' + note if note else ''}, bias{mark}: {layer.bias.shape}"]
    return [
        f"weight{mark} = jnp.array({'  # ' + note if note else ''}",
        f"    {numbers(weight, 4)},",
        "    dtype=jnp.float64,",
        ")",
        f"bias{mark} = jnp.array({numbers(layer.bias)}, dtype=jnp.float64)",
    ]


def _lines(layer: AnyLayer, shape: Shape, mark: str) -> list[str]:
    rank = len(shape) - 1
    match layer:
        case Layer():
            return _convolution(layer, shape, mark)
        case Pool():
            window, stride = (1, 1, *layer.kernel_size), (1, 1, *layer.stride)
            pads = ((0, 0), (0, 0), *((p, p) for p in layer.padding))
            start, over = ("-jnp.inf", "lax.max") if layer.kind == "max" else ("0.0", "lax.add")
            line = f"x = lax.reduce_window(x, {start}, {over}, {window}, {stride}, {pads})"
            taps = 1
            for k in layer.kernel_size:
                taps *= k
            return [line if layer.kind == "max" else f"{line} / {taps}"]
        case ReLU():
            return ["x = jnp.maximum(x, 0)"]
        case Upsample(mode="nearest"):
            return [f"x = jnp.repeat(x, {s}, axis={a})" for a, s in enumerate(layer.scale_factor, start=2) if s > 1]
        case Upsample():
            return [f'x = jax.image.resize(x, (1, *{layer.output_shape(shape)}), "linear")']
        case PixelShuffle():
            f, out = layer.upscale_factor, layer.output_shape(shape)
            order = (0, 1, *(axis for a in range(rank) for axis in (2 + rank + a, 2 + a)))
            split = (1, out[0], *(f,) * rank, *shape[1:])
            return [f"x = x.reshape({split}).transpose({order}).reshape((1, *{out}))"]
        case ChannelShuffle():
            return [f"x = x.reshape(1, {layer.groups}, -1, *x.shape[2:]).swapaxes(1, 2).reshape(x.shape)"]


def _convolution(layer: Layer, shape: Shape, mark: str) -> list[str]:
    spec, pads = layer.spec, pads_of(layer, shape)
    axes = _AXES[spec.rank]
    numbers_of = f'("NC{axes}", "OI{axes}", "NC{axes}")'
    strides, padding, more = spec.stride, pads, ""
    lines = list[str]()
    if spec.transposed:
        # A transposed convolution is a plain one over the input with stride - 1 zeros between its cells.
        places = zip(pads, spec.extent, spec.output_padding, strict=True)
        padding = tuple((e - 1 - before, e - 1 - after + extra) for (before, after), e, extra in places)
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
