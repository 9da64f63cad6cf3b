"""Slices as channels: a volume that is as deep as the filter, drawn as Slide draws a picture of as many channels.

A filter that fits at one depth alone adds up, slice by slice, what the layer with as many channels adds up channel by
channel: the same numbers at the same places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from convgui.core import ConvSpec
from convgui.draw.picture import Hit, HitGrid, Picture
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import AnyScene, Focus, reason_against
from convgui.words import tr

MOST, SMALL = 4, 16
"""Slices that are drawn side by side, and cells a side that they have at most."""
Index = tuple[int, ...]
_TO_VOLUME: dict[str, Callable[[Index], Index]] = {
    "input": lambda i: (0, *i), "partial": lambda i: (0, *i),
    "kernel": lambda i: (i[0], 0, *i[1:]), "output": lambda i: (i[0], 0, *i[1:]),
}  # fmt: skip
_TO_SHEETS: dict[str, Callable[[Index], Index]] = {
    "input": lambda i: i[1:], "partial": lambda i: i[1:],
    "kernel": lambda i: (i[0], *i[2:]), "output": lambda i: (i[0], *i[2:]),
}  # fmt: skip
"""Where the single channel, or the single depth of the output, stands in an index of the volume."""


@dataclass(frozen=True, eq=False)
class SheetsPrepared:
    """What the scene of pictures prepared of the slices."""

    prepared: Any


@dataclass(frozen=True, eq=False)
class SheetsLayout:
    """The slices on a canvas, as that scene laid them out."""

    layout: Any


def pictures() -> AnyScene:
    """Return the scene that draws pictures of several channels."""
    return scene("slide")


def fit(document: Document) -> bool:
    """Whether the slices can be read as channels: of one channel, a few, all of them under the filter, and small."""
    spec, spatial = document.layer.spec, document.sample.spatial
    if spec.rank != 3 or spec.transposed or spec.in_channels != 1 or not 1 < spatial[0] <= MOST or max(spatial) > SMALL:
        return False
    padded = document.filter_view.padded_shape[0]
    alone = spec.kernel_size[0] == padded == spatial[0] and spec.dilation[0] == 1
    return alone and not reason_against(pictures(), as_channels(document))


def as_channels(document: Document) -> Document:
    """Return the picture that has a volume's slices for channels, and the layer that does the same to it."""
    layer, sample, spec = document.layer, document.sample, document.layer.spec
    depth, *spatial = sample.spatial
    padding = spec.padding if isinstance(spec.padding, str) else spec.padding[1:]
    flat = ConvSpec.of(
        depth, spec.out_channels, spec.kernel_size[1:], stride=spec.stride[1:], padding=padding,
        dilation=spec.dilation[1:], padding_mode=spec.padding_mode,
    )  # fmt: skip
    picture = replace(
        sample, data=sample.data.reshape(depth, *spatial), spacing=sample.spacing[1:], units=sample.units[1:],
        channels=tuple(tr("slice {n}", n=n) for n in range(depth)), directions=(), affine=(), axis_selection=None,
        alpha=None,
    )  # fmt: skip
    filters = layer.effective_weight.reshape(spec.out_channels, depth, *spec.kernel_size[1:])
    view = replace(document.view, layer=0, channel=0, options={})
    return Document(picture, (Convolution(flat, filters, layer.bias),), view, missing=document.missing)


def prepare(document: Document, work: Work | None) -> SheetsPrepared:
    """Compute every number."""
    return SheetsPrepared(replace(pictures().prepare(as_channels(document), work), sliced=True))


def steps(prepared: SheetsPrepared) -> int:
    """Return how many places the filter has."""
    return pictures().steps(prepared.prepared)


def lay_out(prepared: SheetsPrepared, view: View, canvas: Canvas) -> SheetsLayout:
    """Place the slices."""
    return SheetsLayout(pictures().lay_out(prepared.prepared, replace(view, channel=0), canvas))


def draw_frame(layout: SheetsLayout, at: float, focus: Focus) -> Picture:
    """Draw one moment; what can be pointed at has the volume's indices."""
    hover, pinned = (None if hit is None else _on_sheets(hit) for hit in (focus.hover, focus.pinned))
    picture = pictures().picture(layout.layout, at, Focus(hover, pinned))
    return replace(picture, hits=tuple(_in_volume(found) for found in picture.hits))


def _on_sheets(hit: Hit) -> Hit:
    return Hit(hit.kind, _TO_SHEETS[hit.kind](hit.index)) if hit.kind in _TO_SHEETS else hit


def _in_volume(found: HitGrid) -> HitGrid:
    return replace(found, prefix=_TO_VOLUME[found.kind](found.prefix)) if found.kind in _TO_VOLUME else found
