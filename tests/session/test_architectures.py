"""Networks that are recognised: their sizes are those of their papers and of their authors' code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files.resources import resource
from convgui.files.weights.read import read_weights
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.session.architectures import Architecture, recognised
from convgui.session.found_layer import FoundLayer
from convgui.session.trained import chain, found_layers
from tests.documents import textbook
from tests.files.weights.built import safetensors


def pnet() -> Architecture:
    known = recognised(found_layers(read_weights(resource("networks", "pnet.pt"))))
    assert known is not None
    return known


@pytest.mark.parametrize(("side", "out"), [(12, 1), (224, 107), (225, 108)])
def test_pnet_makes_its_authors_sizes(side: int, out: int) -> None:
    document = replace(textbook(), sample=Sample(np.zeros((3, side, side), np.uint8), "black"))
    made, said = chain(document, pnet().layers)
    assert said == ""
    assert made.shapes[-1] == (2, out, out)
    assert made.shapes[-3] == (4, out, out)
    assert [layer.title for layer in made.layers[:3]] == ["Convolution 3 × 3", "PReLU", "Max pooling 2 × 2"]


def test_pnet_answers_with_probabilities_that_follow_its_own_weights() -> None:
    """By NumPy alone, on one window of 12 x 12: three convolutions, one pooling, two scores."""
    known = pnet()
    assert known.name == "P-Net"
    x = np.random.default_rng(3).normal(size=(3, 12, 12))
    document = replace(textbook(), sample=Sample(x, "noise"))
    made, _ = chain(document, known.layers)
    w = {name: t.values().astype(float) for name, t in read_weights(resource("networks", "pnet.pt")).tensors.items()}

    def conv(h: NDArray[Any], name: str) -> NDArray[Any]:
        weight = w[f"{name}.weight"]
        k = weight.shape[-1]
        windows: Any = np.array([np.lib.stride_tricks.sliding_window_view(channel, (k, k)) for channel in h])
        return np.asarray(np.einsum("crsij,fcij->frs", windows, weight) + w[f"{name}.bias"][:, None, None])

    def prelu(h: NDArray[Any], name: str) -> NDArray[Any]:
        return np.where(h > 0, h, w[f"{name}.weight"][:, None, None] * h)

    h = prelu(conv(x, "conv1"), "prelu1")
    h = h.reshape(10, 5, 2, 5, 2).max(axis=(2, 4))
    h = prelu(conv(h, "conv2"), "prelu2")
    both = prelu(conv(h, "conv3"), "prelu3")
    h = conv(both, "conv4_1").reshape(-1)
    wanted = np.exp(h) / np.exp(h).sum()
    assert np.allclose(value_of(made, len(made.layers)).reshape(-1), wanted)
    assert np.allclose(value_of(made, len(made.layers) - 2), conv(both, "conv4_2"))
    assert wanted.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "side", "kernels", "dense", "ends"),
    [
        ("R-Net", 24, [(28, 3, 3), (48, 28, 3), (64, 48, 2)], ("dense4", 128, (64, 3, 3)), ("dense5_2", "dense5_1")),
        ("O-Net", 48, [(32, 3, 3), (64, 32, 3), (64, 64, 3), (128, 64, 2)], ("dense5", 256, (128, 3, 3)),
         ("dense6_3", "dense6_2", "dense6_1")),
    ],
)  # fmt: skip
def test_the_larger_faces_read_their_maps_column_by_column(
    name: str,
    side: int,
    kernels: list[tuple[int, int, int]],
    dense: tuple[str, int, tuple[int, int, int]],
    ends: tuple[str, ...],
    tmp_path: Path,
) -> None:
    """As facenet-pytorch writes them: ``x.permute(0, 3, 2, 1)``, flattened, and dense; by NumPy alone."""
    rng, first = np.random.default_rng(9), len(kernels)
    last, units, read = dense
    sizes = {"dense5_2": 4, "dense5_1": 2, "dense6_3": 10, "dense6_2": 4, "dense6_1": 2}
    w: dict[str, NDArray[Any]] = {}
    for n, (many, few, k) in enumerate(kernels, start=1):
        w[f"conv{n}.weight"] = rng.normal(size=(many, few, k, k)) / np.sqrt(few * k * k)
        w[f"conv{n}.bias"], w[f"prelu{n}.weight"] = rng.normal(size=many), rng.random(many)
    w[f"{last}.weight"] = rng.normal(size=(units, int(np.prod(read)))) / 24
    w[f"{last}.bias"], w[f"prelu{first + 1}.weight"] = rng.normal(size=units), rng.random(units)
    for end in ends:
        w[f"{end}.weight"], w[f"{end}.bias"] = rng.normal(size=(sizes[end], units)), rng.normal(size=sizes[end])
    path = tmp_path / "faces.safetensors"
    path.write_bytes(safetensors({key: array.astype(np.float32) for key, array in w.items()}))
    known = recognised(found_layers(read_weights(path)))
    assert known is not None
    assert (known.name, known.size) == (name, (side, side))
    x = rng.normal(size=(3, side, side))
    made, said = chain(replace(textbook(), sample=Sample(x, "noise")), known.layers)
    assert said == ""

    h = x
    for n, (_, _, k) in enumerate(kernels, start=1):
        slid: Any = np.lib.stride_tricks.sliding_window_view
        h = np.einsum("crsij,fcij->frs", slid(h, (k, k), axis=(1, 2)), w[f"conv{n}.weight"].astype(np.float32))
        h = h + w[f"conv{n}.bias"].astype(np.float32)[:, None, None]
        h = np.where(h > 0, h, w[f"prelu{n}.weight"].astype(np.float32)[:, None, None] * h)
        if n < first:
            h = _pooled(h, 2 if (name, n) == ("O-Net", 3) else 3)
    assert h.shape == read
    flat = w[f"{last}.weight"].astype(np.float32) @ h.transpose(2, 1, 0).reshape(-1) + w[f"{last}.bias"].astype("f4")
    flat = np.where(flat > 0, flat, w[f"prelu{first + 1}.weight"].astype(np.float32) * flat)
    want = [w[f"{end}.weight"].astype(np.float32) @ flat + w[f"{end}.bias"].astype(np.float32) for end in ends]
    numbers = [n + 1 for n, layer in enumerate(made.layers) if layer.title.startswith("Dense")][1:]
    for number, values in zip(numbers, want, strict=True):
        np.testing.assert_allclose(value_of(made, number).ravel(), values, rtol=1e-4, atol=1e-4)
    shares = np.exp(want[-1] - want[-1].max())
    np.testing.assert_allclose(value_of(made, len(made.layers)).ravel(), shares / shares.sum(), atol=1e-5)


def _pooled(x: NDArray[Any], k: int) -> NDArray[Any]:
    """Return the largest values of windows of k cells, 2 apart, of which the last may reach over the end."""
    count = [-(-(n - k) // 2) + 1 for n in x.shape[1:]]
    rows, columns = ([slice(2 * i, 2 * i + k) for i in range(n)] for n in count)
    return np.array([[x[:, r, c].max(axis=(1, 2)) for c in columns] for r in rows]).transpose(2, 0, 1)


def floats(folder: Path, shapes: dict[str, tuple[int, ...]]) -> tuple[FoundLayer, ...]:
    path = folder / "a.safetensors"
    arrays = {f"{name}.{role}": np.zeros(shape if role == "weight" else shape[:1], np.float16)
              for name, shape in shapes.items() for role in ("weight", "bias")}  # fmt: skip
    path.write_bytes(safetensors(arrays))
    return found_layers(read_weights(path))


ENDS = {"classifier.0": (8, 4), "classifier.3": (8, 8), "classifier.6": (5, 8)}
VGG16 = (64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M")
"""Configuration D of the paper's table 1."""
VGG11 = (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")


@pytest.mark.parametrize(("name", "plan"), [("VGG-16", VGG16), ("VGG-11", VGG11)])
@pytest.mark.parametrize("normed", [False, True])
def test_a_vggs_poolings_are_where_numbers_are_left_out(
    tmp_path: Path, name: str, plan: tuple[int | str, ...], normed: bool
) -> None:
    shapes: dict[str, tuple[int, ...]] = {}
    at, before = 0, 3
    for width in plan:
        if isinstance(width, str):
            at += 1
            continue
        shapes[f"features.{at}"] = (width // 16, before if before == 3 else before // 16, 3, 3)
        before = width
        at += 3 if normed else 2
    layers = list(floats(tmp_path, {**shapes, **ENDS}))
    if normed:
        path = tmp_path / "b.safetensors"
        roles = ("weight", "bias", "running_mean", "running_var")
        behind = {f"features.{int(name[9:]) + 1}": shape[0] for name, shape in shapes.items()}
        norms = {f"{name}.{role}": np.ones(size, np.float32) for name, size in behind.items() for role in roles}
        path.write_bytes(safetensors(norms))
        layers += found_layers(read_weights(path))
    known = recognised(layers)
    assert known is not None
    assert known.name == name
    told = [layer.kind for layer in known.layers]
    wanted: list[str] = []
    for width in plan:
        wanted += ["MaxPool2d"] if isinstance(width, str) else ["Conv2d", *["BatchNorm2d"] * normed, "ReLU"]
    assert told[: len(wanted)] == wanted
    body = known.layers[: len(wanted)]
    document = replace(textbook(), sample=Sample(np.zeros((3, 64, 96), np.uint8), "black"))
    made, said = chain(document, body)
    assert said == ""
    assert made.shapes[-1] == (32, 2, 3)


def test_alexnet_makes_the_sizes_of_torchvision(tmp_path: Path) -> None:
    shapes = {
        "features.0": (64, 3, 11, 11), "features.3": (192, 64, 5, 5), "features.6": (384, 192, 3, 3),
        "features.8": (256, 384, 3, 3), "features.10": (256, 256, 3, 3), "classifier.1": (4, 9216),
        "classifier.4": (4, 4), "classifier.6": (4, 4),
    }  # fmt: skip
    known = recognised(floats(tmp_path, shapes))
    assert known is not None
    assert known.name == "AlexNet"
    document = replace(textbook(), sample=Sample(np.zeros((3, 224, 224), np.uint8), "black"))
    made, said = chain(document, known.layers)
    assert said == ""
    assert made.shapes[1] == (64, 55, 55)
    assert made.shapes[13] == (256, 6, 6)
    assert made.shapes[-1][0] == 4


def test_others_are_not_taken_for_one(tmp_path: Path) -> None:
    assert recognised(floats(tmp_path, {"conv1": (8, 3, 3, 3), "fc": (4, 4)})) is None
    assert recognised(floats(tmp_path, {"features.0": (8, 3, 3, 3)})) is None
    # What is a digit to Python, and what has more of them than it makes a number of, counts no layer.
    for odd in ("features.\u00b2", f"features.{'9' * 5000}"):
        recognised(floats(tmp_path, {"features.0": (64, 3, 3, 3), odd: (64, 64, 3, 3), **ENDS}))
    # A name alone does not make it so: other sizes are refused when they are used.
    known = recognised(floats(tmp_path, {**{f"conv{n}": (5, 3, 3, 3) for n in (1, 2, 3)}, "conv4_1": (2, 3, 1, 1),
                                         "conv4_2": (4, 3, 1, 1)}))  # fmt: skip
    assert known is None
