"""Video by PyAV, FFmpeg's decoders."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from convgui.files.frames import Frames, cut_short, film, frames_that_fit
from convgui.files.sound import sound_of
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import tr


def load_video(source: Source) -> Sample:
    """Open the frames of a video, upright, as ``(C, time, H, W)``; of a long one the beginning, which the note says.

    What has no pictures and sound, such as .m4a, is opened as a sound.
    """
    try:
        import av
    except ImportError:
        raise source.lacks(tr("it is a video, and PyAV, which decodes those, is not installed"), "video") from None
    source.stream.seek(0)
    try:
        with av.open(source.stream, "r") as container:
            if not container.streams.video and container.streams.audio:
                return sound_of(source, container, container.streams.audio[0])
            if not container.streams.video:
                raise source.error(tr("it is cut off before its pictures"), tr("choose a whole video"))
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            return _film(source, container, stream)
    except av.FFmpegError as error:
        reason = tr("its content is cut off or damaged ({strerror})", strerror=error.strerror)
        raise source.error(reason, tr("copy or download it again")) from error


def _film(source: Source, container: Any, stream: Any) -> Sample:
    sides = (int(stream.codec_context.height), int(stream.codec_context.width))
    if min(sides) < 1:
        raise source.error(tr("it does not say how large its pictures are"))
    source.check_size(sides, 3, 1)
    most, frames, notes = frames_that_fit(sides), list[Frames](), list[str]()
    for frame in container.decode(stream):
        source.check_cancelled()
        if len(frames) == most:
            notes.append(cut_short(most, int(stream.frames) or None))
            break
        picture = _picture(frame)
        if frames and picture.shape != frames[0].shape:
            notes.append(
                tr("Its pictures change their size after {count:,} frames, which were opened.", count=len(frames))
            )
            break
        frames.append(picture)
    if 0 < len(frames) < int(stream.frames) and not notes:
        notes.append(
            tr(
                "It is cut off or damaged: {count:,} of its {frames:,} frames could be read.",
                count=len(frames),
                frames=int(stream.frames),
            )
        )
    if not frames:
        raise source.error(tr("it holds no pictures, or is cut off before the first"), tr("copy or download it again"))
    rate: Fraction | None = stream.average_rate or stream.guessed_rate
    return film(source, frames, float(1 / rate) if rate else 0.0, notes)


def _picture(frame: Any) -> Frames:
    """Return ``(H, W, C)``, turned as the camera was held."""
    grey = str(frame.format.name).startswith("gray")
    values: Frames = frame.to_ndarray(format="gray" if grey else "rgb24")
    turns = round(float(getattr(frame, "rotation", 0)) / 90) % 4
    values = np.rot90(values, turns)
    return values[..., np.newaxis] if grey else values
