"""What each parameter does: a tiny picture and a sentence where the pointer rests, and the lesson that F1 opens."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from convgui.draw.parameters import parameter_picture
from convgui.draw.remarks import TURNED
from convgui.draw.theme import Theme
from convgui.files.lessons import lesson_index
from convgui.qt.lessons.help import EXPLAINS, FIELDS
from convgui.qt.widgets.paint import PicturePainter
from convgui.qt.widgets.painting import painting
from convgui.words import mark, tr

WORDS = {
    "kernel_size": mark("How many cells of the input, along each axis, one output cell is made of."),
    "stride": mark("How far the window moves from one output cell to the next: with 2, the output is half as large."),
    "padding": mark(
        "Cells added around the input, so that the window can stand at its border too. “same” keeps the size; more "
        "cells before than after make a causal layer."
    ),
    "padding_mode": mark(
        "What stands in the padding: zeros, the input mirrored, its last cell repeated, or the input from its other "
        "end."
    ),
    "dilation": mark("How far apart the kernel's cells lie on the input: a larger field with as many weights."),
    "groups": mark(
        "Channels in groups that see nothing of each other. The number has to divide the input channels and the "
        "output channels; as many groups as input channels is depthwise."
    ),
    "in_channels": mark("Each input channel has a kernel of its own in every filter."),
    "out_channels": mark("How many filters there are: each makes one output channel of all input channels."),
    "output_padding": mark("Rows and columns added at one end: which of several possible sizes the output has."),
    "transposed": mark(
        "A transposed convolution lays the kernel down once for each input cell and adds up: the output grows."
    ),
    "flip": TURNED[0],
}
"""A sentence on each parameter, by PyTorch's name."""


class ParameterTips(QObject):
    """Shows what the parameters do while the pointer rests on them; `theme` returns the colours of the window."""

    def __init__(self, theme: Callable[[], Theme], parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: dict[QObject, tuple[str, str]] = {}

    def explain(self, widget: QWidget, name: str, title: str) -> None:
        """Explain a parameter where the pointer rests on a widget; F1 opens its lesson there."""
        widget.setProperty(EXPLAINS, FIELDS[name])
        widget.setAccessibleDescription(tr(WORDS[name]))
        self._names[widget] = name, title
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the tooltip, drawn when it is asked for."""
        known = self._names.get(watched)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and known is not None:
            assert isinstance(watched, QWidget)
            QToolTip.showText(event.globalPos(), tip(*known, self._theme(), watched.devicePixelRatioF()), watched)
            return True
        return super().eventFilter(watched, event)


def tip(name: str, title: str, theme: Theme, ratio: float = 1.0) -> str:
    """Return what is shown of a parameter, as HTML: its picture, its sentence, its lesson."""
    lessons = {lesson.id: lesson.title for lesson in lesson_index()}
    lesson = tr("F1 opens the lesson “{title}”", title=lessons.get(FIELDS[name], ""))
    return (
        f'<table width="230"><tr><td>{_picture(name, theme, ratio)}<p><b>{escape(title)}</b><br>'
        f"{escape(tr(WORDS[name]))}</p><p><i>{escape(lesson)}</i></p></td></tr></table>"
    )


def _picture(name: str, theme: Theme, ratio: float) -> str:
    """Return an image of the picture of a parameter, inside the HTML."""
    picture = parameter_picture(name, theme)
    if picture is None:
        return ""
    size = QSize(round(picture.width), round(picture.height))
    pixmap = QPixmap(size * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap) as painter:
        painter.scale(ratio, ratio)
        PicturePainter().paint(painter, picture)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    code = bytes(buffer.data().toBase64().data()).decode("ascii")
    return f'<img src="data:image/png;base64,{code}" width="{size.width()}" height="{size.height()}">'
