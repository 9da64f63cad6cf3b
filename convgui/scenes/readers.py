"""Who reads a value of the input: the outputs of one filter, and of all that read its channel."""

from __future__ import annotations

from collections.abc import Mapping

from convgui.core.channels import Channels
from convgui.core.filter_view import Cell
from convgui.draw.metrics import BETWEEN
from convgui.draw.number import grouped, signed
from convgui.words import tr


def of_filter(said: str, chosen: int, channels: Channels, outputs: int) -> str:
    """Say whose the outputs are that were counted, where more than one filter reads a channel.

    Parameters
    ----------
    chosen : int
        The filter whose outputs were counted.
    outputs : int
        How many outputs of it were counted.
    """
    if channels.width < 2 or not outputs:
        return said
    others = tr("all {n} filters", n=channels.width) if channels.groups == 1 else tr(
        "all {n} of its group", n=channels.width
    )  # fmt: skip
    return tr(
        "{said} with filter {filter}, {total} with {others}",
        said=said, filter=chosen, total=grouped(outputs * channels.width), others=others,
    )  # fmt: skip


def weighed_outputs(weighed: Mapping[Cell, float], which: tuple[int, ...] = ()) -> str:
    """List outputs, each with the weight that it reads with; `which` stands before row and column of each."""
    return BETWEEN.join(f"out{[*which, *out]} × {signed(weight)}" for out, weight in weighed.items())
