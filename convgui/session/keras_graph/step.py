"""One layer of Keras while a network is followed: written as ONNX's operators, whose axes are moved where needed.

Keras has a value's channels last, ``(N, *spatial, C)``; ONNX and the document have them first. A Transpose on either
side of an operator says so, and `convgui.session.onnx_graph` moves nothing for it unless it has to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.files.weights.keras import KerasLayer
from convgui.files.weights.onnx_model import Node
from convgui.layers.layer import Layer
from convgui.layers.onnx_node import finite
from convgui.session.onnx_graph.arranged import Arranged
from convgui.session.onnx_graph.operators import put
from convgui.session.onnx_graph.tracing import Tracing
from convgui.words import tr

Config = Mapping[str, Any]


@dataclass
class Step:
    """A layer of Keras and the value that it has come to.

    Attributes
    ----------
    tracing : Tracing
    layer : KerasLayer
    value : str
        The tracing's name of the value; at first of what flows in.
    """

    tracing: Tracing
    layer: KerasLayer
    value: str
    _count: int = 0

    @property
    def config(self) -> Config:
        """What the layer was made with."""
        return self.layer.call.config

    @property
    def arranged(self) -> Arranged:
        """The value that it has come to."""
        return self.tracing.flowing[self.value]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Its shape as Keras has it, with the batch."""
        return self.arranged.sizes

    @property
    def is_last(self) -> bool:
        """Whether channels are last."""
        return is_last(self.config)

    def array(self, role: str) -> NDArray[np.float64]:
        """Return an array of the layer; SpecError if it is not in the file."""
        return array(self.layer, role)

    def array_or(self, role: str, default: float, count: int) -> NDArray[np.float64]:
        """Return an array of the layer, or as many numbers that stand for one that it was made without."""
        return self.array(role) if role in self.layer.weights else np.full(count, default)

    def name(self) -> str:
        """Return a name that nothing else has."""
        self._count += 1
        return f"{self.layer.call.makes}#{self._count}"

    def node(self, op_type: str, *arrays: NDArray[Any], **attributes: Any) -> None:
        """Lead the value through an operator of ONNX with arrays behind it.

        Raises
        ------
        SpecError
            If it does something that is not done here.
        """
        self.joined(op_type, (), *arrays, **attributes)

    def joined(self, op_type: str, others: tuple[str, ...], *arrays: NDArray[Any], **attributes: Any) -> None:
        """Likewise, with other values that flow in behind the first."""
        names = [self.name() for _ in arrays]
        for name, own in zip(names, arrays, strict=True):
            self.tracing.keep(name, own)
        made = self.name()
        put(self.tracing, Node(op_type, "", (self.value, *others, *names), (made,), attributes))
        self.value = made

    def behind(self, layer: Layer) -> None:
        """Put a layer that does the same to every value behind it."""
        made = self.name()
        self.tracing.flowing[made] = self.tracing.behind(self.arranged, layer)
        self.value = made

    def channels_first(self, op_type: str, *arrays: NDArray[Any], **attributes: Any) -> None:
        """Lead the value through an operator that needs channels first, and back."""
        rank = len(self.sizes)
        if not self.is_last or rank < 3:
            self.node(op_type, *arrays, **attributes)
            return
        self.node("Transpose", perm=(0, rank - 1, *range(1, rank - 1)))
        self.node(op_type, *arrays, **attributes)
        self.node("Transpose", perm=(0, *range(2, rank), 1))

    @property
    def spatial(self) -> tuple[int, ...]:
        """The sizes of its spatial axes."""
        return self.sizes[1:-1] if self.is_last else self.sizes[2:]

    def placed(self, value: Arranged) -> None:
        """Go on with another value."""
        self.value = self.name()
        self.tracing.flowing[self.value] = replace(value)


def is_last(config: Config) -> bool:
    """Whether a layer has its channels last."""
    return config.get("data_format") != "channels_first"


def array(layer: KerasLayer, role: str) -> NDArray[np.float64]:
    """Return an array of a layer as float64.

    Raises
    ------
    SpecError
        If it is not in the file, or not finite.
    LoadError
        If the file is not what it was.
    """
    tensor = layer.weights.get(role)
    if tensor is None:
        raise SpecError(role, tr("is not in the file."))
    return finite(tensor.values(), role)


def whole(config: Config, name: str, rank: int, default: int | None = 1) -> tuple[int, ...]:
    """Return one whole number an axis, of which one may stand for all; SpecError for others."""
    given = config.get(name, default)
    found = given if isinstance(given, list | tuple) else (given,) * rank
    if len(found) != rank or not all(type(n) is int for n in found):
        raise SpecError(name, tr("is {value!r}; a whole number for each axis is needed.", value=given))
    return tuple(found)


def number(config: Config, name: str, default: float) -> float:
    """Return a number; SpecError for something else. What is None is the default."""
    given = config.get(name)
    given = default if given is None else given
    if isinstance(given, bool) or not isinstance(given, int | float) or not np.isfinite(given):
        raise SpecError(name, tr("is {value!r}; a number is needed.", value=given))
    return float(given)


def word(config: Config, name: str, default: str) -> str:
    """Return a word, in lower case."""
    return str(config.get(name, default)).lower()
