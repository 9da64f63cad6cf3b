"""Pictures to pixels without a window."""

from __future__ import annotations

import os
import sys

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.qt.fonts import load_fonts
from convgui.qt.paint import PicturePainter


def offscreen() -> QGuiApplication:
    """Return the application, made without a screen if there is none yet."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication(sys.argv[:1])
    load_fonts()
    return app


def rasterise(picture: Picture, scale: float = 1.0) -> Bytes:
    """Paint a picture into uint8 RGB ``(rows, columns, 3)``; needs a QGuiApplication."""
    image = QImage(round(picture.width * scale), round(picture.height * scale), QImage.Format.Format_RGB888)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    PicturePainter().paint(painter, picture)
    painter.end()
    rows, columns = image.height(), image.width()
    flat = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(rows, image.bytesPerLine())
    return flat[:, : 3 * columns].reshape(rows, columns, 3).copy()
