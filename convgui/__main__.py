"""The command line: open the window, or render, list, check and measure without one. The only wiring."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from convgui import __version__

if TYPE_CHECKING:
    from convgui.export.batch import Prepare
    from convgui.export.pictures import Painters
    from convgui.model.document import Document
    from convgui.scenes.scene import AnyScene

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
OUTPUTS = (
    ".png, .svg or .pdf for a picture; .gif, .webp, .apng, .mp4 or .webm for an animation; .npy, .npz, .tif or .nii "
    "for the layer's output; .onnx for the layers; none for a folder of frames"
)
EPILOG = (
    "WHAT is a lesson's id, a .convgui document, a lesson's .json file, an image, an array, a volume, a film or a "
    "folder of DICOM slices; "
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
    commands = {"render": _render, "lessons": _lessons, "apply": _apply, "bench": _bench}
    from convgui.export.whole import ExportError
    from convgui.files.errors import LoadError

    try:
        if arguments and arguments[0] in commands:
            return commands[arguments[0]](arguments[1:])
        return _window(arguments)
    except (UsageError, LoadError, ExportError, ValueError) as error:
        print(f"convgui: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("convgui: cancelled; what was being written is gone.", file=sys.stderr)
        return 130


def _window(arguments: list[str]) -> int:
    parser = OneSentence(
        prog="convgui",
        description="See what convolution does.",
        epilog="Without a window: convgui render, apply, lessons and bench; each has its own --help.",
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="a .convgui document, an image, an array, a volume, or a folder"
    )
    parser.add_argument("--version", action="version", version=f"convgui {__version__}")
    parser.add_argument("--self-test", action="store_true", help="list scenes and lessons, draw one, and exit")
    chosen = parser.parse_args(arguments)
    if chosen.self_test:
        return _self_test()
    if chosen.file is not None and not chosen.file.exists():
        raise UsageError(
            f"there is no file {chosen.file}; give the path of a document, an image, an array or a volume."
        )
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        raise UsageError("there is no screen to open a window on; use `convgui render`, or set DISPLAY.")
    from convgui.qt.app import run

    return run(chosen.file)


def _lessons(arguments: list[str]) -> int:
    parser = OneSentence(
        prog="convgui lessons", description="List the lessons, your own included, or draw them all on one sheet."
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--sheet", metavar="OUT", type=Path, help="draw all into one .png, .svg or .pdf file")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="of the sheet")
    parser.add_argument("--columns", metavar="N", type=_columns, default=5, help="pictures in a row of the sheet")
    scale = _number(0.1, 8, "a scale")
    parser.add_argument("--scale", metavar="F", type=scale, default=1.0, help="pixels of the file for one of the sheet")
    chosen = parser.parse_args(arguments)
    from convgui.files.own_lessons import all_lessons

    if chosen.sheet is not None:
        return _sheet(chosen.sheet, chosen.theme, chosen.columns, chosen.scale)
    lessons = [{"id": item.id, "title": item.title, "chapter": item.chapter} for item in all_lessons()]
    if chosen.json:
        print(json.dumps(lessons, ensure_ascii=False, indent=2))
    else:
        for item in lessons:
            print(f"{item['id']:24} {item['chapter']:18} {item['title']}")
    return 0


def _sheet(path: Path, theme: str, columns: int, scale: float) -> int:
    """Draw every lesson where it opens, by its own scene, and write them as one picture."""
    from convgui.draw.theme import THEMES
    from convgui.export.pictures import check_ending, write_picture
    from convgui.export.sheet import TILE, Tile, sheet
    from convgui.files.lessons import lesson_index, load_lesson
    from convgui.scenes import scene
    from convgui.scenes.scene import Canvas, draw

    vector = check_ending(path) == ".svg"
    canvas = Canvas(*TILE, THEMES[theme], captions=False, pixels=max(1.0, scale))
    tiles = []
    for lesson in lesson_index():
        document = load_lesson(lesson.id)
        picture = draw(scene(document.view.scene), document, canvas)
        tiles.append(Tile(lesson.chapter, lesson.title, lesson.id, picture))
    painters, app = _painters(vector)
    write_picture(sheet(tiles, THEMES[theme], "Lessons", columns), path, painters, scale)
    del app
    return 0


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


def _number(least: float, most: float, what: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not {what} from {least:g} to {most:g}")
        return value

    return read


def _steps(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(-?\d+)(?:\.\.(-?\d+))?", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range of steps such as 0..8, where -1 is the last")
    return int(found[1]), int(found[2] or found[1])


def _render_parser() -> OneSentence:
    parser = OneSentence(prog="convgui render", description="Draw a picture without a window.", epilog=EPILOG)
    parser.add_argument("what", metavar="WHAT", help="a lesson (id), a document, a file or a DICOM folder")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help=f"the name's ending says what: {OUTPUTS}"
    )
    parser.add_argument("--scene", metavar="ID", help="the scene (default: the document's own, or one that fits)")
    parser.add_argument("--step", metavar="N", type=int, help="the step to draw, from 0; negative counts from the end")
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1200, 800), help="pixels at scale 1")
    scale = _number(0.1, 8, "a scale")
    parser.add_argument("--scale", metavar="F", type=scale, default=1.0, help="pixels of the file for one of the size")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a choice of the scene, such as view=surface",
    )
    parser.add_argument(
        "--turn", metavar="A,B", type=_turn, help="degrees about a volume's upright axis, and from above"
    )
    parser.add_argument("--transparent", action="store_true", help="no background")
    parser.add_argument("--no-captions", action="store_true", help="leave out titles and the arithmetic")
    parser.add_argument("--kernel", metavar="PRESET", help="replace the kernel by a preset, such as sobel-x")
    moving = parser.add_argument_group("animations and frames")
    moving.add_argument("--steps", metavar="A..B", type=_steps, default=(0, -1), help="the range (default: all steps)")
    speed = _number(0.1, 256, "a speed")
    moving.add_argument(
        "--speed", metavar="F", type=speed, default=1.0, help="1 takes three quarters of a second a step"
    )
    moving.add_argument("--rate", metavar="N", type=_number(5, 60, "a rate"), default=25, help="frames a second")
    moving.add_argument("--no-glide", action="store_true", help="one picture a step")
    parser.add_argument("--array", action="store_true", help="write the layer's output, not a picture of it")
    parser.add_argument("--progress", action="store_true", help="say on standard error how far it has come")
    return parser


def _render(arguments: list[str]) -> int:
    chosen = _render_parser().parse_args(arguments)
    from convgui.export.frames import Timing
    from convgui.export.job import Settings, check, export, kind_of
    from convgui.scenes import fitting, scene

    first, last = chosen.steps
    width, height = chosen.size
    settings = Settings(
        "array" if chosen.array else kind_of(chosen.output),
        width,
        height,
        chosen.scale,
        chosen.theme,
        transparent=chosen.transparent,
        captions=not chosen.no_captions,
        step=chosen.step,
        timing=Timing(first, last, chosen.speed, int(chosen.rate), not chosen.no_glide),
    )
    check(settings, chosen.output)
    document = _document(chosen.what, chosen.kernel)
    if chosen.turn is not None:
        document = document.looked_at(replace(document.view, turn=chosen.turn))
    wanted = scene(chosen.scene) if chosen.scene else fitting(document)
    document = _with_options(document, wanted, chosen.option)
    painters, app = _painters(settings.what in ("array", "model") or chosen.output.suffix.lower() == ".svg")
    work = export(document, wanted, settings, chosen.output, painters)
    note = _followed(work, f"{chosen.output.name}: " if chosen.progress else "")
    del app
    if note:
        print(note)
    return 0


def _followed(work: Generator[float, None, str], words: str) -> str:
    """Run an export to its end, saying how far it has come where `words` are given; returns its sentence."""
    told = -1
    with closing(work):
        while True:
            try:
                percent = int(100 * next(work))
            except StopIteration as end:
                return str(end.value or "")
            if words and percent > told:
                told = percent
                print(f"{words}{percent} %", file=sys.stderr)


def _painters(without: bool) -> tuple[Painters, object]:
    """Return what paints, with the application that has to live as long; neither where nothing is painted."""
    from convgui.export.pictures import Painters

    if without:
        return Painters(_no_pixels, _no_pixels), None
    from convgui.qt.raster import Rasteriser, offscreen, to_pdf

    app = offscreen()
    return Painters(Rasteriser(), to_pdf), app


def _turn(text: str) -> tuple[float, float]:
    about, comma, over = text.partition(",")
    try:
        found = (float(about), float(over))
    except ValueError:
        comma = ""
    if not comma or not (-360 <= found[0] <= 360 and -90 <= found[1] <= 90):
        raise argparse.ArgumentTypeError(f"{text!r} is not a pair of degrees such as 30,20 (−360 to 360, −90 to 90)")
    return found


def _with_options(document: Document, wanted: AnyScene, given: Sequence[str]) -> Document:
    """Choose options of a scene given as NAME=VALUE; some options are there only once others are chosen."""
    from convgui.scenes.scene import asked, reason_against

    reason = reason_against(wanted, document)
    if reason:
        raise UsageError(reason)
    for text in given:
        name, equals, value = text.partition("=")
        options = {option.name: option for option in wanted.options(asked(wanted, document))}
        if not equals or name not in options:
            known = ", ".join(options) or "none"
            raise UsageError(f"{text} is no option of the scene {wanted.id}; its options are {known} (NAME=VALUE).")
        choices = [identity for identity, _ in options[name].choices]
        if value not in choices:
            raise UsageError(f"the option {name} cannot be {value!r}; it is one of {', '.join(choices)}.")
        document = document.looked_at(replace(document.view, options={**document.view.options, name: value}))
    return document


def _no_pixels(*_: object) -> NoReturn:
    raise AssertionError("nothing is painted for this")


def _apply(arguments: list[str]) -> int:
    parser = OneSentence(
        prog="convgui apply",
        description="Run a kernel or layers over files, several at a time.",
        epilog="A preset filters each channel by itself, keeps the size and repeats the border; "
        "a document's layers do what they do in the window.",
    )
    parser.add_argument("kernel", metavar="KERNEL", help="a preset such as sobel-x, a lesson's id, or a document")
    parser.add_argument("inputs", metavar="INPUT", type=Path, nargs="+", help="images or arrays")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, required=True)
    parser.add_argument("--format", choices=("npy", "npz", "tif", "png", "nii", "nii.gz"), default="npy")
    parser.add_argument("--jobs", metavar="N", type=_number(1, 64, "a number of files at a time"))
    parser.add_argument("--memory", metavar="MB", type=_number(1, 1e9, "a memory budget"), help="for all of them")
    parser.add_argument("--quiet", action="store_true", help="say only what failed")
    chosen = parser.parse_args(arguments)
    from convgui.export.batch import run_batch

    prepare = _layers(chosen.kernel)
    jobs = int(chosen.jobs) if chosen.jobs else None
    budget = int(chosen.memory * 2**20) if chosen.memory else None
    failed = 0
    work = run_batch(prepare, chosen.inputs, chosen.output, chosen.format, workers=jobs, budget=budget)
    with closing(work):
        for place, done in enumerate(work, start=1):
            if done.failure:
                failed += 1
                print(f"convgui: {done.source} failed: {done.failure}", file=sys.stderr)
            elif not chosen.quiet:
                print(f"{place}/{len(chosen.inputs)} {done.source} -> {done.target}{done.note and f' ({done.note})'}")
    if failed:
        print(f"convgui: {failed} of {len(chosen.inputs)} files failed; the others are done.", file=sys.stderr)
    return 1 if failed else 0


def _layers(kernel: str) -> Prepare:
    """Return what KERNEL does to a sample."""
    from convgui.core.presets import PRESETS
    from convgui.export.batch import with_layers, with_preset
    from convgui.files.documents import is_document
    from convgui.files.lessons import lesson_index, load_lesson, read_lesson
    from convgui.session.opening import open_document

    if kernel in PRESETS:
        return with_preset(kernel)
    if kernel in [item.id for item in lesson_index()]:
        return with_layers(load_lesson(kernel))
    if Path(kernel).is_file() and is_document(Path(kernel)):
        return with_layers(open_document(Path(kernel)).document)
    if Path(kernel).is_file():
        return with_layers(read_lesson(Path(kernel)))
    raise UsageError(
        f"{kernel} is neither a preset, a lesson nor a file; presets are {', '.join(PRESETS)}; "
        "lessons are listed by `convgui lessons`."
    )


def _document(what: str, kernel: str | None) -> Document:
    """Return the document WHAT stands for: a lesson's, or a file under the kernel of the Sobel lesson."""
    from convgui.core.presets import PRESETS
    from convgui.files.documents import is_document
    from convgui.files.lessons import lesson_index, load_lesson, read_lesson
    from convgui.files.load import load
    from convgui.files.own_lessons import PREFIX, open_lesson
    from convgui.session.edits import change_kernel, with_sample
    from convgui.session.opening import open_document

    ids = [item.id for item in lesson_index()]
    if what in ids or what.startswith(PREFIX):
        document = open_lesson(what)
    elif is_document(Path(what)) and Path(what).exists():
        document = open_document(Path(what)).document
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
