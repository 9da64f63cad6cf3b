"""convgui network --against: how the weights of two files differ."""

from __future__ import annotations

from convgui.cli.arguments import plain
from convgui.cli.columns import columns, padded
from convgui.core.sizes import by
from convgui.files.json_text import json_text
from convgui.files.weights.tensors import WeightFile
from convgui.session.weight_differences import differences, told


def print_differences(one: WeightFile, other: WeightFile, *, as_json: bool) -> int:
    """List how the weights of two files differ, tensor by tensor; returns the exit status."""
    found = list(differences(one, other))
    if as_json:
        kept = [
            {"name": d.name, "shape": d.shape, "other": d.other, "differ": d.differ, "most": d.most, "share": d.share}
            for d in found
        ]
        print(json_text({"files": [one.name, other.name], "tensors": kept}, indent=2))
        return 0
    rows = [(plain(d.name), by(d.shape if d.shape is not None else d.other or ()), d.said()) for d in found]
    widths = [max((columns(row[n]) for row in rows), default=0) for n in range(3)]
    for row in rows:
        print("  ".join(padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip())
    print(told(found))
    return 0
