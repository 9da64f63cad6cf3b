"""DICOM: which slices make a series, where each lies, and in which order they stand.

The standard: NEMA PS3.3, "Information Object Definitions", C.7.6.2 (Image Plane) and C.7.6.16 (Multi-frame).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.source import Source
from convgui.model.layer import by
from convgui.words import mark, tr, trn

Vector = NDArray[np.float64]
MOST_FILES = 20_000
SAME_PLACE = 1e-3
"""Millimetres within which two slices lie at one place."""
GAP = 1.5
"""Times the usual distance above which slices are missing between two."""
UNEVEN = 0.05
NO_PLACES = mark("Its slices do not say where they lie, so they stand in the order of their numbers.")


@dataclass(frozen=True)
class Slice:
    """One image: a file, or a frame of one.

    Attributes
    ----------
    path : Path or None
        The file; None for bytes that are not in one.
    frame : int
        From 0.
    sides : tuple of int
        Rows and columns.
    samples : int
        1, or 3 for colours.
    number : int
        The place that the file claims in its series.
    series, title : str
        The series' identity and what it is called.
    place : ndarray or None
        Millimetres to the left, back and head of the first pixel's centre.
    down, right : ndarray or None
        Directions in which rows and columns follow each other.
    size : tuple of float
        Millimetres from a row to the next, and from a column to the next; 0 where nothing is known.
    apart : float
        What the file says of the distance to the next slice, or 0.
    seconds : float
        What it says of the time to the next frame, or 0.
    slope, inter : float
        What stored values stand for.
    """

    path: Path | None
    frame: int
    sides: tuple[int, int]
    samples: int
    number: int
    series: str
    title: str
    place: Vector | None
    down: Vector | None
    right: Vector | None
    size: tuple[float, float]
    apart: float
    seconds: float
    slope: float
    inter: float

    @property
    def name(self) -> str:
        """What the user calls it."""
        return tr("frame {frame}", frame=self.frame + 1) if self.path is None else self.path.name


def slices_of(dataset: Any, path: Path | None) -> list[Slice]:
    """Return the images of one file, whose header alone is needed; none where it has no pixels."""
    if not dataset.get("Rows") or not dataset.get("Columns"):
        return []
    count = max(int(dataset.get("NumberOfFrames") or 1), 1)
    shared = _first(dataset, "SharedFunctionalGroupsSequence")
    each = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
    offsets = list(dataset.get("GridFrameOffsetVector") or [])
    return [
        _slice(dataset, path, frame, (each[frame] if frame < len(each) else None, shared, dataset), offsets)
        for frame in range(count)
    ]


def _slice(dataset: Any, path: Path | None, frame: int, groups: tuple[Any, ...], offsets: list[Any]) -> Slice:
    place = _vector(_find(groups, "PlanePositionSequence", "ImagePositionPatient"), 3)
    turned = _vector(_find(groups, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
    right, down = (turned[:3], turned[3:]) if turned is not None else (None, None)
    if place is not None and right is not None and down is not None and frame < len(offsets):
        place = place + np.cross(right, down) * float(offsets[frame])
    frames_lie_apart = bool(offsets) or groups[0] is not None
    size = _vector(_find(groups, "PixelMeasuresSequence", "PixelSpacing"), 2)
    if size is None:
        size = _vector(dataset.get("ImagerPixelSpacing"), 2)
    apart = _find(groups, "PixelMeasuresSequence", "SpacingBetweenSlices")
    slope = _find(groups, "PixelValueTransformationSequence", "RescaleSlope") or dataset.get("DoseGridScaling")
    inter = _find(groups, "PixelValueTransformationSequence", "RescaleIntercept")
    return Slice(
        path,
        frame,
        (int(dataset.Rows), int(dataset.Columns)),
        int(dataset.get("SamplesPerPixel") or 1),
        int(_number(dataset.get("InstanceNumber"))),
        str(dataset.get("SeriesInstanceUID") or ""),
        str(dataset.get("SeriesDescription") or dataset.get("Modality") or ""),
        place if frames_lie_apart or frame == 0 else None,
        down,
        right,
        (0.0, 0.0) if size is None else (float(size[0]), float(size[1])),
        abs(_number(apart)) or abs(_number(dataset.get("SliceThickness"))),
        _number(dataset.get("FrameTime")) / 1000,
        _number(slope) or 1.0,
        _number(inter),
    )


def _first(holder: Any, name: str) -> Any:
    sequence = holder.get(name) if holder is not None else None
    return sequence[0] if sequence else None


def _find(groups: Iterable[Any], sequence: str, name: str) -> Any:
    """Look for a value in the frame's own group, in the shared one, and in the data set itself."""
    for group in groups:
        holder = _first(group, sequence)
        for place in (holder, group):
            if place is not None and place.get(name) is not None:
                return place.get(name)
    return None


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if np.isfinite(number) else 0.0


def _vector(value: Any, length: int) -> Vector | None:
    try:
        vector = np.array([float(n) for n in value], np.float64)
    except (TypeError, ValueError):
        return None
    return vector if vector.shape == (length,) and np.isfinite(vector).all() else None


def files_in(folder: Path, deep: bool) -> Iterator[Path]:
    """Yield the files of a folder, and of the folders in it, in the order of their names."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(folders) if deep else []
        for name in sorted(names):
            if not name.startswith(".") and name != "DICOMDIR":
                yield Path(here, name)


def in_order(source: Source, slices: list[Slice]) -> tuple[list[Slice], list[str]]:
    """Sort slices along their normal, from the first place to the last, one at each.

    Raises
    ------
    LoadError
        If their sizes differ, or, unless the user wants to see the rest, slices are missing.
    LoadCancelledError
        If the user declines.
    """
    _check_sides(source, slices)
    first = slices[0]
    if len(slices) == 1:
        return slices, []
    if first.right is None or first.down is None or any(one.place is None for one in slices):
        ordered = sorted(slices, key=lambda one: (one.number, one.name, one.frame))
        several_files = len({one.path for one in slices}) > 1
        return ordered, [tr(NO_PLACES)] if several_files else []
    normal = np.cross(first.right, first.down)
    heights = {id(one): float(normal @ one.place) for one in slices if one.place is not None}
    ordered = sorted(slices, key=lambda one: (heights[id(one)], one.number, one.name, one.frame))
    kept, notes = _one_at_a_place(ordered, heights)
    notes += _judge_gaps(source, kept, [heights[id(one)] for one in kept])
    return kept, notes


def _check_sides(source: Source, slices: list[Slice]) -> None:
    kinds: dict[tuple[int, ...], list[Slice]] = {}
    for one in slices:
        kinds.setdefault((*one.sides, one.samples), []).append(one)
    if len(kinds) > 1:
        most, *others = sorted(kinds.values(), key=len, reverse=True)
        odd = others[0][0]
        raise source.error(
            tr(
                "the sizes of its slices differ: {name} is {odd} and {count} others are {usual}",
                name=odd.name,
                odd=by(odd.sides),
                count=len(most),
                usual=by(most[0].sides),
            ),
            tr("move slices of one size to a folder of their own and open that"),
        )


def _one_at_a_place(ordered: list[Slice], heights: dict[int, float]) -> tuple[list[Slice], list[str]]:
    kept: list[Slice] = []
    for one in ordered:
        if not kept or heights[id(one)] - heights[id(kept[-1])] > SAME_PLACE:
            kept.append(one)
    if len(kept) == len(ordered):
        return kept, []
    return kept, [
        tr(
            "It has {images:,} images at {places:,} places; the first at each was opened.",
            images=len(ordered),
            places=len(kept),
        )
    ]


def _judge_gaps(source: Source, kept: list[Slice], heights: list[float]) -> list[str]:
    """Refuse missing slices or, if the user wants the rest all the same, say where they are missing."""
    if len(kept) < 3:
        return []
    steps = [after - before for before, after in pairwise(heights)]
    usual = float(np.median(steps))
    wide = [i for i, step in enumerate(steps) if step > GAP * usual]
    if wide:
        at, missing = wide[0], sum(round(steps[i] / usual) - 1 for i in wide)
        reason = trn(
            "{n} slice is missing: {before} and {after} lie {apart:.4g} mm apart and others {usual:.4g} mm",
            "{n} slices are missing: {before} and {after} lie {apart:.4g} mm apart and others {usual:.4g} mm",
            missing,
            before=kept[at].name,
            after=kept[at + 1].name,
            apart=steps[at],
            usual=usual,
        )
        if source.ask is None or not source.ask(
            tr("{name}: {reason}. Open it with the gap closed?", name=source.name, reason=reason)
        ):
            raise source.error(reason, tr("copy all slices of the series to the folder, or open a single slice"))
        return [
            trn(
                "{n} slice is missing; slices on both sides of a gap stand next to each other.",
                "{n} slices are missing; slices on both sides of a gap stand next to each other.",
                missing,
            )
        ]
    if max(steps) - min(steps) > UNEVEN * usual:
        return [
            tr(
                "Its slices lie {least:.4g} to {most:.4g} mm apart; they are shown evenly.",
                least=min(steps),
                most=max(steps),
            )
        ]
    return []
