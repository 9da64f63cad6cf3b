"""The line profile: the line that is drawn on the stage, its values computed in the background, its plot."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from convgui.core import Cancelled
from convgui.draw.picture import Box, Hit, HitGrid, Item, Lines, Rects
from convgui.draw.theme import LIGHT, Theme
from convgui.layers.layer import Cancel
from convgui.model.document import Document
from convgui.model.flow import fed
from convgui.model.profile import Profile, Trace, profile
from convgui.qt.panels.profile_panel import ProfilePanel, nearest
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.stage.stage_input import Hands
from convgui.qt.worker import Answer, Latest
from convgui.session.session import Session


class Profiler(QObject):
    """Keeps a profile up to date with the line and the document; its panel is made when it is first shown."""

    def __init__(
        self, session: Session, presenter: Presenter, hands: Hands, stage: PictureWidget, room: QVBoxLayout
    ) -> None:
        super().__init__(stage)
        self._session, self._presenter, self._hands, self._stage, self._room = session, presenter, hands, stage, room
        self.panel: ProfilePanel | None = None
        self.profile: Profile | None = None
        self._line: tuple[Literal["input", "output"], tuple[int, int], tuple[int, int]] | None = None
        self._fed: tuple[Document, Document] | None = None
        self._place: float | None = None
        self._theme = LIGHT
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_answer)
        hands.lined.connect(self._on_lined)
        stage.shown.connect(self._on_shown)
        session.listen(self._on_changed)

    def show_panel(self, on: bool) -> None:
        """Show or hide the plot; while it is shown, dragging draws the line."""
        self._hands.draws_lines = on
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

    def go_on_for(self, other: Profiler) -> None:
        """Show the line of another window."""
        self._line, self._fed = other._line, other._fed

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
        chosen = (old.view.filter, old.view.channel) == (new.view.filter, new.view.channel)
        if not (old.makes_the_same(new) and chosen):
            self._compute()

    def _forget(self) -> None:
        self._line = self.profile = self._place = None
        self._latest.abandon()
        if self.panel is not None:
            self.panel.show_profile(None)
        self._annotate()

    def _compute(self) -> None:
        """Compute the profile in the background; the newest line wins."""
        document, line, known = self._session.document, self._line, self._fed
        if line is None or not self._hands.draws_lines or len(document.sample.spatial) != 2:
            return

        def work(stop: Cancel) -> tuple[Document, Document, Profile]:
            alone = _alone(document, known, stop)
            return document, alone, profile(alone, *line, stop)

        self._latest.submit(work)

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation or isinstance(answer.error, Cancelled):
            return
        if answer.error is not None:
            # What does not fit is said by the stage already.
            self._forget()
            return
        document, alone, self.profile = answer.result
        self._fed = (document, alone)
        self._place = None
        if self.panel is not None:
            self.panel.show_profile(self.profile)
        self._annotate()

    def _on_pointed(self, place: float | None) -> None:
        self._place = place
        if self.panel is not None:
            self.panel.mark(place)
        self._annotate()

    def _on_shown(self) -> None:
        picture = self._stage.picture
        if self.panel is not None and self.panel.isVisible() and picture is not None:
            self.panel.show_drawable(any(grid.kind in ("input", "output") for grid in picture.hits))
        if self.profile is not None:
            self._annotate()

    def _annotate(self) -> None:
        picture = self._stage.picture
        if picture is None or self.profile is None or not self._hands.draws_lines:
            self._stage.annotate(())
            return
        notes: list[Item] = []
        for grid in picture.hits:
            if grid.kind in ("input", "output"):
                trace = self.profile.entered if grid.kind == "input" else self.profile.made
                notes += line_notes(grid, trace, self._place, self._theme)
        self._stage.annotate(tuple(notes))


def _alone(document: Document, known: tuple[Document, Document] | None, stop: Cancel) -> Document:
    """Return the chosen layer with its input; what comes into it is taken over where it is still the same."""
    if known is not None and document.view.layer:
        before, alone = known
        place = document.view.layer
        same = before.sample is document.sample and before.view.layer == place and before.missing == document.missing
        if same and before.layers[:place] == document.layers[:place]:
            return fed(document, alone.sample.data, stop)
    return fed(document, None, stop)


def line_notes(grid: HitGrid, trace: Trace, place: float | None, theme: Theme) -> list[Item]:
    """Draw the line over a picture, and the cell that is marked."""
    if not len(trace.cells):
        return []
    frame = grid.clip or (grid.x, grid.y, grid.shape[1] * grid.width, grid.shape[0] * grid.height)
    ends = [_middle(grid.box((*grid.prefix, *(int(n) for n in trace.cells[n])))) for n in (0, -1)]
    ink = theme.role("kernel").line
    notes: list[Item] = []
    segment = clipped((*ends[0], *ends[1]), frame)
    if segment is not None:
        notes += [Lines(np.array([segment]), theme.background, 4.0), Lines(np.array([segment]), ink, 2.0)]
    at = nearest(trace, place) if place is not None else None
    if at is not None:
        x, y = _middle(grid.box((*grid.prefix, *(int(n) for n in trace.cells[at]))))
        if frame[0] <= x <= frame[0] + frame[2] and frame[1] <= y <= frame[1] + frame[3]:
            notes.append(
                Rects(np.array([(x - 5, y - 5, 10, 10)]), fill=theme.background, stroke=ink, width=2, radius=5)
            )
    return notes


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


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
