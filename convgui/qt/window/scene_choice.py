"""Which scene a window looks through, and with which of its options."""

from __future__ import annotations

from convgui.model.document import Document
from convgui.qt.context import Context
from convgui.qt.panels.header import OptionRow, SceneTabs
from convgui.scenes import scene
from convgui.scenes.scene import for_scene, reason_against


class SceneChoice:
    """Ties tabs and options to the view; a scene that is come back to stands at the step where it was left."""

    def __init__(self, context: Context, tabs: SceneTabs, options: OptionRow) -> None:
        self._session, self._presenter = context.session, context.presenter
        self._tabs, self._options = tabs, options
        self._left_at: dict[str, int] = {}
        tabs.chosen.connect(self._on_scene)
        options.chosen.connect(self._on_option)

    def show(self, old: Document, new: Document, *, content: bool) -> None:
        """Show what can be chosen for a document; `content` says that not only its view is another."""
        if old.lesson is not new.lesson or old.sample is not new.sample:
            self._left_at.clear()
        if content or old.view.scene != new.view.scene:
            self._tabs.show_document(new)
        chosen = scene(new.view.scene)
        fits = not reason_against(chosen, new)
        solid = fits and chosen.id == "volume" and new.view.options.get("view") == "surface"
        self._options.show_options(chosen.options(for_scene(chosen, new)) if fits else (), new, more=solid)

    def _on_scene(self, identity: str) -> None:
        self._left_at[self._session.document.view.scene] = self._presenter.player.target
        first = scene(identity).first_step(self._session.document)
        self._session.look(scene=identity, step=self._left_at.get(identity, first))

    def _on_option(self, name: str, value: str) -> None:
        self._session.look(options={**self._session.document.view.options, name: value})
