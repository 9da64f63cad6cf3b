"""Walking a lesson in the window: its words, the document and the step belong to one moment, whatever the user does."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from convgui.model.document import Caption, Document
from convgui.session.walking import alike, belongs, fitting_place, moment, opening_place
from convgui.words import tr

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

CHOSEN = ("scene", "step", "layer", "filter", "channel", "options")
"""What a caption without a state of its own says of how to look; the rest of the view stays the reader's."""


class Walk(QObject):
    """Goes where the reader walks, and finds the words that belong to where he has gone by himself."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._walking = False
        self._known: tuple[Document, int, int] | None = None
        window.caption.walked.connect(self._on_walked)
        window.caption.begun_again.connect(self._on_begun_again)
        window.presenter.played.connect(lambda _: self.follow())
        window.presenter.prepared.connect(self.follow)

    def begin(self) -> None:
        """Stand at the words that belong to a document that has just been opened."""
        window = self._window
        place = opening_place(window.session.document, window.presenter.heading, window.presenter.player.steps)
        if place is not None:
            window.caption.stand_at(place)
        self._known = None
        self.follow()
        self.predict()

    def follow(self) -> None:
        """Bring the words to what is shown; where none of them is about it, say so."""
        window, document = self._window, self._window.session.document
        now = (document, window.presenter.heading, window.presenter.player.steps)
        lesson = document.lesson
        # The presenter hears of another document before the bar does.
        told = lesson is not None and window.caption.lesson is lesson and bool(lesson.captions)
        if lesson is None or not told or self._walking or self._same(now):
            return
        self._known = now
        place = min(window.caption.place, len(lesson.captions) - 1)
        found = None if self._writing() else fitting_place(*now, place)
        if found is None and not self._writing() and not belongs(document, place):
            # Undo of a walk comes back to a step between those that have words of their own.
            found = opening_place(*now)
        if found is not None and found != place:
            window.caption.stand_at(found)
            self.predict()
            place = found
        self._tell(document, lesson.captions[place], place)

    def _same(self, now: tuple[Document, int, int]) -> bool:
        known = self._known
        return known is not None and known[0] is now[0] and known[1:] == now[1:]

    def _tell(self, document: Document, caption: Caption, place: int) -> None:
        """Say how the words stand to the picture."""
        window = self._window
        steps = max(window.presenter.player.steps, 1)
        about = ""
        if (caption.step - window.presenter.heading) % steps:
            about = tr("About the last step.") if caption.step < 0 else tr("About step {step}.", step=caption.step + 1)
        away = moment(document, place).view.scene != document.view.scene
        window.caption.tell(changed=not belongs(document, place), away=away, about=about)

    def _writing(self) -> bool:
        """Whether a teacher is at work, who chooses himself which note he is writing."""
        panel = self._window.notes.panel
        return panel is not None and panel.isVisible()

    def predict(self) -> None:
        """Hide the number that the words ask for; without a question, nothing is hidden."""
        caption = self._window.caption.caption
        asks = (
            caption is not None
            and caption.predict
            and belongs(self._window.session.document, self._window.caption.place)
        )
        self._window.prediction.hide_at(caption.step if caption is not None and asks else None)

    def _on_walked(self, place: int) -> None:
        self._go(place)
        self._window.notes.refresh()

    def _on_begun_again(self) -> None:
        self._window.caption.stand_at(0)
        self._on_walked(0)

    def _go(self, place: int) -> None:
        """Show what the words at a place are about. What was changed can be had back by undo."""
        window, session = self._window, self._window.session
        about, caption = moment(session.document, place), window.caption.caption
        assert caption is not None
        self._walking = True
        if alike(about, session.document):
            names = CHOSEN if caption.state is None else tuple(field.name for field in fields(about.view))
            session.look(**{name: getattr(about.view, name) for name in names})
        else:
            session.look(step=window.presenter.player.target)
            session.replace(about, tr("Walk the lesson"), key="walk", looked=True)
        window.presenter.jump(caption.step)
        self._walking, self._known = False, None
        self.follow()
        self.predict()
