"""The file: markup, style and script in one, with nothing that is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Generator, Sequence
from pathlib import Path

from convgui.draw.picture import HitGrid, Picture
from convgui.draw.svg import Face, escape, faces, markup
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.export.atomic_write import write_file
from convgui.export.page.differences import Shared
from convgui.export.page.moments import Moment, Walk, walk
from convgui.export.page.tables import Json, table
from convgui.export.web_fonts import font_faces
from convgui.files.json_text import json_text
from convgui.files.resources import resource
from convgui.model.document import Document
from convgui.scenes.scene import Cancel
from convgui.words import language, tr

SIZE = (1000, 600)
"""Of the drawing, unless another one is wished for."""
THEMES: tuple[Theme, ...] = (LIGHT, DARK)
POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
"""What a browser lets the page do: nothing but what is in it."""


def write_page(
    document: Document, path: Path, size: tuple[int, int] = SIZE, cancel: Cancel | None = None
) -> Generator[float, None, str]:
    """Write a document as a page that is stepped; yields the finished part and returns a sentence to show.

    Raises
    ------
    ExportError
        If its scene cannot show it, or the file cannot be written; the old one is whole then.
    Cancelled
        If `cancel` returned True while arrays were computed.
    """
    walked = walk(document, size, THEMES, cancel)
    shared, used, moments = Shared(), set[Face](), list[Json]()
    first = ""
    for n, moment in enumerate(walked.moments):
        yield 0.1 + 0.8 * n / len(walked.moments)
        told, drawn = _moment(moment, walked, shared)
        used |= faces(drawn)
        first = first or "".join(markup(drawn))
        moments.append(told)
    name = document.lesson.title if document.lesson is not None else document.sample.name
    data: Json = {
        "size": list(size),
        "lines": shared.lines,
        "moments": moments,
        "captions": [{"text": caption.text} for caption in walked.captions],
        "tables": [table(state.document) for state in walked.states],
        "words": _words(),
    }
    yield 0.95
    write_file(path, _html(name, document, f'viewBox="0 0 {size[0]} {size[1]}"', first, data, font_faces(used)))
    return _left_out(walked)


def _left_out(walked: Walk) -> str:
    """Say what of a document is not on its page; "" where all of it is."""
    if walked.captions:
        gone = len(walked.captions) - 1 - walked.moments[-1].caption
        said = tr("The page ends after {n} moments: {gone} of the lesson's sentences are not on it.",
                  n=len(walked.moments), gone=gone)  # fmt: skip
        return said if gone else ""
    steps = [moment.step for moment in walked.moments]
    if len(steps) == walked.states[0].steps:
        return ""
    return tr("Of {n} steps every {apart}th is on the page.", n=walked.states[0].steps, apart=steps[1] - steps[0])


def _moment(moment: Moment, walked: Walk, shared: Shared) -> tuple[Json, Picture]:
    """Return what a page holds of a moment, and its picture in the first theme."""
    state = walked.states[moment.state]
    pictures = state.pictures(moment.step)
    told: Json = {
        "state": moment.state,
        "step": moment.step,
        "steps": state.steps,
        "caption": moment.caption,
    }
    if moment.asked:
        hidden = state.pictures(moment.step, hidden=True)
        told |= {"hidden": shared.add([markup(p) for p in hidden]), "asks": hidden[0].summary,
                 "answer": pictures[0].answer}  # fmt: skip
    told |= {
        "lines": shared.add([markup(picture) for picture in pictures]),
        "said": pictures[0].summary,
        "grids": _grids(pictures[0].hits),
        "at": state.position(moment.step),
    }
    return told, pictures[0]


def _grids(hits: Sequence[HitGrid]) -> list[list[object]]:
    """Return the grids that are pointed at: kind, leading indices, place, size of a cell, shape, first cell."""
    return [
        [h.kind, list(h.prefix), *(round(float(v), 2) for v in (h.x, h.y, h.width, h.height)), list(h.shape),
         list(h.origin)]
        for h in hits
        if not h.slope and not h.lean and h.clip is None
    ]  # fmt: skip


def _words() -> Json:
    """Return what the script says, in the language spoken."""
    return {
        "step": tr("step {n} of 0 … {last}"),
        "right": tr("That is right."),
        "wrong": tr("Not quite. Try again, or reveal it."),
        "play": tr("Play"),
        "pause": tr("Pause"),
        "once": tr("goes into 1 output"),
        "goes": tr("goes into {n} outputs"),
        "products": tr("{n} products"),
    }


def _html(name: str, document: Document, box: str, first: str, data: Json, fonts: str) -> bytes:
    """Put the file together; `first` is the drawing that is seen where no script runs."""
    script = resource("page", "page.js").read_text("utf-8")
    style = resource("page", "page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # What ends the data for a browser is written so that it does not.
    held = json_text(data, None).replace("<", "\\u003c")
    source = document.lesson.source if document.lesson is not None else ""
    keys = tr("← → step · Space play · Home, End first, last · point at a cell: what it is made of")
    return f"""<!DOCTYPE html>
<html lang="{language().replace("_", "-")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY.format(script=digest)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(name)}</title>
<style>{fonts}
{style}</style>
</head>
<body>
<main>
<h1>{escape(name)}</h1>
<div id="words"><p id="caption" aria-live="polite"></p><span id="count"></span></div>
<form id="question" hidden><label>{escape(tr("What number comes here?"))} <input id="number" inputmode="decimal"
autocomplete="off" size="8"></label> <button>{escape(tr("Check"))}</button>
<button type="button" id="reveal">{escape(tr("Reveal"))}</button> <output id="verdict"></output></form>
<figure id="card">
<div id="stage" tabindex="0" role="img"><svg xmlns="http://www.w3.org/2000/svg" id="picture"
{box}>{first}</svg><svg id="over" {box} aria-hidden="true"></svg>
<div id="tip" role="status"></div></div>
<div id="transport"><button id="play" class="main" aria-label="{escape(tr("Play"))}">▶</button>
<button id="back" aria-label="{escape(tr("Back"))}">◀</button>
<button id="on" aria-label="{escape(tr("On"))}">▶</button>
<input id="slider" type="range" min="0" value="0" aria-label="{escape(tr("Moment"))}"><span id="where"></span></div>
</figure>
<p id="keys">{escape(keys)}</p>
<footer><p>{escape(source)}</p><p>{escape(tr("Made with convgui: one file, no network needed."))}</p></footer>
</main>
<script type="application/json" id="data">{held}</script>
<script>{script}</script>
</body>
</html>
""".encode()
