"""Slide on pictures: input and output side by side, linked in place and magnification. What moves is in `loupe`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.colour import Bytes
from convgui.draw.ground import over_checks
from convgui.draw.levels import adjusted
from convgui.draw.number import range_ends, times
from convgui.draw.overview import Overview, overview_box, overviews
from convgui.draw.panels import facts
from convgui.draw.photos import fitted
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.pixels import pixel_grid, pixel_numbers
from convgui.draw.viewport import AnyArray, Viewport, seen, view_through
from convgui.model.document import View, missing_words
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.border import padding_items
from convgui.scenes.slide.photo import Photo
from convgui.scenes.slide.visible_output import UPDATES, Ranges, VisibleOutput, wanted
from convgui.words import language, tr

MARGIN, GAP, HEADER = 26.0, 30.0, 58.0
LOUPE, MOST_LOUPE, FOOTER = 148.0, 240.0, 66.0
"""Heights of the loupe with its gaps, of the loupe at most, and of the arithmetic."""
LEAST = 100.0
"""Height that the loupe leaves to the pictures at least; a stage that is lower goes without it."""


@dataclass(frozen=True, eq=False)
class PhotoLayout:
    """Two pictures side by side, and the place of the loupe.

    Attributes
    ----------
    padded_port, input_port : Viewport
        The input with its padding, and the input itself in it.
    """

    photo: Photo
    canvas: Canvas
    channel: int
    padded_port: Viewport
    input_port: Viewport
    output_port: Viewport
    loupe: Box
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    view: View

    @property
    def visible_output(self) -> VisibleOutput | None:
        """The values of the output that are on screen, where the whole is not there."""
        return self.photo.visible.output if self.photo.visible is not None else None

    @property
    def full(self) -> Ranges:
        """The rows and columns of the output that are on screen, one a device pixel."""
        return wanted(self.output_port, self.canvas.pixels)

    @property
    def blurred(self) -> bool:
        """Whether finer values than those shown could be on screen."""
        known = self.visible_output
        return known is not None and ((known.rows, known.columns) != self.full or known.updates > UPDATES)


def lay_out(data: Photo, view: View, canvas: Canvas) -> PhotoLayout:
    """Place both pictures, linked in position and magnification, with their titles."""
    data = replace(data, levels=adjusted(data.levels, view.levels))
    words, opens = canvas.captions, _opens(canvas)
    input_port, output_port = ports(data, view, canvas)
    channel = min(view.channel, len(data.names) - 1)
    visible_output = data.visible.output if data.visible is not None else None
    given = data.visible.input if data.visible is not None else drawn_input(data, input_port, channel, canvas)
    pictures = (given, _output(data, output_port, canvas, visible_output))
    base: list[Item] = [*pictures, *_pixels(data, (input_port, output_port), pictures, canvas, channel, visible_output)]
    line, padded = canvas.theme.line, padded_port(data, view, canvas)
    base.append(Rects(np.array([input_port.clip, output_port.clip]), stroke=line, width=1.0))
    base += padding_items(data, padded, channel, canvas)
    small = _overviews(data, (input_port, output_port), canvas, channel)
    base += [item for one in small for item in one.items]
    if words:
        base += _titles(data, canvas, (padded, output_port), visible_output)
    bottom = max(padded.clip[1] + padded.clip[3], output_port.clip[1] + output_port.clip[3])
    footer = canvas.height - FOOTER
    high = min(MOST_LOUPE, max(LOUPE - 40, footer - bottom - 44)) if opens or not words else 0.0
    margin = _margin(canvas)
    loupe = (margin, bottom + 26, canvas.width - 2 * margin, high)
    hits = (
        _hit("input", (data.first + channel,), input_port),
        _hit("output", (data.filter,), output_port),
        *(one.hits for one in small),
    )
    return PhotoLayout(data, canvas, channel, padded, input_port, output_port, loupe, footer, tuple(base), hits, view)


def ports(data: Photo, view: View, canvas: Canvas) -> tuple[Viewport, Viewport]:
    """Return where input and output lie on screen."""
    whole, (above, left) = padded_port(data, view, canvas), data.view.padded_index((0, 0))
    rows, columns = data.size
    x, y, _, _ = whole.cell(above, left)
    given = replace(whole, rows=rows, columns=columns, x=x, y=y)
    start, room = _room(canvas)
    frame = (start + room[0] + GAP, whole.frame[1], *fitted(data.shape, room))
    return given, view_through(frame, data.shape, view.centre, view.zoom)


def padded_port(data: Photo, view: View, canvas: Canvas) -> Viewport:
    """Return where the input lies with its padding."""
    start, room = _room(canvas)
    shape = data.padded_size
    frame = (start, HEADER if canvas.captions else 8.0, *fitted(shape, room))
    return view_through(frame, shape, view.centre, view.zoom)


def _room(canvas: Canvas) -> tuple[float, tuple[float, float]]:
    """Return where the pictures begin, and the room that each has."""
    header, below = (HEADER, FOOTER + (LOUPE if _opens(canvas) else 0.0)) if canvas.captions else (8.0, 8.0)
    margin = _margin(canvas)
    wide = (canvas.width - 2 * margin - GAP) / 2
    return margin, (wide, max(60.0, canvas.height - header - below - 8))


def _opens(canvas: Canvas) -> bool:
    return canvas.captions and canvas.height - HEADER - LOUPE - FOOTER >= LEAST


def _margin(canvas: Canvas) -> float:
    return MARGIN if canvas.captions else 8.0


def _hit(kind: str, prefix: tuple[int, ...], view: Viewport) -> HitGrid:
    shape = (view.rows, view.columns)
    return HitGrid(kind, prefix, view.x, view.y, view.across, view.down, shape, clip=view.clip)


def drawn_input(data: Photo, view: Viewport, channel: int, canvas: Canvas) -> Raster:
    """Draw the input."""
    image, box = _coloured(data, view, channel, canvas)
    return Raster(image, box, view.clip, smooth=view.across < 2, name="input")


def _coloured(data: Photo, view: Viewport, channel: int, canvas: Canvas) -> tuple[Bytes, Box]:
    """Give what a view shows of the input its colours, over a checked ground where it is transparent."""
    part, box = seen(data.colours.shown if data.colours else data.shown, view, canvas.pixels)
    image = data.input_scale.colours(part[:3] if data.colour else part[channel], canvas.theme)
    alpha = data.sample.alpha
    if alpha is None or data.opacity is None:
        return image, box
    opacity, _ = seen(data.opacity, view, canvas.pixels)
    return over_checks(image, opacity / alpha.opaque, alpha.associated, box[2] / opacity.shape[1], canvas.theme), box


def _output(data: Photo, view: Viewport, canvas: Canvas, visible_output: VisibleOutput | None) -> Raster:
    values, box = _values(data, view, canvas, visible_output)
    return Raster(data.levels.colours(values, canvas.theme), box, view.clip, smooth=view.across < 2, name="output")


def _values(data: Photo, view: Viewport, canvas: Canvas, visible_output: VisibleOutput | None) -> tuple[AnyArray, Box]:
    """Return the output's values on screen and their place."""
    three = data.colours
    if visible_output is not None:
        seen_values = visible_output.values if three is None or three.visible is None else three.visible
        return seen_values, visible_output.box(view)
    if three is not None and three.full_output is not None:
        return seen(three.full_output, view, canvas.pixels)
    assert data.full_output is not None
    return seen(data.full_output.levelled, view, canvas.pixels)


def _pixels(
    data: Photo,
    views: tuple[Viewport, Viewport],
    shown: tuple[Raster, Raster],
    canvas: Canvas,
    channel: int,
    visible_output: VisibleOutput | None,
) -> list[Item]:
    """Write into the pixels what they hold, where they are large enough and none is left out."""
    if not canvas.captions:
        return []
    (input_port, output_port), theme = views, canvas.theme
    covered = tuple(overview_box(view) if canvas.live else None for view in views)
    items = pixel_grid(input_port, theme) + pixel_grid(output_port, theme)
    rows, columns = input_port.visible()
    given = data.colours.shown.levels[0] if data.colours else data.data
    planes = given[:3] if data.colour else given[channel : channel + 1]
    items += pixel_numbers(
        input_port,
        list(planes[:, rows, columns]),
        shown[0].image,
        theme,
        "pixels of the input",
        tr("input"),
        covered[0],
    )
    values, _ = _values(data, output_port, canvas, visible_output)
    if visible_output is None or visible_output.rows.step == 1:
        planes = values if values.ndim == 3 else values[None]
        called = ("pixels of the output", tr("output"))
        items += pixel_numbers(output_port, list(planes), shown[1].image, theme, *called, covered[1])
    return items


def _overviews(data: Photo, views: tuple[Viewport, Viewport], canvas: Canvas, channel: int) -> list[Overview]:
    """Draw both pictures small where they are not seen whole; only in a window, where they can be pointed at."""

    def coloured(which: int, small: Viewport) -> Bytes:
        if which == 0:
            return _coloured(data, small, channel, canvas)[0]
        if data.colours is not None:
            whole = data.colours.full_output
            some = seen(whole, small, canvas.pixels)[0] if whole is not None else data.colours.some
            return data.levels.colours(some, canvas.theme)
        if data.full_output is not None:
            return data.levels.colours(seen(data.full_output.levelled, small, canvas.pixels)[0], canvas.theme)
        assert data.some is not None
        return data.levels.colours(data.some.values, canvas.theme)

    return overviews(views, coloured, canvas.theme) if canvas.live else []


def _range(data: Photo, visible_output: VisibleOutput | None) -> str:
    """Say what the output's values range over, or which of them are on screen as yet."""
    if data.full_output is not None:
        whole = data.colours.ends if data.colours else (data.full_output.least, data.full_output.most)
        return " … ".join(range_ends(*whole))
    step = visible_output.rows.step if visible_output is not None else 1
    return tr("exact where visible") if step == 1 else tr("exact at every {nth} pixel", nth=ordinal(step))


def ordinal(count: int) -> str:
    """Write ``2nd``, ``3rd``, ``12th``; in other languages than English the number alone."""
    if language() != "en":
        return str(count)
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _titles(
    data: Photo, canvas: Canvas, views: tuple[Viewport, Viewport], visible_output: VisibleOutput | None
) -> list[Item]:
    theme, sample = canvas.theme, data.sample
    which = f" · {tr('filter {n} of 0 … {last}', n=data.filter, last=data.filters - 1)}" if data.filters > 1 else ""
    if data.colours is not None:
        which = f" · {tr('each channel by itself')}"
    shape = times(sample.data.shape[0], *data.size)
    about_input = f"{sample.name} · {shape} · {sample.data.dtype.name}"
    if data.missing:
        about_input += f" · {data.missing}"
    output = f"{times(3 if data.colours else 1, *data.shape)} · {_range(data, visible_output)}{which}"
    if data.full_output is not None and data.full_output.lost:
        output += f" · {missing_words(data.full_output.lost)}"
    items: list[Item] = []
    for view, title, text, ink in (
        (views[0], tr("Input"), about_input, theme.role("input").ink),
        (views[1], tr("Output"), output, theme.role("result").ink),
    ):
        # A small picture has room beside it: that values are left out has to be read there, too.
        x, room = view.clip[0], views[1].frame[0] - views[0].frame[0] - GAP - view.clip[0] + view.frame[0]
        items += facts(x, view.clip[1] - 42, title, text, ink, theme, room)
    return items
