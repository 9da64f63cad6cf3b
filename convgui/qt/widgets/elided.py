"""A line of words that gives way where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent

from convgui.qt.widgets.painting import painting
from convgui.qt.widgets.plain_text import PlainLabel


class ElidedLabel(PlainLabel):
    """Ends in an ellipsis where it is cut; the whole is in its tooltip and is what it says."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """What there is room for."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        where = self.alignment()
        with painting(self) as painter:
            self.style().drawItemText(
                painter, self.contentsRect(), where, self.palette(), self.isEnabled(), self.shown, self.foregroundRole()
            )
