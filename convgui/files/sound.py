"""Compressed sound by PyAV, FFmpeg's decoders: FLAC, Ogg, MP3, AAC, and the sound of films."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.axes import MOST_CHANNELS
from convgui.files.layout import native_values
from convgui.files.oriented import Oriented, as_sample
from convgui.files.regular import open_regular
from convgui.files.source import REFUSE_ABOVE, Source
from convgui.files.wav import NAMES
from convgui.model.sample import Sample
from convgui.words import tr

KINDS: dict[str, type[np.generic]] = {
    "u8": np.int8, "s16": np.int16, "s32": np.int32, "flt": np.float32, "dbl": np.float64,
}  # fmt: skip
"""What samples become, by FFmpeg's name for them, planar or not."""


def is_sound(head: bytes) -> bool:
    """Tell from its first bytes whether a file is sound that is compressed: FLAC, Ogg, or MPEG's layers 1 to 3."""
    if head.startswith((b"fLaC", b"OggS", b"ID3\x02", b"ID3\x03", b"ID3\x04")):
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    # A frame of MPEG: its version, layer, bit rate and sample rate are none of those that are kept free.
    adts = head[1] & 0xF6 == 0xF0
    layer, version = head[1] >> 1 & 3, head[1] >> 3 & 3
    return adts or (layer == 1 and version != 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3)


def load_sound(source: Source) -> Sample:
    """Open a sound, or the sound of a film, as ``(C, samples)`` with its sample rate; LoadError says what is wrong."""
    try:
        import av
    except ImportError:
        raise source.lacks(
            tr("its sound is compressed, and PyAV, which decodes it, is not installed"), "video"
        ) from None
    source.stream.seek(0)
    try:
        with av.open(source.stream, "r") as container:
            if not container.streams.audio:
                raise source.error(tr("it holds no sound"), tr("choose a file with sound"))
            return sound_of(source, container, container.streams.audio[0])
    except av.FFmpegError as error:
        reason = tr("its content is cut off or damaged ({strerror})", strerror=error.strerror)
        raise source.error(reason, tr("copy or download it again")) from error


def load_sound_of_film(path: Path) -> Sample:
    """Open the sound of a film, whose pictures `convgui.files.load.load` opens."""
    with open_regular(path) as stream:
        return load_sound(Source(path.name, stream, path.stat().st_size, path.resolve()))


def sound_of(source: Source, container: Any, stream: Any) -> Sample:
    """Decode a stream of sound."""
    rate, channels = int(stream.codec_context.sample_rate or 0), int(stream.codec_context.channels or 0)
    if not rate:
        raise source.error(tr("it tells no sample rate"), tr("save it as plain WAV"))
    if not 1 <= channels <= MOST_CHANNELS:
        words = tr("it has {n} channels; 1 to {most} are opened", n=channels, most=MOST_CHANNELS)
        raise source.error(words, tr("save it as plain WAV"))
    if stream.duration and stream.time_base:
        source.check_size((max(int(stream.duration * stream.time_base * rate), 1),), channels, 4)
    parts, count, notes = list[NDArray[Any]](), 0, list[str]()
    for frame in _whole_frames(container, stream, notes):
        source.check_cancelled()
        part = _samples(frame, channels)
        if part is None or frame.sample_rate != rate or (parts and part.dtype != parts[0].dtype):
            notes.append(tr("Its sound changes its kind after {n:,} samples, which were opened.", n=count))
            break
        parts.append(part)
        count += part.shape[1]
        if count > REFUSE_ABOVE:
            notes.append(tr("The first {n:,} of its samples were opened.", n=count))
            break
    if not count:
        raise source.error(tr("it holds no samples"), tr("save or download it again"))
    source.check_size((count,), channels, parts[0].itemsize)
    data, nonfinite = native_values(np.concatenate(parts, axis=1), source)
    return as_sample(
        source,
        Oriented(data, (1 / rate,), (), ""),
        channels=NAMES.get(channels, ()),
        nonfinite=nonfinite,
        notes=notes,
        units=("s",),
    )


def _whole_frames(container: Any, stream: Any, notes: list[str]) -> Iterator[Any]:
    """Yield frames up to where the content is damaged, if it is so behind the first; a note says it then."""
    import av

    found = False
    try:
        for frame in container.decode(stream):
            yield frame
            found = True
    except av.FFmpegError:
        if not found:
            raise
        notes.append(tr("It is cut off or damaged; what could be read before that was opened."))


def _samples(frame: Any, channels: int) -> NDArray[Any] | None:
    """Return ``(C, n)`` of a frame, around 0; None of a kind that is not known, or of other channels."""
    kind = KINDS.get(frame.format.name.removesuffix("p"))
    values: NDArray[Any] = frame.to_ndarray()
    if kind is None or values.size != frame.samples * channels:
        return None
    if not frame.format.is_planar:
        values = values.reshape(-1, channels).T
    # A decoder uses the memory of a frame again.
    return (values ^ np.uint8(128)).view(np.int8).copy() if kind is np.int8 else values.astype(kind)
