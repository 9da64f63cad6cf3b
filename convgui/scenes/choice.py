"""Which map of each stage is looked at. Where a convolution makes it, it is the chosen filter's."""

from __future__ import annotations

from dataclasses import replace

from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View


def chosen_map(document: Document, stage: int) -> int:
    """Return the channel before layer `stage` that is looked at: the chosen filter's, otherwise what was clicked last.

    A caption that speaks of another filter names its map, which is looked at as long as nobody has chosen a filter.
    """
    view, count = document.view, document.shapes[stage][0]
    layer, wanted = document.layers[stage - 1] if stage else None, named_map(view, stage)
    named = None if wanted is None else min(wanted, count - 1)
    if isinstance(layer, Convolution) and view.layer == stage - 1 and (named is None or view.filter or view.channel):
        return min(layer.output_channel(view.filter, view.channel), count - 1)
    return named or 0


def named_map(view: View, stage: int) -> int | None:
    """Return the channel of a stage that a caption speaks of alone, or None."""
    wanted = view.options.get(_option(stage), "")
    return int(wanted) if wanted.isdecimal() else None


def choose_map(document: Document, stage: int, channel: int) -> View:
    """Return the view with a map enlarged, and the filter that makes it chosen."""
    view = document.view
    view = replace(view, options={**view.options, _option(stage): str(channel)})
    layer = document.layers[stage - 1] if stage else None
    if not isinstance(layer, Convolution):
        return view
    if view.layer == stage - 1:
        # The filter says which map it is, whoever chooses another.
        view = replace(view, options={name: choice for name, choice in view.options.items() if name != _option(stage)})
    channels = layer.spec.channels
    first, second = channels.kernel(channel, channels.reads(channel).start)
    if layer.output_channel(view.filter, view.channel) == channel and view.layer == stage - 1:
        return view
    return replace(view, layer=stage - 1, filter=first, channel=second)


def marked_cell(view: View, stage: int, size: tuple[int, int]) -> tuple[int, int] | None:
    """Return the cell of a stage that a caption speaks of (``"row, column"`` in its options), or None."""
    found = marked_cells(view, stage)
    return found[0] if len(found) == 1 and found[0][0] < size[0] and found[0][1] < size[1] else None


def marked_cells(view: View, stage: int) -> tuple[tuple[int, int], ...]:
    """Return the cells of a stage that a caption speaks of, ``"row, column; row, column"`` in its options."""
    found = list[tuple[int, int]]()
    for cell in view.options.get(f"mark-{stage}", "").split(";"):
        numbers = cell.split(",")
        if len(numbers) != 2 or not all(n.strip().isdecimal() for n in numbers):
            return ()
        found.append((int(numbers[0]), int(numbers[1])))
    return tuple(found)


def _option(stage: int) -> str:
    return f"map-{stage}"
