"""The network of basic-pitch, which ships, to its end: moves, cuts, 32 convolutions of one axis and of two, norms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import onnx.reference

from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.model.flow import all_values
from convgui.model.sample import Sample
from convgui.session.trained import chain, found_layers
from tests.documents import textbook

SAMPLES = 43_844


def test_basic_pitch_makes_what_the_standard_says() -> None:
    path = resource("networks", "basic_pitch.onnx")
    time = np.arange(SAMPLES) / 22_050
    x = (np.sin(2 * np.pi * 440 * time) / 2 + np.random.default_rng(3).normal(size=SAMPLES) / 50).astype(np.float32)
    sound = Sample(x[None, :, None], "a note with noise")
    document, said = chain(replace(textbook(), sample=sound, lesson=None), found_layers(read_weights(path)))
    assert said == ""
    model = onnx.load(str(path))
    (name,) = (value.name for value in model.graph.input)
    wanted: Any = onnx.reference.ReferenceEvaluator(model).run(None, {name: x[None, :, None]})
    ours = [value for value in all_values(document) if value.shape in ((1, 172, 88), (1, 172, 264))]
    for want in wanted:
        nearest = min(np.abs(value.ravel() - want.ravel()).max() for value in ours if value.size == want.size)
        assert nearest <= 1e-4 * np.abs(want).max()
