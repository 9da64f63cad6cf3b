"""What a document of a window belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from convgui.model.document import Document


@dataclass(frozen=True)
class Home:
    """What a document belongs to.

    Attributes
    ----------
    path : Path or None
        Its file; None while it has none.
    linked : bool
        Whether its input stays outside that.
    saved : Document or None
        What the file holds, or what is nobody's work yet; None where everything would be lost.
    """

    path: Path | None = None
    linked: bool = False
    saved: Document | None = None
