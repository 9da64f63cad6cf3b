"""convgui lessons: list them, or draw them all on one sheet."""

from __future__ import annotations

import argparse
from pathlib import Path

from convgui.cli.arguments import OneSentence, number
from convgui.cli.painting import painters
from convgui.draw.theme import THEMES
from convgui.export.pictures import check_ending, write_picture
from convgui.export.sheet import MOST_COLUMNS, TILE, Tile, sheet
from convgui.files.json_text import json_text
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.own_lessons import all_lessons
from convgui.scenes import scene
from convgui.scenes.scene import Canvas, draw


def lessons(arguments: list[str]) -> int:
    """List or draw the lessons; returns the exit status."""
    parser = OneSentence(
        prog="convgui lessons", description="List the lessons, your own included, or draw them all on one sheet."
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--sheet", metavar="OUT", type=Path, help="draw all into one .png, .svg or .pdf file")
    parser.add_argument("--theme", choices=tuple(THEMES), default="light", help="of the sheet")
    parser.add_argument("--columns", metavar="N", type=_columns, default=5, help="pictures in a row of the sheet")
    scale = number(0.1, 8, "a scale")
    parser.add_argument("--scale", metavar="F", type=scale, default=1.0, help="pixels of the file for one of the sheet")
    chosen = parser.parse_args(arguments)
    if chosen.sheet is not None:
        return _sheet(chosen.sheet, chosen.theme, chosen.columns, chosen.scale)
    listed = [{"id": item.id, "title": item.title, "chapter": item.chapter} for item in all_lessons()]
    if chosen.json:
        print(json_text(listed, indent=2))
    else:
        for item in listed:
            print(f"{item['id']:24} {item['chapter']:18} {item['title']}")
    return 0


def _sheet(path: Path, theme: str, columns: int, scale: float) -> int:
    """Draw every lesson where it opens, by its own scene, and write them as one picture."""
    vector = check_ending(path) == ".svg"
    canvas = Canvas(*TILE, THEMES[theme], captions=False, pixels=max(1.0, scale))
    tiles = []
    for lesson in lesson_index():
        document = load_lesson(lesson.id)
        picture = draw(scene(document.view.scene), document, canvas)
        tiles.append(Tile(lesson.chapter, lesson.title, lesson.id, picture))
    paint, app = painters(vector)
    write_picture(sheet(tiles, THEMES[theme], "Lessons", columns), path, paint, scale)
    del app
    return 0


def _columns(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= MOST_COLUMNS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of columns from 1 to {MOST_COLUMNS}")
    return int(text)
