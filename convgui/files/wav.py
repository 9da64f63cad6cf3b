"""WAV: sound as ``(C, samples)`` with its sample rate, from RIFF, RIFX and RF64 files.

===========  ==========================================================================================================
entry        here
===========  ==========================================================================================================
format tag   1 (whole numbers of 8 to 32 bits) and 3 (floats of 32 or 64) are read, and these two inside 65534
             (extensible); others, which are compressed, are refused by name
bits         of 8, values are unsigned in the file and stand around 128, which becomes 0; of 24, they fill 32
data size    of RF64 in its ds64 chunk; where a program wrote to a pipe and could not know it, all that follows
others       passed over
===========  ==========================================================================================================

Formats: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991), the extensible one of
Microsoft's "Multiple channel audio data and WAVE files", and EBU Tech 3306 for RF64.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.axes import MOST_CHANNELS
from convgui.files.layout import native_values
from convgui.files.oriented import Oriented, as_sample
from convgui.files.raw import Block, read_block
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import tr

PCM, FLOAT, EXTENSIBLE = 1, 3, 65534
COMPRESSED = MappingProxyType({2: "ADPCM", 6: "A-law", 7: "µ-law", 17: "IMA ADPCM", 49: "GSM 6.10", 85: "MP3"})
UNKNOWN = (1 << 32) - 1
MOST_CHUNKS = 10_000
NAMES = MappingProxyType({1: ("sound",), 2: ("L", "R")})
STEP = 1 << 20


@dataclass(frozen=True)
class Format:
    """How samples are stored."""

    tag: int
    channels: int
    rate: int
    bits: int
    order: str

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of one number in the file; three bytes where there are 24 bits."""
        size = self.bits // 8
        kind = "f" if self.tag == FLOAT else "u" if size in (1, 3) else "i"
        return np.dtype("u1" if size == 3 else f"{self.order}{kind}{size}")


def load_wav(source: Source) -> Sample:
    """Open a sound; LoadError says what is wrong with it."""
    form, begin, size = _chunks(source)
    frame = form.channels * form.bits // 8
    held = min(size, max(source.size - begin, 0))
    count = held // frame
    if not count:
        raise source.error(tr("it holds no samples"), tr("save or download it again"))
    # Before anything is read: of 24 bits, three bytes become four.
    source.check_size((count,), form.channels, 4 if form.bits == 24 else form.bits // 8)
    shape = (count, form.channels, 3) if form.bits == 24 else (count, form.channels)
    stored = read_block(source, Block(form.dtype, shape, begin))
    data, nonfinite = native_values(_numbers(source, stored, form).T, source)
    notes = []
    if held < size:
        notes.append(tr("The file ends after {held:,} of {promised:,} samples.", held=count, promised=size // frame))
    return as_sample(
        source,
        Oriented(data, (1 / form.rate,), (), ""),
        channels=NAMES.get(form.channels, ()),
        nonfinite=nonfinite,
        notes=notes,
        units=("s",),
    )


def _numbers(source: Source, stored: NDArray[Any], form: Format) -> NDArray[Any]:
    """Return samples as they sound: around 0."""
    if form.bits == 8:
        return (stored ^ np.uint8(128)).view(np.int8)
    if form.bits != 24:
        return stored
    found = np.empty(stored.shape[:2], np.int32)
    low, high = (0, 2) if form.order == "<" else (2, 0)
    for first in range(0, len(stored), STEP):
        source.check_cancelled()
        part = stored[first : first + STEP].astype(np.int32)
        # The highest byte has the sign.
        signed = (part[..., high] ^ 128) - 128
        found[first : first + STEP] = signed << 16 | part[..., 1] << 8 | part[..., low]
    return found


def _chunks(source: Source) -> tuple[Format, int, int]:
    """Return how samples are stored, where they begin, and how many bytes are promised."""
    stream = source.stream
    stream.seek(0)
    head = stream.read(12)
    order, large, form = ">" if head[:4] == b"RIFX" else "<", 0, None
    (whole,) = struct.unpack(f"{order}I", head[4:8])
    for _ in range(MOST_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            break
        name, (size,) = head[:4], struct.unpack(f"{order}I", head[4:])
        begin = stream.tell()
        if name == b"ds64":
            large = struct.unpack_from("<Q", stream.read(16), 8)[0] if size >= 16 else 0
        elif name == b"fmt ":
            form = _format(source, stream.read(min(size, 64)), order)
        elif name == b"data":
            if form is None:
                raise source.error(tr("its samples come before what they are"), tr("save or download it again"))
            known = large if size == UNKNOWN and large else size
            # Who writes to a pipe cannot go back to write a size, nor can a recorder that is switched off.
            piped = known == UNKNOWN or (not known and whole in (0, UNKNOWN))
            return form, begin, source.size - begin if piped else known
        stream.seek(begin + size + size % 2)
    raise source.error(tr("it holds no samples"), tr("save or download it again"))


def _format(source: Source, data: bytes, order: str) -> Format:
    if len(data) < 16:
        raise source.error(tr("it is cut off inside its header"), tr("save or download it again"))
    tag, channels, rate, _, frame, bits = struct.unpack_from(f"{order}HHIIHH", data)
    if tag == EXTENSIBLE and len(data) >= 26:
        (tag,) = struct.unpack_from(f"{order}H", data, 24)
    if tag not in (PCM, FLOAT):
        name = COMPRESSED.get(tag, str(tag))
        raise source.error(tr("its sound is compressed ({name})", name=name), tr("save it as plain WAV"))
    if bits not in ((8, 12, 16, 20, 24, 32) if tag == PCM else (32, 64)):
        raise source.error(
            tr("its samples have {bits} bits, which are not read", bits=bits), tr("save it as plain WAV")
        )
    if not 1 <= channels <= MOST_CHANNELS:
        raise source.error(
            tr("it has {n} channels; 1 to {most} are opened", n=channels, most=MOST_CHANNELS),
            tr("save it as plain WAV"),
        )
    if not rate:
        raise source.error(tr("it tells no sample rate"), tr("save it as plain WAV"))
    # Fewer bits stand at the upper end of whole bytes (Microsoft, Multiple Channel Audio Data and WAVE Files).
    each = -(-bits // 8)
    if frame != each * channels:
        words = tr("its samples have {bits} bits in {n} bytes for all channels, which is read in more than one way",
                   bits=bits, n=frame)  # fmt: skip
        raise source.error(words, tr("save it as plain WAV"))
    return Format(tag, channels, rate, 8 * each, order)
