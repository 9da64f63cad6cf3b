"""convgui lessons: list them, or draw them all on one sheet."""

from __future__ import annotations

import argparse
from pathlib import Path

from convgui.cli.arguments import EXITS, OneSentence, UsageError, count, number, plain
from convgui.cli.columns import padded
from convgui.cli.painting import painters
from convgui.cli.terminal import STANDARD, write_to
from convgui.draw.theme import THEMES, Theme
from convgui.export.pictures import ENDINGS, check_ending, write_picture
from convgui.export.sheet import MOST_COLUMNS, TILE, Tile, sheet
from convgui.files.json_text import json_text
from convgui.files.own_lessons import all_lessons, open_lesson, public_lessons
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.words import tr


def lessons(arguments: list[str]) -> int:
    """List or draw the lessons; returns the exit status."""
    chosen = lessons_parser().parse_args(arguments)
    if chosen.sheet is not None:
        return _sheet(chosen)
    listed = [{"id": item.id, "title": item.title, "chapter": item.chapter} for item in all_lessons()]
    if chosen.json:
        print(json_text(listed, indent=2))
    else:
        for item in listed:
            print(f"{padded(plain(item['id']), 24)} {padded(plain(tr(item['chapter'])), 18)} {plain(item['title'])}")
    return 0


def lessons_parser() -> OneSentence:
    """Build the parser of ``convgui lessons``."""
    parser = OneSentence(
        "lessons", tr("List the lessons, your own included, or draw them all on one sheet."), tr(EXITS)
    )
    parser.add_argument("--json", action="store_true", help=tr("as JSON"))
    parser.add_argument(
        "--sheet", metavar="OUT", help=tr("draw all into one .png, .svg or .pdf file, or to standard output (-)")
    )
    names = tuple(ending[1:] for ending in ENDINGS)
    parser.add_argument("--format", choices=names, help=tr("of the sheet on standard output (default: png)"))
    parser.add_argument("--theme", choices=tuple(THEMES), default="light", help=tr("of the sheet"))
    columns = count(1, MOST_COLUMNS, tr("a number of columns"))
    parser.add_argument("--columns", metavar="N", type=columns, default=5, help=tr("pictures in a row of the sheet"))
    scale = number(0.1, 8, tr("a scale"))
    parser.add_argument(
        "--scale", metavar="F", type=scale, default=1.0, help=tr("pixels of the file for one of the sheet")
    )
    return parser


def _sheet(chosen: argparse.Namespace) -> int:
    """Draw every lesson where it opens, by its own scene, and write them as one picture."""
    if chosen.format and chosen.sheet != STANDARD:
        raise UsageError(tr("--format is for standard output (--sheet -); a name says by its ending what it holds."))
    with write_to(chosen.sheet, chosen.format or "png") as path:
        _draw(path, THEMES[chosen.theme], chosen.columns, chosen.scale)
    return 0


def _draw(path: Path, theme: Theme, columns: int, scale: float) -> None:
    vector = check_ending(path) == ".svg"
    canvas = Canvas(*TILE, theme, captions=False, pixels=max(1.0, scale))
    tiles = []
    for lesson in public_lessons():
        document = open_lesson(lesson.id)
        picture = draw(scene(document.view.scene), document, canvas)
        tiles.append(Tile(lesson.chapter, lesson.title, lesson.id, picture))
    paint, app = painters(vector)
    write_picture(sheet(tiles, theme, tr("Lessons"), columns), path, paint, scale)
    del app
