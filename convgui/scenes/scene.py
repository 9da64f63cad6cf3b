"""What a scene is: one way of looking at the chosen layer, as pure functions.

A scene works in three stages, each redone only when its own inputs change: `prepare` computes arrays from the document
(possibly in a worker thread), `lay_out` places what does not move on a canvas, and `picture` draws one moment. Stepping
and hovering call `picture` alone. What an edit leaves as it was, a scene finds in a memo; see `convgui.model.memo`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod
from types import FunctionType
from typing import Any, Generic, TypeAlias, TypeVar

from numpy.typing import NDArray

from convgui.core.errors import ConvguiError
from convgui.core.infinities import overflowing
from convgui.core.spec import SpecError
from convgui.draw.levels import Levels
from convgui.draw.overview import aim
from convgui.draw.picture import Hit, Item, Picture
from convgui.draw.remarks import BEYOND, INVERTED, TURNED
from convgui.draw.room import roomy
from convgui.draw.viewport import Viewport
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input, overflows, shape_only
from convgui.model.limits import too_long_before
from convgui.model.memo import Key, Pieces, Work, no_pieces
from convgui.model.refusals import refusal
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs, lower
from convgui.scenes.note import Note
from convgui.scenes.option import Option as Option
from convgui.words import tr

Prepared = TypeVar("Prepared")
Layout = TypeVar("Layout")
Cancel: TypeAlias = Callable[[], bool]
Progress: TypeAlias = Callable[[float], None]


class SceneError(ConvguiError, ValueError):
    """A scene, a step or a choice that is not there, or a document that the scene cannot show."""


@dataclass(frozen=True)
class Focus:
    """What the reader points at, and what was pinned by a click."""

    hover: Hit | None = None
    pinned: Hit | None = None

    @property
    def hit(self) -> Hit | None:
        """The hovered cell, otherwise the pinned one."""
        return self.hover or self.pinned


class Scene(ABC, Generic[Prepared, Layout]):
    """One way of looking at a layer.

    Attributes
    ----------
    id, title : str
        The id is for documents and the command line, the title for the tab.
    order : int
        Position among the tabs.
    lesson : str
        Id of the lesson that explains it: each scene has one of its own.
    needs : Needs
        Of the layer and its input.
    reads_stack : bool
        Whether it looks at the whole stack from the input on. The others are given documents of one layer, the chosen
        one, with what comes into it as their sample.
    reads_any : bool
        Whether the chosen layer may be something else than a convolution.
    reads_channel : bool
        Whether `prepare` reads the chosen channel; elsewhere that is a matter of `lay_out`. See `reads`.
    multiplies : bool
        Whether what it shows depends on which way round a kernel lies.
    shows_values : bool
        Whether it shows values of the input or of what comes out of a layer as greys, which an X-ray's run the other
        way.
    steps_through_layers : bool
        Whether each of its steps is a layer, so that going from step to step chooses one; see `stepped`.
    leaves_out : bool
        Whether it can show a layer that leaves missing values out (`Document.missing` is ``"rescale"``), or shows no
        values of an output.
    seeks : bool
        Whether it finds where maps answer most; see `sought`.
    """

    id: str
    title: str
    order: int
    lesson: str = "single-channel"
    needs: Needs = Needs()
    reads_stack: bool = False
    reads_any: bool = False
    reads_channel: bool = False
    multiplies: bool = True
    shows_values: bool = True
    steps_through_layers: bool = False
    leaves_out: bool = False
    seeks: bool = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let numbers overflow in whatever a scene does, and a picture without room be a sentence."""
        super().__init_subclass__(**kwargs)
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType):
                setattr(cls, name, overflowing(roomy(method) if name == "picture" else method))

    def refusal(self, document: Document) -> str:
        """Return why this scene cannot show a document that has what it `needs`, in one sentence; empty if it can."""
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        """Choices that make sense for this document."""
        return ()

    def first_step(self, document: Document) -> int:
        """Return the step at which a layer is looked at first that has just been chosen."""
        return 0

    def cost(self, document: Document) -> int:
        """Return about how many multiply-adds `prepare` takes; what takes long is done in the background.

        Raises
        ------
        SpecError
            If the layer does not fit the input.
        """
        return work_of(document.chosen, document.input_shape)

    @abstractmethod
    def prepare(self, document: Document, work: Work | None = None, /) -> Prepared:
        """Compute the arrays. Depends on sample, layers, and what `reads` names; may run in a worker thread.

        Parameters
        ----------
        work : Work, optional
            Whether to stop: a scene that takes no time, or forgets, takes it as ``cancel``. One that takes long asks
            ``work.pieces`` for what an edit may leave as it was, and tells ``work.progress`` the finished part.

        Raises
        ------
        SpecError
            If the layer does not fit the input.
        Cancelled
            Soon after `work` is to stop.
        """

    def reads(self, document: Document) -> Key:
        """Return what `prepare` reads of a document besides its input and layers: it is asked again if that changes.

        The chosen filter and options, and with `reads_channel` the channel; a scene whose options are a matter of
        `lay_out`, or that reads something else, says so here.
        """
        view = document.view
        channel = (view.channel,) if self.reads_channel else ()
        chosen = ((option.name, option.chosen(view)) for option in self.options(document))
        return (view.filter, *channel, *chosen, *sorted(view.options.items()))

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        """Whether `prepare` finds there all that takes it long."""
        return False

    def tells_cells(self, document: Document) -> bool:
        """Whether what its pictures call input, kernel and output are cells of the chosen layer, each with its value.

        A page can then say what belongs together without a picture of each.
        """
        return False

    def preview(self, before: Prepared, document: Document, step: int) -> Prepared | None:
        """Compute within a frame what is seen at a step, after weights have changed; None if that cannot be done.

        It is shown while `prepare` computes the rest in the background, and then dropped.
        """
        return None

    @abstractmethod
    def steps(self, prepared: Prepared) -> int:
        """Return the number of steps, at least 1."""

    @abstractmethod
    def lay_out(self, prepared: Prepared, view: View, canvas: Canvas) -> Layout:
        """Place everything that stays where it is while stepping."""

    def film(self, prepared: Prepared) -> tuple[int, float] | None:
        """Return how many steps lead to the same place in a film's next frame, and after how many seconds it comes."""
        return None

    def overflowed(self, prepared: Prepared) -> bool | None:
        """Whether some of the values that it shows are infinite or none; None where only a bound of them is known."""
        return None

    def rest(self, prepared: Prepared) -> bool:
        """Whether `complete` has something to do: large arrays that the first picture does without."""
        return False

    def complete(self, prepared: Prepared, work: Work) -> Prepared:
        """Compute what `prepare` left out; runs in the background, after the first picture.

        Raises
        ------
        Cancelled
            Soon after `work` is to stop.
        """
        return prepared

    def look(self, prepared: Prepared, view: View, canvas: Canvas, pieces: Pieces) -> Prepared:
        """Compute within a frame what a view shows of large arrays that are still to be completed.

        It comes before each `lay_out`; `pieces` are those of the last looks.
        """
        return prepared

    def blurred(self, layout: Layout) -> bool:
        """Whether what is on screen could be finer; `sharpen` then computes it in the background."""
        return False

    def sharpen(self, layout: Layout, work: Work) -> None:
        """Compute what a layout shows, as finely as the screen can show it, and put it where `look` finds it.

        Raises
        ------
        Cancelled
            Soon after `work` is to stop.
        """

    def lay_out_moving(self, prepared: Prepared, view: View, canvas: Canvas) -> Layout:
        """Place everything while it is being turned or moved: as `lay_out`, or coarser where that takes too long."""
        return self.lay_out(prepared, view, canvas)

    @abstractmethod
    def picture(self, layout: Layout, at: float, focus: Focus) -> Picture:
        """Draw one moment: step ``floor(at)`` has landed, the rest is the way to the next step."""

    def step_of(self, layout: Layout, hit: Hit) -> int | None:
        """Return the step that a clicked cell stands for, or None if it stands for none."""
        return None

    def choice(self, document: Document, hit: Hit) -> Mapping[str, Any]:
        """Return the layer parameters that a click on a cell chooses, by name; empty if it chooses none."""
        return {}

    def levelled(self, prepared: Prepared) -> tuple[NDArray[Any], Levels] | None:
        """Return values of the output and their automatic scale, where `View.levels` sets another; None otherwise."""
        return None

    def viewed(self, document: Document, hit: Hit) -> View:
        """Return the view that a click on a cell chooses; the document's own if it chooses none."""
        return document.view

    def stepped(self, document: Document, step: int) -> View:
        """Return the view after the reader has gone to a step: where a step is a layer, that is chosen by it."""
        return document.view

    def sought(self, document: Document, prepared: Prepared, *, every: bool) -> View | None:
        """Return the view at the largest answer of the map that is looked at, or of `every` map; None if it has none.

        Answers are compared by their size, whatever their sign.
        """
        return None

    def hides_kernel(self, document: Document) -> bool:
        """Whether the kernel is what is to be found, so that nothing beside the picture may tell it either."""
        return False

    def steerable(self, prepared: Prepared) -> bool:
        """Whether dragging over cells of one kind goes from step to step."""
        return self.zoomable(prepared)

    def scrolled(self, layout: Layout, step: int, hit: Hit, turns: float) -> int | None:
        """Return the step that turning the wheel over `hit` leads to, or None if the wheel does something else."""
        return None

    def zoomable(self, prepared: Prepared) -> bool:
        """Whether the wheel zooms this picture and dragging moves it."""
        return False

    def ports(self, layout: Layout) -> tuple[Viewport, ...]:
        """Return what pictures are seen through that are magnified and moved as one; none where there are none."""
        return ()

    def zoomed(self, layout: Layout, view: View, at: tuple[float, float], factor: float) -> View:
        """Return the view magnified by `factor`, the point `at` of the picture staying where it is."""
        ports = self.ports(layout)
        if not ports:
            return view
        zoom, centre = next((port for port in ports if port.frames(at)), ports[0]).zoomed(view.zoom, at, factor)
        return replace(view, zoom=zoom, centre=centre)

    def held(self, layout: Layout, step: int) -> tuple[float, float] | None:
        """Return the point that stays where it is when one zooms by a key; None for the usual one."""
        return None

    def moved(self, layout: Layout, view: View, way: tuple[float, float]) -> View:
        """Return the view after dragging the picture `way` pixels (x, y)."""
        ports = self.ports(layout)
        return replace(view, centre=ports[0].moved(way)) if ports else view

    def aimed(self, layout: Layout, view: View, hit: Hit) -> View:
        """Return the view with that point in the middle which a hit on an overview stands for."""
        ports = self.ports(layout)
        return replace(view, centre=aim(ports[hit.index[0]], hit)) if ports else view

    def sounds_from(self, step: int, side: str, layout: Layout) -> int:
        """Return the sample from which the ``"input"`` or the ``"output"`` is played at a step."""
        return 0

    def cursor(self, layout: Layout, side: str, place: float) -> tuple[Item, ...]:
        """Draw where that is which is heard now: a sample, between two of them, of one of both sides."""
        return ()

    def turned(self, layout: Layout, view: View, way: tuple[float, float]) -> View:
        """Return the view after turning what is shown by dragging `way` pixels (x, y) where nothing is hit."""
        return view


AnyScene: TypeAlias = Scene[Any, Any]


def work_of(layer: Layer, shape: Shape) -> int:
    """Return what it takes to apply a layer: its multiply-adds, or the cells it writes where those are more."""
    return max(layer.multiply_adds(shape), prod(layer.output_shape(shape)))


def for_scene(scene: AnyScene, document: Document) -> Document:
    """Return what a scene is asked about: the document, or its chosen layer with an input of the right shape.

    Raises
    ------
    SpecError
        If a layer before the chosen one does not take what comes before it.
    """
    return document if scene.reads_stack else shape_only(document)


def reason_against(scene: AnyScene, document: Document) -> str:
    """Return why a scene cannot show a document, in one sentence; empty if it can."""
    chosen = document.chosen
    if not (scene.reads_stack or scene.reads_any or isinstance(chosen, Convolution)):
        layer = document.view.layer + 1
        return tr(
            "{scene} shows a convolution, and layer {n} is {title}; choose another layer.",
            scene=tr(scene.title),
            n=layer,
            title=lower(chosen.title),
        )
    if document.missing == "rescale" and document.sample.nonfinite and not scene.leaves_out:
        return tr(
            "{scene} shows every value of a plain convolution; let missing values spread, or count them as 0.",
            scene=tr(scene.title),
        )
    try:
        given = for_scene(scene, document)
        before = "" if scene.reads_stack else too_long_before(document)
        return before or scene.needs.missing(tr(scene.title), given) or scene.refusal(given)
    except SpecError as error:
        return refusal(error)


def prepared(scene: AnyScene, document: Document, work: Work | None = None) -> Any:
    """Have a scene prepare a document, with what comes into the chosen layer where it looks at that alone.

    Raises
    ------
    SpecError
        If a layer does not fit what comes to it.
    Cancelled
        Soon after `work` is to stop.
    """
    return scene.prepare(document if scene.reads_stack else chosen_layer_input(document, work), work)


def laid_out(
    scene: AnyScene, data: Any, view: View, canvas: Canvas, pieces: Pieces | None = None, *, moving: bool = False
) -> Any:
    """Place what a scene prepared, whole or not: first what the view shows of it is computed, or found in `pieces`."""
    lay_out = scene.lay_out_moving if moving else scene.lay_out
    return lay_out(scene.look(data, view, canvas, pieces or no_pieces()), view, canvas)


def prepared_whole(scene: AnyScene, document: Document, cancel: Cancel | None = None) -> Any:
    """Prepare a document with everything that a finished picture needs, for files and thumbnails; as `prepared`."""
    task = Work(cancel=cancel)
    data = prepared(scene, document, task)
    return scene.complete(data, task) if scene.rest(data) else data


def note(scene: AnyScene, document: Document, canvas: Canvas, prepared: Any = None) -> Note:
    """Return what is said below a scene's picture of a document, and the canvas that it is drawn on.

    Said is that sums overflow, as far as it is `prepared` or else as far as their bounds tell, or that kernels are
    turned, and that greys run from white to black, where it is so. Which way they run holds for all that flows through
    a document's layers, so that a blurred X-ray looks like an X-ray; hues have no such way.
    """
    inverted = document.sample.inverted and scene.shows_values
    canvas = replace(canvas, theme=replace(canvas.theme, inverted=inverted))
    if not canvas.captions:
        return Note(canvas)
    lines = (INVERTED,) if inverted else ()
    if not scene.multiplies:
        return Note(canvas, lines)
    indices = range(len(document.layers)) if scene.reads_stack else (*document.before_chosen, document.view.layer)
    known = None if prepared is None else scene.overflowed(prepared)
    if overflows(document, indices) if known is None else known:
        return Note(canvas, (BEYOND, *lines))
    layers = document.layers if scene.reads_stack else (document.chosen,)
    turned = any(isinstance(layer, Convolution) and layer.flip for layer in layers)
    return Note(canvas, (TURNED, *lines) if turned else lines)


def draw(scene: AnyScene, document: Document, canvas: Canvas, step: int | None = None) -> Picture:
    """Draw a document in one go, at its own step or at another; -1 means the last.

    Raises
    ------
    SceneError
        If the scene cannot show the document, or has no such step; the message says why.
    """
    reason = reason_against(scene, document)
    if reason:
        raise SceneError(reason)
    data = prepared_whole(scene, document)
    below = note(scene, document, canvas, data)
    layout = scene.lay_out(data, document.view, below.room)
    steps = scene.steps(data)
    wanted = document.view.step if step is None else step
    if not -steps <= wanted < steps:
        raise SceneError(
            tr("step {wanted} is outside this scene's steps, 0 to {steps}.", wanted=wanted, steps=steps - 1)
        )
    return below.below(scene.picture(layout, float(wanted % steps), Focus()))
