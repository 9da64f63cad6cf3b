"""Which cells belong together, for a page that is pointed at: tables of indices in place of pictures."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.scene import for_scene

Json: TypeAlias = "dict[str, object]"
MOST = 30_000
"""Pairs of a cell and a weight that a page holds for a state; of larger layers nothing is told but the steps."""
DIGITS = 9


def table(document: Document) -> Json | None:
    """Return what ties inputs, weights and outputs of the chosen layer together; None where a page does not tell it.

    Cells are counted row by row in the padded input, whose first cell is `origin`. ``reads[p]`` lists in turn each
    cell that position ``p`` reads and the tap that meets it; weights are ``[filter][channel][tap]``.
    """
    layer, shown = document.chosen, scene(document.view.scene)
    if not isinstance(layer, Convolution) or not shown.tells_cells(for_scene(shown, document)):
        return None
    if layer.flip or layer.spec.rank > 2 or document.missing != "spread":
        return None
    spec, view = layer.spec, document.filter_view.on_two_axes
    if view.positions * view.spec.kernel_size[0] * view.spec.kernel_size[1] > MOST:
        return None
    given = chosen_layer_input(document).sample.data
    given = given[:, None] if spec.rank == 1 else given
    return _told(layer, view, given)


def _told(layer: Convolution, view: FilterView, given: AnyArray) -> Json:
    padded, over = view.pad(given), view.over_padding
    wide, taps = padded.shape[2], over.spec.kernel_size
    reads = [
        [int(n) for cell, tap in over.reads(over.position(p)) for n in (_flat(cell, wide), _flat(tap, taps[1]))]
        for p in range(over.positions)
    ]
    return {
        "origin": [int(n) for n in view.origin],
        "wide": wide,
        "columns": int(over.output_shape[-1]),
        "taps": [int(n) for n in taps],
        "groups": layer.spec.groups,
        "input": [_numbers(channel) for channel in padded],
        "weights": [[_numbers(kernel) for kernel in one] for one in layer.weight],
        "bias": _numbers(layer.bias),
        "reads": reads,
    }


def _flat(index: tuple[int, ...], columns: int) -> int:
    return index[0] * columns + index[1]


def _numbers(values: AnyArray) -> list[float | None]:
    """Round to digits that nobody reads beyond; what is no number is None."""
    flat = np.asarray(values, dtype=np.float64).ravel().tolist()
    return [float(f"{v:.{DIGITS}g}") if np.isfinite(v) else None for v in flat]
