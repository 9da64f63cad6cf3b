"""What every kind of layer answers, and what most kinds answer alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.filter_view import FilterView
from convgui.core.spec import ConvSpec
from convgui.layers.arguments import Arguments
from convgui.layers.code import NoCounterpartError, OnnxGraph, Program, TorchModules
from convgui.layers.finite import check_finite
from convgui.layers.form import Field
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import Tabled
from convgui.words import mark, trn

Array: TypeAlias = NDArray[np.float64]
AnyArray: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]
Cancel: TypeAlias = Callable[[], bool]
Progress: TypeAlias = Callable[[float], None]


class StoredFields(Protocol):
    """What a kind reads itself from: a JSON object; a value of the wrong kind is refused by whoever holds the file."""

    def any(self, key: str, default: Any = ...) -> Any:
        """Return a value of any kind."""

    def text(self, key: str, default: Any = ...) -> str:
        """Return a text."""

    def integer(self, key: str, default: Any = ...) -> int:
        """Return a whole number."""

    def real(self, key: str, default: Any = ...) -> float:
        """Return a number."""

    def boolean(self, key: str, default: Any = ...) -> bool:
        """Return true or false."""

    def newer(self, key: str, default: Any) -> Any:
        """Return a value of any kind that files of older programs have not, and new ones leave out at its default."""

    def array(self, key: str, shape: Shape, default: float | None = None) -> Array:
        """Return float64 numbers; those that a file may leave out are all `default`."""


@dataclass(frozen=True)
class Choice:
    """An entry of the menu that adds layers: `build` makes one for an input of ``(C, *spatial)``."""

    id: str
    title: str
    build: Callable[[Shape], Layer]


@dataclass(frozen=True, eq=False)
class Rewriting:
    """Other layers that do the same, within rounding: an edit that is offered.

    Attributes
    ----------
    title, about : str
        What the button says, and one sentence of what it does.
    layers, with_before
        What comes into the place of the layer, and whether into that of the layer before it as well.
    """

    title: str
    about: str
    layers: tuple[Layer, ...]
    with_before: bool = False


@dataclass(frozen=True, eq=False)
class Layer(ABC):
    """A layer of a stack. A kind is a frozen dataclass in a module of this room, which names it as ``LAYER``.

    Attributes
    ----------
    json_names : tuple of str
        What files call it.
    pytorch_names : mapping
        PyTorch's classes that are read as this kind, with their parameters in order; ``"Conv{n}d"`` where the class
        says its number of axes.
    onnx_names : tuple of str
        ONNX's operators that are read as this kind.
    order : int
        Its place in the menu, whose entries of one group stand together.
    group : str
        The heading that it stands under there.
    slides : bool
        Whether a window slides over the input, so that the formula of convolutions gives the output's size.
    moves_only : bool
        Whether values are moved and none is computed, and what makes an output channel makes no other.
    keeps_channels : bool
        Whether output channel c is made of input channel c alone, and each in the same way.
    keeps_names : bool
        Whether output channel c may be called like input channel c, where there are as many.
    local : bool
        Whether each value depends on what its window sees, and on nothing else.
    crops_itself : bool
        For layers that spread: whether what `forward` makes has its border cut off already.
    name : str
        What a network's file calls this one layer; "" where nobody has. It changes nothing of what is computed.
    """

    name: str = field(default="", kw_only=True, compare=False, repr=False)

    json_names: ClassVar[tuple[str, ...]]
    pytorch_names: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    onnx_names: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[int] = 100
    group: ClassVar[str] = mark("Others")
    slides: ClassVar[bool] = False
    moves_only: ClassVar[bool] = False
    keeps_channels: ClassVar[bool] = True
    keeps_names: ClassVar[bool] = True
    local: ClassVar[bool] = False
    crops_itself: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse numbers that are not finite, which no file of a document holds; kinds with more to check call it.

        Raises
        ------
        SpecError
            Naming the field.
        """
        for known in fields(self):
            check_finite(known.name, getattr(self, known.name))

    # What it is called and said to do.

    @property
    @abstractmethod
    def title(self) -> str:
        """What the layer is called in a list."""

    @property
    @abstractmethod
    def about(self) -> str:
        """One sentence for whoever chooses it."""

    @property
    def short_title(self) -> str:
        """What it is called where there is little room."""
        return self.title

    @property
    def sizes(self) -> tuple[str, ...]:
        """What the short title leaves out, the long form first; nothing where it says it all."""
        return ()

    @property
    def sign(self) -> str:
        """What stands between input and output in a figure: an operator, or a short word."""
        return "→"

    @property
    def picks(self) -> bool:
        """Whether an output is the largest value of its window, and the others count for nothing."""
        return False

    @property
    def with_means(self) -> Layer:
        """The layer that takes the mean of each window where this one takes its largest value; else the layer."""
        return self

    def rule(self, reads: int) -> str:
        """Say how an output cell is made of `reads` input channels; see `written_sum`."""
        return self.about

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        """Say what layer `number` of a stack does to feature maps of ``(C, *spatial)``."""
        return trn(
            "Layer {stage} ({title}) works on the one channel.",
            "Layer {stage} ({title}) works on each of the {n} channels by itself.",
            after[0], stage=number, title=self.title,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        """Return the menu's entries for this kind."""
        return ()

    @property
    def full_title(self) -> str:
        """The title, with the name behind it where there is one."""
        return f"{self.title} · {self.name}" if self.name else self.title

    # Shapes and limits.

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's ``(C, *spatial)`` for an input of ``(C, *spatial)``; SpecError if it does not take it."""

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        """Write how large the output is, in a line or more; nothing where sizes stay, are multiplied or divided."""
        return ()

    def check(self) -> None:  # noqa: B027  # most kinds have no limit of their own
        """Refuse a layer that is too large to be shown or computed; SpecError names the field and the limit."""

    def adapted(self, shape: Shape) -> Layer:
        """Return the layer with the channels of its input ``(C, *spatial)``; the layer itself where it has them."""
        return self

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications for an input of ``(C, *spatial)``; for layers that only add, additions."""
        return 0

    # What is computed.

    @property
    def parameters(self) -> Mapping[str, Array]:
        """The arrays that training changes, by name; they are shared between layers and never written to."""
        return {}

    @property
    def learned(self) -> Mapping[str, int]:
        """How many numbers training would change, by the name of the array that holds them."""
        return {name: array.size for name, array in self.parameters.items()}

    @abstractmethod
    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Apply the layer to floats ``(C, *spatial)``; the result has their type.

        Raises
        ------
        SpecError
            If the layer does not take that input.
        Cancelled
            Soon after `cancel` begins to return True.
        """

    @property
    def rescales(self) -> bool:
        """Whether `forward_present` leaves missing values out and weighs those that are there more."""
        return False

    def forward_present(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Apply the layer to floats of which some are missing (NaN), leaving those out where that makes sense."""
        return self.forward(x, cancel, progress)

    @abstractmethod
    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the input `x` from the one with respect to the output."""

    @property
    def largest_sums(self) -> tuple[float, float]:
        """By what the largest value may be multiplied, and what may be added to it, without their signs."""
        return 1.0, 0.0

    def largest_of(self, largest: float) -> float:
        """Return how large a value may become of values up to `largest`, all without their signs."""
        gain, offset = self.largest_sums
        return largest * gain + offset

    def scaled(self, scale: Array, shift: Array) -> Layer | None:
        """Return a layer whose outputs are these times `scale` plus `shift`, one each a channel; None if none can."""
        return None

    def rewritings(self, before: Layer | None, shape: Shape) -> tuple[Rewriting, ...]:
        """Return what else does the same for an input of ``(C, *spatial)``, with the layer before it or alone."""
        return ()

    # What an output cell sees.

    def window(self, shape: Shape) -> ConvSpec:
        """Return the spec through which an output cell sees the input: one cell of its own channel."""
        return ConvSpec.of(shape[0], shape[0], (1,) * (len(shape) - 1), groups=shape[0])

    def filter_view(self, shape: Shape) -> FilterView:
        """Return which cell of an input ``(C, *spatial)`` meets which tap of the `window` where."""
        return FilterView(self.window(shape), shape[1:])

    def tabled(self, shape: Shape) -> Tabled | None:
        """Return the layer as tables, where its windows on ``(C, *spatial)`` are not all alike; otherwise None."""
        return None

    @property
    def keeps_axes(self) -> bool:
        """Whether what an output cell sees is a box of cells that lie where it lies, on each axis of its own."""
        return True

    @property
    def padding_value(self) -> float:
        """What stands around the input."""
        return 0.0

    def without_padding(self) -> Layer:
        """Return the layer for an input that has its border already, or whose result is cropped by the caller."""
        return self

    def channels_read(self, channel: int, shape: Shape) -> range:
        """Return the input channels that an output channel is made of."""
        return range(channel, channel + 1)

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what it takes to make some output channels of an input ``(C, *spatial)``, for `narrowed`.

        Returns
        -------
        reads, makes : tuple of int
            The input channels that are read then, and the output channels that are made: those, and few others.
        """
        if self.keeps_channels and not self.parameters:
            return channels, channels
        return tuple(range(shape[0])), tuple(range(self.output_shape(shape)[0]))

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> Layer:
        """Return the layer that takes the channels `reads` alone and makes `makes` alone; see `narrowing`."""
        return self

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        """Return for each spatial axis which cells an output cell reads, and with which weights."""
        return tuple(AxisReads.copies(n, 1) for n in shape[1:])

    def read_at(self, position: Shape, reads: int) -> range:
        """Return which of the `reads` channels of `channels_read` an output cell is made of; all for most layers."""
        return range(reads)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write how an output cell is made of the `values` it reads; empty where it is a copy.

        Parameters
        ----------
        values : ndarray
            ``(C_read, *window)``, padding left out.
        weights : ndarray
            Of the shape of one window, from `axis_reads`.
        channel : int
            The output channel.
        write : callable
            Writes a number as the screen does.
        """
        return ""

    def added(self, x: AnyArray, channel: int, cell: Shape) -> tuple[Array, float] | None:
        """Return what each of `channels_read` adds to an output value, and what is added besides.

        None for a layer whose outputs are no sums.
        """
        return None

    @property
    def slopes(self) -> Array | None:
        """By what negative values are multiplied, one for each channel or one for all, where that is learnt."""
        return None

    # Its parameters in the inspector.

    def form(self, shape: Shape) -> tuple[Field, ...]:
        """Return what can be set, for an input of ``(C, *spatial)``."""
        return ()

    def with_field(self, name: str, value: Any) -> Layer:
        """Return the layer with one field of its form changed; SpecError if that is not legal."""
        return replace(self, **{name: value})

    def alike(self, other: Layer) -> bool:
        """Whether two layers are of one kind and hold the same."""
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        own = [known.name for known in fields(self) if known.compare]
        pairs = [(getattr(self, name), getattr(other, name)) for name in own]
        return all(np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two for one, two in pairs)

    # In files and in other programs.

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return ``kind`` and the fields as JSON values; `parameters` are written by whoever writes the file."""

    @classmethod
    @abstractmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Layer:
        """Read what `to_json` wrote, and what a lesson's author writes.

        Raises
        ------
        SpecError
            If the layer is not legal; ValueError and TypeError for values that make no sense.
        """

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Layer:
        """Make a layer of a PyTorch module's arguments, for `rank` spatial axes.

        Parameters
        ----------
        name : str
            One of `pytorch_names`.
        old : Layer, optional
            What stood in its place; weights are kept around their middle.

        Raises
        ------
        SpecError
            If it is not legal, or something that is not done here.
        """
        raise NotImplementedError(name)

    @classmethod
    def has_state(cls, shapes: Mapping[str, Shape]) -> bool:
        """Whether tensors of these last names and shapes in a state dict are those of this kind alone."""
        return False

    @classmethod
    def from_state(cls, arrays: Mapping[str, Array]) -> Layer:
        """Make a layer of the tensors that `has_state` has recognised; what they do not tell is as PyTorch has it."""
        raise NotImplementedError(cls.__name__)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer | tuple[Layer, ...]:
        """Make a layer, or several in a row, of a node of an ONNX graph, whose operator is one of `onnx_names`.

        SpecError if it is not legal, or something that is not done here.
        """
        raise NotImplementedError(node.op_type)

    def pytorch(self, shape: Shape) -> TorchModules:
        """Write the layer for PyTorch; NoCounterpartError if that does not know it."""
        raise NoCounterpartError(self.title, "PyTorch")

    def keras(self, shape: Shape, mark: str) -> Program:
        """Write the layer for TensorFlow, on ``x`` of ``(1, *spatial, C)``; NoCounterpartError if it has none."""
        raise NoCounterpartError(self.title, "TensorFlow, Keras")

    def jax(self, shape: Shape, mark: str) -> Program:
        """Write the layer for JAX, on ``x`` of ``(1, C, *spatial)``; NoCounterpartError if that does not know it."""
        raise NoCounterpartError(self.title, "JAX")

    def numpy(self, shape: Shape, mark: str) -> Program:
        """Write the layer for NumPy, on ``x`` of ``(C, *spatial)``; NoCounterpartError if nobody wrote it."""
        raise NoCounterpartError(self.title, "NumPy")

    def numpy_present(self, shape: Shape, mark: str) -> Program:
        """Write `forward_present` for NumPy, as `numpy` writes `forward`."""
        return self.numpy(shape, mark)

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        """Add the layer's nodes to a graph; NoCounterpartError if ONNX does not know it."""
        raise NoCounterpartError(self.title, "ONNX")
