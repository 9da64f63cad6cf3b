"""The actions of the window: its menus put together, and which of them can be done now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from convgui.files.author import is_foreign
from convgui.files.folder import is_folder_picture
from convgui.layers.convolution import Convolution
from convgui.qt.context import Context
from convgui.qt.dialogs.shortcuts import show_shortcuts
from convgui.qt.documents.loader import Loader
from convgui.qt.inspector.panel import Inspector
from convgui.qt.lessons.help import lesson_under
from convgui.qt.lessons.notes import Notes
from convgui.qt.lessons.prediction import PredictBar
from convgui.qt.sound.hearing import Hearing
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts, build_menu
from convgui.qt.widgets.plain_text import menu_words, plain, read_menu
from convgui.qt.window.edit_menu import EditMenu
from convgui.qt.window.file_menu import FileMenu
from convgui.qt.window.view_menu import ViewMenu
from convgui.scenes import scene
from convgui.session.colour import takes_each_channel
from convgui.session.notes import notes_of
from convgui.words import mark, tr


class HelpMenu(QObject):
    """Finds commands, and explains. Asks for a tour with ``toured()``."""

    toured = Signal()

    def __init__(self, context: Context, loader: Loader, stage: PictureWidget, inspector: Inspector) -> None:
        super().__init__(context.window)
        self._context, self._loader, self._stage, self._inspector = context, loader, stage, inspector
        self.submenus: tuple[tuple[str, QMenu], ...] = ()

    def acts(self, actions: dict[str, QAction]) -> Acts:
        """Return the menu; `actions` are all those of the window."""
        window = self._context.window
        return (
            Act("palette", tr("&Find a command…"), lambda _: self._find(actions), "Ctrl+K"),
            Act("explain", tr("&What is this? (opens a lesson)"), lambda _: self._explain(), "F1"),
            Act("tour", tr("&Tour"), lambda _: self.toured.emit()),
            Act("shortcuts", tr("&Shortcuts") + "\t?", lambda _: show_shortcuts(window, actions.values())),
            SEPARATOR,
            Act("web-help", tr("Help on the &web"), lambda _: self._open_help()),
            Act("report", tr("&Report a problem…"), lambda _: self._report()),
            SEPARATOR,
            Act("about", tr("&About convgui"), lambda _: self._about(), role=QAction.MenuRole.AboutRole),
        )

    def _explain(self) -> None:
        self._loader.explain(lesson_under(self._context, self._stage))

    def _open_help(self) -> None:
        from convgui.qt.dialogs.report import open_help

        self._context.banner.say(open_help())

    def _report(self) -> None:
        from convgui.qt.dialogs.report import ReportDialog

        dialog = ReportDialog(self._context.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _about(self) -> None:
        from convgui.qt.dialogs.about import show_about

        show_about(self._context.window)

    def _find(self, actions: dict[str, QAction]) -> None:
        # It imports every scene.
        from convgui.qt.dialogs.command_palette import Doors, Palette, commands

        loader, inspector = self._loader, self._inspector

        def lead_to(field: QWidget) -> None:
            if not inspector.isVisible():
                actions["inspector"].trigger()
            inspector.lead_to(field)

        further = {
            f"{identity}-{action.data() or n}": (f"{read_menu(menu.title())}: {read_menu(action.text())}", action)
            for identity, menu in self.submenus
            for n, action in enumerate(menu.actions())
            if action.text()
        }
        keep = inspector.kernel.menu.keep
        further["keep-kernel"] = (read_menu(keep.text()), keep)
        fields = {name: (title, partial(lead_to, field)) for name, title, field in inspector.fields()}
        doors = Doors(
            loader.open_lesson, loader.use_sample, inspector.kernel.use_preset,
            inspector.stack.add_kind, inspector.stack.use_model, fields, further,
        )  # fmt: skip
        found = commands(actions, self._context.session, doors)
        Palette(self._context.window, self._context.look(), found).open()


class Commands(QObject):
    """The actions of a window, by id in `actions`, and the menus that they stand in."""

    def __init__(
        self,
        context: Context,
        file: FileMenu,
        edit: EditMenu,
        view: ViewMenu,
        notes: Notes,
        prediction: PredictBar,
        help_: HelpMenu,
        hearing: Hearing,
    ) -> None:
        super().__init__(context.window)
        self._context = context
        self.actions: dict[str, QAction] = {}
        self.file, self.edit, self.view, self.help = file, edit, view, help_
        help_.submenus = (
            ("copy-as", edit.codes), ("copy-kernel-as", edit.kernel_copies), ("language", view.languages),
        )  # fmt: skip
        reveal = Act("reveal", tr("&Reveal hidden number"), lambda _: prediction.reveal())
        menus = (
            (tr("&File"), file.acts()),
            (tr("&Edit"), edit.acts()),
            (tr("&View"), view.acts()),
            (tr("&Play"), playing(context.presenter, hearing)),
            (tr("&Notes"), (*notes.acts(), SEPARATOR, reveal)),
            (tr("&Help"), help_.acts(self.actions)),
        )
        for title, acts in menus:
            build_menu(context.window, title, acts, self.actions)
        self.actions["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])

    def refresh(self) -> None:
        """Enable what can be done now, and say what undo would take back."""
        session = self._context.session
        for identity, alone, words, name in (
            ("undo", tr("&Undo"), mark("&Undo {what}"), session.undo_name),
            ("redo", tr("&Redo"), mark("&Redo {what}"), session.redo_name),
        ):
            self.actions[identity].setEnabled(bool(name))
            what = menu_words(f"{name[:1].lower()}{name[1:]}")
            self.actions[identity].setText(tr(words, what=what) if name else alone)
            self.actions[identity].setToolTip(plain(read_menu(self.actions[identity].text())))
        weighted = isinstance(session.document.chosen, Convolution)
        # A kernel that is to be found is not told by what copies it.
        told = weighted and not scene(session.document.view.scene).hides_kernel(session.document)
        for identity in ("paste-kernel", "load-kernel", "random-weights"):
            self.actions[identity].setEnabled(weighted)
        for identity in ("copy-kernel", "save-kernel"):
            self.actions[identity].setEnabled(told)
        for identity in ("strongest", "strongest-map"):
            self.actions[identity].setEnabled(scene(session.document.view.scene).seeks)
        self.actions["each-channel"].setEnabled(takes_each_channel(session.document))
        self.edit.kernel_copies.setEnabled(told)
        self.actions["region"].setEnabled(len(session.document.sample.spatial) == 2)
        self.actions["dark"].setChecked(self._context.look().theme.shade == "dark")
        for identity in ("next-note", "previous-note"):
            self.actions[identity].setEnabled(bool(notes_of(session.document)))
        self.actions["make-mine"].setEnabled(is_foreign(session.document.lesson))
        for identity in ("next", "previous"):
            self.actions[identity].setEnabled(is_folder_picture(session.document.sample.source))

    def refresh_recent(self) -> None:
        """Fill the menu of recent files."""
        self.file.refresh_recent()


def playing(presenter: Presenter, hearing: Hearing) -> Acts:
    """Return the Play menu."""
    ask = presenter
    return (
        Act("play", tr("&Play or pause"), lambda _: ask.set_player(ask.player.toggle()), "Ctrl+Shift+P"),
        Act("forward", tr("Step &forward"), lambda _: ask.set_player(ask.player.forward()), "Ctrl+Right"),
        Act("back", tr("Step &back"), lambda _: ask.set_player(ask.player.back()), "Ctrl+Left"),
        Act("first", tr("To the &start"), lambda _: ask.jump(0), "Ctrl+Home"),
        Act("last", tr("To the &end"), lambda _: ask.jump(-1), "Ctrl+End"),
        SEPARATOR,
        Act("hear-input", tr("Hear or stop the &input"), lambda _: hearing.toggle("input"), "Ctrl+I"),
        Act("hear-output", tr("Hear or stop the &output"), lambda _: hearing.toggle("output"), "Ctrl+U"),
    )
