"""What a page shows: its moments in the order in which a lecture walks them, each drawn in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convgui.draw.picture import Picture
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import Theme
from convgui.export.atomic_write import ExportError
from convgui.layers.convolution import Convolution
from convgui.model.document import Caption, Document
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import AnyScene, Cancel, Focus, note, prepared_whole, reason_against
from convgui.session.walking import asks, beside, caption_document, caption_fits, fitting_caption, with_lesson_start

MOST = 400
"""Moments of a page; of more steps some are shown, evenly apart."""


@dataclass(frozen=True, eq=False)
class State:
    """A document that one or more moments are about, with its scene's arrays and layouts.

    Attributes
    ----------
    layouts : tuple
        For each theme of the page, where the layout's note leaves room for it.
    """

    document: Document
    scene: AnyScene
    prepared: Any
    layouts: tuple[tuple[Any, Any, Theme], ...]

    @property
    def steps(self) -> int:
        """How many steps the scene has."""
        return int(self.scene.steps(self.prepared))

    def position(self, step: int) -> int:
        """Return the output position, counted row by row, that a step makes; -1 where steps are something else."""
        layer = self.document.chosen
        forward = isinstance(layer, Convolution) and not layer.spec.transposed
        return step if forward and self.document.filter_view.positions == self.steps else -1

    def pictures(self, step: int, *, hidden: bool = False) -> tuple[Picture, ...]:
        """Draw a step in each theme; with `hidden` without the number that is asked for."""
        drawn = ((below.below(self.scene.picture(at, step, Focus())), theme) for at, below, theme in self.layouts)
        return tuple(hide_answer(picture, theme) if hidden else picture for picture, theme in drawn)


@dataclass(frozen=True)
class Moment:
    """A step of a state, and the words above it.

    Attributes
    ----------
    state : int
        Which of the page's states.
    caption : int
        Which of the lesson's captions; -1 without words.
    asked : bool
        Whether the number of this step is to be predicted first.
    """

    state: int
    step: int
    caption: int = -1
    asked: bool = False


@dataclass(frozen=True, eq=False)
class Walk:
    """All moments of a document, its captions, and the states that they are about."""

    moments: tuple[Moment, ...]
    states: tuple[State, ...]
    captions: tuple[Caption, ...] = ()


def walk(document: Document, size: tuple[int, int], themes: tuple[Theme, ...], cancel: Cancel | None = None) -> Walk:
    """Walk a document from its first moment to its last: captions and steps of a lesson, else all steps.

    Raises
    ------
    ExportError
        If its scene cannot show it.
    Cancelled
        If `cancel` returned True while arrays were computed.
    """
    opened = with_lesson_start(document, listed=False)
    if opened.lesson is None or not opened.lesson.captions:
        state = _state(opened, size, themes, cancel)
        apart = -(-state.steps // MOST)
        steps = sorted({*range(0, state.steps, apart), state.steps - 1})
        return Walk(tuple(Moment(0, step) for step in steps), (state,))
    states, places = list[State](), dict[int, int]()
    found = tuple(_walked(opened, states, places, size, themes, cancel))
    return Walk(found, tuple(states), opened.lesson.captions)


def _walked(
    opened: Document,
    states: list[State],
    places: dict[int, int],
    size: tuple[int, int],
    themes: tuple[Theme, ...],
    cancel: Cancel | None,
) -> Iterator[Moment]:
    """Walk a lesson's captions and the steps between them, adding the states that they are about."""
    assert opened.lesson is not None

    def about(index: int) -> int:
        if index not in places:
            states.append(_state(caption_document(opened, index), size, themes, cancel))
            places[index] = len(states) - 1
        return places[index]

    captions, index = opened.lesson.captions, 0
    state = about(0)
    step = captions[0].step % states[state].steps
    for _ in range(MOST):
        yield Moment(state, step, index, _asked(states[state], index, step))
        here = states[state]
        found = beside(here.document, index, step, here.steps, 1)
        if found is None or index == len(captions) - 1:
            return
        if found[0] != index:
            # What another caption lights is lit from there on, be it about the same numbers.
            state = about(found[0])
        step = found[1] % states[state].steps
        fits = fitting_caption(states[state].document, step, states[state].steps, found[0])
        index = found[0] if fits is None or not caption_fits(here.document, fits) else fits


def _asked(state: State, index: int, step: int) -> bool:
    lesson = state.document.lesson
    assert lesson is not None
    return asks(state.document, index) and (lesson.captions[index].step - step) % state.steps == 0


def _state(document: Document, size: tuple[int, int], themes: tuple[Theme, ...], cancel: Cancel | None) -> State:
    shown = scene(document.view.scene)
    reason = reason_against(shown, document)
    if reason:
        raise ExportError(reason)
    prepared = prepared_whole(shown, document, cancel)
    layouts = []
    for theme in themes:
        below = note(shown, document, Canvas(*size, theme), prepared)
        layouts.append((shown.lay_out(prepared, document.view, below.room), below, theme))
    return State(document, shown, prepared, tuple(layouts))
