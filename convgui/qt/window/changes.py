"""Another document: which parts of the window have to hear of it, and in which order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from convgui.model.document import Document
from convgui.qt.lessons.lesson_walk import LessonWalk
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.widgets.banner import TRIED
from convgui.qt.window.panel_window import PanelWindow, dragging
from convgui.qt.window.scene_choice import SceneChoice


def paint_first(stage: PictureWidget, old: Document, new: Document) -> None:
    """Have an edit seen before the panels beside it are brought up to date."""
    if old.sample is new.sample and not old.makes_the_same(new):
        stage.repaint()


def parts_to_tell(
    window: PanelWindow, scenes: SceneChoice, walk: LessonWalk, old: Document, new: Document
) -> list[Callable[[], object]]:
    """Return what brings each part up to date that shows something else of the new document than of the old one."""
    content = old is new or not old.makes_the_same(new) or old.view.chosen != new.view.chosen
    looks = (old.view.scene, old.view.options) != (new.view.scene, new.view.options)
    steps = list[Callable[[], object]]()
    if old is not new and (content or old.lesson is not new.lesson):
        # It is what it was to begin with no more; while something is dragged, the picture stays where it is.
        steps.append(lambda: _over_at_release(window) if dragging() else window.hint.say(""))
    if content:
        steps.append(lambda: window.banner.over(TRIED if old is not new else ""))
    if old.view.layer != new.view.layer or len(old.layers) != len(new.layers):
        steps.append(lambda: window.inspector.kernel.together(new))
    if content or looks:
        steps += [lambda: window.inspector.show_document(new), lambda: window.status.show_document(new)]
    steps += [lambda: scenes.show(old, new, content=content), lambda: walk.turn_to(old, new)]
    if old is new or old.lesson is not new.lesson:
        steps += [lambda: window.lessons.show_lesson(new.lesson), window.notes.refresh]
    steps.append(walk.follow)
    if old.view.options != new.view.options:
        steps.append(window.refit)
    return steps


def _over_at_release(window: PanelWindow) -> None:
    window.stage.released.connect(lambda: window.hint.say(""), Qt.ConnectionType.SingleShotConnection)
