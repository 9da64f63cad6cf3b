"""The line profile: the line that is drawn on the stage, its values computed in the background, its plot."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from convgui.core import Cancelled
from convgui.draw.panels import box_centre
from convgui.draw.picture import Box, Hit, HitGrid, Item, Lines, Rects
from convgui.draw.theme import LIGHT, Theme
from convgui.layers.layer import Cancel
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.model.memo import Key, Memo, Work
from convgui.model.profile import Profile, Trace, profile
from convgui.qt.panels.profile_panel import ProfilePanel, nearest
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.stage.stage_input import StageInput
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.session.session import Session


class LineProfile(QObject):
    """Keeps a profile up to date with the line and the document; its panel is made when it is first shown."""

    def __init__(
        self, session: Session, presenter: Presenter, stage_input: StageInput, stage: PictureWidget, room: QVBoxLayout
    ) -> None:
        super().__init__(stage)
        self._session, self._presenter, self._input, self._stage, self._room = (
            session,
            presenter,
            stage_input,
            stage,
            room,
        )
        self.panel: ProfilePanel | None = None
        self.profile: Profile | None = None
        self._line: tuple[Literal["input", "output"], tuple[int, int], tuple[int, int]] | None = None
        self._memo = Memo()
        self._position: float | None = None
        self._theme = LIGHT
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        stage_input.lined.connect(self._on_lined)
        stage.shown.connect(self._on_shown)
        session.listen(self._on_changed)

    def show_panel(self, on: bool) -> None:
        """Show or hide the plot; while it is shown, dragging draws the line."""
        self._input.draws_lines = on
        if on and self.panel is None:
            self.panel = ProfilePanel(self._theme)
            self.panel.pointed.connect(self._on_pointed)
            self._room.addWidget(self.panel)
        if self.panel is not None:
            self.panel.setVisible(on)
        if on:
            self._compute()
        self._on_shown()
        self._annotate()

    def go_on_for(self, other: LineProfile) -> None:
        """Show the line of another window."""
        self._line, self._memo = other._line, other._memo

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours."""
        self._theme = theme
        if self.panel is not None:
            self.panel.set_theme(theme)

    def close(self) -> None:
        """Stop computing and wait for the thread to end."""
        self._latest.close()

    def _on_lined(self, first: Hit, last: Hit) -> None:
        kind: Literal["input", "output"] = "input" if first.kind == "input" else "output"
        self._line = (kind, (first.index[-2], first.index[-1]), (last.index[-2], last.index[-1]))
        self._compute()

    def _on_changed(self, old: Document, new: Document) -> None:
        if old.sample.spatial != new.sample.spatial or old.view.layer != new.view.layer:
            self._forget()
        if _reads(old) != _reads(new):
            self._compute()

    def _forget(self) -> None:
        self._line = self.profile = self._position = None
        self._latest.abandon()
        if self.panel is not None:
            self.panel.show_profile(None)
        self._annotate()

    def _compute(self) -> None:
        """Compute the profile in the background; the newest line wins."""
        document, line, memo = self._session.document, self._line, self._memo
        if line is None or not self._input.draws_lines or len(document.sample.spatial) != 2:
            return

        def work(stop: Cancel) -> Profile:
            with memo.preparation() as pieces:
                return profile(chosen_layer_input(document, Work(pieces, stop)), *line, stop)

        self._latest.submit(work)

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation or isinstance(answer.error, Cancelled):
            return
        if answer.error is not None:
            # What does not fit is said by the stage already.
            self._forget()
            return
        self.profile, self._position = answer.result, None
        if self.panel is not None:
            self.panel.show_profile(self.profile)
        self._annotate()

    def _on_pointed(self, position: float | None) -> None:
        self._position = position
        if self.panel is not None:
            self.panel.mark(position)
        self._annotate()

    def _on_shown(self) -> None:
        picture = self._stage.picture
        if self.panel is not None and self.panel.isVisible() and picture is not None:
            self.panel.show_drawable(any(grid.kind in ("input", "output") for grid in picture.hits))
        if self.profile is not None:
            self._annotate()

    def _annotate(self) -> None:
        picture = self._stage.picture
        if picture is None or self.profile is None or not self._input.draws_lines:
            self._stage.annotate(())
            return
        notes: list[Item] = []
        for grid in picture.hits:
            if grid.kind in ("input", "output"):
                trace = self.profile.input_trace if grid.kind == "input" else self.profile.output_trace
                notes += line_notes(grid, trace, self._position, self._theme)
        self._stage.annotate(tuple(notes))


def _reads(document: Document) -> Key:
    """Return what a profile along a line depends on."""
    view = document.view
    return document.sample, document.missing, *document.network, view.layer, view.filter, view.channel


def line_notes(grid: HitGrid, trace: Trace, position: float | None, theme: Theme) -> list[Item]:
    """Draw the line over a picture, and the cell that is marked."""
    if not len(trace.cells):
        return []
    frame = grid.clip or (grid.x, grid.y, grid.shape[1] * grid.width, grid.shape[0] * grid.height)
    ends = [box_centre(grid.box((*grid.prefix, *(int(n) for n in trace.cells[n])))) for n in (0, -1)]
    ink = theme.role("kernel").line
    notes: list[Item] = []
    segment = clipped((*ends[0], *ends[1]), frame)
    if segment is not None:
        notes += [Lines(np.array([segment]), theme.background, 4.0), Lines(np.array([segment]), ink, 2.0)]
    at = nearest(trace, position) if position is not None else None
    if at is not None:
        x, y = box_centre(grid.box((*grid.prefix, *(int(n) for n in trace.cells[at]))))
        if frame[0] <= x <= frame[0] + frame[2] and frame[1] <= y <= frame[1] + frame[3]:
            notes.append(
                Rects(np.array([(x - 5, y - 5, 10, 10)]), fill=theme.background, stroke=ink, width=2, radius=5)
            )
    return notes


def clipped(segment: Box, frame: Box) -> Box | None:
    """Cut a segment (x1, y1, x2, y2) to a frame; None where it lies outside (Liang and Barsky, 1984)."""
    x, y, across, down = segment[0], segment[1], segment[2] - segment[0], segment[3] - segment[1]
    first, last = 0.0, 1.0
    for way, start, low, size in ((across, x, frame[0], frame[2]), (down, y, frame[1], frame[3])):
        if way == 0:
            if not low <= start <= low + size:
                return None
            continue
        one, other = sorted(((low - start) / way, (low + size - start) / way))
        first, last = max(first, one), min(last, other)
    return (x + first * across, y + first * down, x + last * across, y + last * down) if first <= last else None
