"""WAV beside what writes it: Python's own module, SciPy, and headers put together by hand."""

from __future__ import annotations

import io
import struct
import wave
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convgui.files.errors import LoadError
from convgui.files.load import load, load_bytes

RATE = 16_000
wavfile: Any = import_module("scipy.io.wavfile")


def plain(samples: np.ndarray[Any, Any], bits: int, rate: int = RATE) -> bytes:
    """Write ``(samples, channels)`` by Python's module."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        if bits == 8:
            raw = (samples + 128).astype(np.uint8).tobytes()
        elif bits == 24:
            raw = b"".join(int(n).to_bytes(3, "little", signed=True) for n in samples.reshape(-1))
        else:
            raw = samples.astype(f"<i{bits // 8}").tobytes()
        file.writeframes(raw)
    return stream.getvalue()


@given(
    st.sampled_from([8, 16, 24, 32]),
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    st.integers(1, 192_000),
    st.data(),
)
def test_whole_numbers_of_every_width_come_back(
    bits: int, shape: tuple[int, ...], rate: int, data: st.DataObject
) -> None:
    half = 1 << bits - 1
    samples = data.draw(hnp.arrays(np.int64, shape, elements=st.integers(-half, half - 1)))
    sample = load_bytes(plain(samples, bits, rate), "a.wav")
    np.testing.assert_array_equal(sample.data, samples.T)
    assert sample.data.dtype == {8: np.int8, 16: np.int16, 24: np.int32, 32: np.int32}[bits]
    assert sample.spacing == (1 / rate,)
    assert sample.units == ("s",)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_come_back_and_what_is_not_finite_is_missing(dtype: Any) -> None:
    samples = np.random.default_rng(1).normal(size=(50, 2)).astype(dtype)
    samples[3, 1] = np.nan
    stream = io.BytesIO()
    wavfile.write(stream, 44_100, samples)
    sample = load_bytes(stream.getvalue(), "a.wav")
    np.testing.assert_array_equal(sample.data, samples.T)
    assert (sample.data.dtype, sample.nonfinite, sample.channels) == (dtype, 1, ("L", "R"))


def chunk(name: bytes, content: bytes, order: str = "<") -> bytes:
    return name + struct.pack(f"{order}I", len(content)) + content + b"\0" * (len(content) % 2)


def header(
    tag: int = 1, channels: int = 1, bits: int = 16, order: str = "<", more: bytes = b"", rate: int = RATE
) -> bytes:
    frame = channels * bits // 8
    return chunk(b"fmt ", struct.pack(f"{order}HHIIHH", tag, channels, rate, rate * frame, frame, bits) + more, order)


def riff(*chunks: bytes, kind: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return kind + struct.pack(">I" if kind == b"RIFX" else "<I", len(body)) + body


def test_big_endian_files_and_other_chunks() -> None:
    samples = np.array([1, -2, 300], ">i2")
    data = riff(
        chunk(b"LIST", b"odd", ">"), header(order=">"), chunk(b"fact", bytes(4), ">"),
        chunk(b"data", samples.tobytes(), ">"), kind=b"RIFX",
    )  # fmt: skip
    assert load_bytes(data, "a.wav").data.tolist() == [[1, -2, 300]]
    three = b"".join(n.to_bytes(3, "big", signed=True) for n in (1, -2, 70_000))
    data = riff(header(bits=24, order=">"), chunk(b"data", three, ">"), kind=b"RIFX")
    assert load_bytes(data, "a.wav").data.tolist() == [[1, -2, 70_000]]


def test_the_extensible_form_says_inside_what_it_is() -> None:
    more = struct.pack("<HHI", 22, 32, 3) + struct.pack("<H", 3) + bytes(14)
    samples = np.array([[0.5, -1.0], [2.0, 0.25]], "<f4")
    data = riff(header(65534, 2, 32, more=more), chunk(b"data", samples.tobytes()))
    assert load_bytes(data, "a.wav").data.tolist() == [[0.5, 2.0], [-1.0, 0.25]]


def test_sizes_beyond_32_bits_and_sizes_that_nobody_knew() -> None:
    samples = np.arange(5, dtype="<i2").tobytes()
    unknown = b"data" + struct.pack("<I", 0xFFFFFFFF) + samples
    large = riff(chunk(b"ds64", struct.pack("<QQQI", 0, 10, 5, 0)), header(), unknown, b"junk", kind=b"RF64")
    assert load_bytes(large, "a.wav").data.tolist() == [[0, 1, 2, 3, 4]]
    piped = load_bytes(riff(header(), unknown), "a.wav")
    assert (piped.data.tolist(), piped.note) == ([[0, 1, 2, 3, 4]], "")
    recorded = bytearray(riff(header(), b"data" + bytes(4) + samples))
    recorded[4:8] = bytes(4)
    assert load_bytes(bytes(recorded), "a.wav").data.tolist() == [[0, 1, 2, 3, 4]]


def test_a_file_that_ends_early_says_how_much_is_missing() -> None:
    data = plain(np.arange(100)[:, None], 16)
    sample = load_bytes(data[:-60], "a.wav")
    assert sample.data.tolist() == [list(range(70))]
    assert sample.note == "The file ends after 70 of 100 samples."


FAULTS = {
    "compressed": (riff(header(7, bits=8), chunk(b"data", bytes(8))), "compressed (µ-law)"),
    "of another kind": (riff(header(999), chunk(b"data", bytes(8))), "compressed (999)"),
    "of odd bits": (riff(header(bits=12), chunk(b"data", bytes(8))), "12 bits"),
    "floats of 16": (riff(header(3, bits=16), chunk(b"data", bytes(8))), "16 bits"),
    "without samples": (riff(header()), "holds no samples"),
    "empty": (riff(header(), chunk(b"data", b""), chunk(b"end ", b"")), "holds no samples"),
    "the wrong way round": (riff(chunk(b"data", bytes(8)), header()), "before what they are"),
    "cut off": (riff(chunk(b"fmt ", bytes(8))), "inside its header"),
    "no channels": (riff(header(channels=0), chunk(b"data", bytes(8))), "it has 0 channels"),
    "many channels": (riff(header(channels=500), chunk(b"data", bytes(8))), "it has 500 channels"),
    "no rate": (riff(header(rate=0), chunk(b"data", bytes(8))), "no sample rate"),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_said(name: str) -> None:
    data, said = FAULTS[name]
    with pytest.raises(LoadError) as raised:
        load_bytes(data, "a.wav")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_sound_is_opened_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(plain(np.arange(-8, 8).reshape(8, 2), 16))
    sample = load(tmp_path / "a.wav")
    assert sample.data.tolist() == [list(range(-8, 8, 2)), list(range(-7, 8, 2))]
    assert sample.source == str(tmp_path / "a.wav")


def headed(bits: int, frame: int, data: bytes, channels: int = 1) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, RATE, RATE * frame, frame, bits)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(("bits", "each"), [(12, 2), (20, 3)])
def test_fewer_bits_stand_at_the_upper_end_of_whole_bytes(bits: int, each: int) -> None:
    samples = [0, 1, -1, (1 << bits - 1) - 1, -(1 << bits - 1)]
    low = 8 * each - bits
    data = b"".join((n << low).to_bytes(each, "little", signed=True) for n in samples)
    sample = load_bytes(headed(bits, each, data), "a.wav")
    assert sample.data[0].tolist() == [n << low for n in samples]


@pytest.mark.parametrize(("bits", "frame", "channels"), [(24, 4, 1), (16, 2, 2), (16, 0, 1), (8, 2, 1)])
def test_samples_that_programs_read_in_more_than_one_way_are_refused(bits: int, frame: int, channels: int) -> None:
    with pytest.raises(LoadError, match=f"have {bits} bits in {frame} bytes for all channels"):
        load_bytes(headed(bits, frame, bytes(48), channels), "a.wav")
