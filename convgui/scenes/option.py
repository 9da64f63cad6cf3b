"""A choice that a scene offers under its picture."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.model.document import View


@dataclass(frozen=True)
class Option:
    """A choice the scene offers under its picture: ids with their titles; the first is the default if none is named."""

    name: str
    title: str
    choices: tuple[tuple[str, str], ...]
    default: str = ""

    def chosen(self, view: View) -> str:
        """Return the id that is chosen in a view."""
        wanted = view.options.get(self.name, "")
        ids = [identity for identity, _ in self.choices]
        return wanted if wanted in ids else self.default or ids[0]
