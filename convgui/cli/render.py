"""convgui render: draw a picture, an animation or numbers without a window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from convgui.cli.arguments import (
    EXITS,
    OneSentence,
    UsageError,
    add_axes,
    add_missing,
    add_values,
    count,
    hue,
    number,
    plain,
    size,
    steps,
    theme,
    turn,
)
from convgui.cli.documents import NetworkOptions, at_caption, chosen_axes, document_of, scene_of, with_options
from convgui.cli.painting import painters
from convgui.cli.terminal import STANDARD, read_from, write_to
from convgui.draw.theme import THEMES
from convgui.export.frames import Timing
from convgui.export.inputs import refuse_overwriting
from convgui.export.job import FORMATS, Settings, check, export, kind_of
from convgui.export.page.page import SIZE as PAGE_SIZE
from convgui.files.installation import command
from convgui.files.wav_writer import FORMS as SOUNDS
from convgui.words import mark, tr

OUTPUTS = mark(
    ".png, .svg or .pdf for a picture; .gif, .webp, .apng, .mp4 or .webm for an animation; .html for a page that is "
    "stepped in a browser; .npy, .npz, .tif, .nii or .wav for the layer's output; .onnx for the layers; none for a "
    "folder of frames; - for standard output"
)
SIZE = (1200, 800)


def render_parser() -> OneSentence:
    """Build the parser of ``convgui render``."""
    what = tr(
        "WHAT is a lesson's id, a .convgui document, a lesson's .json file, an image, an array, a volume, a film, a "
        "folder of DICOM slices, or - for an image on standard input; see `{lessons}`.",
        lessons=command("lessons"),
    )
    epilog = f"{what} {tr(EXITS)}"
    parser = OneSentence("render", tr("Draw a picture without a window."), epilog)
    parser.add_argument("what", metavar="WHAT", help=tr("a lesson (id), a document, a file, a DICOM folder, or -"))
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        required=True,
        help=tr("the name's ending says what: {outputs}", outputs=tr(OUTPUTS)),
    )
    names = tuple(ending[1:] for ending in FORMATS)
    parser.add_argument("--format", choices=names, metavar="F", help=tr("what goes to standard output (default: png)"))
    parser.add_argument("--scene", metavar="ID", help=tr("the scene (default: the document's own, or one that fits)"))
    parser.add_argument(
        "--step", metavar="N", type=int, help=tr("the step to draw, from 0; negative counts from the end")
    )
    parser.add_argument(
        "--caption",
        metavar="N",
        type=int,
        help=tr("the sentence of a lesson to draw, counted from 1"),
    )
    parser.add_argument("--size", metavar="WxH", type=size, help=tr("pixels at scale 1"))
    scale = number(0.1, 8, tr("a scale"))
    parser.add_argument(
        "--scale", metavar="F", type=scale, default=1.0, help=tr("pixels of the file for one of the size")
    )
    parser.add_argument(
        "--theme",
        metavar="NAME",
        type=theme,
        default="light",
        help=tr("{themes}, or one's own as it is kept", themes=", ".join(THEMES)),
    )
    parser.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help=tr("a choice of the scene, such as view=surface"),
    )
    parser.add_argument(
        "--turn", metavar="A,B", type=turn, help=tr("degrees about a volume's upright axis, and from above")
    )
    parser.add_argument("--transparent", action="store_true", help=tr("no background"))
    parser.add_argument("--crop", action="store_true", help=tr("leave out what stays empty around the drawing"))
    parser.add_argument("--no-captions", action="store_true", help=tr("leave out titles and the arithmetic"))
    parser.add_argument("--input", metavar="FILE", help=tr("what the layers of a file of trained weights are put on"))
    parser.add_argument("--layer", metavar="NAME", help=tr("the last layer of such a file; see `convgui network`"))
    add_values(parser)
    parser.add_argument("--kernel", metavar="PRESET", help=tr("replace the kernel by a preset, such as sobel-x"))
    moving = parser.add_argument_group(tr("animations and frames"))
    moving.add_argument(
        "--steps", metavar="A..B", type=steps, default=(0, -1), help=tr("the range (default: all steps)")
    )
    speed = number(0.1, 256, tr("a speed"))
    moving.add_argument(
        "--speed", metavar="F", type=speed, default=1.0, help=tr("1 takes three quarters of a second a step")
    )
    moving.add_argument("--rate", metavar="N", type=count(5, 60, tr("a rate")), default=25, help=tr("frames a second"))
    moving.add_argument("--no-glide", action="store_true", help=tr("one picture a step"))
    moving.add_argument("--reading", action="store_true", help=tr("each step stays until what it says can be read"))
    moving.add_argument(
        "--matte",
        metavar="#RRGGBB",
        type=hue,
        help=tr("the colour that a GIF without background will lie on (default: the theme's)"),
    )
    add_axes(parser)
    add_missing(parser)
    parser.add_argument(
        "--sound",
        choices=SOUNDS,
        default="16",
        help=tr("a WAV file's samples: 16 or 24 bits, or floats (default: 16)"),
    )
    parser.add_argument("--array", action="store_true", help=tr("write the layer's output, not a picture of it"))
    parser.add_argument("--progress", action="store_true", help=tr("say on standard error how far it has come"))
    return parser


def render(arguments: list[str]) -> int:
    """Write what was asked for; returns the exit status."""
    chosen = render_parser().parse_args(arguments)
    with read_from(chosen.what) as what, write_to(chosen.output, _format(chosen)) as path:
        note = _render(chosen, what, path)
    if note:
        # What is said must not mix with what is written.
        print(plain(note), file=sys.stderr if chosen.output == STANDARD else sys.stdout)
    return 0


def _format(chosen: argparse.Namespace) -> str:
    """Return the format for standard output; a file's name says its own."""
    form = str(chosen.format or ("npy" if chosen.array else "png"))
    if chosen.format and chosen.output != STANDARD and not chosen.output.lower().endswith(f".{form}"):
        raise UsageError(
            tr("--format is for standard output (-o -); {name} says by its ending what it holds.", name=chosen.output)
        )
    return form


def _render(chosen: argparse.Namespace, what: str, path: Path) -> str:
    """Write one file or folder; returns what is to be said about it."""
    first, last = chosen.steps
    what_is = "array" if chosen.array else kind_of(path)
    width, height = chosen.size or (PAGE_SIZE if what_is == "page" else SIZE)
    settings = Settings(
        what_is,
        width,
        height,
        chosen.scale,
        chosen.theme,
        transparent=chosen.transparent,
        captions=not chosen.no_captions,
        step=chosen.step,
        timing=Timing(first, last, chosen.speed, chosen.rate, not chosen.no_glide, chosen.reading),
        crop=chosen.crop,
        matte=chosen.matte,
        sound=chosen.sound,
    )
    check(settings, path)
    refuse_overwriting([path], [Path(what), *([Path(chosen.input)] if chosen.input else [])])
    axes = chosen_axes(chosen.channels, chosen.index)
    options = NetworkOptions(chosen.input, chosen.layer, chosen.values, chosen.resize)
    document = document_of(what, chosen.kernel, axes, options)
    document, hidden = at_caption(document, chosen.caption, chosen.kernel)
    settings = replace(settings, hidden=hidden)
    if chosen.missing is not None:
        document = replace(document, missing=chosen.missing)
    if chosen.turn is not None:
        document = document.with_view(replace(document.view, turn=chosen.turn))
    wanted = scene_of(chosen.scene, document)
    document = with_options(document, wanted, chosen.option)
    paint, app = painters(settings.what in ("array", "model", "page") or path.suffix.lower() == ".svg")
    work = export(document, wanted, settings, path, paint)
    note = _followed(work, f"{plain(path.name)}: " if chosen.progress else "")
    del app
    return note


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
