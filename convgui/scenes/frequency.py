"""Frequency response: which waves a kernel lets through, magnitude and phase of its zero-padded DFT."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import degrees, pi

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView
from convgui.draw.axes import BAR, BELOW, LEFT, SIZE, axis_below, axis_left, scale_bar, scale_bar_below
from convgui.draw.colour import Bytes
from convgui.draw.grids import largest, value_cells
from convgui.draw.hues import cyclic_table
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.panels import HEADING, heading, hit_grid, two_sentences
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Lines, Picture, Raster, Rects
from convgui.draw.theme import Role
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

BINS = 64
"""Frequencies an axis, more for kernels that reach further; half of them are negative."""
FLOOR = 60.0
"""Decibels below the largest magnitude that the logarithmic scale reaches."""
WAVE = 24
"""Cells a side of the drawn waves."""
MARGIN, GAP, FOOTER = 26.0, 30.0, 84.0
NARROW = 640.0
"""Width below which the scales lie under the plots: beside them they would take more room than the plots."""
UNDER = 30.0
"""Room for such a scale, under the axis."""
_WAVES: tuple[Role, Role] = ("input", "result")
SCALE = Option("scale", mark("Magnitude"), (("linear", mark("Linear")), ("log", mark("Logarithmic"))))
ORIGIN = Option(
    "origin", mark("Phase from"), (("first", mark("The first weight")), ("middle", mark("The kernel's middle")))
)


@dataclass(frozen=True, eq=False)
class Response:
    """The DFT of a kernel, frequency 0 in the middle.

    Attributes
    ----------
    kernel : ndarray
        ``(rows, columns)``, one row for one spatial axis.
    index : tuple of int
        First two indices of the kernel in the layer's weights.
    spread : ndarray
        The kernel with the zeros that dilation puts between its weights.
    values : ndarray
        complex128, ``(bins, bins)`` or ``(1, bins)``: ``H[f] = Σ w[k] e^(−2πi f·k)``, k from `origin` on.
    origin : tuple of float
        Row and column of `spread` from which phases count.
    """

    kernel: NDArray[np.float64]
    spread: NDArray[np.float64]
    values: NDArray[np.complex128]
    origin: tuple[float, float]
    stride: tuple[int, ...]
    index: tuple[int, int] = (0, 0)

    @property
    def magnitude(self) -> NDArray[np.float64]:
        """The absolute values."""
        return np.abs(self.values)

    @property
    def phase(self) -> NDArray[np.float64]:
        """Angles in radians; NaN where the magnitude is rounding alone, so that there is none."""
        magnitude = self.magnitude
        certain = magnitude > 1e-12 * max(float(np.abs(self.kernel).sum()), 1e-300)
        return np.where(certain, np.angle(self.values), np.nan)

    @property
    def decibels(self) -> NDArray[np.float64]:
        """Magnitudes as ``20 log10 |H|``, `FLOOR` below the largest at least."""
        magnitude = self.magnitude
        top = float(magnitude.max()) or 1.0
        decibels: NDArray[np.float64] = 20 * np.log10(np.maximum(magnitude, top * 10 ** (-FLOOR / 20)))
        return decibels

    def frequency(self, index: tuple[int, int]) -> tuple[float, float]:
        """Return cycles a cell, down and across, of a bin."""
        rows, columns = self.values.shape
        return (index[0] - rows // 2) / rows, (index[1] - columns // 2) / columns

    def middle_bin(self, step: int) -> tuple[int, int]:
        """Return the bin of a step: from frequency 0 to the right, to the highest there is."""
        rows, columns = self.values.shape
        # Half a cycle a cell is the first bin: +1/2 and -1/2 are one frequency.
        return rows // 2, (columns // 2 + step) % columns


def response(kernel: NDArray[np.float64], dilation: tuple[int, ...], stride: tuple[int, ...], middle: bool) -> Response:
    """Compute the DFT of a kernel of one or two axes, with zeros behind it and between its weights.

    Parameters
    ----------
    middle : bool
        Whether phases count from the kernel's middle; otherwise from its first weight, as in the DFT's definition.
    """
    view = FilterView(ConvSpec.of(1, 1, kernel.shape, dilation=dilation), kernel.shape).on_two_axes
    flat = kernel.reshape(view.spec.kernel_size)
    spread = view.inflated(flat)
    size = spread.shape
    bins = BINS
    while bins < 2 * max(size):
        bins *= 2
    shape = (bins if kernel.ndim == 2 else 1, bins)
    values = np.fft.fftshift(np.fft.fft2(spread, shape))
    origin = ((size[0] - 1) / 2, (size[1] - 1) / 2) if middle else (0.0, 0.0)
    down, across = ((np.arange(n) - n // 2) / n for n in shape)
    values = values * np.exp(2j * pi * (origin[0] * down[:, None] + origin[1] * across[None]))
    return Response(flat, spread, _without_rounding(values, float(np.abs(flat).sum())), origin, stride)


def _without_rounding(values: NDArray[np.complex128], most: float) -> NDArray[np.complex128]:
    """Return the values with 0 for the parts that are rounding alone: an angle of 4e−15° is none, −180° is 180°."""
    real, imaginary = (np.where(np.abs(part) < 1e-12 * most, 0.0, part) for part in (values.real, values.imag))
    return real + 1j * imaginary


@dataclass(frozen=True, eq=False)
class ResponseLayout:
    """Where kernel, waves, magnitude and phase stand."""

    response: Response
    canvas: Canvas
    logarithmic: bool
    kernel: Cells
    plots: tuple[Box, Box]
    waves: tuple[Box, Box]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...] = field(default=())


class FrequencyScene(Scene[Response, ResponseLayout]):
    """What a kernel does to waves of every frequency."""

    id = "frequency"
    title = mark("Frequency response")
    order = 85
    lesson = "frequency-box"
    needs = Needs(rank=(1, 2), transposed=False, fits=False)
    reads_channel = True
    leaves_out = True

    def options(self, document: Document) -> tuple[Option, ...]:
        return SCALE, ORIGIN

    def cost(self, document: Document) -> int:
        return 20 * int(BINS**document.layer.spec.rank)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Response:
        layer, view = document.layer, document.view
        index = (view.filter, view.channel)
        kernel = layer.effective_weight[index]
        made = response(kernel, layer.spec.dilation, layer.spec.stride, ORIGIN.chosen(view) == "middle")
        return replace(made, index=index)

    def steps(self, prepared: Response) -> int:
        return int(prepared.values.shape[1]) // 2 + 1

    def lay_out(self, prepared: Response, view: View, canvas: Canvas) -> ResponseLayout:
        return lay_out(prepared, canvas, SCALE.chosen(view) == "log")

    def picture(self, layout: ResponseLayout, at: float, focus: Focus) -> Picture:
        return draw_frame(layout, int(at), focus)

    def step_of(self, layout: ResponseLayout, hit: Hit) -> int | None:
        rows, columns = layout.response.values.shape
        if hit.kind not in ("magnitude", "phase") or (rows > 1 and hit.index[0] != rows // 2):
            return None
        step = (hit.index[1] - columns // 2) % columns
        return step if step <= columns // 2 else None


def lay_out(data: Response, canvas: Canvas, logarithmic: bool) -> ResponseLayout:
    """Place the kernel and the waves in a column at the left, magnitude and phase beside it."""
    words = canvas.captions
    margin, head = (MARGIN, HEADING) if words else (8.0, 0.0)
    height = canvas.height - 2 * margin - head - (FOOTER if words else 0.0)
    column = max(min(0.2 * canvas.width, 260.0), 60.0)
    flat = len(data.values) == 1
    left, top = margin + column + (LEFT + GAP if words else 12.0), margin + head - 8
    plots = _plots((left, top, canvas.width - left - margin, height), flat, canvas)
    rows, columns = data.kernel.shape
    cell = max(min(column / columns, (0.42 * height) / rows, 48.0), 2.0)
    at, title, numbers = (margin, top), tr("kernel"), words and cell >= 16
    kernel = value_cells(data.kernel, canvas.theme, "kernel", at, cell, name="kernel", title=title, numbers=numbers)
    below = top + rows * cell + (14 if words else 8) + head
    side = max(min((column - 12) / 2, top + height - below), 8.0)
    waves = (margin, below, side, side), (margin + side + 12, below, side, side)
    layout = ResponseLayout(data, canvas, logarithmic, kernel, plots, waves, ())
    hits = tuple(
        HitGrid(name, (), box[0], box[1], box[2] / data.values.shape[1], box[3] / data.values.shape[0],
                (data.values.shape[0], data.values.shape[1]))
        for name, box in zip(("magnitude", "phase"), plots, strict=True)
    )  # fmt: skip
    base = (*_still(layout), *(_headings(layout) if words else ()))
    return ResponseLayout(
        data, canvas, logarithmic, kernel, plots, waves, base, (*hits, hit_grid("kernel", data.index, kernel))
    )


def _plots(room: Box, flat: bool, canvas: Canvas) -> tuple[Box, Box]:
    """Return the boxes of magnitude and phase: side by side for pictures, one above the other for sequences."""
    x, y, width, height = room
    bar, below = (BAR + 44.0, BELOW) if canvas.captions else (0.0, 0.0)
    if flat:
        head = HEADING + 8 if canvas.captions else 8.0
        high = max((height - 2 * below - head) / 2, 8.0)
        wide = max(width - bar, 8.0)
        return (x, y, wide, high), (x, y + high + below + head, wide, high)
    if canvas.captions and _narrow(canvas):
        bar, below = 0.0, below + UNDER
    gap = GAP if canvas.captions else 8.0
    side = max(min((width - gap - 2 * bar) / 2, height - below), 8.0)
    return (x, y, side, side), (x + side + bar + gap, y, side, side)


def _narrow(canvas: Canvas) -> bool:
    return canvas.width < NARROW


def _still(layout: ResponseLayout) -> list[Item]:
    data, theme = layout.response, layout.canvas.theme
    shown = data.decibels if layout.logarithmic else data.magnitude
    low, high = (float(shown.max()) - FLOOR, float(shown.max())) if layout.logarithmic else (0.0, largest(shown))
    items: list[Item] = [layout.kernel]
    if len(data.values) == 1:
        items += _curve(layout.plots[0], (shown[0] - low) / ((high - low) or 1.0), layout)
        items += _curve(layout.plots[1], (data.phase[0] + pi) / (2 * pi), layout)
    else:
        share = (shown - low) / ((high - low) or 1.0)
        items += _image(layout.plots[0], theme.fills(share, "result", 1.0), "magnitude", layout)
        items += _image(layout.plots[1], phase_colours(data.phase, layout), "phase", layout)
    if layout.canvas.captions:
        items += _axes(layout, low, high)
    return items


def phase_colours(phase: NDArray[np.float64], layout: ResponseLayout) -> Bytes:
    """Return a colour for each angle, once around; the paper's where there is none."""
    theme = layout.canvas.theme
    lost = np.isnan(phase)
    index = (np.where(lost, 0.0, phase) / (2 * pi) * 256 + 128).astype(int) % 256
    colours: Bytes = cyclic_table(theme.shade)[index]
    colours[lost] = theme.background
    return colours


def _image(box: Box, colours: Bytes, name: str, layout: ResponseLayout) -> list[Item]:
    frame = Rects(np.array([box]), stroke=layout.canvas.theme.role("result").line, width=1.5)
    return [Raster(np.ascontiguousarray(colours), box, box, name=name), frame]


def _curve(box: Box, share: NDArray[np.float64], layout: ResponseLayout) -> list[Item]:
    """Draw values between 0 and 1 over the bins, with a gap where there is none."""
    x, y, width, height = box
    theme = layout.canvas.theme
    xs = x + (np.arange(len(share)) + 0.5) * width / len(share)
    ys = y + height - np.clip(share, 0, 1) * height
    segments = np.stack([xs[:-1], ys[:-1], xs[1:], ys[1:]], axis=1)
    segments = segments[~np.isnan(segments).any(axis=1)]
    frame = Rects(np.array([box]), stroke=theme.line, width=1.0)
    return [frame, Lines(segments, theme.role("result").line, 2.0)] if len(segments) else [frame]


def _axes(layout: ResponseLayout, low: float, high: float) -> list[Item]:
    """Draw the frequencies, and what colours or heights mean."""
    theme, flat = layout.canvas.theme, len(layout.response.values) == 1
    # A tick stands at the middle of its bin; +1/2 is −1/2 again.
    bins = layout.response.values.shape[1]
    ticks = [(n / 4 + 0.5 / bins, number(n / 4 - 0.5)) for n in range(4)]
    decimals = 1 if layout.logarithmic else None
    ends = (number(low, decimals), number(high, decimals)), ("−180°", "180°")
    ramp = theme.fills(np.linspace(0, 1, 64, dtype=np.float64)[None], "result", 1.0)[0], cyclic_table(theme.shade)
    items: list[Item] = []
    for box, (least, most), colours in zip(layout.plots, ends, ramp, strict=True):
        x, y, width, height = box
        title = elide(tr("cycles a cell, across"), SIZE, width + GAP - 6)
        items += axis_below(box, ticks, title, theme)
        if flat:
            items += axis_left(box, [(0.0, most), (1.0, least)], theme)
        else:
            items += axis_left(box, ticks, theme) if box == layout.plots[0] else []
            if _narrow(layout.canvas):
                items += scale_bar_below((x, y + height + BELOW, width, BAR - 4), colours, least, most, theme)
            else:
                items += scale_bar((x + width + 8, y, BAR - 4, height), colours, least, most, theme)
    return items


def _headings(layout: ResponseLayout) -> list[Item]:
    data, theme = layout.response, layout.canvas.theme
    size, reach = times(*data.kernel.shape), times(*data.spread.shape)
    detail = size if size == reach else tr("{size}, dilated to {reach}", size=size, reach=reach)
    moved = tr("before the stride of {stride}", stride=times(*data.stride)) if max(data.stride) > 1 else ""
    (mx, my, mw, _), (px, py, pw, _) = layout.plots
    result, ink = theme.role("result").ink, theme.role("kernel").ink
    room = mx - LEFT - MARGIN - 8
    items = heading(MARGIN, layout.kernel.y - HEADING, tr("Kernel"), detail, ink, theme, room)
    magnitude = tr("Magnitude |H|, dB") if layout.logarithmic else tr("Magnitude |H|")
    items += heading(mx, my - HEADING, magnitude, moved, result, theme, mw + 20)
    items += heading(px, py - HEADING, tr("Phase ∠H"), "", result, theme, pw + 20)
    sides = zip(layout.waves, (tr("Wave in"), tr("Wave out")), _limits(data), _WAVES, strict=True)
    for (x, y, width, _), title, limit, role in sides:
        items += heading(x, y - HEADING, title, f"±{number(limit)}", theme.role(role).ink, theme, width + 8)
    return items


def _limits(data: Response) -> tuple[float, float]:
    """Return how high waves are before and at most after; each is drawn on a scale of its own that no step changes."""
    return 1.0, float(data.magnitude.max()) or 1.0


def draw_frame(layout: ResponseLayout, step: int, focus: Focus) -> Picture:
    """Show one frequency: its mark in both plots, a wave of it, and what comes of that wave."""
    data, canvas, hit = layout.response, layout.canvas, focus.hit
    index = data.middle_bin(step)
    if hit is not None and hit.kind in ("magnitude", "phase"):
        index = (hit.index[0], hit.index[1])
    items: list[Item] = [*_marks(layout, index), *_waves(layout, index)]
    first, second = sentences(data, index)
    if canvas.captions:
        theme, top, room = canvas.theme, canvas.height - FOOTER + 10, canvas.width - 2 * MARGIN
        items.append(Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line))
        items += two_sentences(MARGIN, top, first, second, theme, room, mono=True)
    return Picture(canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, first)


def _marks(layout: ResponseLayout, index: tuple[int, int]) -> list[Item]:
    theme = layout.canvas.theme
    boxes = [grid.box(index) for grid in layout.hits[:2]]
    centres = [(x + width / 2, y + height / 2) for x, y, width, height in boxes]
    if len(layout.response.values) == 1:
        lines = [(x, y, x, y + height) for (x, _), (_, y, _, height) in zip(centres, layout.plots, strict=True)]
        return [Lines(np.array(lines), theme.role("kernel").line, 2.0)]
    rings = np.array([(x - 6, y - 6, 12, 12) for x, y in centres])
    inner = Rects(rings, stroke=theme.background, width=1.5, radius=6)
    return [Rects(rings, stroke=theme.text, width=3.5, radius=6), inner]


def _waves(layout: ResponseLayout, index: tuple[int, int]) -> list[Item]:
    """Draw a wave of a frequency, and the same wave as the kernel leaves it."""
    data, theme = layout.response, layout.canvas.theme
    down, across = data.frequency(index)
    rows = WAVE if len(data.values) > 1 else 1
    angle = 2 * pi * (down * np.arange(rows)[:, None] + across * np.arange(WAVE)[None])
    # A layer correlates, which is what a convolution with the turned kernel does: the phase comes with a minus.
    size, lag = float(data.magnitude[index]), float(np.nan_to_num(data.phase[index]))
    made = np.cos(angle), size * np.cos(angle - lag)
    items: list[Item] = []
    for box, wave, limit, role in zip(layout.waves, made, _limits(data), _WAVES, strict=True):
        fills = theme.fills(wave, role, limit)
        items.append(Raster(np.ascontiguousarray(fills), box, box, name="wave"))
        items.append(Rects(np.array([box]), stroke=theme.role(role).line, width=1.5))
    return items


def sentences(data: Response, index: tuple[int, int]) -> tuple[str, str]:
    """Say what the response is at a frequency, and what that means."""
    down, across = data.frequency(index)
    value, size = complex(data.values[index]), float(data.magnitude[index])
    name = f"H({number(across)})" if len(data.values) == 1 else f"H({number(down)}, {number(across)})"
    phase = data.phase[index]
    turned = tr("no phase") if np.isnan(phase) else tr("phase {angle}°", angle=number(degrees(float(phase)), 1))
    written = f"{number(value.real)} {'−' if value.imag < 0 else '+'} {number(abs(value.imag))}i"
    first = f"{name} = {written} · |H| = {number(size)} · {turned}"
    if down == across == 0:
        return first, tr(
            "At frequency 0 it is the sum of the weights: what is the same everywhere is multiplied by it."
        )
    length = number(1 / float(np.hypot(down, across)))
    return first, tr(
        "A wave that repeats every {length} cells comes out {size} times as high; {decibels}.",
        length=length, size=number(size), decibels=_decibels(size),
    )  # fmt: skip


def _decibels(size: float) -> str:
    return tr("{n} dB", n=number(20 * float(np.log10(size)), 1)) if size > 0 else tr("nothing of it is left")


SCENE = FrequencyScene()
