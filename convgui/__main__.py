"""The command line: open the window, or render, list, check and measure without one. The only wiring."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from convgui import __version__

if TYPE_CHECKING:
    from convgui.draw.picture import Picture
    from convgui.model.document import Document

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
EPILOG = (
    "WHAT is a lesson's id, a lesson's .json file, an image, an array, a volume, a film or a folder of DICOM slices; "
    "see `convgui lessons`."
)


class UsageError(Exception):
    """Something the user asked for that cannot be done; the text is one sentence."""


class OneSentence(argparse.ArgumentParser):
    """A parser whose errors are one sentence on standard error, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and exit."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status, 2 for what the user can mend."""
    # NumPy's own threads would fight ours over two cores; this has to be said before NumPy is imported.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = {"render": _render, "lessons": _lessons, "bench": _bench}
    from convgui.export.pictures import ExportError
    from convgui.files.errors import LoadError

    try:
        if arguments and arguments[0] in commands:
            return commands[arguments[0]](arguments[1:])
        return _window(arguments)
    except (UsageError, LoadError, ExportError, ValueError) as error:
        print(f"convgui: {error}", file=sys.stderr)
        return 2


def _window(arguments: list[str]) -> int:
    parser = OneSentence(
        prog="convgui",
        description="See what convolution does.",
        epilog="Without a window: convgui render, convgui lessons, convgui bench (each has its own --help).",
    )
    parser.add_argument("file", nargs="?", type=Path, help="an image, an array, a volume, or a folder of DICOM slices")
    parser.add_argument("--version", action="version", version=f"convgui {__version__}")
    parser.add_argument("--self-test", action="store_true", help="list scenes and lessons, draw one, and exit")
    chosen = parser.parse_args(arguments)
    if chosen.self_test:
        return _self_test()
    if chosen.file is not None and not chosen.file.exists():
        raise UsageError(f"there is no file {chosen.file}; give the path of an image, an array or a volume.")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        raise UsageError("there is no screen to open a window on; use `convgui render`, or set DISPLAY.")
    from convgui.qt.app import run

    return run(chosen.file)


def _lessons(arguments: list[str]) -> int:
    parser = OneSentence(prog="convgui lessons", description="List the lessons, or draw them all on one sheet.")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--sheet", metavar="OUT", type=Path, help="draw all lessons into one .png or .svg file")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="of the sheet")
    parser.add_argument("--columns", metavar="N", type=_columns, default=5, help="pictures in a row of the sheet")
    parser.add_argument(
        "--scale", metavar="F", type=_scale, default=1.0, help="pixels of the sheet for one of its size"
    )
    chosen = parser.parse_args(arguments)
    from convgui.files.lessons import lesson_index

    if chosen.sheet is not None:
        return _sheet(chosen.sheet, chosen.theme, chosen.columns, chosen.scale)
    lessons = [{"id": item.id, "title": item.title, "chapter": item.chapter} for item in lesson_index()]
    if chosen.json:
        print(json.dumps(lessons, ensure_ascii=False, indent=2))
    else:
        for item in lessons:
            print(f"{item['id']:24} {item['chapter']:18} {item['title']}")
    return 0


def _sheet(path: Path, theme: str, columns: int, scale: float) -> int:
    """Draw every lesson where it opens, by its own scene, and write them as one picture."""
    from convgui.draw.theme import THEMES
    from convgui.export.pictures import check_ending
    from convgui.export.sheet import TILE, Tile, sheet
    from convgui.files.lessons import lesson_index, load_lesson
    from convgui.scenes import scene
    from convgui.scenes.scene import Canvas, draw

    check_ending(path)
    canvas = Canvas(*TILE, THEMES[theme], captions=False, pixels=max(1.0, scale))
    tiles = []
    for lesson in lesson_index():
        document = load_lesson(lesson.id)
        picture = draw(scene(document.view.scene), document, canvas)
        tiles.append(Tile(lesson.chapter, lesson.title, lesson.id, picture))
    _write(sheet(tiles, THEMES[theme], "Lessons", columns), path, scale)
    return 0


def _write(picture: Picture, path: Path, scale: float) -> None:
    """Write a picture; a painter is started only where pixels are asked for."""
    from convgui.export.pictures import check_ending, write_picture

    if check_ending(path) == ".svg":
        write_picture(picture, path, _no_pixels, scale)
        return
    from convgui.qt.raster import offscreen, rasterise

    app = offscreen()
    write_picture(picture, path, rasterise, scale)
    del app


def _columns(text: str) -> int:
    from convgui.export.sheet import MOST_COLUMNS

    if not (text.isdigit() and 1 <= int(text) <= MOST_COLUMNS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of columns from 1 to {MOST_COLUMNS}")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1200x800")
    if not (64 <= int(width) <= 16_000 and 64 <= int(height) <= 16_000):
        raise argparse.ArgumentTypeError(f"{text} is outside 64x64 to 16000x16000")
    return int(width), int(height)


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 8:
        raise argparse.ArgumentTypeError(f"{text} is not a scale from 0.1 to 8")
    return value


def _render(arguments: list[str]) -> int:
    parser = OneSentence(prog="convgui render", description="Draw a picture without a window.", epilog=EPILOG)
    parser.add_argument("what", metavar="WHAT", help="a lesson (id or .json file), a file or a DICOM folder")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="a .png or .svg file")
    parser.add_argument("--scene", metavar="ID", help="the scene (default: the document's own, or one that fits)")
    parser.add_argument("--step", metavar="N", type=int, help="the step to draw, from 0; negative counts from the end")
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1200, 800), help="pixels at scale 1")
    parser.add_argument("--scale", metavar="F", type=_scale, default=1.0, help="pixels of the file for one of the size")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--kernel", metavar="PRESET", help="replace the kernel by a preset, such as sobel-x")
    chosen = parser.parse_args(arguments)
    from convgui.draw.theme import THEMES
    from convgui.export.pictures import check_ending
    from convgui.scenes import fitting, scene
    from convgui.scenes.scene import Canvas, draw

    check_ending(chosen.output)
    document = _document(chosen.what, chosen.kernel)
    wanted = scene(chosen.scene) if chosen.scene else fitting(document)
    width, height = chosen.size
    canvas = Canvas(width, height, THEMES[chosen.theme], pixels=max(1.0, chosen.scale))
    picture = draw(wanted, document, canvas, chosen.step)
    _write(picture, chosen.output, chosen.scale)
    return 0


def _no_pixels(*_: object) -> NoReturn:
    raise AssertionError("an SVG is not rasterised")


def _document(what: str, kernel: str | None) -> Document:
    """Return the document WHAT stands for: a lesson's, or a file under the kernel of the Sobel lesson."""
    from convgui.core.presets import PRESETS
    from convgui.files.lessons import lesson_index, load_lesson, read_lesson
    from convgui.files.load import load
    from convgui.session.edits import change_kernel, with_sample

    ids = [item.id for item in lesson_index()]
    if what in ids:
        document = load_lesson(what)
    elif Path(what).suffix == ".json" and Path(what).is_file():
        document = read_lesson(Path(what))
    elif Path(what).exists():
        document = replace(with_sample(load_lesson("sobel-photo"), load(what)), lesson=None)
    else:
        raise UsageError(f"{what} is neither a file nor a lesson; the lessons are {', '.join(ids)}.")
    if kernel is None:
        return document
    if kernel not in PRESETS:
        raise UsageError(f"there is no preset {kernel!r}; the presets are {', '.join(PRESETS)}.")
    return change_kernel(document, lambda _: PRESETS[kernel].weights(), every_channel=True)


def _bench(arguments: list[str]) -> int:
    from convgui.bench import run

    return run(arguments)


def _self_test() -> int:
    from convgui.draw.svg import svg
    from convgui.draw.theme import LIGHT
    from convgui.files.lessons import lesson_index, load_lesson
    from convgui.qt.raster import offscreen, rasterise
    from convgui.scenes import scene, scenes
    from convgui.scenes.scene import Canvas, draw

    for item in scenes():
        print(f"scene  {item.id:24} {item.title}")
    for lesson in lesson_index():
        print(f"lesson {lesson.id:24} {lesson.title}")
    document = load_lesson(lesson_index()[0].id)
    picture = draw(scene(document.view.scene), document, Canvas(900, 640, LIGHT))
    app = offscreen()
    pixels = rasterise(picture)
    del app
    if pixels.std() == 0 or "<text" not in svg(picture):
        print("convgui: the first lesson came out empty.", file=sys.stderr)
        return 1
    print(f"drawn  {document.lesson.id if document.lesson else ''}, {pixels.shape[1]} x {pixels.shape[0]} pixels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
