"""Write the layers of the lessons on P-Net anew, from the network's own file; words and steps stay as they are.

    python packaging/trained_lesson.py

The network was trained on ``(x - 127.5) / 128``. In ``trained-layer`` the photo stays as it is, so that the values
shown are 128 times the network's: its own weights, and the bias ``128 b - 127.5 sum(w)``. ``look-inside`` holds the
whole network on the same photo at an eighth of its size, and begins with that scaling as a layer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from convgui.files.resources import resource  # noqa: E402
from convgui.files.samples import load_sample  # noqa: E402
from convgui.files.weights.read import read_weights  # noqa: E402

LESSONS = ROOT / "resources" / "lessons"
MIDDLE, RANGE, SMALLER = 127.5, 128, 8
HELD = {name: tensor.values() for name, tensor in read_weights(resource("networks", "pnet.pt")).tensors.items()}


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


def whole() -> dict[str, Any]:
    """Return the network with its two heads, on a small photo."""
    photo = load_sample("astronaut").data
    count, rows, columns = photo.shape
    blocks = photo.reshape(count, rows // SMALLER, SMALLER, columns // SMALLER, SMALLER)
    pooling = {"kind": "max_pool", "kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0], "ceil_mode": True}
    return {
        "sample": {"grid": numbers(np.rint(blocks.mean(axis=(2, 4)))), "channels": ["R", "G", "B"]},
        "layers": [
            {"kind": "scale", "weight": [1 / RANGE] * 3, "bias": [-MIDDLE / RANGE] * 3},
            convolution("conv1"), prelu(1), pooling, convolution("conv2"), prelu(2), convolution("conv3"), prelu(3),
            convolution("conv4_2"), convolution("conv4_1"), {"kind": "softmax"},
        ],
        "sources": [[0], [1], [2], [3], [4], [5], [6], [7], [8], [8], [10]],
    }  # fmt: skip


def main() -> None:
    """Write what the file holds into the lessons."""
    for name, made in (("trained-layer", first_layer), ("look-inside", whole)):
        path = LESSONS / f"{name}.json"
        content = {**json.loads(path.read_text(encoding="utf-8")), **made()}
        wide = json.dumps(content, ensure_ascii=False, separators=(",", ":")) if name == "look-inside" else ""
        path.write_text((wide or json.dumps(content, ensure_ascii=False, indent=2)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
