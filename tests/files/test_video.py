from __future__ import annotations

import io
import sys
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadError, frames, load_bytes

SIDES = (48, 64)


def moving(count: int = 6) -> NDArray[np.uint8]:
    """Return ``(time, H, W, 3)``: a red square that walks to the right over a green ground."""
    film = np.zeros((count, *SIDES, 3), np.uint8)
    film[..., 1] = 90
    for at in range(count):
        film[at, 16:32, 8 * at : 8 * at + 16] = (200, 0, 40)
    return film


def encoded(film: NDArray[np.uint8], kind: str, codec: str, pixels: str) -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format=kind) as container:
        track: Any = container.add_stream(codec, rate=25)
        track.height, track.width = SIDES
        track.pix_fmt = pixels
        for picture in film:
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(track.encode())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "codec", "pixels", "error"),
    [
        ("mp4", "mpeg4", "yuv420p", 40),
        ("mov", "png", "rgb24", 0),
        ("matroska", "ffv1", "bgr0", 0),
        ("avi", "mjpeg", "yuvj420p", 60),
        ("webm", "libvpx", "yuv420p", 60),
    ],
)
def test_a_video_is_a_volume_of_time(kind: str, codec: str, pixels: str, error: int) -> None:
    film = moving()
    sample = load_bytes(encoded(film, kind, codec, pixels), f"x.{kind}")
    assert sample.data.shape == (3, 6, *SIDES)
    assert sample.channels == ("R", "G", "B")
    assert sample.units == ("s", "px", "px")
    assert sample.spacing == pytest.approx((0.04, 1, 1))
    assert sample.note == "Its 6 frames, 0.04 s apart, are the depth of a volume of time."
    # In the middle of each square, away from the blur of compressed edges.
    for at in range(6):
        square = sample.data[:, at, 24, 8 * at + 8].astype(int)
        assert np.abs(square - (200, 0, 40)).max() <= error
    assert (np.abs(sample.data.astype(int) - film.transpose(3, 0, 1, 2)).max() == 0) == (error == 0)


def test_of_a_long_video_the_beginning_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "ASK_ABOVE", 4 * SIDES[0] * SIDES[1])
    sample = load_bytes(encoded(moving(), "mov", "png", "rgb24"), "x.mov")
    assert sample.data.shape == (3, 4, *SIDES)
    assert "The first 4 of its 6 frames" in sample.note


@pytest.mark.fault
def test_without_av_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(moving(2), "mp4", "mpeg4", "yuv420p")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(LoadError, match=r"PyAV, which decodes those, is not installed; .*convgui\[video\]"):
        load_bytes(data, "x.mp4")


@pytest.mark.fault
@pytest.mark.parametrize("kept", [40, 300])
def test_a_video_that_is_cut_off(kept: int) -> None:
    data = encoded(moving(), "mp4", "mpeg4", "yuv420p")
    with pytest.raises(LoadError, match=r"x\.mp4 cannot be opened: .*cut off"):
        load_bytes(data[:kept], "x.mp4")


def test_sound_alone_is_a_sound() -> None:
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as container:
        track: Any = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(track.encode(frame))
        container.mux(track.encode())
    sample = load_bytes(stream.getvalue(), "x.mp4")
    assert sample.units == ("s",)
    assert sample.spacing == (1 / 44100,)
