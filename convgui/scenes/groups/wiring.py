"""Which channel feeds which: links between stages of channels, and what each legal group count costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, Cost, SpecError, channel_shuffle
from convgui.core.channels import Channels, group_of, legal_groups, members
from convgui.core.costs import standard
from convgui.model.document import Document
from convgui.words import tr

Truth = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Wiring:
    """Stages of channels with the links between them.

    Attributes
    ----------
    titles : tuple of str
        One for each stage.
    links : tuple of ndarray
        Between two stages, ``(to, from)``: True where a kernel, or the shuffle, leads.
    shuffles : tuple of bool
        Which of the links is the shuffle.
    order : ndarray
        Channel that stands at each position after the shuffle.
    paths : ndarray
        ``(C_out, C_in)``: how many ways lead from an input to an output.
    costs : tuple of (int, Cost)
        What the layers that are drawn cost together with each legal group count.
    own : int
        The layer's own group count.
    """

    spec: ConvSpec
    groups: int
    own: int
    titles: tuple[str, ...]
    links: tuple[Truth, ...]
    shuffles: tuple[bool, ...]
    order: Ints
    paths: Ints
    costs: tuple[tuple[int, Cost], ...]

    @property
    def layers(self) -> int:
        """How many layers are drawn; a shuffle is none."""
        return len(self.links) - sum(self.shuffles)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Channels of each stage."""
        return (self.spec.in_channels, *(len(link) for link in self.links))

    def group(self, stage: int, channel: int) -> int:
        """Return the group whose hue a channel wears: the one that made it, or for the input the one it feeds."""
        return group_of(channel, self.sizes[stage], self.groups)[0]

    def members(self, stage: int, group: int) -> range:
        """Return the channels of a stage that belong to a group."""
        return members(group, self.sizes[stage], self.groups)

    def behind(self, channel: int) -> tuple[Truth, ...]:
        """Return for each stage the channels that lead to an output."""
        masks = [np.arange(self.sizes[-1]) == channel]
        for link in reversed(self.links):
            masks.insert(0, link[masks[0]].any(axis=0))
        return tuple(masks)

    def through(self, stage: int, channel: int) -> tuple[Truth, ...]:
        """Return for each stage the channels that lead to this one, or to which it leads."""
        masks = [np.arange(self.sizes[stage]) == channel]
        for link in reversed(self.links[:stage]):
            masks.insert(0, link[masks[0]].any(axis=0))
        for link in self.links[stage:]:
            masks.append(link[:, masks[-1]].any(axis=1))
        return tuple(masks)


def wiring(document: Document, groups: int, then: str, pointwise: bool) -> Wiring:
    """Wire the chosen layer with a group count: alone, twice in a row, or twice with a shuffle between."""
    own = document.layer.spec
    spatial = document.sample.spatial
    spec = replace(own, groups=groups)
    if pointwise:
        one = (1,) * own.rank
        spec = replace(
            spec, kernel_size=one, dilation=one, padding=((0, 0),) * own.rank, output_padding=(0,) * own.rank
        )
    first, again = spec.channels.wired(), Channels(own.out_channels, own.out_channels, groups).wired()
    order = np.asarray(channel_shuffle(np.arange(own.out_channels), groups), dtype=np.int64)
    deal = np.arange(own.out_channels) == order[:, None]
    links: tuple[Truth, ...] = {"one": (first,), "two": (first, again), "shuffle": (first, deal, again)}[then]
    titles = {
        "one": (tr("Input"), tr("Output")),
        "two": (tr("Input"), tr("Layer 1"), tr("Layer 2")),
        "shuffle": (tr("Input"), tr("Layer 1"), tr("Shuffled"), tr("Layer 2")),
    }[then]
    # Counts stay far below 2**53, and NumPy multiplies floats much faster than integers.
    ways = np.eye(own.in_channels)
    for link in links:
        ways = link.astype(np.float64) @ ways
    paths = ways.astype(np.int64)
    legal = legal_groups(own.in_channels, own.out_channels)
    costs = tuple((n, _cost(replace(spec, groups=n), spatial, twice=then != "one")) for n in legal)
    shuffles = tuple(then == "shuffle" and index == 1 for index in range(len(links)))
    return Wiring(spec, groups, own.groups, titles, links, shuffles, order, paths, costs)


def _cost(spec: ConvSpec, spatial: tuple[int, ...], *, twice: bool) -> Cost:
    """Return what a layer costs, with one of its kind behind it if there are two."""
    one = standard(spec, spatial)
    if not twice:
        return one
    again = replace(spec, in_channels=spec.out_channels)
    try:
        other = standard(again, spec.output_shape(spatial))
    except SpecError:
        # Too large for what the first one leaves: it is taken on as many cells as that.
        other = standard(again, spatial)
    return one + other


def kind(w: Wiring) -> str:
    """Name the wiring as the field does."""
    point = w.spec.taps == 1
    if w.groups == 1:
        return tr("dense, pointwise") if point else tr("dense")
    if w.groups == w.spec.in_channels:
        return tr("depthwise")
    return tr("{n} groups, pointwise", n=w.groups) if point else tr("{n} groups", n=w.groups)
