"""convgui --self-test: whether this installation has all it needs."""

from __future__ import annotations

import sys

from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.raster import offscreen, rasterise
from convgui.scenes import scene, scenes
from convgui.scenes.scene import Canvas, draw


def self_test() -> int:
    """List scenes and lessons and draw one; returns the exit status."""
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
