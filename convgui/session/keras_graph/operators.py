"""What each class of Keras' layers does to a value that flows: the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.activation import Activation
from convgui.layers.dense import Dense
from convgui.layers.layer import Layer
from convgui.layers.layer_norm import LayerNorm
from convgui.layers.leaky_relu import LeakyReLU
from convgui.layers.relu import ReLU
from convgui.layers.scale import Scale
from convgui.session.keras_graph.convolutions import convolve, rank_of
from convgui.session.keras_graph.step import Step, number, whole, word
from convgui.session.onnx_graph.summing import channels_of
from convgui.words import tr

Operator: TypeAlias = Callable[[Step], None]
EPSILON = 1e-3
"""Keras' own, where a layer does not say another."""
LEAK = 0.2
"""The slope below 0 of Keras 3's ``leaky_relu``, by its name alone."""


def activate(step: Step, name: object) -> None:
    """Lead a value through an activation by Keras' name of it; None and "linear" do nothing."""
    if isinstance(name, dict):
        config = name.get("config")
        name = (config.get("name") if isinstance(config, dict) else config) or name.get("class_name")
    plain = str(name if name is not None else "linear").lower()
    if plain == "softmax":
        step.node("Softmax", axis=-1)
    elif plain == "hard_sigmoid" and step.layer.older:
        step.node("HardSigmoid")
    elif plain in ACTIVATIONS:
        step.behind(ACTIVATIONS[plain])
    elif plain != "linear":
        raise SpecError("activation", tr("is {value!r}, which convgui does not know.", value=name))


ACTIVATIONS: Mapping[str, Layer] = {
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(LEAK),
    "swish": Activation("silu"),
    "hard_silu": Activation("hard_swish"),
    "exponential": Activation("exp"),
    **{name: Activation(name) for name in
       ("relu6", "sigmoid", "tanh", "silu", "gelu", "hard_sigmoid", "hard_swish", "elu")},
}  # fmt: skip


def _convolution(step: Step) -> None:
    convolve(step)
    activate(step, step.config.get("activation"))


def _dense(step: Step) -> None:
    kernel, tracing = step.array("kernel"), step.tracing
    if len(step.sizes) == 2:
        value = channels_of(tracing, step.arranged, 1)
        own = Dense(np.ascontiguousarray(kernel.T), step.array_or("bias", 0.0, kernel.shape[-1]))
        step.placed(tracing.placed_behind(value, own, (None, 0)))
    else:
        step.node("MatMul", kernel)
        if "bias" in step.layer.weights:
            step.node("Add", step.array("bias"))
    activate(step, step.config.get("activation"))


def _relu(step: Step) -> None:
    slope = number(step.config, "negative_slope", 0.0)
    largest = step.config.get("max_value")
    if number(step.config, "threshold", 0.0) or (slope and largest is not None):
        raise SpecError("threshold", tr("is not 0, or a slope and a largest value are set together."))
    if largest is not None:
        step.node("Clip", min=0.0, max=number(step.config, "max_value", 0.0))
    elif slope:
        step.node("LeakyRelu", alpha=slope)
    else:
        step.node("Relu")


def _leaky_relu(step: Step) -> None:
    step.node("LeakyRelu", alpha=number(step.config, "negative_slope", number(step.config, "alpha", 0.3)))


def _prelu(step: Step) -> None:
    alpha = step.array("alpha")
    channels = step.sizes[-1]
    wide = [n for n in alpha.shape if n > 1]
    if alpha.size != 1 and wide != [alpha.shape[-1]]:
        words = tr("has shape {shape}; one number is needed, or one a channel.", shape=alpha.shape)
        raise SpecError("alpha", words)
    slopes = np.broadcast_to(alpha.reshape(-1), (channels,))
    rank = len(step.sizes) - 2
    if rank > 0:
        step.node("Transpose", perm=(0, rank + 1, *range(1, rank + 1)))
    step.node("PRelu", slopes.reshape(channels, *(1,) * max(rank, 0)))
    if rank > 0:
        step.node("Transpose", perm=(0, *range(2, rank + 2), 1))


def _batch_norm(step: Step) -> None:
    axis = step.config.get("axis", -1)
    (axis,) = axis if isinstance(axis, list) and len(axis) == 1 else (axis,)
    rank = len(step.sizes)
    if axis not in (-1, rank - 1, 1):
        raise SpecError("axis", tr("is {value!r}; channels are first or last.", value=axis))
    last = axis in (-1, rank - 1) and rank > 2
    if last:
        step.node("Transpose", perm=(0, rank - 1, *range(1, rank - 1)))
    count = step.sizes[1]
    arrays = (step.array_or("gamma", 1.0, count), step.array_or("beta", 0.0, count))
    statistics = step.array("moving_mean"), step.array("moving_variance")
    step.node("BatchNormalization", *arrays, *statistics, epsilon=number(step.config, "epsilon", EPSILON))
    if last:
        step.node("Transpose", perm=(0, *range(2, rank), 1))


def _layer_norm(step: Step) -> None:
    rank = len(step.sizes)
    axis = step.config.get("axis", -1)
    if axis not in (-1, [-1], rank - 1, [rank - 1]):
        raise SpecError("axis", tr("is {value!r}; over the channels alone it is read.", value=axis))
    count = step.sizes[-1]
    own = LayerNorm(
        step.array_or("gamma", 1.0, count), step.array_or("beta", 0.0, count), number(step.config, "epsilon", EPSILON)
    )
    if rank > 2:
        step.node("Transpose", perm=(0, rank - 1, *range(1, rank - 1)))
    value, places = step.tracing.channels_first(step.arranged)
    step.placed(step.tracing.placed_behind(value, own, (None, 0, *places)))
    if rank > 2:
        step.node("Transpose", perm=(0, *range(2, rank), 1))


def _pool(step: Step) -> None:
    kind = step.layer.call.class_name
    rank = int(kind[-2])
    size = whole(step.config, "pool_size", rank, 2)
    stride = size if step.config.get("strides") is None else whole(step.config, "strides", rank)
    # Of a mean, Keras leaves out what lies beyond the border.
    attributes = {"kernel_shape": size, "strides": stride, "ceil_mode": 0, "pads": (0,) * (2 * rank)}
    padding = word(step.config, "padding", "valid")
    if padding not in ("valid", "same"):
        raise SpecError("padding", tr("is {padding!r}, which is not known.", padding=padding))
    if padding == "same":
        spare = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(step.spatial, size, stride, strict=True)]
        # One cell more behind than before is what a last window has that reaches over the border.
        half = tuple(n // 2 for n in spare)
        attributes.update(pads=(*half, *half), ceil_mode=int(any(n % 2 for n in spare)))
    step.channels_first("MaxPool" if kind.startswith("Max") else "AveragePool", **attributes)


def _global_pool(step: Step) -> None:
    kind = step.layer.call.class_name
    rank = int(kind[-2])
    first = 1 if step.is_last else 2
    keep = int(bool(step.config.get("keepdims", False)))
    operator = "ReduceMean" if "Average" in kind else "ReduceMax"
    step.node(operator, axes=tuple(range(first, first + rank)), keepdims=keep)


def _flatten(step: Step) -> None:
    if not step.is_last and len(step.sizes) > 2:
        step.node("Transpose", perm=(0, *range(2, len(step.sizes)), 1))
    step.node("Flatten", axis=1)


def _reshape(step: Step) -> None:
    target = whole(step.config, "target_shape", len(step.config.get("target_shape") or ()))
    step.node("Reshape", np.array((1, *target), np.int64))


def _permute(step: Step) -> None:
    step.node("Transpose", perm=(0, *whole(step.config, "dims", len(step.sizes) - 1)))


def _pad(step: Step) -> None:
    sides = _sides(step, "padding")
    pads = (0, *(before for before, _ in sides), 0, 0, *(after for _, after in sides), 0)
    if not step.is_last:
        pads = (0, 0, *(before for before, _ in sides), 0, 0, *(after for _, after in sides))
    step.node("Pad", pads=pads, mode="constant")


def _crop(step: Step) -> None:
    sides = _sides(step, "cropping")
    first = 1 if step.is_last else 2
    ends = [n - after for n, (_, after) in zip(step.spatial, sides, strict=True)]
    axes = list(range(first, first + len(sides)))
    step.node("Slice", *(np.array(given, np.int64) for given in ([before for before, _ in sides], ends, axes)))


def _sides(step: Step, name: str) -> list[tuple[int, int]]:
    """Return how many cells before and behind, of one number for all axes, one an axis, or two an axis."""
    rank, given = int(step.layer.call.class_name[-2]), step.config.get(name, 1)
    each = given if isinstance(given, list | tuple) else [given] * rank
    if rank == 1 and len(each) == 2 and not isinstance(each[0], list | tuple):
        each = [each]
    pairs = [tuple(pair) if isinstance(pair, list | tuple) else (pair, pair) for pair in each]
    if len(pairs) != rank or not all(len(pair) == 2 and all(type(n) is int and n >= 0 for n in pair) for pair in pairs):
        raise SpecError(name, tr("is {value!r}; a whole number for each axis is needed.", value=given))
    return [(int(before), int(after)) for before, after in pairs]


def _upsample(step: Step) -> None:
    rank = int(step.layer.call.class_name[-2])
    scale = whole(step.config, "size", rank, 2)
    mode = word(step.config, "interpolation", "nearest")
    modes = {"nearest": "nearest", "bilinear": "linear", "linear": "linear"}
    if mode not in modes:
        raise SpecError("interpolation", tr("is {value!r}, which convgui does not know.", value=mode))
    # The second input of a Resize is a region, which is left out.
    factors = np.array([1, 1, *scale], np.float32)
    nearest = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    between = {"coordinate_transformation_mode": "half_pixel"}
    own = nearest if mode == "nearest" else between
    step.channels_first("Resize", np.zeros(0, np.float32), factors, mode=modes[mode], **own)


def _rescale(step: Step) -> None:
    step.behind(Scale.by(number(step.config, "scale", 1.0), number(step.config, "offset", 0.0)))


def _normalise(step: Step) -> None:
    given = step.config
    mean = step.array("mean") if "mean" in step.layer.weights else np.array(number(given, "mean", 0.0))
    variance = step.array("variance") if "variance" in step.layer.weights else np.array(number(given, "variance", 1.0))
    # Keras divides by 1e-7 at the least, not by 0.
    step.node("Sub", mean.reshape(-1))
    step.node("Div", np.maximum(np.sqrt(variance.reshape(-1)), 1e-7))


def _nothing(step: Step) -> None:
    step.node("Identity")


def _together(operator: str) -> Operator:
    """Return what joins several values, all of which flow."""

    def join(step: Step) -> None:
        step.joined(operator, step.layer.call.reads[1:])

    return join


def _concatenate(step: Step) -> None:
    axis = step.config.get("axis", -1)
    if type(axis) is not int:
        raise SpecError("axis", tr("is {value!r}; a whole number is needed.", value=axis))
    step.joined("Concat", step.layer.call.reads[1:], axis=axis)


def _average(step: Step) -> None:
    step.joined("Sum", step.layer.call.reads[1:])
    step.behind(Scale.by(1 / len(step.layer.call.reads)))


def _softmax(step: Step) -> None:
    axis = step.config.get("axis", -1)
    step.node("Softmax", axis=axis if type(axis) is int else -1)


OPERATORS: Mapping[str, Operator] = {
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "Activation": lambda step: activate(step, step.config.get("activation")),
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "PReLU": _prelu,
    "ELU": lambda step: step.node("Elu", alpha=number(step.config, "alpha", 1.0)),
    "Softmax": _softmax,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "Rescaling": _rescale,
    "Normalization": _normalise,
    "Add": _together("Sum"),
    "Subtract": _together("Sub"),
    "Multiply": _together("Mul"),
    "Average": _average,
    "Concatenate": _concatenate,
    **dict.fromkeys((f"{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)), _pool),
    **dict.fromkeys((f"Global{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)), _global_pool),
    **dict.fromkeys((f"ZeroPadding{n}D" for n in (1, 2, 3)), _pad),
    **dict.fromkeys((f"Cropping{n}D" for n in (1, 2, 3)), _crop),
    **dict.fromkeys((f"UpSampling{n}D" for n in (1, 2, 3)), _upsample),
    **dict.fromkeys(
        ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
         "AlphaDropout", "ActivityRegularization", "Identity", "Masking"), _nothing,
    ),
}  # fmt: skip


def operator(class_name: str) -> Operator | None:
    """Return what a class of layers does; None for one that is not read."""
    return _convolution if rank_of(class_name) is not None else OPERATORS.get(class_name)
