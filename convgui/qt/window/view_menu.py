"""The View menu: which panels are shown, how large the picture is, the theme and the language."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from convgui.files.translations import LANGUAGES
from convgui.qt.context import Context
from convgui.qt.panels.line_profile import LineProfile
from convgui.qt.panels.output_levels import OutputLevels
from convgui.qt.stage.stage_input import StageInput
from convgui.qt.surface.gl_context import driver, library_problem
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.scenes import scene
from convgui.scenes.scene import reason_against
from convgui.words import tr


class ViewMenu(QObject):
    """Changes how the window looks.

    Emits ``shown(panel, on)`` for the lessons and the inspector, ``alone(on)`` for a lecture, and
    ``preferred(preferences)``.
    """

    shown = Signal(str, bool)
    alone = Signal(bool)
    preferred = Signal(object)

    def __init__(self, context: Context, stage_input: StageInput, levels: OutputLevels, profile: LineProfile) -> None:
        super().__init__(context.window)
        self._context, self._window = context, context.window
        self._input, self._levels, self._profile = stage_input, levels, profile
        self.languages = self._languages()

    def acts(self) -> Acts:
        """Return the menu."""
        stage_input = self._input
        return (
            Act("lessons", tr("&Lessons"), lambda on: self.shown.emit("lessons", on), "F9", True),
            Act("inspector", tr("&Inspector"), lambda on: self.shown.emit("inspector", on), "F10", True),
            Act("alone", tr("Le&cture"), lambda on: self.alone.emit(on), "F5", True),
            Act("full", tr("&Full screen"), self._full, "F11", True),
            SEPARATOR,
            Act("larger", tr("Zoom &in"), lambda _: stage_input.zoom(1.5), "ZoomIn"),
            Act("smaller", tr("Zoom &out"), lambda _: stage_input.zoom(1 / 1.5), "ZoomOut"),
            Act("fit", tr("&Whole picture"), lambda _: stage_input.fit(), "Ctrl+0"),
            SEPARATOR,
            Act("strongest", tr("Largest &answer of this map"), lambda _: stage_input.seek(every=False), "Ctrl+J"),
            Act("strongest-map", tr("Map that answers mo&st"), lambda _: stage_input.seek(every=True), "Ctrl+Shift+J"),
            SEPARATOR,
            Act("surface-gl", tr("Surface in &OpenGL…"), self._surface_gl),
            Act("levels", tr("&Levels of the output"), self._levels.show_panel, "Ctrl+Shift+L", True),
            Act("profile", tr("Line &profile"), self._profile.show_panel, "Ctrl+L", True),
            Act("compare", tr("Co&mpare…"), lambda _: self._compare(), "Ctrl+Shift+K"),
            SEPARATOR,
            Act("dark", tr("&Dark theme"), lambda on: self._prefer(shade="dark" if on else "light"), "Ctrl+D", True),
            self.languages,
        )

    def _prefer(self, **fields: str) -> None:
        self.preferred.emit(self._context.remembered.preferences().with_changes(fields))

    def _languages(self) -> QMenu:
        """Make the menu that chooses the language, each under the name that its speakers know."""
        menu, group = QMenu(tr("&Language"), self._window), QActionGroup(self._window)
        chosen = self._context.remembered.preferences().language
        for spoken, name in (("", tr("As the system")), *LANGUAGES.items()):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setData(spoken)
            action.setChecked(spoken == chosen)
            action.triggered.connect(lambda _=False, wanted=spoken: self._prefer(language=wanted))
            group.addAction(action)
        return menu

    def _full(self, on: bool) -> None:
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def _compare(self) -> None:
        """Open the window that keeps what is shown now, and compares it with what comes."""
        from convgui.qt.compare.window import CompareWindow

        opened = CompareWindow(self._context)
        opened.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        opened.show()
        opened.activateWindow()

    def _surface_gl(self, _: bool) -> None:
        """Open the window that draws surfaces with OpenGL, or say why there is none."""
        context, here = self._context, driver()
        problem = reason_against(scene("volume"), context.session.document) or here.problem or library_problem()
        context.banner.say(problem)
        if problem:
            return
        # Half a second of imports, for those who ask for it.
        from convgui.qt.surface.gl_surface import GlSurfaceWindow

        opened = self._window.findChild(GlSurfaceWindow)
        if opened is None:
            opened = GlSurfaceWindow(
                context.session, context.presenter, lambda: context.look().theme, here, self._window
            )
        opened.show()
        opened.raise_()
