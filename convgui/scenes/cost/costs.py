"""What the layer costs, and what each cheaper layer of the same size would cost in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from convgui.core import ConvSpec
from convgui.core.channels import legal_groups
from convgui.core.costs import Cost, depthwise_separable, flattened, spatially_separable, standard, sub_pixel
from convgui.draw.number import grouped, number, times
from convgui.model.document import Document
from convgui.words import mark, tr

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
    cost : Cost
        With all numbers that its stages make, those of the output among them.
    """

    id: str
    title: str
    note: str
    cost: Cost


@dataclass(frozen=True)
class Costs:
    """The layer first, then its alternatives."""

    entries: tuple[Entry, ...]
    given: int
    shape: str

    def memory(self, entry: Entry) -> int:
        """Bytes of the input, all activations and the weights."""
        return BYTES * (self.given + entry.cost.cells + entry.cost.weights)

    def values(self, entry: Entry) -> tuple[int, int, int, int]:
        """Return multiply-adds, weights, activations and bytes."""
        return (entry.cost.multiplications, entry.cost.weights, entry.cost.cells, self.memory(entry))


def costs(document: Document) -> Costs:
    """Count the chosen layer and the alternatives that apply to it."""
    spec, spatial = document.layer.spec, tuple(document.sample.spatial)
    entries = [_own(spec, spatial)]
    if sum(k > 1 for k in spec.kernel_size) > 1:
        entries.append(_spatial(spec, spatial))
    if spec.channels.depth > 1 and spec.taps > 1:
        entries += [_depthwise_separable(spec, spatial), _flattened(spec, spatial)]
    if spec.transposed and max(spec.stride) > 1:
        entries += [_resized(spec, spatial), _shuffled(spec, spatial)]
    entries += _grouped(spec, spatial)
    if min(spec.in_channels, spec.out_channels) >= 4 and spec.groups == 1 and spec.taps > 1:
        entries.append(_bottleneck(spec, spatial))
    out = spec.output_shape(spatial)
    sizes = [times(c, *n) for c, n in ((spec.in_channels, spatial), (spec.out_channels, out))]
    return Costs(tuple(entries), spec.in_channels * prod(spatial), " → ".join(sizes))


def _product(*factors: int) -> str:
    return " · ".join(grouped(f) for f in factors) + f" = {grouped(prod(factors))}"


def _own(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    cells = prod(spatial if spec.transposed else spec.output_shape(spatial))
    product = _product(cells, spec.out_channels, spec.channels.depth, spec.taps)
    words = (
        mark("{product}: input cells, filters, kernels of each, weights")
        if spec.transposed
        else mark("{product}: output cells, filters, kernels of each, weights")
    )
    title = tr("This layer") if spec.groups == 1 else tr("This layer, {groups} groups", groups=spec.groups)
    return Entry("layer", title, tr(words, product=product), standard(spec, spatial))


def _spatial(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """One pass an axis, the last axis first; every kernel makes cells of its own between its passes."""
    kernels, sides = prod(spec.weight_shape[:2]), " + ".join(map(str, spec.kernel_size))
    words = (
        mark("each of {n} kernels as one pass an axis, with cells between: {sides} weights and not {taps}")
        if kernels > 1
        else mark("the kernel as one pass an axis, with cells between: {sides} weights and not {taps}")
    )
    note = tr(words, n=grouped(kernels), sides=sides, taps=spec.taps)
    return Entry("spatial", tr("Spatially separable"), note, spatially_separable(spec, spatial))


def _depthwise_separable(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    depth, point = depthwise_separable(spec, spatial)
    total = depth + point
    share = number(round(total.multiplications / standard(spec, spatial).multiplications, 3))
    ratio = share if spec.transposed else f"1/{spec.channels.width} + 1/{spec.taps} = {share}"
    sums = f"{grouped(depth.multiplications)} + {grouped(point.multiplications)}"
    note = tr("{sums} multiply-adds; the ratio is {ratio}", sums=sums, ratio=ratio)
    return Entry("depthwise", tr("Depthwise separable"), note, total)


def _flattened(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    depth = spec.channels.depth
    sides = " + ".join(map(str, (depth, *spec.kernel_size)))
    note = tr(
        "each filter as one factor an axis: {sides} weights and not {depth}",
        sides=sides,
        depth=grouped(depth * spec.taps),
    )
    return Entry("flattened", tr("Flattened"), note, flattened(spec, spatial))


def _resized(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """The input enlarged by the stride, and an ordinary convolution on it: no checkerboard, at a price."""
    given, cells = spec.in_channels * prod(spatial) * prod(spec.stride), prod(spec.output_shape(spatial))
    weights = prod(spec.weight_shape)
    note = tr(
        "the input enlarged to {given} cells first, then {product}: output cells and weights",
        given=grouped(given),
        product=_product(cells, weights),
    )
    cost = Cost("resized", cells * weights, weights, given + cells * spec.out_channels)
    return Entry("resized", tr("Resize, then convolve"), note, cost)


def _shuffled(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """Sub-pixel convolution: a filter for each phase of the stride, whose results are shuffled."""
    (cost, sides), phases = sub_pixel(spec, spatial), prod(spec.stride)
    note = tr(
        "{filters} filters of {sides} on the small input, {phases} for each channel of the output",
        filters=grouped(prod((spec.out_channels, *spec.stride))),
        sides=times(*sides),
        phases=phases,
    )
    return Entry("shuffled", tr("Pixel shuffle"), note, cost)


def _grouped(spec: ConvSpec, spatial: tuple[int, ...]) -> list[Entry]:
    """The next legal group count, and the largest one."""
    more = [n for n in legal_groups(spec.in_channels, spec.out_channels) if n > spec.groups]
    found = []
    for groups in dict.fromkeys(more[:1] + more[-1:]):
        other = replace(spec, groups=groups)
        deep = groups == spec.in_channels
        title = tr("Depthwise, {groups} groups", groups=groups) if deep else tr("{groups} groups", groups=groups)
        note = tr("each filter reads {n} of {all} channels", n=other.channels.depth, all=spec.in_channels)
        found.append(Entry(f"groups-{groups}", title, note, standard(other, spatial)))
    return found


def _bottleneck(spec: ConvSpec, spatial: tuple[int, ...]) -> Entry:
    """1 x 1 down to a quarter of the channels, the kernel there, 1 x 1 up again (arXiv 1512.03385)."""
    narrow = min(spec.in_channels, spec.out_channels) // 4
    cells, before = prod(spec.output_shape(spatial)), prod(spatial)
    parts = (
        before * spec.in_channels * narrow,
        (before if spec.transposed else cells) * narrow * narrow * spec.taps,
        cells * narrow * spec.out_channels,
    )
    weights = narrow * (spec.in_channels + narrow * spec.taps + spec.out_channels)
    outputs = before * narrow + cells * narrow + cells * spec.out_channels
    way = tr("{way} channels", way=f"{spec.in_channels} → {narrow} → {narrow} → {spec.out_channels}")
    note = f"{way}: {' + '.join(map(grouped, parts))}"
    return Entry("bottleneck", tr("1 × 1 bottleneck"), note, Cost("bottleneck", sum(parts), weights, outputs))
