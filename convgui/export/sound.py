"""What a document sounds like: its input or the output of its layer, at its rate, and never so loud that it clips."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log10
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck
from convgui.core.convolution import convolve
from convgui.draw.number import number
from convgui.export.atomic_write import ExportError, write_file
from convgui.files.wav_writer import Form, WavError, wav_bytes
from convgui.layers.convolution import Convolution, convolution_arguments
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input, value_of
from convgui.model.geometry import Geometry, output_geometry
from convgui.model.memo import Work
from convgui.words import tr

Side: TypeAlias = Literal["input", "output"]
USUAL = 16_000
"""The rate of what has none: typed numbers are heard, too."""
LEAST, MOST = 4_000, 192_000
"""Rates that devices play."""
LOUDEST = 0.999
"""Of full scale, for what would clip: rounding to 16 bits reaches no further."""
QUIET = 0.05
"""Of full scale: what is quieter all along is made louder where there is no scale to keep."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A sound.

    Attributes
    ----------
    sound : ndarray
        float32 ``(frames, channels)``, between −1 and 1.
    rate : int
        Frames a second.
    first : int
        The index of its first sample in the signal that it is part of.
    note : str
        What was done to it, in sentences, or "".
    """

    sound: NDArray[np.float32]
    rate: int
    first: int = 0
    note: str = ""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.sound) / self.rate


def refuse_silent(document: Document) -> str:
    """Return why a document cannot be heard, in one sentence, or ""."""
    if len(document.sample.spatial) != 1:
        return tr("Only what has one axis is heard; open a sound, or type a row of numbers.")
    return ""


def full_scale(data: NDArray[Any]) -> float | None:
    """Return the number that is as loud as can be; None where nothing tells, and the largest there is stands for it.

    Whole numbers of 8, 16 or 32 bits are what sound is stored as, of which 24 come in 32; floats end at 1.
    """
    if data.dtype.kind == "f":
        most = _peak(data)
        return 1.0 if most <= 4.0 else None
    if data.dtype in (np.int8, np.int16):
        return float(np.iinfo(data.dtype).max) + 1
    if data.dtype == np.int32:
        return float(2**23 if _peak(data) <= 2**23 else 2**31)
    return None


def _peak(values: NDArray[Any]) -> float:
    """Return the largest absolute value, of what is there."""
    if not values.size:
        return 0.0
    # Of floats the numbers alone.
    there = values if np.isfinite(values).all() else values[np.isfinite(values)]
    return max(abs(float(there.min())), abs(float(there.max()))) if there.size else 0.0


def levelled(values: NDArray[Any], full: float | None) -> tuple[NDArray[np.float32], str]:
    """Return ``(C, T)`` as ``(T, C)`` between −1 and 1, and what was done to its level, in a sentence or "".

    Parameters
    ----------
    full : float or None
        What is as loud as can be; None makes the loudest so.
    """
    # Numbers beyond those of 32 bits are scaled first.
    kind = np.float64 if values.dtype == np.float64 else np.float32
    numbers = np.asarray(values, kind).T
    there = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    gone = "" if np.isfinite(numbers).all() else tr("What is no number, or infinite, is silent.")
    peak = float(np.abs(there).max()) if there.size else 0.0
    if not peak:
        return _scaled(there, 1.0), gone or tr("All of it is silent.")
    if full is None:
        said = tr("The level was set so that {peak} is the loudest.", peak=number(peak))
        return _scaled(there, peak / LOUDEST), f"{said} {gone}".strip()
    if peak <= full:
        return _scaled(there, full), gone
    quieter = number(20 * log10(peak / full / LOUDEST), 1)
    said = tr("It was made {quieter} dB quieter, because it would clip.", quieter=quieter)
    return _scaled(there, peak / LOUDEST), f"{said} {gone}".strip()


def _scaled(values: NDArray[Any], by: float) -> NDArray[np.float32]:
    """Divide by a number; two steps where its like is beyond the numbers there are."""
    return np.ascontiguousarray(values / values.dtype.type(by), dtype=np.float32)


def taken_for_24(data: NDArray[Any]) -> str:
    """Say that 32 bits whose numbers are small are taken for 24, which come in as many; "" elsewhere."""
    small = data.dtype == np.int32 and 0 < _peak(data) <= 2**23
    return tr("Its numbers are taken as of 24 bits: none is larger.") if small else ""


def rate_of(geometry: Geometry) -> tuple[int, str]:
    """Return the rate of a signal, a whole number, and what is to be said of it."""
    if geometry.units[:1] != ("s",):
        return USUAL, tr("It tells no sample rate, and gets {rate} Hz.", rate=USUAL)
    exact = 1 / geometry.spacing[0]
    rate = max(round(exact), 1)
    if abs(exact - rate) > 1e-6 * exact:
        return rate, tr("Its rate of {exact} Hz was rounded to {rate} Hz.", exact=number(exact), rate=rate)
    return rate, ""


def heard(
    document: Document, side: Side, first: int = 0, most: int | None = None, cancel: CancelCheck | None = None
) -> Heard:
    """Return how the input or the output of the chosen layer sounds, from a sample on and at most so many of them.

    Of an output of one or two channels all are heard, of more the chosen filter.

    Raises
    ------
    SpecError
        If a layer does not fit what comes to it.
    ExportError
        If the document has more than one axis.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    if reason := refuse_silent(document):
        raise ExportError(reason)
    if side == "input":
        geometry, source = Geometry.of(document.sample), document.sample.data
        first, last = _part(source.shape[1], first, most)
        values = source[:2, first:last] if len(source) <= 2 else source[:1, first:last]
    else:
        geometry = output_geometry(document, document.view.layer + 1)
        first, values = _output(document, first, most, cancel)
    rate, said = rate_of(geometry)
    notes = [said]
    notes.append(slower(document, geometry) if side == "output" else "")
    sound, level = levelled(values, full_scale(document.sample.data))
    notes.append(taken_for_24(document.sample.data))
    return Heard(sound, rate, first, " ".join(part for part in (*notes, level) if part))


def _part(length: int, first: int, most: int | None) -> tuple[int, int]:
    first = min(max(first, 0), max(length - 1, 0))
    return first, length if most is None else min(first + most, length)


def slower(document: Document, geometry: Geometry) -> str:
    """Say that a stride has changed the rate of an output."""
    sample = document.sample
    if len(sample.spatial) != 1 or sample.units[0] != "s" or geometry.spacing == sample.spacing:
        return ""
    before, after = (1 / spacing for spacing in (sample.spacing[0], geometry.spacing[0]))
    return tr("The stride makes {after} Hz of {before} Hz.", after=number(after), before=number(before))


def _output(document: Document, first: int, most: int | None, cancel: CancelCheck | None) -> tuple[int, NDArray[Any]]:
    """Compute a part of the output that is heard: of a forward convolution that part alone."""
    layer = document.chosen
    if not isinstance(layer, Convolution) or layer.spec.transposed or document.leaves_out:
        values = value_of(document, document.view.layer + 1, cancel)
        first, last = _part(values.shape[1], first, most)
        chosen = slice(0, 2) if len(values) <= 2 else slice(document.view.filter, document.view.filter + 1)
        return first, values[chosen, first:last]
    given = chosen_layer_input(document, Work(cancel=cancel)).sample.data
    first, last = _part(layer.spec.output_shape(given.shape[1:])[0], first, most)
    channels = layer.spec.channels
    filters = range(channels.outputs) if channels.outputs <= 2 else [document.view.filter]
    arguments = convolution_arguments(replace(layer.spec, groups=1), given.shape[1:])
    arguments |= {"region": (range(first, last),), "dtype": np.float32, "cancel": cancel, "groups": 1}
    made = [
        convolve(given[channels.slice(n)], layer.effective_weight[n][None], layer.bias[n : n + 1], **arguments)
        for n in filters
    ]
    return first, np.concatenate(made)


def write_wav(
    values: NDArray[Any], path: Path, geometry: Geometry, full: float | None = None, form: Form = "16"
) -> str:
    """Write ``(C, T)`` as a WAV file; floats keep their level, the others are kept from clipping.

    Returns
    -------
    str
        What was done to it, or "".

    Raises
    ------
    ExportError
        If that is no sound, or more than a WAV holds.
    """
    if values.ndim != 2:
        raise ExportError(tr("{name} holds sound, which has one axis; choose .npy.", name=path.name))
    rate, said = rate_of(geometry)
    if form == "float":
        loud = full or 1.0
        sound: NDArray[Any] = np.nan_to_num(
            np.asarray(values, np.float32).T / np.float32(loud), nan=0.0, posinf=0.0, neginf=0.0
        )
        level = ""
    else:
        sound, level = levelled(values, full)
    try:
        write_file(path, wav_bytes(sound, rate, form))
    except WavError as error:
        raise ExportError(str(error)) from error
    return " ".join(part for part in (said, level) if part)
