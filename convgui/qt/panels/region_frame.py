"""The part of a picture that is spoken of, on the stage: seen there, drawn by dragging over the input, and moved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from convgui.draw.picture import Box, Hit, HitGrid, Item, Lines
from convgui.draw.theme import Theme
from convgui.model.document import Document
from convgui.qt.panels.line_profile import clipped
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.stage_input import StageInput
from convgui.session.region import Region, moved, spanned, whole
from convgui.session.session import Session


class RegionFrame(QObject):
    """Draws a region over every input on the stage.

    Says what was ``drawn(region)`` while it is spoken of, that one was ``asked(region)`` for by dragging with Ctrl held
    while none was, and that the input that it was of is ``gone()``.
    """

    drawn = Signal(object)
    asked = Signal(object)
    gone = Signal()

    def __init__(
        self, session: Session, stage_input: StageInput, stage: PictureWidget, theme: Callable[[], Theme]
    ) -> None:
        super().__init__(stage)
        self._session, self._input, self._stage, self._theme = session, stage_input, stage, theme
        self.region: Region | None = None
        self._held: Region | None = None
        self._dragging = False
        stage_input.framed.connect(self._on_framed)
        stage.released.connect(self._on_released)
        stage.shown.connect(self._annotate)
        session.listen(self._on_changed)

    def show_region(self, region: Region | None) -> None:
        """Show a region, and have it drawn and moved by the hand; or, without one, end that."""
        self.region, self._input.draws_regions = region, region is not None
        if region is None:
            self._stage.annotate(())
            # Whoever else draws over the picture does so again.
            self._stage.shown.emit()
        self._annotate()

    def _on_framed(self, start: Hit, way: QPointF) -> None:
        grid, sample = self._grid(start), self._session.document.sample
        if grid is None:
            return
        first = (start.index[-2], start.index[-1])
        if not self._dragging:
            self._dragging = True
            held = self.region if self._input.draws_regions else None
            self._held = held if held is not None and held != whole(sample) and held.holds(first) else None
        at = self._stage.pressed_at + way
        row, column = grid.index_at(at.x(), at.y())
        last = (row + grid.origin[0], column + grid.origin[1])
        if self._held is not None:
            self.region = moved(self._held, (last[0] - first[0], last[1] - first[1]), sample)
        else:
            self.region = spanned(first, last, sample)
        self._annotate()
        if self._input.draws_regions:
            self.drawn.emit(self.region)

    def _on_released(self) -> None:
        region, dragged, self._dragging = self.region, self._dragging, False
        if dragged and region is not None and not self._input.draws_regions:
            self.asked.emit(region)

    def _on_changed(self, old: Document, new: Document) -> None:
        if old.sample is not new.sample and self.region is not None:
            self._dragging = False
            self.show_region(None)
            self.gone.emit()

    def _grid(self, hit: Hit) -> HitGrid | None:
        picture = self._stage.picture
        grids = picture.hits if picture is not None else ()
        return next((grid for grid in grids if grid.holds(hit) and not (grid.slope or grid.lean)), None)

    def _annotate(self) -> None:
        picture, region, document = self._stage.picture, self.region, self._session.document
        # Of a later layer, what comes in is not the input.
        if picture is None or region is None or document.view.layer:
            return
        notes: list[Item] = []
        for grid in picture.hits:
            if grid.kind == "input" and not (grid.slope or grid.lean):
                notes += _outline(grid, region, self._theme())
        self._stage.annotate(tuple(notes))


def _outline(grid: HitGrid, region: Region, theme: Theme) -> list[Item]:
    """Return the sides of a region, as far as the grid is seen."""
    frame: Box = grid.clip or (grid.x, grid.y, grid.shape[1] * grid.width, grid.shape[0] * grid.height)
    left, right = (grid.x + (n - grid.origin[1]) * grid.width for n in (region.left, region.right))
    top, bottom = (grid.y + (n - grid.origin[0]) * grid.height for n in (region.top, region.bottom))
    sides = (
        (left, top, right, top),
        (right, top, right, bottom),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
    )
    seen = [part for side in sides if (part := clipped(side, frame)) is not None]
    if not seen:
        return []
    return [Lines(np.array(seen), theme.background, 4.0), Lines(np.array(seen), theme.role("kernel").line, 2.0)]
