"""DICOM: in which order the slices of a series stand, and which of them are volumes of their own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from convgui.core.sizes import by
from convgui.files.dicom_slices import VOLUMES, Slice, natural_key
from convgui.files.source import Source
from convgui.words import mark, tr, trn

SAME_POSITION = 1e-3
"""Millimetres within which two slices lie at one position."""
GAP = 1.5
"""Times the usual distance above which slices are missing between two."""
UNEVEN = 0.05
NO_POSITIONS = mark("Its slices do not say where they lie, so they stand in the order of their numbers.")
NO_NUMBERS = mark("Its slices do not say where they lie, so they stand in the order of their names.")


class Ordered(NamedTuple):
    """A series: volumes of slices, one at each position."""

    volumes: tuple[list[Slice], ...]
    axis: str
    """By what the volumes differ, such as ``time``."""
    notes: list[str]


def in_order(source: Source, slices: list[Slice], wanted: Path | None = None) -> Ordered:
    """Sort slices along their normal, from the first position to the last.

    Where several lie at each position, as in a film of volumes, they make as many volumes.

    Parameters
    ----------
    wanted : Path, optional
        The file that was named; it is never the one that is left out.

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
        return Ordered((slices,), "", [])
    if first.right is None or first.down is None or any(one.position is None for one in slices):
        return _by_number(slices)
    normal = np.cross(first.right, first.down)
    heights = {id(one): float(normal @ one.position) for one in slices if one.position is not None}
    positions = _by_position(sorted(slices, key=lambda one: heights[id(one)]), heights)
    volumes, notes = _volumes(positions, wanted)
    notes += _judge_gaps(source, volumes[0], [heights[id(one)] for one in volumes[0]])
    return Ordered(volumes, _axis(positions[0]), notes)


def _by_number(slices: list[Slice]) -> Ordered:
    """Sort what does not say where it lies: by number where each has one of its own, else by name, as people count."""
    numbers = {(one.number, one.frame) for one in slices}
    numbered = len(numbers) == len(slices) and all(one.number is not None for one in slices)
    ordered = sorted(slices, key=lambda one: ((one.number or 0) if numbered else 0, natural_key(one.name), one.frame))
    several_files = len({one.path for one in slices}) > 1
    return Ordered((ordered,), "", [tr(NO_POSITIONS if numbered else NO_NUMBERS)] if several_files else [])


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


def _by_position(slices: list[Slice], heights: dict[int, float]) -> list[list[Slice]]:
    """Gather sorted slices by position; those at one position by what tells them apart."""
    positions: list[list[Slice]] = []
    for one in slices:
        if not positions or heights[id(one)] - heights[id(positions[-1][0])] > SAME_POSITION:
            positions.append([])
        positions[-1].append(one)
    return [sorted(images, key=_volume_key) for images in positions]


def _volume_key(one: Slice) -> tuple[object, ...]:
    return (one.volume, one.number or 0, natural_key(one.name), one.frame)


def _volumes(positions: list[list[Slice]], wanted: Path | None) -> tuple[tuple[list[Slice], ...], list[str]]:
    counts = {len(images) for images in positions}
    if len(counts) == 1:
        return tuple(list(volume) for volume in zip(*positions, strict=True)), []
    kept = [next((one for one in images if one.path == wanted), images[0]) for images in positions]
    note = tr(
        "It has {images:,} images at {places:,} places; the first at each was opened.",
        images=sum(len(images) for images in positions),
        places=len(positions),
    )
    return (kept,), [note]


def _axis(images: list[Slice]) -> str:
    """Return by what the images at one position differ."""
    for (name, _), values in zip(VOLUMES, zip(*(one.volume for one in images), strict=True), strict=True):
        if len(set(values)) > 1:
            return name
    return "volume"


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
