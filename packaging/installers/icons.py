"""The icon in the sizes and formats that systems ask for, drawn from the one SVG."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installers import facts

SOURCE = facts.ROOT / "resources" / "icons" / "convgui.svg"
LINUX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MACOS = (32, 64, 128, 256, 512, 1024)
MACOS_MARGIN = 0.09
"""Part of the side that Apple's icons keep free on every side."""


def png(size: int) -> bytes:
    """Draw the icon into a square PNG."""
    file = io.BytesIO()
    drawn(size).save(file, "PNG", optimize=True)
    return file.getvalue()


def drawn(size: int, margin: float = 0.0) -> Image.Image:
    """Draw the icon into a square; `margin` is the part of its side that stays empty on every side."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([facts.NAME])
    image = QImage(size, size, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    inside = size * (1 - 2 * margin)
    QSvgRenderer(str(SOURCE)).render(painter, QRectF(size * margin, size * margin, inside, inside))
    painter.end()
    del app
    return Image.frombytes("RGBA", (size, size), bytes(image.constBits()))


def for_system(folder: Path) -> Path:
    """Write the icon file that this system's programs carry, and return its path."""
    return ico(folder / "convgui.ico") if sys.platform == "win32" else icns(folder / "convgui.icns")


def ico(path: Path) -> Path:
    """Write Windows' icon, each size drawn for itself."""
    return _write(path, WINDOWS, 0.0)


def icns(path: Path) -> Path:
    """Write macOS's icon, each size drawn for itself."""
    return _write(path, MACOS, MACOS_MARGIN)


def _write(path: Path, sizes: tuple[int, ...], margin: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(size, margin) for size in sizes]
    pictures[-1].save(path, append_images=pictures[:-1], sizes=[(size, size) for size in sizes])
    return path
