"""Write the layers of the lessons on real networks anew, from P-Net's own file; words and steps stay as they are.

    python packaging/trained_lesson.py

The network was trained on ``(x - 127.5) / 128``. In ``trained-layer`` the photo stays as it is, so that the values
shown are 128 times the network's: its own weights, and the bias ``128 b - 127.5 sum(w)``. ``look-inside`` and
``unit-sees`` hold the whole network on the same photo at an eighth of its size, and begin with that scaling as a layer.
``batch-norm`` has filters that are written here, on the face alone, and means and deviations near those of their maps;
the convolution beside them is what the program folds them into.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from convgui.core.spec import ConvSpec  # noqa: E402
from convgui.files.resources import resource  # noqa: E402
from convgui.files.samples import load_sample  # noqa: E402
from convgui.files.weights.read import read_weights  # noqa: E402
from convgui.layers.batch_norm import BatchNorm  # noqa: E402
from convgui.layers.convolution import Convolution  # noqa: E402

LESSONS = ROOT / "resources" / "lessons"
MIDDLE, RANGE, SMALLER = 127.5, 128, 8
HELD = {name: tensor.values() for name, tensor in read_weights(resource("networks", "pnet.pt")).tensors.items()}


FACE = (slice(12, 44), slice(40, 72))
"""Rows and columns of the face in the photo at a quarter of its size."""
SOBEL = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
LAPLACE = ((0, -1, 0), (-1, 4, -1), (0, -1, 0))
TRAINED = {"weight": (0.94, 0.94, 1.5, 1.6), "bias": (0, 0, 0.5, 0), "running_mean": (7, 28, 460, 0),
           "running_var": (470**2, 470**2, 150**2, 160**2)}  # fmt: skip
"""Of the maps of `filters_of_a_face`: edges, edges, red above blue, spots."""
TINY = 1e-9
BATCH_NORM_STATES = ("alone", "", "beside", "")
"""What each caption of ``batch-norm`` is about."""


def numbers(values: Any) -> Any:
    """Return float32 numbers as the shortest decimals that are read as the same, integers without a point."""
    if np.ndim(values):
        return [numbers(part) for part in values]
    shortest = float(str(np.float32(values)))
    return int(shortest) if shortest.is_integer() else shortest


def convolution(name: str) -> dict[str, Any]:
    """Return a convolution of the file as lessons write it."""
    weight = HELD[f"{name}.weight"]
    many, few, *size = weight.shape
    return {
        "in_channels": few, "out_channels": many, "kernel_size": size,
        "weight": numbers(weight), "bias": numbers(HELD[f"{name}.bias"]),
    }  # fmt: skip


def prelu(number: int) -> dict[str, Any]:
    """Return a PReLU of the file."""
    return {"kind": "prelu", "weight": numbers(HELD[f"prelu{number}.weight"])}


def first_layer() -> dict[str, Any]:
    """Return the first layer, on the photo as it is."""
    weight, bias = HELD["conv1.weight"], HELD["conv1.bias"].astype(float)
    shifted = RANGE * bias - MIDDLE * weight.astype(float).sum(axis=(1, 2, 3))
    return {"layers": [{**convolution("conv1"), "bias": [round(float(value), 6) for value in shifted]}, prelu(1)]}


def smaller(times: int) -> Any:
    """Return the astronaut's photo with the means of so many rows and columns as its pixels."""
    photo = load_sample("astronaut").data
    count, rows, columns = photo.shape
    return np.rint(photo.reshape(count, rows // times, times, columns // times, times).mean(axis=(2, 4)))


def whole() -> dict[str, Any]:
    """Return the network with its two heads, on a small photo."""
    pooling = {"kind": "max_pool", "kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0], "ceil_mode": True}
    return {
        "sample": {"grid": numbers(smaller(SMALLER)), "channels": ["R", "G", "B"]},
        "layers": [
            {"kind": "scale", "weight": [1 / RANGE] * 3, "bias": [-MIDDLE / RANGE] * 3},
            convolution("conv1"), prelu(1), pooling, convolution("conv2"), prelu(2), convolution("conv3"), prelu(3),
            convolution("conv4_2"), convolution("conv4_1"), {"kind": "softmax"},
        ],
        "sources": [[0], [1], [2], [3], [4], [5], [6], [7], [8], [8], [10]],
    }  # fmt: skip


def filters_of_a_face() -> Any:
    """Return four filters of 3 x 3 x 3 weights: edges to the right, edges down, red less blue, spots."""
    weight = np.zeros((4, 3, 3, 3))
    weight[0], weight[1], weight[3] = SOBEL, np.transpose(SOBEL), LAPLACE
    weight[2, 0], weight[2, 2] = 1, -1
    return weight


def written(layer: Convolution) -> dict[str, Any]:
    """Return a convolution as lessons write it."""
    weight, bias = ([round(v, 9) for v in array.ravel().tolist()] for array in (layer.weight, layer.bias))
    shaped = np.reshape(weight, layer.weight.shape).tolist()
    return {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "weight": shaped, "bias": bias}


def batch_norm() -> dict[str, Any]:
    """Return a convolution with batch norm and ReLU; of the captions that alone, and beside it the folded one."""
    content = json.loads((LESSONS / "batch-norm.json").read_text(encoding="utf-8"))
    plain = Convolution(ConvSpec.of(3, 4, (3, 3)), filters_of_a_face(), np.zeros(4))
    vectors: dict[str, Any] = {name: np.array(vector, float) for name, vector in TRAINED.items()}
    norm = BatchNorm(**vectors, eps=TINY)
    face = smaller(4)[(slice(None), *FACE)]
    (folded,) = norm.rewritings(plain, plain.output_shape(face.shape))[0].layers
    assert isinstance(folded, Convolution)
    relu = {"kind": "relu"}
    before = [written(plain), {"kind": "batch_norm", "eps": TINY, **TRAINED}, relu]
    after = [written(folded), relu]
    states = {
        "beside": {"layers": before + after, "sources": [[0], [1], [2], [0], [4]]},
        "alone": {"layers": before[:1]},
    }
    captions = content["captions"]
    for caption, state in zip(captions, BATCH_NORM_STATES, strict=True):
        caption.update(states.get(state, {}))
    grid = {"grid": numbers(face), "channels": ["R", "G", "B"]}
    return {"sample": grid, "layers": before, "captions": captions}


def main() -> None:
    """Write what the file holds into the lessons."""
    for name, made in (("trained-layer", first_layer), ("look-inside", whole), ("unit-sees", whole),
                       ("batch-norm", batch_norm)):  # fmt: skip
        path = LESSONS / f"{name}.json"
        content = {**json.loads(path.read_text(encoding="utf-8")), **made()}
        wide = json.dumps(content, ensure_ascii=False, separators=(",", ":")) if made is not first_layer else ""
        path.write_text((wide or json.dumps(content, ensure_ascii=False, indent=2)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
