"""The lessons of one axis: every number that their words name, reckoned by NumPy alone."""

from __future__ import annotations

import json
from math import hypot
from typing import Any

import numpy as np
import pytest

from convgui.draw.picture import Hit
from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.files.samples import load_sample
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.scenes.scene import Focus, prepared
from convgui.session.walking import caption_document
from tests.scenes.checks import picture_of, words

THIN = "\u2009"


def told(document: Document, index: int) -> str:
    assert document.lesson is not None
    return document.lesson.captions[index].text


def at(identity: str, index: int, size: tuple[float, float] = (1100, 700)) -> str:
    """Return all words of a caption's picture."""
    document = caption_document(load_lesson(identity), index)
    return " ".join(words(picture_of(document, document.view.step, size)))


def test_one_axis_has_the_numbers_of_a_correlation() -> None:
    x, w = np.arange(1, 6), np.array([1, 2, 3])
    made = np.correlate(x, w, "valid").tolist()
    assert made == [14, 20, 26]
    lesson = load_lesson("one-axis")
    assert "1 + 4 + 9 = 14" in told(lesson, 0)
    assert "20 = 2 + 6 + 12" in told(lesson, 2)
    assert "14" in at("one-axis", 0)


def test_causal_is_same_one_sample_later() -> None:
    x, w = np.arange(1, 6), np.array([1, 2, 3])
    same = np.correlate(np.pad(x, 1), w, "valid").tolist()
    causal = np.correlate(np.pad(x, (2, 0)), w, "valid").tolist()
    apart = np.array([1, 0, 2, 0, 3])
    dilated = np.correlate(np.pad(x, (4, 0)), apart, "valid").tolist()
    lesson = load_lesson("causal")
    assert (same[1], causal[1:]) == (14, same[:-1])
    assert "out[1] = 14" in told(lesson, 0)
    assert ", ".join(map(str, causal)) in told(lesson, 3)
    assert ", ".join(map(str, dilated)) in told(lesson, 4)
    for index, made in ((0, same), (3, causal), (4, dilated)):
        document = caption_document(lesson, index)
        assert document.layer.forward(document.sample.data.astype(float)).ravel().tolist() == made


def test_what_the_dilated_layers_see_is_what_a_change_moves() -> None:
    lesson = load_lesson("wavenet")
    for index, field in ((0, 2), (1, 5), (2, 16), (3, 1024)):
        document = caption_document(lesson, index)
        x: Any = np.zeros((1, 3000))
        for layer in document.layers:
            x = layer.forward(x)
        before, moved = x[0, 2000], list[int]()
        for place in range(900, 2100):
            changed: Any = np.zeros((1, 3000))
            changed[0, place] = 1.0
            for layer in document.layers:
                changed = layer.forward(changed)
            if changed[0, 2000] != before:
                moved.append(place)
        assert moved == list(range(2001 - field, 2001)), index
        assert f"field {field} samples" in at("wavenet", index) or field < 16
    assert "1024 samples: 64 ms" in told(lesson, 3)
    assert 1024 / 16_000 == 0.064


def test_an_echo_is_its_kernel_and_a_difference_keeps_what_changes() -> None:
    lesson, x = load_lesson("echo"), load_sample("drums").data[0].astype(float)
    echo = caption_document(lesson, 0).layer.forward(x[None])[0]
    wanted = x.copy()
    wanted[2000:] += 0.5 * x[:-2000]
    wanted[4000:] += 0.25 * x[:-4000]
    assert np.allclose(echo, wanted, atol=1e-6 * np.abs(wanted).max())
    dull, bright = (caption_document(lesson, n).layer.forward(x[None])[0] for n in (1, 2))
    high = np.abs(np.fft.rfft(x))[len(x) // 8 :].sum()
    assert np.abs(np.fft.rfft(dull))[len(x) // 8 :].sum() < 0.1 * high
    low = slice(1, len(x) // 100)
    assert np.abs(np.fft.rfft(bright))[low].sum() < 0.1 * np.abs(np.fft.rfft(x))[low].sum()


def loudest(sound: Any, second: float, rate: int) -> float:
    """Return the frequency in Hz that a sound has most of around a moment."""
    first = int(second * rate) - rate // 40
    part = sound[first : first + rate // 20]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 14))
    return float(spectrum.argmax() * rate / (1 << 14))


def test_a_stride_folds_what_it_cannot_hold_and_a_low_pass_takes_it_away() -> None:
    lesson, x = load_lesson("aliasing"), load_sample("sweep").data.astype(float)
    strided, clean = (caption_document(lesson, n).layer.forward(x)[0] for n in (1, 3))
    for second in (0.2, 0.6, 0.8, 1.3, 1.7):
        true = 200 + 3800 * second
        assert loudest(x[0], second, 16_000) == pytest.approx(true, abs=40)
        folded = abs(true - 4000 * round(true / 4000))
        assert loudest(strided, second, 4000) == pytest.approx(folded, abs=40)
    assert np.abs(clean[3000:]).max() < 0.01 * np.abs(clean[:1000]).max()
    assert loudest(clean, 0.3, 4000) == pytest.approx(1340, abs=40)


def test_the_basis_is_numpys_short_time_fourier_transform() -> None:
    document, n = load_lesson("stft"), np.arange(256)
    x = load_sample("vowels").data[0].astype(float)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * n / 256)
    windows = np.lib.stride_tricks.sliding_window_view(x, 256)[::128]
    wanted = np.fft.rfft(windows * hann, axis=1).T
    made = document.layer.forward(document.sample.data.astype(float))
    limit = np.abs(wanted).max()
    assert np.abs(made[:129] - wanted.real).max() < 1e-6 * limit
    assert np.abs(made[129:] - wanted.imag).max() < 1e-6 * limit
    real, imaginary = wanted[8, 254].real, wanted[8, 254].imag
    number = {name: f"{abs(value):,.0f}".replace(",", THIN) for name, value in
              (("real", real), ("imaginary", imaginary), ("strength", hypot(real, imaginary)))}  # fmt: skip
    assert real < 0 > imaginary
    assert f"out[8, 254] = −{number['real']} is" in told(document, 3)
    assert f"is −{number['imaginary']}." in told(document, 3)
    assert f"= {number['strength']}:" in told(document, 3)
    assert made.shape == (258, 374)


def test_the_vowels_waves_are_where_the_words_say() -> None:
    x = load_sample("vowels").data[0].astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(x, 256)[::128]
    strength = np.abs(np.fft.rfft(windows * np.hanning(256), axis=1))
    a, e = strength[10:60].mean(axis=0), strength[85:135].mean(axis=0)
    assert sorted(np.argsort(-a)[:3].tolist()) == [11, 12, 13]
    assert int(e.argmax()) == 8
    assert 8 * 16_000 / 256 == 500


@pytest.mark.parametrize("identity", ["one-axis", "causal", "wavenet", "echo", "aliasing", "stft"])
def test_they_stand_in_a_chapter_of_their_own_and_each_is_drawn(identity: str) -> None:
    lesson = load_lesson(identity)
    content = json.loads((resource("lessons") / f"{identity}.json").read_text(encoding="utf-8"))
    assert content["chapter"] == "One axis"
    shown = scene(lesson.view.scene)
    assert shown.steps(prepared(shown, lesson)) > 1


def test_what_has_one_axis_is_named_with_one_index() -> None:
    said = at("causal", 0)
    assert "out[1] = " in said
    assert "[0, 1]" not in said
    document = caption_document(load_lesson("causal"), 0)
    pointed = picture_of(document, 1, (1100, 700), focus=Focus(Hit("input", (0, 0, 2)))).summary
    assert pointed.startswith("in[0, 2] = 3 feeds 3 outputs")
    assert "out[1] × 3" in pointed
