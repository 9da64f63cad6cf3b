"""Compressed sound, written by FFmpeg's encoders and read back, and what is no sound."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadError, load_bytes
from convgui.files.sound import is_sound, load_sound_of_film

RATE = 48_000
T = np.arange(RATE) / RATE
STEREO = np.stack([0.5 * np.sin(2 * np.pi * 440 * T), 0.25 * np.sin(2 * np.pi * 1000 * T)])
WHOLE = np.rint(STEREO * 32767).astype(np.int16)


def encoded(kind: str, codec: str, *, packed: str, film: bool = False) -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format=kind) as container:
        pictures: Any = container.add_stream("mpeg4", rate=25) if film else None
        if film:
            pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track: Any = container.add_stream(codec, rate=RATE, layout="stereo")
        if film:
            for _ in range(25):
                picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
                container.mux(pictures.encode(picture))
            container.mux(pictures.encode())
        resampler = av.AudioResampler(format=packed, layout="stereo", rate=RATE)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(WHOLE.T).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = RATE
        for made in resampler.resample(frame):
            container.mux(track.encode(made))
        container.mux(track.encode())
    return stream.getvalue()


def strongest(x: NDArray[np.generic]) -> list[int]:
    """Return the frequency in Hz that is strongest in each channel."""
    part = x[:, 8000:40_000].astype(np.float64)
    spectra = np.abs(np.fft.rfft(part * np.hanning(part.shape[1]), axis=1))
    return [round(int(n) * RATE / part.shape[1]) for n in spectra.argmax(axis=1)]


def test_flac_is_what_was_written() -> None:
    sample = load_bytes(encoded("flac", "flac", packed="s16"), "x.flac")
    np.testing.assert_array_equal(sample.data, WHOLE)
    assert sample.data.dtype == np.int16
    assert (sample.channels, sample.units, sample.spacing) == (("L", "R"), ("s",), (1 / RATE,))


@pytest.mark.parametrize(
    ("kind", "codec", "packed"),
    [
        ("ogg", "libopus", "s16"),
        ("mp3", "libmp3lame", "s16p"),
        ("adts", "aac", "fltp"),
        ("ipod", "aac", "fltp"),
    ],
)
def test_what_loses_a_little_keeps_tones_rate_and_channels(kind: str, codec: str, packed: str) -> None:
    sample = load_bytes(encoded(kind, codec, packed=packed), f"x.{kind}")
    assert (sample.channels, sample.units, sample.spacing) == (("L", "R"), ("s",), (1 / RATE,))
    assert abs(sample.data.shape[1] - RATE) < 5000
    assert strongest(sample.data) == pytest.approx([440, 1000], abs=2)
    # In the middle, away from what an encoder does at a sudden beginning.
    loud = sample.data[:, 10_000:40_000].astype(np.float64).std(axis=1)
    assert loud[0] / loud[1] == pytest.approx(2, rel=0.1)


def test_the_sound_of_a_film(tmp_path: Path) -> None:
    path = tmp_path / "x.mkv"
    path.write_bytes(encoded("matroska", "pcm_s16le", packed="s16", film=True))
    np.testing.assert_array_equal(load_sound_of_film(path).data, WHOLE)
    assert load_bytes(path.read_bytes(), "x.mkv").data.ndim == 4


@pytest.mark.fault
@pytest.mark.parametrize("kept", [5, 60, 12_000])
def test_what_is_cut_off_is_a_sentence_or_the_beginning(kept: int) -> None:
    data = encoded("flac", "flac", packed="s16")[:kept]
    if kept < 100:
        with pytest.raises(LoadError, match=r"x\.flac cannot be opened"):
            load_bytes(data, "x.flac")
        return
    sample = load_bytes(data, "x.flac")
    assert 0 < sample.data.shape[1] < RATE
    np.testing.assert_array_equal(sample.data, WHOLE[:, : sample.data.shape[1]])


@pytest.mark.fault
def test_without_pyav_it_says_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded("flac", "flac", packed="s16")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(LoadError, match=r"its sound is compressed, and PyAV.*video"):
        load_bytes(data, "x.flac")


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xfe1\x00",
        b"\xff\xd8\xff\xe0",
        b"\xff\x0a\x00\x00",
        b"\xff\x4f\xff\x51",
        b"ID3,name",
        b"\xff" * 8,
        b"\xff",
    ],
)
def test_what_only_looks_like_it_is_no_sound(head: bytes) -> None:
    assert not is_sound(head)
