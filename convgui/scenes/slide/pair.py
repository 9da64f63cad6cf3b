"""Slide on pictures: input and output side by side, linked in place and magnification. What moves is in `loupe`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.colour import Bytes
from convgui.draw.ground import over_checks
from convgui.draw.levels import adjusted
from convgui.draw.number import ends, times
from convgui.draw.overview import Overview, overview_box, overviews
from convgui.draw.panels import facts
from convgui.draw.photos import fitted
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.pixels import pixel_grid, pixel_numbers
from convgui.draw.viewport import AnyArray, Viewport, seen, view_through
from convgui.model.document import View, missing_words
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.glimpse import UPDATES, Glimpse, Ranges, wanted
from convgui.scenes.slide.photo import Photo
from convgui.words import language, tr

MARGIN, GAP, HEADER = 26.0, 30.0, 58.0
LOUPE, MOST_LOUPE, FOOTER = 148.0, 240.0, 66.0
"""Heights of the loupe with its gaps, of the loupe at most, and of the arithmetic."""
LEAST = 100.0
"""Height that the loupe leaves to the pictures at least; a stage that is lower goes without it."""


@dataclass(frozen=True, eq=False)
class PhotoLayout:
    """Two pictures side by side, and the place of the loupe."""

    photo: Photo
    canvas: Canvas
    channel: int
    entered: Viewport
    left: Viewport
    loupe: Box
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    view: View

    @property
    def glimpse(self) -> Glimpse | None:
        """The values of the output that are on screen, where the whole is not there."""
        return self.photo.visible.output if self.photo.visible is not None else None

    @property
    def full(self) -> Ranges:
        """The rows and columns of the output that are on screen, one a device pixel."""
        return wanted(self.left, self.canvas.pixels)

    @property
    def blurred(self) -> bool:
        """Whether finer values than those shown could be on screen."""
        known = self.glimpse
        return known is not None and ((known.rows, known.columns) != self.full or known.updates > UPDATES)


def lay_out(data: Photo, view: View, canvas: Canvas) -> PhotoLayout:
    """Place both pictures, linked in position and magnification, with their titles."""
    data = replace(data, levels=adjusted(data.levels, view.levels))
    words, opens = canvas.captions, _opens(canvas)
    entered, left = ports(data, view, canvas)
    channel = min(view.channel, len(data.names) - 1)
    glimpse = data.visible.output if data.visible is not None else None
    given = data.visible.input if data.visible is not None else drawn_input(data, entered, channel, canvas)
    pictures = (given, _output(data, left, canvas, glimpse))
    base: list[Item] = [*pictures, *_pixels(data, (entered, left), pictures, canvas, channel, glimpse)]
    line = canvas.theme.line
    base.append(Rects(np.array([entered.clip, left.clip]), stroke=line, width=1.0))
    small = _overviews(data, (entered, left), canvas, channel)
    base += [item for one in small for item in one.items]
    if words:
        base += _titles(data, canvas, (entered, left), glimpse)
    bottom = max(entered.clip[1] + entered.clip[3], left.clip[1] + left.clip[3])
    footer = canvas.height - FOOTER
    high = min(MOST_LOUPE, max(LOUPE - 40, footer - bottom - 44)) if opens or not words else 0.0
    margin = _margin(canvas)
    loupe = (margin, bottom + 26, canvas.width - 2 * margin, high)
    hits = (
        _hit("input", (data.first + channel,), entered),
        _hit("output", (data.filter,), left),
        *(one.hits for one in small),
    )
    return PhotoLayout(data, canvas, channel, entered, left, loupe, footer, tuple(base), hits, view)


def ports(data: Photo, view: View, canvas: Canvas) -> tuple[Viewport, Viewport]:
    """Return where input and output lie on screen."""
    header, below = (HEADER, FOOTER + (LOUPE if _opens(canvas) else 0.0)) if canvas.captions else (8.0, 8.0)
    margin = _margin(canvas)
    half = (canvas.width - 2 * margin + GAP) / 2
    room = (half - GAP, max(60.0, canvas.height - header - below - 8))
    entered = view_through((margin, header, *fitted(data.size, room)), data.size, view.centre, view.zoom)
    return entered, view_through((margin + half, header, *fitted(data.shape, room)), data.shape, view.centre, view.zoom)


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
    part, box = seen(data.shown, view, canvas.pixels)
    image = data.entered.colours(part[:3] if data.colour else part[channel], canvas.theme)
    alpha = data.sample.alpha
    if alpha is None or data.cover is None:
        return image, box
    cover, _ = seen(data.cover, view, canvas.pixels)
    return over_checks(image, cover / alpha.opaque, alpha.associated, box[2] / cover.shape[1], canvas.theme), box


def _output(data: Photo, view: Viewport, canvas: Canvas, glimpse: Glimpse | None) -> Raster:
    values, box = _values(data, view, canvas, glimpse)
    return Raster(data.levels.colours(values, canvas.theme), box, view.clip, smooth=view.across < 2, name="output")


def _values(data: Photo, view: Viewport, canvas: Canvas, glimpse: Glimpse | None) -> tuple[AnyArray, Box]:
    """Return the output's values on screen and their place."""
    if glimpse is not None:
        return glimpse.values, glimpse.box(view)
    assert data.whole is not None
    return seen(data.whole.levelled, view, canvas.pixels)


def _pixels(
    data: Photo,
    views: tuple[Viewport, Viewport],
    shown: tuple[Raster, Raster],
    canvas: Canvas,
    channel: int,
    glimpse: Glimpse | None,
) -> list[Item]:
    """Write into the pixels what they hold, where they are large enough and none is left out."""
    if not canvas.captions:
        return []
    (entered, left), theme = views, canvas.theme
    covered = tuple(overview_box(view) if canvas.live else None for view in views)
    items = pixel_grid(entered, theme) + pixel_grid(left, theme)
    rows, columns = entered.visible()
    planes = data.data[:3] if data.colour else data.data[channel : channel + 1]
    items += pixel_numbers(
        entered, list(planes[:, rows, columns]), shown[0].image, theme, "pixels of the input", tr("input"), covered[0]
    )
    values, _ = _values(data, left, canvas, glimpse)
    if glimpse is None or glimpse.rows.step == 1:
        items += pixel_numbers(left, [values], shown[1].image, theme, "pixels of the output", tr("output"), covered[1])
    return items


def _overviews(data: Photo, views: tuple[Viewport, Viewport], canvas: Canvas, channel: int) -> list[Overview]:
    """Draw both pictures small where they are not seen whole; only in a window, where they can be pointed at."""

    def coloured(which: int, small: Viewport) -> Bytes:
        if which == 0:
            return _coloured(data, small, channel, canvas)[0]
        if data.whole is not None:
            return data.levels.colours(seen(data.whole.levelled, small, canvas.pixels)[0], canvas.theme)
        assert data.some is not None
        return data.levels.colours(data.some.values, canvas.theme)

    return overviews(views, coloured, canvas.theme) if canvas.live else []


def _range(data: Photo, glimpse: Glimpse | None) -> str:
    """Say what the output's values range over, or which of them are on screen as yet."""
    if data.whole is not None:
        return " … ".join(ends(data.whole.least, data.whole.most))
    step = glimpse.rows.step if glimpse is not None else 1
    return tr("exact where visible") if step == 1 else tr("exact at every {nth} pixel", nth=ordinal(step))


def ordinal(count: int) -> str:
    """Write ``2nd``, ``3rd``, ``12th``; in other languages than English the number alone."""
    if language() != "en":
        return str(count)
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _titles(data: Photo, canvas: Canvas, views: tuple[Viewport, Viewport], glimpse: Glimpse | None) -> list[Item]:
    theme, sample = canvas.theme, data.sample
    which = f" · {tr('filter {n} of {all}', n=data.filter + 1, all=data.filters)}" if data.filters > 1 else ""
    shape = times(sample.data.shape[0], *data.size)
    entered = f"{sample.name} · {shape} · {sample.data.dtype.name}"
    if data.missing:
        entered += f" · {data.missing}"
    output = f"{times(1, *data.shape)} · {_range(data, glimpse)}{which}"
    if data.whole is not None and data.whole.lost:
        output += f" · {missing_words(data.whole.lost)}"
    items: list[Item] = []
    for view, title, text, ink in (
        (views[0], tr("Input"), entered, theme.role("input").ink),
        (views[1], tr("Output"), output, theme.role("result").ink),
    ):
        # A small picture has room beside it: that values are left out has to be read there, too.
        x, room = view.clip[0], views[1].frame[0] - views[0].frame[0] - GAP - view.clip[0] + view.frame[0]
        items += facts(x, view.clip[1] - 42, title, text, ink, theme, room)
    return items
