"""Make resources/lessons/trained-layer.json: the first layer of P-Net, with its own weights, on a photo.

    python packaging/trained_lesson.py

The network was trained on ``(x - 127.5) / 128``. So that the photo can stay as it is, the values shown are 128 times
the network's: its own weights, and the bias ``128 b - 127.5 sum(w)``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from convgui.files.weights.read import read_weights  # noqa: E402

LESSON = ROOT / "resources" / "lessons" / "trained-layer.json"
MIDDLE, RANGE = 127.5, 128


def numbers(values: Any) -> Any:
    """Return float32 numbers as the shortest decimals that are read as the same."""
    return [numbers(part) for part in values] if np.ndim(values) else float(str(np.float32(values)))


def main() -> None:
    """Write the layers anew; words and steps stay."""
    held = {name: tensor.values() for name, tensor in read_weights(ROOT / "resources/networks/pnet.pt").tensors.items()}
    weight, bias = held["conv1.weight"], held["conv1.bias"].astype(float)
    shifted = RANGE * bias - MIDDLE * weight.astype(float).sum(axis=(1, 2, 3))
    layers = [
        {
            "in_channels": 3, "out_channels": 10, "kernel_size": [3, 3],
            "weight": numbers(weight), "bias": [round(float(value), 6) for value in shifted],
        },
        {"kind": "prelu", "weight": numbers(held["prelu1.weight"])},
    ]  # fmt: skip
    content = json.loads(LESSON.read_text(encoding="utf-8"))
    content["layers"] = layers
    text = json.dumps(content, ensure_ascii=False, indent=2)
    LESSON.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
