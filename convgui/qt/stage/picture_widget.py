"""The stage: shows a picture and says what the hands do on it."""

from __future__ import annotations

from math import inf

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QSinglePointEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convgui.draw.colour import Colour
from convgui.draw.picture import Hit, Item, Picture
from convgui.qt.widgets.paint import PicturePainter, qcolor
from convgui.qt.widgets.painting import painting

DRAG = 4
"""Pixels the pointer has to travel before a press is a drag."""
GROWN = 1.25
"""How much more than other text numbers grow where larger text is wanted: there are fewer pixels for their cells."""
RING = 2
"""Pixels of the frame that shows that the keyboard has come here."""
CLOSEST = 8.0
"""How many times larger than the whole a picture can be looked at that has no zoom of its own."""
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class PictureWidget(QWidget):
    """Paints a picture: the static part once, the moving part each time.

    Attributes
    ----------
    scale : float
        Pixels of the widget for one of the picture: larger text without another layout. All that is emitted is in
        the picture's pixels.
    ringless : bool
        Whether nothing shows that the keyboard is here, where it can be nowhere else.
    """

    hovered = Signal(object)
    clicked = Signal(object)
    double_clicked = Signal(object)
    dragged = Signal(object, object, QPointF)
    released = Signal()
    wheeled = Signal(object, float, QPointF)
    panned = Signal(QPointF)
    resized = Signal()
    shown = Signal()
    painted = Signal(object)
    """The picture that stands in the window now."""
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._painter = PicturePainter()
        self._notes: tuple[Item, ...] = ()
        self._cursor: tuple[Item, ...] = ()
        self._base: tuple[Item, ...] | None = None
        self._pixmap = QPixmap()
        self._pressed: tuple[Hit | None, QPointF] | None = None
        self._dragging = False
        self._panning: QPointF | None = None
        self._ringed = False
        self.scale, self.ringless = 1.0, False
        self._magnified, self._corner = 1.0, QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def picture(self) -> Picture | None:
        """The picture shown."""
        return self._picture

    def enlarge(self, scale: float, text: float, *, within: tuple[float, float] | None = None) -> None:
        """Take a scale, and the size of the text that is wanted, which numbers reach inside their cells too.

        Or else how much larger numbers are `within` their cells, as far as these have room, and the largest size.
        """
        grown = GROWN * text / scale if text > 1 else 1.0
        enlarged, largest = (grown, inf) if within is None else within
        painter = self._painter
        if (scale, enlarged, largest) != (self.scale, painter.enlarged, painter.largest):
            self.scale, painter.enlarged, painter.largest = scale, enlarged, largest
            self._base = None

    @property
    def magnified(self) -> float:
        """How many times larger than the whole picture its part is that is seen."""
        return self._magnified

    def magnify(self, factor: float, at: QPointF | None = None) -> None:
        """Look closer, or less close, at a point of the picture, by default the middle of what is seen."""
        width, height = self.room
        point = at if at is not None else self._corner + QPointF(width, height) / (2 * self._magnified)
        wanted = min(max(self._magnified * factor, 1.0), CLOSEST)
        self._look(wanted, point - (point - self._corner) * (self._magnified / wanted))

    def move_by(self, way: QPointF) -> None:
        """Move what is looked at closely, by pixels of the picture."""
        self._look(self._magnified, self._corner - way)

    def _look(self, magnified: float, corner: QPointF) -> None:
        hidden = 1 - 1 / magnified
        width, height = self.room
        corner = QPointF(min(max(corner.x(), 0.0), hidden * width), min(max(corner.y(), 0.0), hidden * height))
        if (magnified, corner) != (self._magnified, self._corner):
            self._magnified, self._corner, self._base = magnified, corner, None
            self.update()

    def on_widget(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return where a box of the picture (x, y, width, height) is in the widget."""
        grown, (x, y, width, height) = self.scale * self._magnified, box
        return (grown * (x - self._corner.x()), grown * (y - self._corner.y()), grown * width, grown * height)

    @property
    def room(self) -> tuple[float, float]:
        """Width and height for a picture, in the picture's pixels."""
        return (self.width() / self.scale, self.height() / self.scale)

    def show_picture(self, picture: Picture) -> None:
        """Show another picture."""
        before, self._picture = self._picture, picture
        if self._pressed is not None and not picture.holds(self._pressed[0]):
            # What was taken hold of is not there any more.
            self._pressed = None
        if picture.summary and (before is None or picture.summary != before.summary):
            self.setAccessibleDescription(picture.summary)
            self.said.emit(picture.summary)
        self.update()
        self.shown.emit()

    def annotate(self, notes: tuple[Item, ...]) -> None:
        """Draw more on top of the picture, until other notes replace these."""
        self._notes = notes
        self.update()

    @property
    def pressed_at(self) -> QPointF:
        """The point of the picture that is held."""
        return self._pressed[1] if self._pressed is not None else QPointF()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        picture = self._picture
        if picture is None:
            with painting(self) as painter:
                painter.fillRect(self.rect(), self.palette().base())
            return
        self._refresh_base(picture)
        with painting(self) as painter:
            if not self._pixmap.isNull():
                painter.drawPixmap(0, 0, self._pixmap)
            self._transform(painter)
            if self._pixmap.isNull():
                # There is no memory to keep it; it is painted anew each time.
                self._base = None
                painter.fillRect(QRectF(0, 0, *self.room), qcolor(picture.background))
                self._painter.paint_items(painter, picture.base)
            self._painter.paint_items(painter, picture.overlay + self._notes + self._cursor)
            if self._ringed and not self.ringless:
                self._paint_ring(painter)
        self.painted.emit(picture)

    def show_cursor(self, items: tuple[Item, ...]) -> None:
        """Draw above all else where that is which is heard; nothing where there are no items."""
        if items != self._cursor:
            self._cursor = items
            self.update()

    def _transform(self, painter: QPainter) -> None:
        painter.scale(self.scale * self._magnified, self.scale * self._magnified)
        painter.translate(-self._corner)

    def _paint_ring(self, painter: QPainter) -> None:
        painter.resetTransform()
        # What was painted last has left its brush.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.palette().link().color(), RING))
        painter.drawRect(QRectF(self.rect()).adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here, if it was the keyboard that came here; a hand knows where it is."""
        self._ringed = event.reason() in BY_KEYBOARD
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        self._ringed = False
        self.update()

    def _refresh_base(self, picture: Picture) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._base is picture.base and self._pixmap.size() == size:
            return
        self._base = None
        self._pixmap = _filled(size, ratio, picture.background)
        if self._pixmap.isNull():
            return
        with painting(self._pixmap) as painter:
            self._transform(painter)
            self._painter.paint_items(painter, picture.base)
        self._base = picture.base

    def _at(self, event: QSinglePointEvent) -> QPointF:
        return event.position() / (self.scale * self._magnified) + self._corner

    def _hit(self, at: QPointF) -> Hit | None:
        return None if self._picture is None else self._picture.hit(at.x(), at.y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event)
        if self._panning is not None:
            # What is moved may move the picture under the pointer.
            here = event.position()
            self.panned.emit((here - self._panning) / (self.scale * self._magnified))
            self._panning = here
            return
        hit = self._hit(at)
        if self._pressed is not None:
            start, origin = self._pressed
            if not self._dragging and (at - origin).manhattanLength() >= DRAG:
                self._dragging = True
            if self._dragging:
                self.dragged.emit(start, hit, at - origin)
                return
        self.hovered.emit(hit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        moves = event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)
        if moves or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._panning = event.position()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (self._hit(self._at(event)), self._at(event))
            self._dragging = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._panning is not None:
            self._panning = None
        elif pressed is not None and not self._dragging:
            self.clicked.emit(pressed[0])
        self._dragging = False
        self.released.emit()
        self.hovered.emit(self._hit(self._at(event)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit(self._hit(self._at(event)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.wheeled.emit(self._hit(self._at(event)), turns, self._at(event))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look(self._magnified, self._corner)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()


def _filled(size: QSize, ratio: float, background: Colour) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(qcolor(background))
    return pixmap
