"""A layer as a chain of cheaper passes, with every number that each pass makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, Cost, FilterView, convolve, separable_factors
from convgui.core.costs import depthwise_separable, flattened, passes, standard
from convgui.core.filter_view import Cell, Position
from convgui.core.precision import display_dtype
from convgui.draw.levels import extremes
from convgui.draw.viewport import Pyramid, pyramid
from convgui.layers.layer import Cancel
from convgui.model.document import Document
from convgui.model.padded import padded, pictured
from convgui.model.sample import Sample
from convgui.words import tr

Floats = NDArray[np.float64]
Sides = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Pass:
    """One convolution of the chain.

    Attributes
    ----------
    kernels : ndarray
        ``(C, kh, kw)``, one for each channel that goes in.
    across : bool
        Whether the channels are added up; otherwise each stays on its own.
    """

    title: str
    kernels: Floats
    stride: Sides = (1, 1)
    dilation: Sides = (1, 1)
    across: bool = True

    def apply(self, x: Floats, cancel: Cancel | None = None) -> Floats:
        """Return what the pass makes of ``(C, H, W)``."""
        weight = self.kernels[None] if self.across else self.kernels[:, None]
        groups = 1 if self.across else len(x)
        result: Floats = convolve(
            x, weight, stride=self.stride, dilation=self.dilation, groups=groups, dtype=x.dtype.type, cancel=cancel
        )
        return result

    def view(self, spatial: tuple[int, ...]) -> FilterView:
        """Return which cell of an input of that spatial shape meets which of the weights where."""
        spec = ConvSpec.of(1, 1, self.kernels.shape[1:], stride=self.stride, dilation=self.dilation)
        return FilterView(spec, spatial)


@dataclass(frozen=True, eq=False)
class Chain:
    """Passes one after the other, once for each term.

    Attributes
    ----------
    kind : str
        ``"spatial"``, ``"depthwise"`` or ``"flattened"``.
    rounds : tuple of tuple of Pass
        The passes of each term; the terms' results are added.
    stacks : tuple of tuple of ndarray
        For each round what goes in and what each of its passes makes, ``(C, H, W)``.
    views : tuple of FilterView
        For each pass which cell meets which weight where; the same in all rounds.
    whole : FilterView
        The layer's own windows on the input.
    totals : ndarray
        ``(rounds, H, W)``: the output after each round.
    direct : ndarray
        ``(H, W)``: what the kernel itself makes, for comparison.
    kernel, near : ndarray
        ``(C, kh, kw)``: the filter, and what the terms add up to.
    error : float
        Distance of the two, relative to the size of what is factored (Frobenius norm).
    rank : int
        How many terms the kernel needs; 0 where this is not asked.
    costs : tuple of Cost
        One for each pass, at the input's own size.
    layer_cost : Cost
        The same work done by the layer as it is.
    origin : tuple of int
        Row and column of the input where the drawn part begins (negative in the padding).
    cut : bool
        Whether only a part of the input is drawn.
    filters : int
        How many filters read the same channels.
    """

    tolerance: ClassVar[float] = 1e-9

    kind: str
    rounds: tuple[tuple[Pass, ...], ...]
    stacks: tuple[tuple[Floats, ...], ...]
    views: tuple[FilterView, ...]
    whole: FilterView
    totals: Floats
    direct: Floats
    kernel: Floats
    near: Floats
    error: float
    rank: int
    strengths: Floats
    costs: tuple[Cost, ...]
    layer_cost: Cost
    first: int
    filter: int
    channel: int
    names: tuple[str, ...]
    origin: Cell
    size: tuple[int, ...]
    cut: bool
    plain: bool
    sample: Sample
    filters: int

    def index(self, cell: Cell) -> Cell:
        """Return where a cell of the input, or of its padding, stands in the stacks."""
        return tuple(c - first for c, first in zip(cell, self.origin, strict=True))

    def read(self, turn: int, cells: Iterable[Cell], kernel: Floats) -> dict[Position, float]:
        """Return with which weight each number of a pass reads some of the cells that go into it, taken together."""
        found = dict[Position, float]()
        for position, tap in sorted(hit for cell in cells for hit in self.views[turn].hits(cell)):
            found[position] = found.get(position, 0.0) + float(kernel[tap])
        return found

    def copies(self, cell: Cell) -> list[Cell]:
        """Return where in the stacks a cell of the input stands: in the padding too, where that repeats it."""
        return [self.index(cell)] if self.cut else self.whole.copies(cell)

    @property
    def difference(self) -> float:
        """Largest difference between the chain's output and the direct one, of what is not missing."""
        return float(np.nan_to_num(extremes(np.abs(self.totals[-1] - self.direct))[1]))

    @property
    def exact(self) -> bool:
        """Whether the two are one, to rounding."""
        size = float(np.nan_to_num(extremes(np.abs(self.direct))[1]))
        return self.difference <= self.tolerance * max(1.0, size)


@dataclass(frozen=True, eq=False)
class PictureChain(Chain):
    """A chain whose stacks are drawn as pictures.

    Attributes
    ----------
    shown : tuple of tuple of Pyramid
        For each round its stacks for small views; the last is the output so far.
    """

    tolerance: ClassVar[float] = 1e-5
    shown: tuple[tuple[Pyramid, ...], ...]


@dataclass(frozen=True, eq=False)
class _Split:
    """What is known of a filter once it is factored."""

    rounds: tuple[tuple[Pass, ...], ...]
    kernel: Floats
    near: Floats
    error: float
    costs: tuple[Cost, ...]
    layer_cost: Cost
    rank: int = 0
    strengths: Floats = field(default_factory=lambda: np.zeros(0))


def chain(document: Document, kind: str, terms: str, cancel: Cancel | None = None) -> Chain:
    """Factor the chosen filter and run its passes over the input.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    view, spec = document.view, document.layer.spec
    reads, cut, around = spec.channels.reads(view.filter), spec.channels.slice(view.filter), padded(document)
    # A picture's passes are kept in the type that shows it; small grids are exact.
    read = around.values[cut]
    x: Floats = read.astype(display_dtype(read) if pictured(document) else np.float64)
    names = document.sample.channels[cut]
    if kind == "spatial":
        split = _spatial(document, terms)
        x, names = x[view.channel][None], names[view.channel : view.channel + 1]
    else:
        split = _depthwise(document) if kind == "depthwise" else _flattened(document)
    stacks = tuple(_run(x, passes, cancel) for passes in split.rounds)
    totals = np.cumsum([made[-1][0] for made in stacks], axis=0)
    direct = convolve(
        x, split.kernel[None], dtype=np.float64, stride=spec.stride, dilation=spec.dilation, cancel=cancel
    )[0]
    spatial = document.sample.spatial
    square = len(set(spatial)) == len(set(spec.kernel_size)) == 1
    plain = square and document.filter_view.padded_shape == spatial and {*spec.stride, *spec.dilation} == {1}
    views = tuple(step.view(stack.shape[1:]) for step, stack in zip(split.rounds[0], stacks[0], strict=False))
    return Chain(
        kind, split.rounds, stacks, views, around.whole, totals, direct, split.kernel, split.near, split.error,
        split.rank, split.strengths, split.costs, split.layer_cost, reads.start, view.filter, view.channel,
        tuple(names), around.origin, spatial, around.cut, plain, document.sample,
        len(spec.channels.siblings(view.filter)),
    )  # fmt: skip


def as_pictures(chain: Chain, cancel: Cancel | None = None) -> PictureChain:
    """Keep the input and the passes of a chain for small views as well; Cancelled as for `chain`."""
    given = pyramid(chain.stacks[0][0], cancel)
    shown = tuple(
        (given, *(pyramid(stack, cancel) for stack in (*stacks[1:-1], total[None])))
        for stacks, total in zip(chain.stacks, chain.totals, strict=True)
    )
    return PictureChain(**vars(chain), shown=shown)


def _geometry(spec: ConvSpec) -> tuple[Sides, Sides]:
    """Stride and dilation of the two axes."""
    return (spec.stride[0], spec.stride[1]), (spec.dilation[0], spec.dilation[1])


def _spatial(document: Document, terms: str) -> _Split:
    """Columns times rows, the strongest first; one kernel of the layer alone."""
    layer, view, spatial = document.layer, document.view, document.sample.spatial
    kernel = layer.effective_weight[view.filter, view.channel]
    factors = separable_factors(kernel)
    count = max(1, factors.rank if terms == "all" else min(int(terms), factors.rank))
    one = layer.spec.one_filter()
    cost = standard(one, spatial)
    return _Split(
        tuple(_two(factors.terms[t], *_geometry(layer.spec)) for t in range(count)),
        kernel[None],
        factors.sum(count)[None],
        _distance(kernel, factors.sum(count)),
        tuple(passes(one, spatial, (1, 0)) * count),
        cost,
        factors.rank,
        factors.strengths,
    )


def _flattened(document: Document) -> _Split:
    """One vector an axis: across channels, down and along."""
    layer, spatial = document.layer, document.sample.spatial
    kernel = layer.effective_weight[document.view.filter]
    factors = separable_factors(kernel)
    rounds = (_three(factors.terms[0], *_geometry(layer.spec)),)
    error = _distance(kernel, factors.sum(1))
    cost = standard(layer.spec, spatial)
    return _Split(rounds, kernel, factors.sum(1), error, (flattened(layer.spec, spatial),), cost)


def _distance(one: Floats, other: Floats) -> float:
    size = float(np.linalg.norm(one))
    return float(np.linalg.norm(one - other)) / size if size else 0.0


def _run(x: Floats, passes: tuple[Pass, ...], cancel: Cancel | None) -> tuple[Floats, ...]:
    results = [x]
    for step in passes:
        results.append(step.apply(results[-1], cancel))
    return tuple(results)


def _two(term: tuple[Floats, ...], stride: Sides, dilation: Sides) -> tuple[Pass, ...]:
    column, row = tidy(term)
    along = Pass(tr("Row"), row[None, None], (1, stride[1]), (1, dilation[1]))
    return along, Pass(tr("Column"), column[None, :, None], (stride[0], 1), (dilation[0], 1))


def _three(term: tuple[Floats, ...], stride: Sides, dilation: Sides) -> tuple[Pass, ...]:
    across, column, row = tidy(term)
    return (
        Pass(tr("Channels"), across[:, None, None]),
        Pass(tr("Column"), column[None, :, None], (stride[0], 1), (dilation[0], 1)),
        Pass(tr("Row"), row[None, None], (1, stride[1]), (1, dilation[1])),
    )


def _depthwise(document: Document) -> _Split:
    """Return the nearest depthwise separable layer: for each channel the one kernel that serves all filters best.

    The filters of one input channel are the rows of a matrix; its strongest singular pair is the kernel and the
    weights with which each filter takes it.
    """
    spec, spatial, chosen = document.layer.spec, document.sample.spatial, document.view.filter
    siblings = spec.channels.siblings(chosen)
    filters, own = document.layer.effective_weight[list(siblings)], siblings.index(chosen)
    kernels, weights = [], []
    for c in range(filters.shape[1]):
        left, right = tidy(separable_factors(filters[:, c].reshape(len(siblings), -1)).terms[0])
        kernels.append(right.reshape(spec.kernel_size))
        weights.append(left)
    depth, point = np.array(kernels), np.array(weights)
    near = np.einsum("co,chw->ochw", point, depth)
    one = Pass(tr("Depthwise"), depth, *_geometry(spec), across=False)
    other = Pass("1 × 1", point[:, own, None, None].copy())
    costs, cost = depthwise_separable(spec, spatial), standard(spec, spatial)
    kernel = filters[own]
    return _Split(((one, other),), kernel, near[own], _distance(filters, near), costs, cost)


def tidy(term: tuple[Floats, ...]) -> tuple[Floats, ...]:
    """Share a term's scale so that vectors become whole numbers where they can; their product stays."""
    vectors = list(term)
    for n in range(len(vectors) - 1, 0, -1):
        round_ = _whole_numbers(vectors[n])
        if round_ is None:
            continue
        scale = float(vectors[n] @ round_) / float(round_ @ round_)
        vectors[n], vectors[0] = round_, vectors[0] * scale
    nearby = np.round(vectors[0] * 5040) / 5040
    if np.allclose(nearby, vectors[0], rtol=1e-11, atol=1e-12):
        vectors[0] = nearby
    return tuple(vectors)


def _whole_numbers(vector: Floats) -> Floats | None:
    """Return the smallest whole numbers in the same proportions, or None if none up to 20 fit."""
    largest = float(np.abs(vector).max())
    if not largest:
        return None
    for top in range(1, 21):
        scaled = vector / largest * top
        if np.allclose(scaled, np.round(scaled), atol=1e-9):
            rounded: Floats = np.round(scaled) + 0.0
            return rounded
    return None
