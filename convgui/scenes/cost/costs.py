"""What the layer costs, and what each cheaper layer of the same size would cost in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from convgui.core import ConvSpec, FilterView
from convgui.core.channels import legal_groups
from convgui.core.costs import depthwise_separable, flattened, spatially_separable, standard
from convgui.draw.number import grouped, number
from convgui.model.document import Document
from convgui.words import tr

BYTES = 4
"""Memory is counted in float32."""


@dataclass(frozen=True)
class Entry:
    """One way to get from the input's size to the output's.

    Attributes
    ----------
    id, title : str
        The id is for tests, the title is drawn.
    note : str
        How the multiplications come about, with numbers.
    multiplications, weights, activations : int
        Activations are all numbers that its stages make, the output among them.
    """

    id: str
    title: str
    note: str
    multiplications: int
    weights: int
    activations: int


@dataclass(frozen=True)
class Costs:
    """The layer first, then its alternatives."""

    entries: tuple[Entry, ...]
    given: int
    shape: str

    def memory(self, entry: Entry) -> int:
        """Bytes of the input, all activations and the weights."""
        return BYTES * (self.given + entry.activations + entry.weights)

    def values(self, entry: Entry) -> tuple[int, int, int, int]:
        """Return multiply-adds, weights, activations and bytes."""
        return (entry.multiplications, entry.weights, entry.activations, self.memory(entry))


def costs(document: Document) -> Costs:
    """Count the chosen layer and the alternatives that apply to it."""
    spec, spatial = document.layer.spec, tuple(document.sample.spatial)
    entries = [_own(spec, spatial)]
    if sum(k > 1 for k in spec.kernel_size) > 1:
        entries.append(_spatial(spec, spatial))
    if spec.channels.depth > 1 and spec.taps > 1:
        entries += [_depthwise_separable(spec, spatial), _flattened(spec, spatial)]
    entries += _grouped(spec, spatial)
    if min(spec.in_channels, spec.out_channels) >= 4 and spec.groups == 1 and spec.taps > 1:
        entries.append(_bottleneck(spec, spatial))
    out = spec.output_shape(spatial)
    sizes = [" × ".join(map(str, (c, *n))) for c, n in ((spec.in_channels, spatial), (spec.out_channels, out))]
    return Costs(tuple(entries), spec.in_channels * prod(spatial), " → ".join(sizes))


def _product(*factors: int) -> str:
    return " · ".join(grouped(f) for f in factors) + f" = {grouped(prod(factors))}"


def _own(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    cost, cells = standard(spec, spatial), prod(spec.output_shape(spatial))
    depth = spec.channels.depth
    note = tr(
        "{product}: output cells, filters, kernels of each, weights",
        product=_product(cells, spec.out_channels, depth, spec.taps),
    )
    title = tr("This layer") if spec.groups == 1 else tr("This layer, {groups} groups", groups=spec.groups)
    return Entry("layer", title, note, cost.multiplications, cost.weights, cells * spec.out_channels)


def _spatial(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """One pass an axis, the last axis first; every kernel makes cells of its own between its passes."""
    cost = spatially_separable(spec, spatial)
    kernels = prod(spec.weight_shape[:2])
    out = spec.output_shape(spatial)
    cells = list(FilterView(spec, spatial).padded_shape)
    between = 0
    for axis in reversed(range(1, spec.rank)):
        cells[axis] = out[axis]
        between += prod(cells)
    sides = " + ".join(map(str, spec.kernel_size))
    note = tr(
        "the kernel as one pass an axis, with cells between: {sides} weights and not {taps}",
        sides=sides,
        taps=spec.taps,
    )
    if kernels > 1:
        note = tr(
            "each of {n} kernels as one pass an axis, with cells between: {sides} weights and not {taps}",
            n=grouped(kernels),
            sides=sides,
            taps=spec.taps,
        )
    made = between * kernels + prod(out) * spec.out_channels
    return Entry("spatial", tr("Spatially separable"), note, cost.multiplications, cost.weights, made)


def _depthwise_separable(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    depth, point = depthwise_separable(spec, spatial)
    total, cells = depth + point, prod(spec.output_shape(spatial))
    share = number(round(total.multiplications / standard(spec, spatial).multiplications, 3))
    ratio = f"1/{spec.channels.width} + 1/{spec.taps} = {share}"
    sums = f"{grouped(depth.multiplications)} + {grouped(point.multiplications)}"
    note = tr("{sums} multiply-adds; the ratio is {ratio}", sums=sums, ratio=ratio)
    made = cells * (spec.in_channels + spec.out_channels)
    return Entry("depthwise", tr("Depthwise separable"), note, total.multiplications, total.weights, made)


def _flattened(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    cost, out = flattened(spec, spatial), spec.output_shape(spatial)
    cells = list(FilterView(spec, spatial).padded_shape)
    made = prod(cells)
    for axis in range(spec.rank):
        cells[axis] = out[axis]
        made += prod(cells)
    depth = spec.channels.depth
    sides = " + ".join(map(str, (depth, *spec.kernel_size)))
    note = tr(
        "each filter as one factor an axis: {sides} weights and not {depth}",
        sides=sides,
        depth=grouped(depth * spec.taps),
    )
    title = tr("Flattened")
    return Entry("flattened", title, note, cost.multiplications, cost.weights, made * spec.out_channels)


def _grouped(spec: ConvSpec, spatial: tuple[int, ...]) -> list[Entry]:
    """The next legal group count, and the largest one."""
    more = [n for n in legal_groups(spec.in_channels, spec.out_channels) if n > spec.groups]
    cells, found = prod(spec.output_shape(spatial)), []
    for groups in dict.fromkeys(more[:1] + more[-1:]):
        other = replace(spec, groups=groups)
        cost = standard(other, spatial)
        deep = groups == spec.in_channels
        title = tr("Depthwise, {groups} groups", groups=groups) if deep else tr("{groups} groups", groups=groups)
        note = tr("each filter reads {n} of {all} channels", n=other.channels.depth, all=spec.in_channels)
        found.append(
            Entry(f"groups-{groups}", title, note, cost.multiplications, cost.weights, cells * spec.out_channels)
        )
    return found


def _bottleneck(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """1 x 1 down to a quarter of the channels, the kernel there, 1 x 1 up again (arXiv 1512.03385)."""
    narrow = min(spec.in_channels, spec.out_channels) // 4
    cells, before = prod(spec.output_shape(spatial)), prod(spatial)
    parts = (
        before * spec.in_channels * narrow,
        cells * narrow * narrow * spec.taps,
        cells * narrow * spec.out_channels,
    )
    weights = narrow * (spec.in_channels + narrow * spec.taps + spec.out_channels)
    made = before * narrow + cells * narrow + cells * spec.out_channels
    way = tr("{way} channels", way=f"{spec.in_channels} → {narrow} → {narrow} → {spec.out_channels}")
    note = f"{way}: {' + '.join(map(grouped, parts))}"
    return Entry("bottleneck", tr("1 × 1 bottleneck"), note, sum(parts), weights, made)
