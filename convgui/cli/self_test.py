"""convgui --self-test: whether this installation has all it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.export.frames import Timing
from convgui.export.job import Settings, export
from convgui.export.pictures import Painters
from convgui.files.installation import frozen
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.licences import licences
from convgui.files.samples import load_sample, samples
from convgui.files.user_folders import OVERRIDE
from convgui.model.document import Document
from convgui.qt.app import make_application
from convgui.qt.app.unattended import grabbed, wait_for_picture
from convgui.qt.export.raster import Rasteriser, rasterise, to_pdf
from convgui.qt.settings import Remembered, keep_settings_in
from convgui.qt.window import MainWindow
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.version import __version__

FRAMES = 3
LATE_IMPORTS = ("tifffile", "pydicom.pixels", "pyqtgraph", "pyqtgraph.opengl.shaders")
"""Modules that are imported late, so that the window does not wait for them."""


class SelfTestError(Exception):
    """Something that this installation lacks; the text is one sentence."""


def self_test() -> int:
    """List what is there, draw, export and open a window, all without a screen; returns the exit status."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"convgui {__version__}, Python {sys.version.split()[0]} on {sys.platform}")
    checks: tuple[Callable[[Document, Path], str], ...] = (_lists, _libraries, _picture, _gif, _window)
    with TemporaryDirectory(prefix="convgui-self-test-") as name:
        # What the user keeps stays as it is.
        os.environ[OVERRIDE] = name
        keep_settings_in(name)
        app = make_application(["convgui"])
        try:
            for check in checks:
                print(check(load_lesson(lesson_index()[0].id), Path(name)))
        except SelfTestError as error:
            print(f"convgui: {error}", file=sys.stderr)
            return 1
        finally:
            del app
    return 0


def _lists(_document: Document, _folder: Path) -> str:
    for item in scenes():
        print(f"scene  {item.id:24} {item.title}")
    for lesson in lesson_index():
        load_lesson(lesson.id)
        print(f"lesson {lesson.id:24} {lesson.title}")
    for sample in samples():
        load_sample(sample.id)
        print(f"sample {sample.id:24} {sample.title}")
    silent = [licence.name for licence in licences() if not licence.text]
    if silent:
        raise SelfTestError(f"the licence of {', '.join(silent)} is missing.")
    return f"found  {len(licences())} licences"


def _libraries(_document: Document, _folder: Path) -> str:
    """Import what the program imports only when it is asked for; an installer has to have brought it."""
    if not frozen():
        return "loaded what pip has installed"
    missing = [name for name in LATE_IMPORTS if not _imports(name)]
    if missing:
        raise SelfTestError(f"{', '.join(missing)} cannot be imported.")
    return f"loaded {', '.join(LATE_IMPORTS)}"


def _imports(name: str) -> bool:
    try:
        import_module(name)
    except ImportError:
        return False
    return True


def _picture(document: Document, _folder: Path) -> str:
    picture = draw(scene(document.view.scene), document, Canvas(900, 640, LIGHT))
    pixels = rasterise(picture)
    if pixels.std() == 0 or "<text" not in svg(picture):
        raise SelfTestError("the first lesson came out empty.")
    return f"drawn  {document.view.scene}, {pixels.shape[1]} x {pixels.shape[0]} pixels"


def _gif(document: Document, folder: Path) -> str:
    path = folder / "self-test.gif"
    settings = Settings("animation", 480, 320, timing=Timing(0, FRAMES - 1, glide=False))
    for _ in export(document, scene(document.view.scene), settings, path, Painters(Rasteriser(), to_pdf)):
        pass
    size = path.stat().st_size
    if not path.read_bytes().startswith(b"GIF89a") or size < 1000:
        raise SelfTestError("a GIF could not be written.")
    return f"wrote  a GIF of {FRAMES} steps, {size} bytes"


def _window(document: Document, _folder: Path) -> str:
    app = make_application(["convgui"])
    window = MainWindow(document, Remembered())
    window.resize(1280, 800)
    painted = wait_for_picture(app, window)
    width, height, pixels = grabbed(window)
    window.hide()
    if painted is None or len(set(pixels[::4093])) < 3:
        raise SelfTestError("the window stayed empty.")
    return f"opened a window of {width} x {height} pixels"
