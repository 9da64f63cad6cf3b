"""Whether this machine can draw with OpenGL: asked before any widget that needs it is made."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

from convgui.files.installation import how_to_add
from convgui.words import mark, tr

GL_RENDERER, GL_VERSION = 0x1F01, 0x1F02
LEAST = (2, 1)
"""The version of OpenGL that pyqtgraph needs."""
BLIND = ("offscreen", "minimal", "vnc", "linuxfb")
"""Platforms of Qt on which widgets of OpenGL show nothing, without an error."""
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "gdi generic", "basic render")
OTHERWISE = mark("The Surface view draws the same surface without OpenGL.")


@dataclass(frozen=True)
class Driver:
    """What draws: the driver's own words, such as ``"llvmpipe"`` and ``"4.5"``; `problem` says why nothing does."""

    renderer: str = ""
    version: str = ""
    problem: str = ""

    @property
    def software(self) -> bool:
        """Whether the processor draws in place of a graphics card."""
        return any(name in self.renderer.lower() for name in SOFTWARE)

    @property
    def words(self) -> str:
        """Name the driver in a few words."""
        name = self.renderer.split(" (")[0] + (f", {tr('no graphics card')}" if self.software else "")
        return f"{name} · OpenGL {self.version.split(' ')[0]}"


def driver() -> Driver:
    """Make a context without a window, ask it who it is, and drop it."""
    platform = QGuiApplication.platformName()
    if platform in BLIND:
        return Driver(
            problem=tr(
                "There is no OpenGL on a screen of the kind “{platform}”. {otherwise}",
                platform=platform,
                otherwise=tr(OTHERWISE),
            )
        )
    context, surface = QOpenGLContext(), QOffscreenSurface()
    if not context.create():
        return Driver(
            problem=tr(
                "This screen gives no OpenGL context: its driver is missing or too old. {otherwise}",
                otherwise=tr(OTHERWISE),
            )
        )
    surface.setFormat(context.format())
    surface.create()
    if not surface.isValid() or not context.makeCurrent(surface):
        return Driver(
            problem=tr(
                "An OpenGL context was made, but nothing can be drawn with it. {otherwise}", otherwise=tr(OTHERWISE)
            )
        )
    try:
        functions = context.functions()
        renderer, version = (str(functions.glGetString(name) or "") for name in (GL_RENDERER, GL_VERSION))
        reported = context.format().version()
    finally:
        context.doneCurrent()
    if not renderer or not version:
        return Driver(
            problem=tr(
                "The OpenGL driver does not say what it is, so it is not used. {otherwise}", otherwise=tr(OTHERWISE)
            )
        )
    if tuple(reported) < LEAST:
        return Driver(
            problem=tr(
                "OpenGL 2.1 is needed, and “{renderer}” has {version}. {otherwise}",
                renderer=renderer,
                version=version,
                otherwise=tr(OTHERWISE),
            )
        )
    return Driver(renderer, version)


def library_problem() -> str:
    """Return what is missing in Python, in one sentence; empty if nothing is."""
    try:
        import_module("OpenGL")
    except ImportError:
        return (
            tr("OpenGL needs PyOpenGL, which is not installed; {remedy}.", remedy=how_to_add("gl"))
            + " "
            + tr(OTHERWISE)
        )
    return ""
