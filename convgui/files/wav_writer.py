"""Sound as a WAV file, of 16 or 24 bits or of floats, by a writer of our own beside the reader `convgui.files.wav`."""

from __future__ import annotations

import struct
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.files.wav import FLOAT, PCM
from convgui.words import tr

Form: TypeAlias = Literal["16", "24", "float"]
FORMS: tuple[Form, ...] = ("16", "24", "float")
MOST_BYTES, MOST_CHANNELS, MOST_RATE = 2**32 - 128, 65_535, 2**32 - 1
"""What the numbers of a WAV's header can say."""
STEP = 1 << 20


class WavError(ValueError):
    """A sound that no WAV can hold; its text is one sentence."""


def wav_bytes(sound: NDArray[Any], rate: int, form: Form = "16") -> bytes:
    """Return a file with samples ``(frames, channels)`` between −1 and 1; what lies beyond is cut off, but in floats.

    In 16 and 24 bits, 1 is one step more than the largest number there is, as everywhere.

    Raises
    ------
    WavError
        If it is too long, has too many channels, or a rate that none can have.
    """
    frames, channels = sound.shape
    size = {"16": 2, "24": 3, "float": 4}[form]
    if not (1 <= channels <= MOST_CHANNELS and 1 <= rate <= MOST_RATE):
        raise WavError(
            tr(
                "A WAV file has 1 to {most} channels and a rate of 1 Hz or more; this has {n} and {rate} Hz.",
                most=MOST_CHANNELS, n=channels, rate=rate,
            )
        )  # fmt: skip
    if rate * channels * size > MOST_RATE:
        words = tr("A WAV file says how many bytes a second takes, up to 4 GB; this takes more; choose .npy.")
        raise WavError(words)
    if frames * channels * size > MOST_BYTES:
        raise WavError(tr("A WAV file holds up to 4 GB, and this sound takes more; choose .npy."))
    data = bytearray()
    for first in range(0, frames, STEP):
        data += _stored(sound[first : first + STEP], form)
    tag = FLOAT if form == "float" else PCM
    head = struct.pack("<HHIIHH", tag, channels, rate, rate * channels * size, channels * size, 8 * size)
    chunks = [(b"fmt ", head + (b"\0\0" if tag == FLOAT else b""))]
    if tag == FLOAT:
        chunks.append((b"fact", struct.pack("<I", frames)))
    chunks.append((b"data", bytes(data) + b"\0" * (len(data) % 2)))
    body = b"".join(
        name + struct.pack("<I", len(data) if name == b"data" else len(part)) + part for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def _stored(part: NDArray[Any], form: Form) -> bytes:
    if form == "float":
        return np.ascontiguousarray(part, "<f4").tobytes()
    most = 2 ** (15 if form == "16" else 23)
    whole = np.clip(np.rint(np.asarray(part, np.float64) * most), -most, most - 1)
    if form == "16":
        return whole.astype("<i2").tobytes()
    return np.ascontiguousarray(whole.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()
