"""Projection and surface: input and output turned together. Where they stand, and one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw import shear_warp, surface
from convgui.draw.colour import Bytes, Colour, faded, looked_up, mix
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import times, within
from convgui.draw.picture import Box, Item, Lines, Picture, Rects, Warped
from convgui.draw.pose import STEEPEST, Pose, longest_way, pose
from convgui.draw.shear_warp import Brick, Shear
from convgui.draw.theme import BLACK, WHITE, Role
from convgui.draw.words import label
from convgui.model.document import View
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.layer import Span, Volume
from convgui.scenes.volume.looks import FULL, Look
from convgui.scenes.volume.words import AXES, MARGIN, below, head, headline, input_detail, lines, output_detail
from convgui.words import mark, tr

FILLED = 1.22
"""A volume is drawn this much larger than its diagonal would allow: its corners seldom point sideways."""
CLEAR = 0.07
"""Share of the longest side after which bright tissue lets a tenth of the light through."""
BONE = (226, 221, 210)
MARK, SMALL = 7.0, 15.0
"""Pixels a side that a box has at least, and up to which it is drawn as a ring around its place."""
ROLES: tuple[Role, Role] = ("input", "result")
PIXELS_A_DEGREE = 2.0
ZOOM = (0.5, 12.0)


@dataclass(frozen=True, eq=False)
class TurnedLayout:
    """Two volumes, turned alike."""

    volume: Volume
    canvas: Canvas
    frames: tuple[Box, Box]
    poses: tuple[Pose, Pose]
    base: tuple[Item, ...]


def lay_out(
    v: Volume, looks: tuple[Look, Look], kind: str, view: View, canvas: Canvas, moving: bool = False
) -> TurnedLayout:
    """Draw both volumes as they are turned; while `moving`, large ones from fewer cells."""
    words = canvas.captions
    margin, top, footer = (MARGIN, head(canvas), below(canvas)) if words else (3.0, 3.0, 3.0)
    gap = 18.0 if words else 3.0
    wide = (canvas.width - 2 * margin - gap) / 2
    high = canvas.height - top - footer - (10 if words else 0)
    frames: tuple[Box, Box] = ((margin, top, wide, high), (margin + wide + gap, top, wide, high))
    sides = ((v.size, v.spacing), (v.output_size, v.spacing_out))
    longest = max(longest_way(*side) for side in sides)
    scale = min(wide, high) / longest * FILLED * view.zoom
    poses, base = list[Pose](), list[Item]()
    theme = canvas.theme
    for frame, (shape, spacing), one, levels, role in zip(
        frames, sides, looks, (v.input_scale, v.levels), ROLES, strict=True
    ):
        stands = pose(shape, spacing, frame, view.turn, scale, v.directions)
        stands = replace(stands, centre=_moved(stands.centre, frame, view))
        poses.append(stands)
        dark = kind != "surface" and not levels.signed
        paper = (WHITE if theme.inverted else BLACK) if dark else theme.background
        base.append(Rects(np.array([frame]), fill=paper))
        hidden, seen = _edges(stands, frame, mix((128, 128, 128, 255), paper, 0.45))
        bone = mix((*BONE, 255), theme.role(role).positive, 0.0 if role == "input" else 0.25)
        image = _image(one, kind, stands, frame, levels, canvas, bone, moving)
        base += [hidden, image, seen] if kind == "surface" else [image, hidden, seen]
        base.append(Rects(np.array([frame]), stroke=theme.line, width=1.0))
        if words:
            base += _ends(v, stands, frame, mix((150, 150, 150, 255), paper, 0.0))
    if words:
        base += _titles(v, looks, kind, frames, canvas, moving)
    return TurnedLayout(v, canvas, frames, (poses[0], poses[1]), tuple(base))


def _moved(centre: tuple[float, float], frame: Box, view: View) -> tuple[float, float]:
    side = min(frame[2:]) * view.zoom
    return centre[0] + (0.5 - view.centre[1]) * side, centre[1] + (0.5 - view.centre[0]) * side


def moved(layout: TurnedLayout, view: View, way: tuple[float, float]) -> View:
    """Return the view after both volumes were moved by pixels (x, y)."""
    side = min(layout.frames[0][2:]) * view.zoom
    down, across = (
        min(max(c - w / side, 0.0), 1.0) for c, w in zip(view.centre, (way[1], way[0]), strict=True)
    )  # fmt: skip
    return replace(view, centre=(down, across))


def turned(view: View, way: tuple[float, float]) -> View:
    """Return the view after dragging by pixels (x, y)."""
    about = (view.turn[0] + way[0] / PIXELS_A_DEGREE + 180) % 360 - 180
    over = min(max(view.turn[1] + way[1] / PIXELS_A_DEGREE, -STEEPEST), STEEPEST)
    return replace(view, turn=(about, over))


def zoomed(view: View, factor: float) -> View:
    """Return the view magnified around its middle."""
    return replace(view, zoom=min(max(view.zoom * factor, ZOOM[0]), ZOOM[1]))


def _of(stands: Pose, volume: Brick, cells: float) -> Pose:
    """Return the pose of a copy of the volume in which `cells` cells a side, or parts of one, are one."""
    if volume.shape == stands.shape:
        return stands
    beyond = np.array(volume.shape) * cells / 2 - np.array(stands.shape) / 2
    x, y = np.array(stands.centre) + stands.axes[:2] @ beyond
    return Pose(volume.shape, stands.axes * cells, (float(x), float(y)))


def _image(
    one: Look, kind: str, stands: Pose, frame: Box, levels: Levels, canvas: Canvas, bone: Colour, moving: bool
) -> Warped:
    volume, solid = (one.coarse, one.solid_coarse) if moving else (one.fine, one.solid)
    own = _of(stands, volume, one.joined / one.parts * (one.ratio if moving else 1))
    way = shear_warp.shear(own)
    if kind == "surface" and solid is not None:
        image = _surface(volume, solid, own, way, one.signed, canvas, bone, 2 if one.parts == 2 and not moving else 1)
    elif kind == "alpha":
        strength = 1 - 0.1 ** (1 / (CLEAR * max(volume.shape)))
        seen = shear_warp.composite(volume, way, strength / (FULL if one.signed else 255))
        entries = 127.5 + seen * (127.5 / FULL) if one.signed else seen
        image = looked_up(levels.table(canvas.theme), np.clip(np.rint(entries), 0, 255).astype(np.uint8))
    else:
        image = looked_up(_table(one, levels, canvas), shear_warp.maximum(volume, way))
    return Warped(image, way.matrix, frame, smooth=True, name=kind)


def _table(one: Look, levels: Levels, canvas: Canvas) -> Bytes:
    """Return the colour of each code."""
    table = levels.table(canvas.theme)
    if not one.signed:
        return table
    codes = np.arange(256)
    sign = np.where(codes & 1, 1, -1)
    entries = np.clip(np.rint(127.5 + sign * (codes >> 1) * (127.5 / FULL)), 0, 255)
    return np.asarray(table[entries.astype(np.uint8)])


def _surface(
    field: Brick, solid: Brick, stands: Pose, way: Shear, signed: bool, canvas: Canvas, bone: Colour, reach: int
) -> Bytes:
    hits = shear_warp.first_hits(solid, way)
    brightness, gloss = surface.lit(field, way, stands, hits, reach)
    hue: NDArray[np.float64] = np.array(bone[:3], dtype=float)
    if signed:
        theme = canvas.theme
        white = (255, 255, 255, 255)
        sides = [mix(theme.role("result").negative, white, 0.22), mix(theme.role("result").positive, white, 0.3)]
        y, x, k, i, j = surface.hit_positions(hits, way)
        hue = np.zeros((*hits.shape, 3))
        hue[y, x] = np.array(sides, dtype=float)[field.across[way.axis][k, i, j] & 1, :3]
    return surface.painted(brightness, gloss, hue)


def _edges(stands: Pose, frame: Box, line: Colour) -> tuple[Lines, Lines]:
    """Return the edges of the volume that meet its farthest corner, and the others, cut to the frame."""
    corners = np.array(list(np.ndindex(2, 2, 2)))
    points = stands.points(corners * np.array(stands.shape))
    farthest = int(points[:, 2].argmax())
    pairs = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(corners[a] - corners[b]).sum() == 1]
    segments: tuple[list[Box], list[Box]] = ([], [])
    for a, b in pairs:
        cut = _cut((*points[a, :2].tolist(), *points[b, :2].tolist()), frame)
        if cut is not None:
            segments[0 if farthest in (a, b) else 1].append(cut)
    first, second = (Lines(np.array(found, dtype=float).reshape(-1, 4), line, 1.0) for found in segments)
    return first, second


def _cut(segment: Box, frame: Box) -> Box | None:
    """Cut a segment to a frame (Liang and Barsky); None if nothing is left."""
    x1, y1, x2, y2 = segment
    left, top, width, height = frame
    first, last = 0.0, 1.0
    for way, room in (
        (x1 - x2, x1 - left), (x2 - x1, left + width - x1), (y1 - y2, y1 - top), (y2 - y1, top + height - y1)
    ):  # fmt: skip
        if way == 0:
            if room < 0:
                return None
        elif way < 0:
            first = max(first, room / way)
        else:
            last = min(last, room / way)
    if first >= last:
        return None
    dx, dy = x2 - x1, y2 - y1
    return x1 + first * dx, y1 + first * dy, x1 + last * dx, y1 + last * dy


def _ends(v: Volume, stands: Pose, frame: Box, ink: Colour) -> list[Item]:
    """Name the axes beside the outermost edge of each: where it begins and ends in the body, or what it is called."""
    x, y, wide, high = frame
    centre = np.array(stands.centre)
    items, taken = list[Item](), list[tuple[float, float]]()
    for axis in range(3):
        others = [a for a in range(3) if a != axis]
        ends = np.zeros((4, 2, 3))
        for row, (i, j) in enumerate(np.ndindex(2, 2)):
            ends[row, :, others] = np.array([[i], [j]]) * np.array(stands.shape)[others, None]
            ends[row, :, axis] = (0, stands.shape[axis])
        edges = stands.points(ends.reshape(8, 3))[:, :2].reshape(4, 2, 2)
        away = edges.mean(axis=1) - centre
        # Below and to the left is where people look for the names of axes.
        edge = edges[int((np.hypot(*away.T) + 0.3 * away[:, 1] - 0.2 * away[:, 0]).argmax())]
        out = edge.mean(axis=0) - centre
        out *= 15 / max(float(np.hypot(*out)), 1e-6)
        names = (
            ((0.06, v.directions[axis][0]), (0.94, v.directions[axis][1])) if v.directions else ((0.5, tr(AXES[axis])),)
        )
        for share, text in names:
            px, py = (edge[0] + (edge[1] - edge[0]) * share + out + np.array([0, 4])).tolist()
            near = x - 20 < px < x + wide + 20 and y - 20 < py < y + high + 20
            side = 6 + text_width(text, 12) / 2
            px, py = min(max(px, x + side), x + wide - side), min(max(py, y + 14), y + high - 6)
            if near and all(abs(px - a) > 50 or abs(py - b) > 14 for a, b in taken):
                taken.append((px, py))
                items.append(label(px, py, text, ink, 12, anchor="middle"))
    return items


DRAWN = {
    "maximum": mark("the largest of {size} cells"),
    "alpha": mark("means of {size} cells"),
    "surface": mark("one of {size} cells"),
}
"""What stands for the cells that are drawn as one."""


def _titles(
    v: Volume, looks: tuple[Look, Look], kind: str, frames: tuple[Box, Box], canvas: Canvas, moving: bool
) -> list[Item]:
    items = list[Item]()
    for frame, one, levels, title, detail, role in zip(
        frames, looks, (v.input_scale, v.levels), (tr("Input"), tr("Output")), (input_detail(v), output_detail(v)),
        ROLES, strict=True,
    ):  # fmt: skip
        more = []
        if kind == "surface":
            value = within(one.threshold, levels.low, levels.high)
            more.append(tr("surface at ±{value}", value=value) if one.signed else tr("surface at {value}", value=value))
        cells = one.joined * (one.ratio if moving else 1)
        if cells > 1:
            drawn = tr(DRAWN[kind], size=times(cells, cells, cells))
            if moving and one.ratio > 1:
                drawn = tr("while turning: {drawn}", drawn=drawn)
            detail = f"{drawn} · {detail}"
        items += headline(canvas, frame[0], frame[2], title, " · ".join([detail, *more]), role)
    return items


def draw_frame(layout: TurnedLayout, at: float) -> Picture:
    """Draw the window on the input and the cell on the output, as boxes of lines."""
    v, canvas = layout.volume, layout.canvas
    position = v.position(min(int(at), v.output.size - 1))
    d, h, w = position
    own: Span = ((d, d + 1), (h, h + 1), (w, w + 1))
    orange = canvas.theme.role("kernel").line
    items: list[Item] = []
    for stands, frame, span in zip(layout.poses, layout.frames, (v.span(position), own), strict=True):
        if span is not None:
            items += _box(stands, frame, span, orange)
    words, summary = lines(v, canvas, position)
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base,
        tuple(items + words if canvas.captions else items), (), summary,
    )  # fmt: skip


def _box(stands: Pose, frame: Box, span: Span, line: Colour) -> list[Item]:
    """Draw the twelve edges of a box of cells, which is grown where it would be too small to find."""
    lengths = np.linalg.norm(stands.axes, axis=0)
    low, high = np.array(span, dtype=float).T
    grow = np.maximum(MARK / lengths - (high - low), 0) / 2
    corners = np.array(list(np.ndindex(2, 2, 2)))
    points = stands.points(np.where(corners, high + grow, low - grow))[:, :2]
    pairs = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(corners[a] - corners[b]).sum() == 1]
    if float(np.ptp(points, axis=0).max()) < SMALL:
        return _ring(points.mean(axis=0), frame, line)
    segments = [_cut((*points[a].tolist(), *points[b].tolist()), frame) for a, b in pairs]
    found = np.array([s for s in segments if s is not None], dtype=float).reshape(-1, 4)
    return [Lines(found, faded((0, 0, 0, 255), 0.35), 3.0), Lines(found, line, 1.6)]


def _ring(middle: NDArray[np.float64], frame: Box, line: Colour) -> list[Item]:
    x, y = middle.tolist()
    left, top, wide, high = frame
    if not (left + 7 <= x <= left + wide - 7 and top + 7 <= y <= top + high - 7):
        return []
    outer, ring = np.array([(x - 6.5, y - 6.5, 13.0, 13.0)]), np.array([(x - 5.5, y - 5.5, 11.0, 11.0)])
    return [
        Rects(outer, stroke=faded((0, 0, 0, 255), 0.55), width=1.2, radius=6.5),
        Rects(ring, stroke=line, width=2.0, radius=5.5),
    ]
