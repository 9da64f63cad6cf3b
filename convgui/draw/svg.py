"""A picture as SVG 1.1, with real text."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from html import escape as escape_markup
from typing import TypeAlias

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.metrics import is_wide
from convgui.draw.picture import (
    DASHES,
    Box,
    Cells,
    Curves,
    Dash,
    Item,
    Label,
    Lines,
    Picture,
    Polygons,
    Raster,
    Rects,
    Warped,
)
from convgui.draw.png import png_bytes

Face: TypeAlias = tuple[str, bool]
"""A font by its family, and whether it is bold."""
CHINESE = "Noto Sans CJK SC"
_CHINESE = f"'{CHINESE}', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei'"
SANS = f"Inter, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', {_CHINESE}, sans-serif"
MONO = f"'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, {_CHINESE}, monospace"
_BOLD = ' font-weight="600"'


_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML has no way to write: control characters, and halves of characters from undecoded names."""


def escape(text: str) -> str:
    """Write text so that XML reads these very characters; what XML cannot hold becomes U+FFFD."""
    return escape_markup(_NO_XML.sub("\ufffd", text))


def faces(picture: Picture) -> frozenset[Face]:
    """Return the fonts that a picture's words and numbers are written in."""
    found = set[Face]()
    for item in picture.items:
        if isinstance(item, Label):
            written = [(run.text, "JetBrains Mono" if item.mono else "Inter", run.bold) for run in item.runs]
        elif isinstance(item, Cells) and item.font:
            written = [("".join(map("".join, item.shown_texts())), "JetBrains Mono", False)]
        else:
            continue
        for text, family, bold in written:
            found.add((family, bold))
            if any(map(is_wide, text)):
                found.add((CHINESE, bold))
    return frozenset(found)


def svg(picture: Picture, scale: float = 1.0, style: str = "") -> str:
    """Write a picture as one SVG document whose nominal size is ``scale`` times the picture's.

    Parameters
    ----------
    style : str
        A style sheet for it, such as one that holds its fonts; see `faces`.
    """
    width, height = picture.width, picture.height
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{_n(width * scale)}" height="{_n(height * scale)}" viewBox="0 0 {_n(width)} {_n(height)}">'
    )
    lines = [head, f"<title>{escape(picture.summary)}</title>"]
    if style:
        lines.append(f"<style>{style}</style>")
    return "\n".join([*lines, *markup(picture), "</svg>", ""])


def markup(picture: Picture) -> list[str]:
    """Return the lines of what a picture shows, on its background, for an ``<svg>`` of the picture's size."""
    lines = [f'<rect width="{_n(picture.width)}" height="{_n(picture.height)}" {_paint("fill", picture.background)}/>']
    for serial, item in enumerate(picture.items):
        lines.extend(_item(item, serial))
    return lines


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _paint(kind: str, value: Colour | None) -> str:
    if value is None:
        return f'{kind}="none"'
    rgb = f'{kind}="#{value[0]:02x}{value[1]:02x}{value[2]:02x}"'
    return rgb if value[3] == 255 else f'{rgb} {kind}-opacity="{_n(value[3] / 255)}"'


def _stroke(value: Colour | None, width: float, dash: Dash = "solid") -> str:
    if value is None:
        return 'stroke="none"'
    pattern = f' stroke-dasharray="{" ".join(map(_n, DASHES[dash]))}"' if dash != "solid" else ""
    return f'{_paint("stroke", value)} stroke-width="{_n(width)}"{pattern}'


def _item(item: Item, serial: int) -> Iterable[str]:
    match item:
        case Cells():
            return _cells(item)
        case Rects():
            return _rects(item)
        case Polygons():
            return _polygons(item)
        case Lines():
            style = _stroke(item.stroke, item.width, item.dash)
            path = "".join(f"M{_n(a)} {_n(b)}L{_n(c)} {_n(d)}" for a, b, c, d in item.segments.tolist())
            return [f'<path d="{path}" fill="none" {style}/>']
        case Curves():
            path = "".join(f"M{_n(p[0])} {_n(p[1])}C{' '.join(_n(v) for v in p[2:])}" for p in item.points.tolist())
            return [f'<path d="{path}" fill="none" {_stroke(item.stroke, item.width)}/>']
        case Label():
            return _label(item)
        case Raster():
            return _raster(item, serial)
        case Warped():
            return _warped(item, serial)


def _cells(item: Cells) -> Iterator[str]:
    rows, columns = item.content.shape
    x, y, width, height = item.box
    shown = rows * columns if item.reveal is None else item.reveal
    if item.title:
        # What the grid is, for screen readers and whoever edits the file; viewers show it under the pointer.
        yield f'<g data-role="{item.role}"><title>{escape(item.title)}</title>'
    if item.slope:
        yield f'<g transform="matrix(1 {item.slope:.6g} 0 1 0 {-item.slope * item.x:.6g})">'
    yield f'<g shape-rendering="crispEdges"><rect {_box(item.box)} {_paint("fill", item.empty)}/>'
    for i in range(rows):
        for j in range(min(columns, max(0, shown - i * columns))):
            box = (x + j * item.width, y + i * item.height, item.width, item.height)
            red, green, blue, alpha = item.content.fill[i, j].tolist()
            yield f"<rect {_box(box)} {_paint('fill', (red, green, blue, alpha))}/>"
    grid = "".join(f"M{_n(x + j * item.width)} {_n(y)}v{_n(height)}" for j in range(1, columns))
    grid += "".join(f"M{_n(x)} {_n(y + i * item.height)}h{_n(width)}" for i in range(1, rows))
    yield f'<path d="{grid}" fill="none" {_stroke(item.grid, 1)}/></g>'
    yield f'<rect {_box(item.box)} fill="none" {_stroke(item.outline, item.outline_width)}/>'
    if item.font:
        yield f'<g font-family="{MONO}" font-size="{_n(item.font)}" text-anchor="middle">'
        yield from _cell_texts(item)
        yield "</g>"
    if item.slope:
        yield "</g>"
    if item.title:
        yield "</g>"


def _cell_texts(item: Cells) -> Iterator[str]:
    for i, row in enumerate(item.shown_texts()):
        for j, text in enumerate(row):
            if text:
                red, green, blue, alpha = item.content.ink[i, j].tolist()
                cx, up = item.x + (j + 0.5) * item.width, item.rise * item.height - 0.36 * item.font
                cy = item.y + (i + 0.5) * item.height - up
                style = _paint("fill", (red, green, blue, alpha))
                style += _BOLD if i * len(item.content.texts[i]) + j in item.bold else ""
                yield f'<text x="{_n(cx)}" y="{_n(cy)}" {style}>{escape(text)}</text>'


def _box(box: Box) -> str:
    x, y, width, height = box
    return f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'


def _rects(item: Rects) -> Iterator[str]:
    style = f"{_paint('fill', item.fill)} {_stroke(item.stroke, item.width, item.dash)}"
    rounding = f' rx="{_n(item.radius)}"' if item.radius else ""
    for x, y, width, height in item.boxes.tolist():
        yield f"<rect {_box((x, y, width, height))}{rounding} {style}/>"


def _polygons(item: Polygons) -> Iterator[str]:
    style = f"{_paint('fill', item.fill)} {_stroke(item.stroke, item.width)}"
    for corners in item.corners.tolist():
        yield f'<polygon points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in corners)}" {style}/>'


def _label(item: Label) -> Iterator[str]:
    family = MONO if item.mono else SANS
    spans = "".join(
        f"<tspan {_paint('fill', run.colour)}{_BOLD if run.bold else ''}>{escape(run.text)}</tspan>"
        for run in item.runs
    )
    yield (
        f'<text x="{_n(item.x)}" y="{_n(item.y)}" font-family="{family}" font-size="{_n(item.size)}" '
        f'text-anchor="{item.anchor}" xml:space="preserve">{spans}</text>'
    )


def _raster(item: Raster, serial: int) -> Iterator[str]:
    if item.is_empty:
        return
    rows, columns, box = item.visible()
    part = np.ascontiguousarray(item.image[rows, columns])
    data = base64.b64encode(png_bytes(part)).decode("ascii")
    quality = "" if item.smooth else ' style="image-rendering:pixelated"'
    yield f'<clipPath id="clip{serial}"><rect {_box(item.clip)}/></clipPath>'
    yield (
        f'<g clip-path="url(#clip{serial})"><image {_box(box)} preserveAspectRatio="none"{quality} '
        f'xlink:href="data:image/png;base64,{data}"/></g>'
    )


def _warped(item: Warped, serial: int) -> Iterator[str]:
    rows, columns = item.image.shape[:2]
    data = base64.b64encode(png_bytes(np.ascontiguousarray(item.image))).decode("ascii")
    quality = "" if item.smooth else ' style="image-rendering:pixelated"'
    matrix = " ".join(f"{value:.6g}" for value in item.matrix)
    yield f'<clipPath id="clip{serial}"><rect {_box(item.clip)}/></clipPath>'
    yield (
        f'<g clip-path="url(#clip{serial})"><image width="{columns}" height="{rows}" '
        f'transform="matrix({matrix})" preserveAspectRatio="none"{quality} '
        f'xlink:href="data:image/png;base64,{data}"/></g>'
    )
