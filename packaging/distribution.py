"""What hatchling asks while it builds the wheel and the source distribution. It is loaded by its path, without convgui.

README's links lead to files of the checkout; where the project is shown elsewhere they have to be addresses. Both
distributions keep the version that the checkout's tag gave them, and the wheel lists what it carries of others' work.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURES = (".png", ".svg", ".gif", ".jpg", ".webp")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s]+)(?=[)\s])")


def absolute(text: str, source: str, reference: str) -> str:
    """Make the links of a Markdown text, relative to the checkout, lead to where the project lives.

    Parameters
    ----------
    text : str
        The text.
    source : str
        The project's address.
    reference : str
        The tag, or what else names a state of the project.
    """

    def address(found: re.Match[str]) -> str:
        path = found[1]
        kind = "raw" if path.endswith(PICTURES) else "blob"
        return f"{source}/{kind}/{reference}/{path}"

    return _LINK.sub(address, text)


def reference(version: str) -> str:
    """Return the tag of a version; the newest state for one that has none."""
    return "HEAD" if "dev" in version else f"v{version}"


class Readme(MetadataHookInterface):
    """Gives the distributions README as others are to read it."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the field ``readme``."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        shown = absolute(text, metadata["urls"]["Source"], reference(metadata["version"]))
        metadata["readme"] = {"content-type": "text/markdown", "text": shown}


class StoredDocument(BuildHookInterface[Any]):
    """Adds what a checkout knows and its files do not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the version, and in the wheel the list of what it carries, among what is packed."""
        if version == "editable":
            return
        sys.path[:0] = [self.root, str(Path(self.root, "packaging"))]
        from installers import facts, sbom

        made = facts.BUILD / "distribution"
        made.mkdir(parents=True, exist_ok=True)
        (made / "VERSION").write_text(facts.written_version(), encoding="utf-8")
        build_data["force_include"][str(made / "VERSION")] = "convgui/VERSION"
        if self.target_name == "wheel":
            carried = sbom.shipped(facts.ROOT / "resources", "convgui/_resources/")
            listed = sbom.document(self.metadata.version, facts.moment(), carried)
            (made / sbom.NAME).write_text(listed, encoding="utf-8")
            build_data["sbom_files"].append(str(made / sbom.NAME))
