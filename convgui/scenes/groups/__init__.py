"""Groups: which input channels each output channel sees, as wires and as a matrix, and what that saves.

From dense to depthwise (groups equal to the channels); the channel shuffle is that of ShuffleNet (arXiv 1707.01083).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convgui.core.channels import legal_groups
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.groups import frame, layout
from convgui.scenes.groups.layout import WiringLayout
from convgui.scenes.groups.wiring import Wiring, wiring
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

THEN = Option(
    "then", mark("Layers"), (("one", mark("One")), ("two", mark("Two in a row")), ("shuffle", mark("Shuffled between")))
)  # fmt: skip
KERNEL = Option("kernel", mark("Kernel"), (("layer", mark("As in the layer")), ("point", "1 × 1")))
MOST_CHOICES = 8
MOST_CHANNELS = 1024


def counts(document: Document) -> Option:
    """Offer the layer's own group count, and the legal ones from dense to the most."""
    spec = document.layer.spec
    found = legal_groups(spec.in_channels, spec.out_channels)
    if len(found) > MOST_CHOICES:
        found = (*found[: MOST_CHOICES - 1], found[-1])
    return Option("groups", tr("Groups"), (("layer", tr("As in the layer")), *((str(n), str(n)) for n in found)))


class Groups(Scene[Wiring, WiringLayout]):
    """The wiring of channels."""

    id = "groups"
    title = mark("Groups")
    order = 80
    lesson = "grouped"
    leaves_out = True
    multiplies = False
    shows_values = False

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if spec.in_channels == 1 or spec.out_channels == 1:
            return (
                tr("Groups divide channels, and only one goes in here; choose more channels.")
                if spec.in_channels == 1
                else tr("Groups divide channels, and only one comes out here; choose more channels.")
            )
        if max(spec.in_channels, spec.out_channels) > MOST_CHANNELS:
            return tr("Groups draws up to {most_channels} channels; this layer has more.", most_channels=MOST_CHANNELS)
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        point = (KERNEL,) if document.layer.spec.taps > 1 and not document.layer.spec.transposed else ()
        return (counts(document), THEN, *point)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Wiring:
        chosen = counts(document).chosen(document.view)
        groups = document.layer.spec.groups if chosen == "layer" else int(chosen)
        point = KERNEL in self.options(document) and KERNEL.chosen(document.view) == "point"
        return wiring(document, groups, THEN.chosen(document.view), point)

    def steps(self, prepared: Wiring) -> int:
        return prepared.sizes[-1]

    def lay_out(self, prepared: Wiring, view: View, canvas: Canvas) -> WiringLayout:
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: WiringLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: WiringLayout, hit: Hit) -> int | None:
        return frame.step_of(layout.wiring, hit)

    def choice(self, document: Document, hit: Hit) -> Mapping[str, Any]:
        return {"groups": hit.index[1]} if hit.kind == "choice" else {}


SCENE = Groups()
