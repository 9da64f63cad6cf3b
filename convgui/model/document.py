"""The document: everything the user works on, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from convgui.core.filter_view import FilterView
from convgui.core.spec import SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.sample import Sample
from convgui.model.sources import Sources, as_sources, needed_for, read_by, read_shape
from convgui.words import tr, trn

Missing: TypeAlias = Literal["spread", "rescale", "zero"]
MISSING: tuple[Missing, ...] = ("spread", "rescale", "zero")
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class View:
    """How the document is looked at. Saved with it, but looking is not an undo step.

    Attributes
    ----------
    scene : str
        Id of the scene.
    step : int
        The step at which the document opens.
    layer, filter, channel : int
        The chosen layer, and the first two indices of the chosen kernel in its weights: filter (output channel) and
        channel within the group; in a transposed layer input channel and output channel within the group.
    options : mapping
        A choice for each option of the scene that is not at its default, by option name.
    centre : tuple of float
        The input point, as fractions of height and width, in the middle of a picture.
    zoom : float
        Magnification of pictures; 1 fits the whole picture.
    turn : tuple of float
        How far a volume is turned about its upright axis, and then towards the reader, in degrees.
    levels : tuple of float or None
        The two ends that the user set for the scale of a picture's output; None leaves them automatic.
    """

    scene: str = "slide"
    step: int = 0
    layer: int = 0
    filter: int = 0
    channel: int = 0
    options: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)
    centre: tuple[float, float] = (0.5, 0.5)
    zoom: float = 1.0
    turn: tuple[float, float] = (30.0, 20.0)
    levels: tuple[float, float] | None = None

    @property
    def chosen(self) -> tuple[int, int, int]:
        """The chosen layer, and the filter and the channel of its chosen kernel."""
        return (self.layer, self.filter, self.channel)


@lru_cache(maxsize=256)
def _numbered(count: int) -> tuple[str, ...]:
    """Return names for so many channels: their numbers."""
    return tuple(map(str, range(count)))


def missing_words(count: int) -> str:
    """Say how many values are missing."""
    return trn("{n} value missing", "{n} values missing", count)


Words: TypeAlias = Literal["own", "given", "stale"]


@dataclass(frozen=True)
class Caption:
    """One step of a lesson's explanation.

    Attributes
    ----------
    text : str
        One or two sentences.
    step : int
        The step of the scene at which the text is true; -1 means the last.
    options : mapping
        Options of the scene that this caption sets.
    predict : bool
        Whether the number that is made at this step is hidden until the reader asks for it or types it.
    state : Document or None
        The document that this text is about, where it is not the one it stands beside; without a lesson of its own.
        Its arrays are shared, so that a state costs what is different in it.
    words : str
        Whose words they are: ``"own"``, of whoever wrote the lesson; ``"given"``, as a lesson that ships has them, in
        what somebody made of it; ``"stale"``, given, and the state has been changed under them.
    """

    text: str
    step: int = 0
    options: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)
    predict: bool = False
    state: Document | None = None
    words: Words = "own"


@dataclass(frozen=True)
class Lesson:
    """What makes a document a lesson.

    Attributes
    ----------
    author : str
        A random word that stands for who wrote it; "" where nobody knows, and of lessons that ship.
    start : Document or None
        What the lesson began with in this session, without a lesson of its own. It is not kept in files, and no
        difference between lessons.
    """

    id: str
    title: str
    chapter: str
    captions: tuple[Caption, ...] = ()
    source: str = ""
    author: str = ""
    start: Document | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Document:
    """An input, a network of layers, and how they are looked at.

    Attributes
    ----------
    layers : tuple of Layer
        In an order in which each reads values that are there already.
    missing : str
        What a layer makes of missing values: an output that reads one is missing (``"spread"``, as in NumPy), they are
        left out and the other weights rescaled (``"rescale"``), or they count as 0 (``"zero"``).
    sources : tuple of tuple of int
        Which values each layer reads, their channels one behind the other: 0 is the input, n what layer number n made.
        Empty for a chain, where each reads what the one before it made.
    """

    sample: Sample
    layers: tuple[Layer, ...]
    view: View = field(default_factory=View)
    lesson: Lesson | None = None
    missing: Missing = "spread"
    sources: Sources = ()

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError(tr("A document has at least one layer."))
        sources = as_sources(self.sources, len(self.layers))
        if sources != self.sources:
            object.__setattr__(self, "sources", sources)
        view = self.view
        layer = min(max(view.layer, 0), len(self.layers) - 1)
        chosen = self.layers[layer]
        # A transposed layer's weights begin with its input channels, so the array says what can be chosen.
        filters, kernels = chosen.weight.shape[:2] if isinstance(chosen, Convolution) else (1, 1)
        clamped = replace(
            view,
            layer=layer,
            filter=min(max(view.filter, 0), filters - 1),
            channel=min(max(view.channel, 0), kernels - 1),
        )
        if clamped != view:
            object.__setattr__(self, "view", clamped)

    @property
    def chosen(self) -> Layer:
        """The chosen layer, of whatever kind."""
        return self.layers[self.view.layer]

    @property
    def layer(self) -> Convolution:
        """The chosen layer, where it is a convolution.

        Raises
        ------
        SpecError
            If it is not.
        """
        chosen = self.chosen
        if not isinstance(chosen, Convolution):
            raise SpecError(
                "layer", tr("{layer} is not a convolution ({title}).", layer=self.view.layer + 1, title=chosen.title)
            )
        return chosen

    @property
    def network(self) -> tuple[tuple[Layer, ...], Sources]:
        """The layers and what they read: two documents with the same make the same of one input."""
        return self.layers, self.sources

    def reads(self, index: int) -> tuple[int, ...]:
        """Return the numbers of the values that layer `index` reads."""
        return read_by(self.sources, index)

    @property
    def before_chosen(self) -> tuple[int, ...]:
        """The indices of the layers that what comes into the chosen layer follows from, in their order."""
        return tuple(sorted({i for n in self.reads(self.view.layer) for i in needed_for(self.sources, n)}))

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """``(C, *spatial)`` of the input, and after each layer.

        Raises
        ------
        SpecError
            If a layer does not take what it reads; the message says which.
        """
        return self._shapes[0]

    @property
    def incoming(self) -> tuple[Shape, ...]:
        """``(C, *spatial)`` of what comes into each layer; SpecError as for `shapes`."""
        return self._shapes[1]

    @cached_property
    def _shapes(self) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
        values: list[Shape] = [tuple(self.sample.data.shape)]
        incoming: list[Shape] = []
        try:
            for index, layer in enumerate(self.layers):
                incoming.append(read_shape(layer, [values[n] for n in self.reads(index)]))
                values.append(layer.output_shape(incoming[-1]))
        except SpecError as error:
            if len(self.layers) == 1:
                raise
            number = len(values)
            raise error.within(
                tr("In layer {place} ({title}), ", place=number, title=self.layers[number - 1].title)
            ) from error
        return tuple(values), tuple(incoming)

    @cached_property
    def channel_names(self) -> tuple[tuple[str, ...], ...]:
        """The names of the input's channels, and of those of each layer's value: the same where no layer mixes them.

        SpecError as for `shapes`.
        """
        names = [self.sample.channels]
        for index, (layer, shape) in enumerate(zip(self.layers, self.shapes[1:], strict=True)):
            before = names[self.reads(index)[0]]
            apart = isinstance(layer, Convolution) and layer.spec.channels.apart
            kept = (layer.keeps_names or apart) and shape[0] == len(before)
            names.append(before if kept else _numbered(shape[0]))
        return tuple(names)

    @property
    def input_shape(self) -> Shape:
        """``(C, *spatial)`` of what comes into the chosen layer; SpecError as for `shapes`."""
        chosen = self.view.layer
        return self.incoming[chosen] if chosen or self.sources else tuple(self.sample.data.shape)

    @property
    def filter_view(self) -> FilterView:
        """Which cell of what comes into the chosen convolution meets which of its taps where; SpecError as `layer`."""
        return self.layer.filter_view(self.input_shape)

    @property
    def leaves_out(self) -> bool:
        """Whether there are missing values, and the chosen layer leaves them out and rescales its other weights."""
        return self.missing == "rescale" and self.sample.nonfinite > 0

    @property
    def missing_words(self) -> str:
        """Say how many values of the input are missing, and what becomes of them; empty where none is."""
        count = self.sample.nonfinite
        if not count:
            return ""
        match self.missing:
            case "spread":
                return missing_words(count)
            case "rescale":
                return trn("{n} missing value left out", "{n} missing values left out", count)
            case "zero":
                return trn("{n} missing value counts as 0", "{n} missing values count as 0", count)

    def makes_the_same(self, other: Document) -> bool:
        """Whether another document has the same input and layers, so that it differs in how it is looked at alone."""
        return self.sample is other.sample and self.network == other.network and self.missing == other.missing

    def with_layer(self, layer: Layer) -> Document:
        """Return the document with the chosen layer replaced."""
        layers = (*self.layers[: self.view.layer], layer, *self.layers[self.view.layer + 1 :])
        return replace(self, layers=layers)

    def with_view(self, view: View) -> Document:
        """Return the document under another view."""
        return replace(self, view=view)


def reads_words(document: Document, index: int) -> str:
    """Write what a layer reads, `` ← 3, 4``, where that is not what the one before it makes."""
    numbers = document.reads(index)
    return "" if numbers == (index,) else f" ← {', '.join(map(str, numbers))}"
