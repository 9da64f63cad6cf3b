"""Factor: a kernel as a product of smaller ones, run one after the other.

Spatially separable (a column times a row, by the singular value decomposition), depthwise separable (arXiv 1704.04861)
and flattened (one factor an axis, arXiv 1412.5474).
"""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.padded import padded_values, pictured
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor import frame, layout, photo, solid
from convgui.scenes.factor.chain import Chain, PictureChain, as_pictures, chain
from convgui.scenes.factor.layout import ChainLayout
from convgui.scenes.factor.photo import PhotoLayout
from convgui.scenes.factor.solid import Solid, SolidLayout
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.scene import Cancel, Focus
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

KIND = Option(
    "kind",
    mark("Factor"),
    (("spatial", mark("Spatially")), ("depthwise", mark("Depthwise + 1 × 1")), ("flattened", mark("One an axis"))),
)
MOST_TERMS, MOST_SIDE = 4, 11
"""Terms that are offered, and the longest side of a kernel of three axes."""


def terms(document: Document) -> Option:
    """Offer all terms, and each smaller number of them that the kernel's sides allow."""
    fewer = range(1, min(*document.layer.spec.kernel_size, MOST_TERMS + 1))
    return Option("terms", tr("Terms"), (("all", tr("All")), *((str(n), str(n)) for n in fewer)))


class FactorOnGrid(Mode[Chain, ChainLayout]):
    """Every number of every pass is drawn."""

    prepares, lays_out = Chain, ChainLayout

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Chain:
        return _chain(document, cancel)

    def steps(self, prepared: Chain) -> int:
        return frame.steps(prepared)

    def lay_out(self, prepared: Chain, view: View, canvas: Canvas) -> ChainLayout:
        return layout.lay_out(prepared, canvas, view.options.get("mark", ""))

    def picture(self, layout: ChainLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: ChainLayout, hit: Hit) -> int | None:
        return frame.step_of(layout.chain, hit)


class FactorOnPhoto(Mode[PictureChain, PhotoLayout]):
    """What each pass makes is a picture."""

    prepares, lays_out = PictureChain, PhotoLayout

    def prepare(self, document: Document, cancel: Cancel | None = None) -> PictureChain:
        return as_pictures(_chain(document, cancel), cancel)

    def steps(self, prepared: PictureChain) -> int:
        return frame.steps(prepared)

    def lay_out(self, prepared: PictureChain, view: View, canvas: Canvas) -> PhotoLayout:
        return photo.lay_out(prepared, view, canvas)

    def picture(self, layout: PhotoLayout, at: float, focus: Focus) -> Picture:
        return photo.draw_frame(layout, at, focus)

    def step_of(self, layout: PhotoLayout, hit: Hit) -> int | None:
        return frame.step_of(layout.chain, hit)

    def zoomable(self, prepared: PictureChain) -> bool:
        return True

    def ports(self, layout: PhotoLayout) -> tuple[Viewport, ...]:
        return tuple(port for row in layout.ports for port in row)


class FactorInThree(Mode[Solid, SolidLayout]):
    """A kernel of three axes, slice by slice."""

    prepares, lays_out = Solid, SolidLayout

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Solid:
        return solid.solid(document)

    def steps(self, prepared: Solid) -> int:
        return prepared.drawn

    def lay_out(self, prepared: Solid, view: View, canvas: Canvas) -> SolidLayout:
        return solid.lay_out(prepared, canvas)

    def picture(self, layout: SolidLayout, at: float, focus: Focus) -> Picture:
        return solid.draw_frame(layout, at, focus)

    def step_of(self, layout: SolidLayout, hit: Hit) -> int | None:
        return hit.index[-3]


class Factor(Tab):
    """The chosen filter as a chain of cheaper passes."""

    id = "factor"
    title = mark("Factor")
    order = 70
    lesson = "spatially-separable"
    needs = Needs(rank=(2, 3), transposed=False, fits=False)
    reads_channel = True
    modes = (FactorOnGrid(), FactorOnPhoto(), FactorInThree())

    def mode(self, document: Document) -> AnyMode:
        return self.modes[2 if document.layer.spec.rank == 3 else pictured(document)]

    def refusal(self, document: Document) -> str:
        spec = document.layer.spec
        if spec.rank == 3 and max(spec.kernel_size) > MOST_SIDE:
            return tr("Factor draws kernels of three axes up to {most} cells a side.", most=MOST_SIDE)
        if spec.taps == 1 and spec.in_channels == spec.groups:
            return tr("Factor has nothing to split: the kernel is a single weight.")
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        spec = document.layer.spec
        if spec.rank == 3:
            return ()
        several = spec.channels.depth > 1
        shown = (KIND,) if several else ()
        if several and KIND.chosen(document.view) != "spatial":
            return shown
        return (*shown, terms(document)) if min(spec.kernel_size) > 1 else shown

    def cost(self, document: Document) -> int:
        if document.layer.spec.rank == 3:
            return document.layer.spec.taps
        return max(super().cost(document), padded_values(document))


def _chain(document: Document, cancel: Cancel | None) -> Chain:
    several = document.layer.spec.channels.depth > 1
    kind = KIND.chosen(document.view) if several else "spatial"
    return chain(document, kind, terms(document).chosen(document.view), cancel)


SCENE = Factor()
