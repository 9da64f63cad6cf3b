"""What is heard and written: level, rate and channels; WAV files as other libraries read them, and our own reader."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.export.atomic_write import ExportError
from convgui.export.job import Settings, export
from convgui.export.sound import LOUDEST, USUAL, full_scale, heard, levelled, refuse_silent, taken_for_24
from convgui.files.load import load_bytes
from convgui.files.wav_writer import FORMS, Form, WavError, wav_bytes
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from tests.documents import document, random_document


def tone(rate: int = 8000, channels: int = 1, loud: int = 12_000, seconds: float = 0.1) -> Sample:
    time = np.arange(round(rate * seconds)) / rate
    waves = np.stack([loud * np.sin(2 * np.pi * 440 * (n + 1) * time) for n in range(channels)])
    return Sample(waves.astype(np.int16), "tone.wav", spacing=(1 / rate,), units=("s",))


def filtered(sample: Sample, kernel: list[float], **spec: Any) -> Document:
    channels = len(sample.data)
    weight = np.zeros((channels, channels, len(kernel)))
    weight[range(channels), range(channels)] = kernel
    made = document(np.zeros((channels, len(kernel) + 4)), weight, view=View(scene="waveform"), **spec)
    return replace(made, sample=sample)


@given(st.integers(1, 3), st.integers(1, 400), st.sampled_from(FORMS), st.integers(0, 99), st.integers(1, 192_000))
def test_a_file_is_read_as_it_was_written(channels: int, frames: int, form: Form, seed: int, rate: int) -> None:
    sound = np.random.default_rng(seed).uniform(-1, 1, (frames, channels)).astype(np.float32)
    data = wav_bytes(sound, rate, form)
    read: Any = import_module("scipy.io.wavfile").read
    found_rate, found = read(io.BytesIO(data))
    full = {"16": 2.0**15, "24": 2.0**31, "float": 1.0}[form]
    step = {"16": 2.0**-15, "24": 2.0**-23, "float": 0.0}[form]
    assert found_rate == rate
    assert np.abs(found.reshape(frames, channels) / full - sound).max() <= step * 1.01
    own = load_bytes(data, "own.wav")
    assert own.data.shape == (channels, frames)
    assert own.spacing[0] == pytest.approx(1 / rate)
    scale = {"16": 2.0**15, "24": 2.0**23, "float": 1.0}[form]
    assert np.abs(own.data.T.astype(float) / scale - sound).max() <= step * 1.01
    if form != "float":
        with wave.open(io.BytesIO(data)) as opened:
            assert (opened.getnchannels(), opened.getframerate(), opened.getnframes()) == (channels, rate, frames)
            assert opened.getsampwidth() * 8 == int(form)


def test_a_wav_of_16_bits_comes_back_to_the_bit() -> None:
    sample = tone(channels=2)
    sound, note = levelled(sample.data, full_scale(sample.data))
    assert note == ""
    assert np.array_equal(load_bytes(wav_bytes(sound, 8000), "own.wav").data, sample.data)


def test_what_a_header_cannot_say_is_refused() -> None:
    with pytest.raises(WavError, match="1 to"):
        wav_bytes(np.zeros((4, 0), np.float32), 8000)
    with pytest.raises(WavError, match="4 GB"):
        wav_bytes(np.broadcast_to(np.float32(0), (1 << 31, 2)), 8000)


def test_what_would_clip_is_made_quieter_and_said() -> None:
    made = filtered(tone(), [2.0, 2.0, 2.0], padding=((2, 0),))
    found = heard(made, "output")
    assert np.abs(found.sound).max() == pytest.approx(0.999, abs=1e-4)
    assert "quieter, because it would clip" in found.note
    quiet = heard(filtered(tone(), [0.5], padding=0), "output")
    assert quiet.note == ""
    assert np.abs(quiet.sound).max() == pytest.approx(6000 / 32768, rel=1e-3)


@pytest.mark.parametrize("chosen", [0, 2])
def test_of_more_than_two_filters_the_chosen_one_is_heard(chosen: int) -> None:
    view = View(scene="waveform", filter=chosen)
    made = replace(document(np.zeros((1, 9)), [[[0.5]], [[0.25]], [[-0.125]]], view=view), sample=tone())
    sound = heard(made, "output").sound
    assert sound.shape == (800, 1)
    factor = (0.5, 0.25, -0.125)[chosen]
    assert np.allclose(sound[:, 0], tone().data[0] * factor / 32768, atol=1e-6)


def test_the_spectrum_of_what_is_heard_is_that_of_the_filter() -> None:
    """A moving average of 20 samples at 8 kHz has a zero at 400 Hz, and passes 100 Hz nearly whole."""
    time = np.arange(8000) / 8000
    both = 8000 * (np.sin(2 * np.pi * 100 * time) + np.sin(2 * np.pi * 400 * time))
    sample = Sample(both.astype(np.int16)[None], "two tones", spacing=(1 / 8000,), units=("s",))
    found = heard(filtered(sample, [1 / 20] * 20, padding=((19, 0),)), "output")
    spectrum = np.abs(np.fft.rfft(found.sound[:, 0])) / 4000
    assert found.rate == 8000
    assert spectrum[400] < 1e-3
    expected = 8000 / 32768 * abs(np.exp(-2j * np.pi * 100 / 8000 * np.arange(20)).mean())
    assert spectrum[100] == pytest.approx(expected, rel=1e-2)


def test_a_stride_changes_the_rate_and_says_so() -> None:
    found = heard(filtered(tone(), [1.0], stride=4), "output")
    assert found.rate == 2000
    assert "The stride makes 2000 Hz of 8000 Hz." in found.note
    assert found.seconds == pytest.approx(0.1)


def test_numbers_without_a_rate_get_one_and_more_axes_none() -> None:
    line = random_document(1, 1, (40,), (3,))
    assert heard(line, "input").rate == USUAL
    assert "no sample rate" in heard(line, "input").note
    flat = random_document(1, 1, (5, 5), (3, 3))
    assert "one axis" in refuse_silent(flat)
    with pytest.raises(ExportError, match="one axis"):
        heard(flat, "input")


@pytest.mark.parametrize("spec", [{}, {"stride": 3, "padding": 2}, {"dilation": 2, "padding": ((4, 0),)}])
def test_a_part_of_an_output_is_that_of_the_whole(spec: dict[str, Any]) -> None:
    made = filtered(tone(channels=2), [0.2, 0.3, 0.1], **spec)
    whole = made.layer.forward(made.sample.data.astype(float)) / 32768
    found = heard(made, "output", 50, 100)
    assert found.first == 50
    assert np.allclose(found.sound.T, whole[:, 50:150], atol=1e-6)
    assert np.allclose(heard(made, "input", 50, 100).sound.T, made.sample.data[:, 50:150].astype(float) / 32768)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ["array", "input"])
def test_an_output_and_an_input_are_exported(what: Any, form: Form, tmp_path: Path) -> None:
    made = filtered(tone(channels=2), [0.5, 0.25], padding=((1, 0),))
    path = tmp_path / "out.wav"
    work = export(made, scene("waveform"), Settings(what, sound=form), path, None)  # type: ignore[arg-type]
    for _ in work:
        pass
    found = load_bytes(path.read_bytes(), "out.wav")
    expected = made.sample.data if what == "input" else made.layer.forward(made.sample.data.astype(float))
    scale = {"16": 1.0, "24": 256.0, "float": 1 / 32768}[form]
    assert np.allclose(found.data.astype(float) / scale, expected, atol=1)
    assert found.spacing[0] == pytest.approx(1 / 8000)


def test_floats_as_they_are_stored_are_full_at_one() -> None:
    assert full_scale(np.array([[0.5, -0.9]], np.float32)) == 1.0
    assert full_scale(np.array([[500.0]])) is None
    assert full_scale(np.array([[2**22]], np.int32)) == 2**23
    assert full_scale(np.array([[2**30]], np.int32)) == 2**31
    assert full_scale(np.array([[1, 2]])) is None


def test_numbers_beyond_those_of_32_bits_are_heard_and_what_is_none_is_said() -> None:
    values = np.array([[1e40, -5e39, 0.0]])
    sound, said = levelled(values, full_scale(values))
    assert sound[:, 0] == pytest.approx([LOUDEST, -LOUDEST / 2, 0], rel=1e-6)
    assert "silent" not in said
    holed = np.array([[np.nan, 0.5, np.inf]])
    sound, said = levelled(holed, full_scale(holed))
    assert sound[:, 0].tolist() == [0, 0.5, 0]
    assert said == "What is no number, or infinite, is silent."
    nothing = np.full((1, 3), np.nan)
    assert levelled(nothing, full_scale(nothing))[1] == "What is no number, or infinite, is silent."


def test_small_numbers_of_32_bits_are_said_to_be_taken_for_24() -> None:
    quiet, loud = (np.array([[0, peak]], np.int32) for peak in (5_000_000, 2_000_000_000))
    assert taken_for_24(quiet) == "Its numbers are taken as of 24 bits: none is larger."
    assert taken_for_24(loud) == taken_for_24(quiet.astype(np.int16)) == ""


def test_a_rate_that_no_header_can_say_in_bytes_is_refused() -> None:
    with pytest.raises(WavError, match="how many bytes a second"):
        wav_bytes(np.zeros((2, 1)), 1 << 30, "float")
