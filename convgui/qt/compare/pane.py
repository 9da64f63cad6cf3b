"""Two pictures on the same ground: side by side, swiped, or a third of what is different; zoomed and moved together."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from convgui.qt.widgets.painting import painting, saved

Mode = Literal["side", "swipe", "difference"]
MODES: tuple[Mode, ...] = ("side", "swipe", "difference")
GAP = 12.0
NOTCH, ZOOM = 120, 1.25
LARGEST = 64.0
SHARP = 2.0
"""Pixels of the screen a cell from which its edges are drawn."""
BY_KEY = 0.02


class ComparePane(QWidget):
    """Shows two pictures. Emits ``swiped(share)`` when the line between them is moved.

    Attributes
    ----------
    zoom : float
        1 fits the whole picture.
    centre : tuple of float
        What is in the middle, as fractions of width and height.
    share : float
        Where the line between the two stands, as a fraction of the width.
    """

    swiped = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode: Mode = "swipe"
        self.zoom, self.centre, self.share = 1.0, (0.5, 0.5), 0.5
        self.line = QColor("black")
        self._pictures: tuple[QImage | None, QImage | None, QImage | None] = (None, None, None)
        self._held: QPointF | None = None
        self.setMinimumSize(240, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(860, 460)

    def show_pictures(self, first: QImage | None, second: QImage | None, difference: QImage | None) -> None:
        """Show other pictures at the same place."""
        self._pictures = (first, second, difference)
        self.update()

    def set_mode(self, mode: Mode) -> None:
        """Show them in another way."""
        self.mode = mode
        self.update()

    def fit(self) -> None:
        """Show whole pictures."""
        self.zoom, self.centre = 1.0, (0.5, 0.5)
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify around a point of the widget, or the middle."""
        frame = next((one for one in self._frames() if at is not None and one.contains(at)), self._frames()[0])
        point = at if at is not None and frame.contains(at) else frame.center()
        before = self._box(frame)
        share = ((point.x() - before.x()) / before.width(), (point.y() - before.y()) / before.height())
        self.zoom = min(max(self.zoom * factor, 1.0), LARGEST)
        after = self._box(frame)
        shift = QPointF(after.x() + share[0] * after.width(), after.y() + share[1] * after.height()) - point
        self._move(shift.x() / after.width(), shift.y() / after.height())

    def swipe_to(self, share: float) -> None:
        """Move the line between the two."""
        self.share = min(max(share, 0.0), 1.0)
        self.swiped.emit(self.share)
        self.update()

    def _move(self, across: float, down: float) -> None:
        x, y = self.centre
        self.centre = (min(max(x + across, 0.0), 1.0), min(max(y + down, 0.0), 1.0))
        self.update()

    def _frames(self) -> tuple[QRectF, ...]:
        width, height = float(self.width()), float(self.height())
        if self.mode != "side":
            return (QRectF(0, 0, width, height),)
        half = max((width - GAP) / 2, 1.0)
        return (QRectF(0, 0, half, height), QRectF(half + GAP, 0, half, height))

    def _box(self, frame: QRectF) -> QRectF:
        """Return where the whole picture stands, of which a frame shows a part: that of the first, for both."""
        picture = self._pictures[0] or self._pictures[1]
        wide, high = (picture.width(), picture.height()) if picture is not None else (1, 1)
        scale = min(frame.width() / max(wide, 1), frame.height() / max(high, 1)) * self.zoom
        width, height = wide * scale, high * scale
        # What fits stands in the middle.
        x = self.centre[0] if width > frame.width() else 0.5
        y = self.centre[1] if height > frame.height() else 0.5
        return QRectF(frame.center().x() - x * width, frame.center().y() - y * height, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        first, second, change = self._pictures
        with painting(self) as painter:
            frames = self._frames()
            if self.mode == "difference":
                self._draw(painter, frames[0], frames[0], change)
            elif self.mode == "side":
                for frame, picture in zip(frames, (first, second), strict=True):
                    self._draw(painter, frame, frame, picture)
            else:
                frame = frames[0]
                at = frame.x() + self.share * frame.width()
                self._draw(painter, frame, QRectF(0, 0, at, frame.height()), first)
                self._draw(painter, frame, QRectF(at, 0, frame.width() - at, frame.height()), second)
                painter.setPen(QPen(self.line, 2))
                painter.drawLine(QPointF(at, 0), QPointF(at, frame.height()))
            if self.hasFocus():
                painter.setPen(QPen(self.palette().highlight().color(), 1))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw(self, painter: QPainter, frame: QRectF, clip: QRectF, picture: QImage | None) -> None:
        if picture is None or picture.isNull():
            return
        box = self._box(frame)
        with saved(painter):
            painter.setClipRect(clip)
            smooth = box.width() < SHARP * picture.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(box, picture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position()
        if self.mode == "swipe" and event.button() == Qt.MouseButton.LeftButton:
            self.swipe_to(event.position().x() / max(self.width(), 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        if self.mode == "swipe" and event.buttons() & Qt.MouseButton.LeftButton:
            self.swipe_to(event.position().x() / max(self.width(), 1))
            return
        way, box = event.position() - self._held, self._box(self._frames()[0])
        self._held = event.position()
        self._move(-way.x() / box.width(), -way.y() / box.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(ZOOM ** (event.angleDelta().y() / NOTCH), event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the line of a swipe, or the pictures; + and - zoom, 0 shows all."""
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in ways:
            across, down = ways[key]
            if self.mode == "swipe" and across:
                self.swipe_to(self.share + across * BY_KEY)
            else:
                self._move(across * 2 * BY_KEY / self.zoom, down * 2 * BY_KEY / self.zoom)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)
