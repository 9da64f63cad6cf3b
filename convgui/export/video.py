"""MP4 and WebM through PyAV, the optional extra ``video``."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convgui.draw.colour import Bytes
from convgui.export.atomic_write import ExportError
from convgui.export.changes import Clock
from convgui.files.installation import frozen, how_to_add
from convgui.words import tr

if TYPE_CHECKING:
    import av

CODECS = {
    ".mp4": ("mp4", "libx264", {"crf": "16", "preset": "medium"}),
    ".webm": ("webm", "libvpx-vp9", {"crf": "18", "b:v": "0", "deadline": "realtime", "cpu-used": "5", "row-mt": "1"}),
}


def check_video(ending: str) -> None:
    """Make sure that a video of this kind can be written.

    Raises
    ------
    ExportError
        Naming the extra that is missing, or the codec.
    """
    try:
        import av
    except ImportError as error:
        if frozen():
            raise ExportError(
                tr(
                    "this installation has no encoder for a {ending} video, because of the encoder's licence; "
                    "choose GIF, WebP or APNG, or {remedy}.",
                    ending=ending,
                    remedy=how_to_add("video"),
                )
            ) from error
        raise ExportError(
            tr(
                "a {ending} video needs PyAV, which is not installed; choose GIF, WebP or APNG, or {remedy}.",
                ending=ending,
                remedy=how_to_add("video"),
            )
        ) from error
    codec = CODECS[ending][1]
    if codec not in av.codecs_available:
        raise ExportError(
            tr(
                "this PyAV was built without {codec}, which {ending} needs; choose GIF, WebP or APNG.",
                codec=codec,
                ending=ending,
            )
        )


class VideoWriter:
    """Writes frames as they come, at a fixed rate: a moment that stays is encoded again, which costs next to nothing.

    Sides are made even by repeating the last row or column, because the colours of 2 x 2 pixels share one value.
    """

    def __init__(self, stream: BinaryIO, width: int, height: int, ending: str, rate: int) -> None:
        import av

        form, codec, options = CODECS[ending]
        self._pad = (height % 2, width % 2)
        self._clock, self._frames, self._rate = Clock(rate, 1, 1 << 31), 0, rate
        self._container: Any = av.open(stream, "w", format=form)
        added: Any = self._container.add_stream(codec, rate=Fraction(rate), options=options)
        added.width, added.height = width + self._pad[1], height + self._pad[0]
        added.pix_fmt = "yuv420p"
        context = added.codec_context
        # BT.709 in the studio range, written into the file: players then need not guess.
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        self._video = added

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one moment, uint8 ``(rows, columns, 3)``, as many times as it takes."""
        frame = self._frame(pixels)
        for _ in range(self._clock.units(seconds)):
            frame.pts = self._frames
            self._container.mux(self._video.encode(frame))
            self._frames += 1

    def close(self) -> None:
        """Write what the encoder still holds, and the end."""
        self._container.mux(self._video.encode(None))
        self._container.close()

    def abandon(self) -> None:
        """Let go of the encoder without an ending; what went wrong before is already on its way to the user."""
        import av

        with suppress(av.FFmpegError):
            self._container.close()

    def _frame(self, pixels: Bytes) -> av.VideoFrame:
        import av

        rows, columns = self._pad
        even = np.pad(pixels, ((0, rows), (0, columns), (0, 0)), mode="edge")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
        yuv = frame.reformat(format="yuv420p", dst_colorspace="ITU709", src_color_range="JPEG", dst_color_range="MPEG")
        yuv.time_base = Fraction(1, self._rate)
        return yuv
