"""The lines that are written below every scene's picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convgui.draw.metrics import elide, text_width
from convgui.draw.picture import Picture
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.words import tr

STRIP, STRIP_MARGIN = 26.0, 24.0


@dataclass(frozen=True)
class Note:
    """Lines below a picture, whatever the scene.

    Attributes
    ----------
    canvas : Canvas
        That of the picture, in whose theme greys run the way that the input asks for.
    lines : tuple of tuple of str
        Each in several lengths, the longest first.
    """

    canvas: Canvas
    lines: tuple[tuple[str, ...], ...] = ()

    @property
    def room(self) -> Canvas:
        """What is left of the canvas for the scene."""
        return replace(self.canvas, height=self.canvas.height - STRIP * len(self.lines))

    def below(self, picture: Picture) -> Picture:
        """Return the picture with the lines."""
        if not self.lines:
            return picture
        ink, width = self.canvas.theme.role("kernel").ink, self.canvas.width - 2 * STRIP_MARGIN
        items = []
        for line, texts in enumerate(reversed(self.lines)):
            text = next((t for t in map(tr, texts) if text_width(t, 12) <= width), elide(tr(texts[-1]), 12, width))
            items.append(label(STRIP_MARGIN, self.canvas.height - 10 - line * STRIP, text, ink, 12))
        said = " ".join(part for part in (picture.summary, *(tr(texts[0]) for texts in self.lines)) if part)
        return replace(picture, height=self.canvas.height).with_overlay(*items, summary=said)
