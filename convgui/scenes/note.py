"""The line below a picture that every scene says alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convgui.draw.metrics import elide, text_width
from convgui.draw.picture import Picture
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.words import mark, tr

TURNED = (
    mark(
        "True convolution: each kernel is turned by 180° before it is used. Deep learning's "
        "“convolution” does not turn it: that is cross-correlation."
    ),
    mark("True convolution: each kernel is turned by 180° before it is used; cross-correlation does not turn it."),
    mark("Turned by 180°: convolution, not cross-correlation."),
)
"""What every scene says where a kernel is turned; the longest that there is room for."""
STRIP, STRIP_MARGIN = 26.0, 24.0


@dataclass(frozen=True)
class Note:
    """A line below a picture, whatever the scene; empty where there is nothing to say."""

    canvas: Canvas
    text: str

    @property
    def room(self) -> Canvas:
        """What is left of the canvas for the scene."""
        return replace(self.canvas, height=self.canvas.height - STRIP) if self.text else self.canvas

    def below(self, picture: Picture) -> Picture:
        """Return the picture with the line."""
        if not self.text:
            return picture
        theme, width = self.canvas.theme, self.canvas.width - 2 * STRIP_MARGIN
        fits = (text for text in map(tr, TURNED) if text_width(text, 12) <= width)
        text = next(fits, elide(tr(TURNED[-1]), 12, width))
        line = label(STRIP_MARGIN, self.canvas.height - 10, text, theme.role("kernel").ink, 12)
        said = f"{picture.summary} {self.text}" if picture.summary else self.text
        return replace(picture, height=self.canvas.height).with_overlay(line, summary=said)
