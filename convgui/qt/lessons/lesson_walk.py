"""Walking a lesson in the window: its words, the document and the step belong to one moment, whatever the user does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from weakref import ref

from PySide6.QtCore import QObject

from convgui.files.folder import is_folder_picture
from convgui.model.document import Caption, Document, Lesson
from convgui.qt.context import Context
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.notes import Notes
from convgui.qt.lessons.prediction import PredictBar
from convgui.session.notes import is_own, kept_by_note
from convgui.session.walking import (
    alike,
    asks,
    beside,
    caption_document,
    caption_fits,
    changed_at,
    fitting_caption,
    opening_caption,
)
from convgui.words import tr

CHOSEN = ("scene", "step", "layer", "filter", "channel", "options")
"""What a caption without a state of its own says of how to look; the rest of the view stays the reader's."""
LIT = ("layer", "filter", "channel", "options")
"""What of that a caption lights, besides its step."""
WALK = "walk"
"""What is walked in a row is one undo step."""


class LessonWalk(QObject):
    """Goes where the reader walks, and finds the words that belong to where he has gone by himself."""

    def __init__(
        self,
        context: Context,
        filed: Callable[[], bool],
        caption: CaptionBar,
        prediction: PredictBar,
        notes: Notes,
    ) -> None:
        super().__init__(context.window)
        self._context, self._filed = context, filed
        self._session, self._presenter = context.session, context.presenter
        self._caption, self._prediction, self._notes = caption, prediction, notes
        self._walking = False
        self._known: tuple[Document, int, int] | None = None
        self._asked: tuple[int, bool] | None = None
        # At which caption documents were left that undo may bring back.
        self._left: list[tuple[ref[Document], int]] = []
        self._from = 0
        # The step that is come to where it is not that of the words.
        self._arriving: int | None = None
        self._keeping: Lesson | None = None
        caption.leaving.connect(self._on_leaving)
        caption.walked.connect(self._on_walked)
        caption.begun_again.connect(self._on_begun_again)
        self._presenter.played.connect(lambda _: self.follow())
        self._presenter.prepared.connect(self.follow)
        notes.asked.connect(self.predict)
        notes.turned.connect(self.turn)

    def begin(self) -> None:
        """Stand at the words that belong to a document that has just been opened."""
        presenter = self._presenter
        index = opening_caption(self._session.document, presenter.heading, presenter.player.steps)
        if index is not None:
            self._caption.stand_at(index)
        self._known = None
        self.follow()
        self.predict()

    def kept(self, document: Document) -> Document:
        """Return a document as it is kept: in one's own lesson, what is changed at a note is that note's."""
        return kept_by_note(document, self._caption.index) if self._owns(document) else document

    def _owns(self, document: Document) -> bool:
        return is_own(document.lesson, filed=self._filed())

    def settle(self, key: str | None = None) -> None:
        """Have a note keep what was changed at it, as one undo step, and say so; `key` as for `Session.replace`."""
        session = self._session
        if self.kept(session.document) is session.document:
            return
        session.look(step=self._presenter.player.target)
        session.replace(self.kept(session.document), tr("Take this state"), key=key, looked=True)
        self._keeping = session.document.lesson
        number = self._caption.index + 1
        self._notes.said.emit(tr("Note {number} keeps what was changed there; undo leads back to it.", number=number))

    def turn_to(self, old: Document, new: Document) -> None:
        """Show the words of another document: those at which it was left, where undo brings it back."""
        caption, other = self._caption, old is new or old.lesson is not new.lesson
        if self._keeping is not None and new.lesson is not self._keeping:
            # What was said of the note is true no more.
            self._keeping = None
            self._notes.said.emit("")
        stood = next((index for one, index in self._left if one() is new), None)
        if other or stood is not None:
            self._leave(old, caption.index)
        if stood is None:
            stood = caption.index if old is not new and old.sample is new.sample else 0
        elif not other:
            caption.stand_at(stood)
            self._known = None
        caption.show_lesson(new.lesson, stood)

    def _leave(self, document: Document, index: int) -> None:
        kept = [(one, at) for one, at in self._left if one() is not None and one() is not document]
        self._left = [*kept, (ref(document), index)]

    def _on_leaving(self) -> None:
        # With the walk that follows it is one step: undo of both comes back to the change at its note.
        self.settle(WALK)
        self._from = self._caption.index

    def go_on_for(self, other: LessonWalk) -> None:
        """Ask no more than another window, whose question and caption this one has taken over already."""
        self._asked = other._asked

    @property
    def leafs(self) -> bool:
        """Whether there are no words, but pictures of a folder to leaf through."""
        return self._caption.caption is None and is_folder_picture(self._session.document.sample.source)

    def turn(self, way: int) -> None:
        """Go to the next (1) or previous (-1) words and what they are about; without words, to the next step."""
        caption = self._caption
        if caption.caption is None:
            self.stride(way)
            return
        # From between two captions the way back leads to the one that was left.
        left = way < 0 and not caption.stands and caption_fits(self._session.document, caption.index)
        caption.go(caption.index + (0 if left else way))

    def stride(self, way: int) -> None:
        """Go on (1) or back (-1) by a step, or from words to words where these lead elsewhere."""
        presenter, caption = self._presenter, self._caption
        player = presenter.player
        found = beside(self._session.document, caption.index, presenter.heading, player.steps, way)
        if found is None:
            return
        index, step = found
        elsewhere = caption.caption is not None and not self._stands_for(index)
        if elsewhere or abs(step % max(player.steps, 1) - player.target) > 1:
            self._arriving = step
            caption.go(index)
            self._arriving = None
            return
        if index != caption.index:
            caption.stand_at(index)
            self._known = None
        presenter.set_player(player.forward() if step == player.target + 1 else player.jump(step % player.steps))
        self.predict()

    def _stands_for(self, index: int) -> bool:
        """Whether what is shown is what a caption is about, with all that it lights where it is another one."""
        document = self._session.document
        lights = caption_document(document, index).view.options
        return caption_fits(document, index) and (index == self._caption.index or lights == document.view.options)

    def follow(self) -> None:
        """Bring the words to what is shown; where none of them is about it, say so."""
        document = self._session.document
        now = (document, self._presenter.heading, self._presenter.player.steps)
        lesson = document.lesson
        # The presenter hears of another document before the bar does.
        told = lesson is not None and self._caption.lesson is lesson and bool(lesson.captions)
        if lesson is None or not told or self._walking or self._same(now):
            return
        self._known = now
        index = min(self._caption.index, len(lesson.captions) - 1)
        found = None if self._writing() else fitting_caption(*now, index)
        exact = found is not None
        if found is None and not self._writing() and not caption_fits(document, index):
            # Undo of a walk comes back to a step between those that have words of their own.
            found = opening_caption(*now)
        if found is not None and found != index:
            lit = exact and self._stands_for(found)
            self._caption.stand_at(found)
            index = found
            if exact and not lit:
                # Come to by its step alone: what else its words are about is lit, too.
                about = caption_document(document, index).view
                self._session.look(**{name: getattr(about, name) for name in LIT})
                document, self._known = self._session.document, None
        if (index, asks(document, index)) != self._asked:
            self.predict()
        self._tell(document, lesson.captions[index], index)

    def _same(self, now: tuple[Document, int, int]) -> bool:
        known = self._known
        return known is not None and known[0] is now[0] and known[1:] == now[1:]

    def _tell(self, document: Document, caption: Caption, index: int) -> None:
        """Say how the words stand to the picture."""
        steps = max(self._presenter.player.steps, 1)
        about = ""
        if (caption.step - self._presenter.heading) % steps:
            about = tr("About the last step.") if caption.step < 0 else tr("About step {step}.", step=caption.step)
        edited, changed = changed_at(document, index), ""
        away = not edited and caption_document(document, index).view.scene != document.view.scene
        if edited and self._owns(document):
            changed = tr("You changed what this note is about: it keeps that when you go on or save.")
        elif away:
            changed = tr("What the lesson says here is about another view.")
        elif edited:
            changed = tr("The lesson was changed: what it says here is not about this.")
        elif not caption_fits(document, index):
            changed = tr("What the lesson says here is about another layer, filter or choice.")
        settled = not changed and caption.words == "stale"
        if settled:
            changed = tr("What was changed here is kept, and the lesson's words are not about it: write others (F8).")
        self._caption.tell(changed=changed, away=away, about=about, settled=settled)

    def _writing(self) -> bool:
        """Whether a teacher is at work, who chooses himself which note he is writing."""
        panel = self._notes.panel
        return panel is not None and panel.isVisible()

    def predict(self) -> None:
        """Hide the number that the words ask for; without a question, nothing is hidden."""
        caption, index = self._caption.caption, self._caption.index
        asked = caption is not None and asks(self._session.document, index)
        self._asked = index, asked
        self._prediction.hide_at(caption.step if caption is not None and asked else None)

    def _on_walked(self, index: int) -> None:
        self._go(index)
        self._notes.refresh()

    def _on_begun_again(self) -> None:
        self._from = self._caption.index
        self._caption.arrive(0)

    def _go(self, index: int) -> None:
        """Show what the words of a caption are about. What was changed can be had back by undo."""
        session = self._session
        about, caption = caption_document(session.document, index), self._caption.caption
        assert caption is not None
        # Back from words that light something else, one comes to the steps before them.
        step = caption.step if self._arriving is None else self._arriving
        about = about.with_view(replace(about.view, step=step))
        self._walking = True
        if alike(about, session.document):
            names = CHOSEN if caption.state is None else tuple(field.name for field in fields(about.view))
            session.look(**{name: getattr(about.view, name) for name in names})
        else:
            session.look(step=self._presenter.player.target)
            self._leave(session.document, self._from)
            session.replace(about, tr("Walk the lesson"), key=WALK, looked=True)
        self._presenter.jump(step)
        self._walking, self._known = False, None
        self.follow()
        self.predict()
