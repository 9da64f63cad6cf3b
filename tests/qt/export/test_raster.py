"""Pictures without a window: in another thread, on nothing, as a page with real text."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from convgui.draw.colour import Bytes
from convgui.draw.picture import Cells, Label, Picture
from convgui.draw.theme import DARK, LIGHT
from convgui.export.frames import Film, film, without_background
from convgui.files.lessons import load_lesson
from convgui.qt.export.raster import Rasteriser, rasterise, to_pdf
from convgui.scenes import fitting
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw

pytestmark = pytest.mark.usefixtures("qapp")


def picture(step: int = 4) -> Picture:
    document = load_lesson("multi-channel-sum")
    return draw(fitting(document), document, Canvas(960, 540, LIGHT), step)


def painted(made: Film, paint: Rasteriser) -> list[Bytes]:
    return [paint(p) for p, _ in made.frames()]


def test_a_film_is_painted_as_each_picture_alone_in_any_thread() -> None:
    document = load_lesson("single-channel")
    made = film(document, fitting(document), Canvas(500, 380, DARK))
    alone = [rasterise(p) for p, _ in made.frames()]
    with ThreadPoolExecutor(2, thread_name_prefix="painter") as pool:
        jobs = [pool.submit(painted, made, Rasteriser()) for _ in range(2)]
        for job in jobs:
            for got, want in zip(job.result(), alone, strict=True):
                assert np.array_equal(got, want)


def test_without_background_only_the_drawing_is_there() -> None:
    opaque, clear = rasterise(picture()), rasterise(without_background(picture()))
    assert clear.shape == (540, 960, 4)
    assert clear[2, 2].tolist() == [0, 0, 0, 0]
    alpha = clear[..., 3:].astype(float) / 255
    blended = clear[..., :3] * alpha + 255 * (1 - alpha)
    # Qt blends the edges of letters a little differently where it knows the ground.
    different = np.abs(blended - opaque).max(axis=2)
    assert (different > 2).mean() < 0.012
    assert different.max() < 64
    assert (clear[..., 3] == 255).any()


def streams(data: bytes) -> list[bytes]:
    """Return every stream of a PDF, unpacked."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    return [zlib.decompress(part) if part[:1] == b"\x78" else part for part in found]


def words_of(data: bytes) -> set[str]:
    """Read the text of a PDF's page by its fonts' own tables from glyphs to Unicode."""
    tables: dict[bytes, dict[int, str]] = {}
    objects = dict(re.findall(rb"(\d+) 0 obj\s(.*?)endobj", data, re.DOTALL))
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", data):
        reference = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        assert reference is not None
        (table,) = streams(objects[reference[1]])
        pairs = dict[int, str]()
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            pairs |= {int(a, 16): chr(int(b, 16)) for a, b in re.findall(rb"<(\w+)> <(\w+)>", block)}
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for low, high, first in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", block):
                for code in range(int(low, 16), int(high, 16) + 1):
                    pairs[code] = chr(int(first, 16) + code - int(low, 16))
            for low, _high, many in re.findall(rb"<(\w+)> <(\w+)> \[(.*?)\]", block, re.DOTALL):
                for place, code in enumerate(re.findall(rb"<(\w+)>", many)):
                    pairs[int(low, 16) + place] = chr(int(code, 16))
        tables[name] = pairs
    page = max(streams(data), key=lambda part: part.count(b" Tf"))
    spoken = set[str]()
    for name, text in re.findall(rb"BT\s/(F\d+) (.*?)\sET", page, re.DOTALL):
        codes = b"".join(re.findall(rb"<(\w+)>", text))
        spoken.add("".join(tables[name][int(codes[i : i + 4], 16)] for i in range(0, len(codes), 4)))
    return spoken


def test_a_page_has_real_text_in_its_own_fonts() -> None:
    drawn = picture()
    data = to_pdf(drawn, 0.5)
    assert data.startswith(b"%PDF")
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None
    assert (float(box[1]), float(box[2])) == pytest.approx((480, 270), abs=1)
    assert len(re.findall(rb"/FontFile[23]? \d+ 0 R", data)) >= 2
    assert b"/Subtype /Image" not in data
    wanted = {run.text.strip() for item in drawn.items if isinstance(item, Label) for run in item.runs}
    for item in drawn.items:
        if isinstance(item, Cells) and item.font:
            wanted |= {text for row in item.shown_texts() for text in row}
    # The tabulator has the space's glyph in these fonts, and Qt names a glyph by its first character.
    page = {text.strip().replace("\t", " ") for text in words_of(data)}
    assert "−1" in wanted
    assert not {text for text in wanted if text} - page
