"""Several small scenes behind one tab, such as numbers for small inputs and pictures for large ones.

Which of them shows a document is chosen in one place. Afterwards what was prepared and laid out tells, by its type,
which one it belongs to, so that no scene asks how another one is looked at.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from numpy.typing import NDArray

from convgui.draw.levels import Levels
from convgui.draw.picture import Hit, Item, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input
from convgui.model.limits import too_long_before
from convgui.model.memo import Pieces, Work
from convgui.scenes.canvas import Canvas
from convgui.scenes.option import Option
from convgui.scenes.scene import Focus, Scene

Prepared = TypeVar("Prepared")
Layout = TypeVar("Layout")


class Mode(Scene[Prepared, Layout]):
    """One of the scenes behind a tab; what it needs, and how it is called, is the tab's.

    Attributes
    ----------
    prepares, lays_out : type
        What its `prepare` and its `lay_out` return: of no other mode of the tab.
    """

    prepares: ClassVar[type]
    lays_out: ClassVar[type]


AnyMode = Mode[Any, Any]


class Tab(Scene[Any, Any]):
    """A scene that hands everything to one of its modes.

    Attributes
    ----------
    modes : tuple of Mode
        Those it has.
    """

    modes: tuple[AnyMode, ...]

    @abstractmethod
    def mode(self, document: Document) -> AnyMode:
        """Return the one that shows a document."""

    def preparing(self, prepared: object) -> AnyMode:
        """Return the mode that something was prepared by."""
        return next(mode for mode in self.modes if type(prepared) is mode.prepares)

    def laying_out(self, layout: object) -> AnyMode:
        """Return the mode that something was laid out by."""
        return next(mode for mode in self.modes if type(layout) is mode.lays_out)

    # Of a document.

    def reads_less(self, document: Document) -> bool:
        """Whether the mode looks at the chosen layer alone, though others of this tab look at the whole stack."""
        return self.reads_stack and not self.mode(document).reads_stack

    def refusal(self, document: Document) -> str:
        before = too_long_before(document) if self.reads_less(document) else ""
        return before or self.mode(document).refusal(document)

    def options(self, document: Document) -> tuple[Option, ...]:
        return self.mode(document).options(document)

    def cost(self, document: Document) -> int:
        return self.mode(document).cost(document)

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        return self.mode(document).remembers(document, pieces)

    def prepare(self, document: Document, work: Work | None = None, /) -> Any:
        return self.mode(document).prepare(
            chosen_layer_input(document, work) if self.reads_less(document) else document, work
        )

    def preview(self, before: Any, document: Document, step: int) -> Any:
        mode = self.mode(document)
        return mode.preview(before, document, step) if mode is self.preparing(before) else None

    def choice(self, document: Document, hit: Hit) -> Mapping[str, Any]:
        return self.mode(document).choice(document, hit)

    def viewed(self, document: Document, hit: Hit) -> View:
        return self.mode(document).viewed(document, hit)

    # Of what was prepared.

    def steps(self, prepared: Any) -> int:
        return self.preparing(prepared).steps(prepared)

    def film(self, prepared: Any) -> tuple[int, float] | None:
        return self.preparing(prepared).film(prepared)

    def lay_out(self, prepared: Any, view: View, canvas: Canvas) -> Any:
        return self.preparing(prepared).lay_out(prepared, view, canvas)

    def lay_out_moving(self, prepared: Any, view: View, canvas: Canvas) -> Any:
        return self.preparing(prepared).lay_out_moving(prepared, view, canvas)

    def look(self, prepared: Any, view: View, canvas: Canvas, pieces: Pieces) -> Any:
        return self.preparing(prepared).look(prepared, view, canvas, pieces)

    def rest(self, prepared: Any) -> bool:
        return self.preparing(prepared).rest(prepared)

    def complete(self, prepared: Any, work: Work) -> Any:
        return self.preparing(prepared).complete(prepared, work)

    def levelled(self, prepared: Any) -> tuple[NDArray[Any], Levels] | None:
        return self.preparing(prepared).levelled(prepared)

    def zoomable(self, prepared: Any) -> bool:
        return self.preparing(prepared).zoomable(prepared)

    def steerable(self, prepared: Any) -> bool:
        return self.preparing(prepared).steerable(prepared)

    # Of what was laid out.

    def picture(self, layout: Any, at: float, focus: Focus) -> Picture:
        return self.laying_out(layout).picture(layout, at, focus)

    def step_of(self, layout: Any, hit: Hit) -> int | None:
        return self.laying_out(layout).step_of(layout, hit)

    def scrolled(self, layout: Any, step: int, hit: Hit, turns: float) -> int | None:
        return self.laying_out(layout).scrolled(layout, step, hit, turns)

    def blurred(self, layout: Any) -> bool:
        return self.laying_out(layout).blurred(layout)

    def sharpen(self, layout: Any, work: Work) -> None:
        self.laying_out(layout).sharpen(layout, work)

    def ports(self, layout: Any) -> tuple[Viewport, ...]:
        return self.laying_out(layout).ports(layout)

    def zoomed(self, layout: Any, view: View, at: tuple[float, float], factor: float) -> View:
        return self.laying_out(layout).zoomed(layout, view, at, factor)

    def held(self, layout: Any, step: int) -> tuple[float, float] | None:
        return self.laying_out(layout).held(layout, step)

    def moved(self, layout: Any, view: View, way: tuple[float, float]) -> View:
        return self.laying_out(layout).moved(layout, view, way)

    def aimed(self, layout: Any, view: View, hit: Hit) -> View:
        return self.laying_out(layout).aimed(layout, view, hit)

    def sounds_from(self, step: int, side: str, layout: Any) -> int:
        return self.laying_out(layout).sounds_from(step, side, layout)

    def cursor(self, layout: Any, side: str, place: float) -> tuple[Item, ...]:
        return self.laying_out(layout).cursor(layout, side, place)

    def turned(self, layout: Any, view: View, way: tuple[float, float]) -> View:
        return self.laying_out(layout).turned(layout, view, way)
