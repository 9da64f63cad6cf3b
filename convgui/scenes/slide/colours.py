"""Slide on pictures in colour: where a layer filters red, green and blue each by itself, what it makes is a colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.levels import Levels, extremes, output_levels
from convgui.draw.viewport import Pyramid, pyramid
from convgui.model.memo import Pieces, Work
from convgui.model.sample import Sample
from convgui.scenes.slide.visible_output import Filtering, Floats, FullOutput, VisibleOutput, sample_of


@dataclass(frozen=True, eq=False)
class Colours:
    """The three filterings of one picture.

    Attributes
    ----------
    filterings : tuple of Filtering
        One a channel.
    shown : Pyramid
        The input, ``(3, H, W)``.
    full_output : Pyramid or None
        ``(3, Ho, Wo)``; None while a large one is still to be computed.
    some : ndarray
        Values from which the levels follow: all, or a sample, ``(3, ...)``.
    ends : tuple of float
        The smallest and the largest of these.
    visible : ndarray or None
        The values where `VisibleOutput` has those of one filter.
    """

    filterings: tuple[Filtering, ...]
    shown: Pyramid
    full_output: Pyramid | None
    some: NDArray[Any]
    ends: tuple[float, float]
    visible: NDArray[Any] | None = None

    def levels(self, signed: bool, given: Levels) -> Levels:
        """Return one scale for all three channels; of a signal, 0 is in its middle."""
        gain = float(np.mean([one.kernels.sum() for one in self.filterings]))
        return replace(output_levels(self.some, gain, signed, given), signed=False)

    def looked_at(self, known: VisibleOutput | None, filter: int, pieces: Pieces) -> Colours:
        """Return them with the values of all channels where those of one are known."""
        if known is None:
            return self
        others = tuple(one for index, one in enumerate(self.filterings) if index != filter)
        weights = tuple(part for one in others for part in one.weights)
        key = ("colours", *others[0].like, filter, known.rows, known.columns, *weights)
        more: tuple[Floats, ...] = pieces.piece(
            key, lambda: tuple(one.values(known.rows, known.columns) for one in others)
        )
        values = [*more[:filter], known.values, *more[filter:]]
        return replace(self, visible=np.stack(values))


def colours(
    sample: Sample, filterings: tuple[Filtering, ...], work: Work, full: Callable[[Filtering], FullOutput | None]
) -> Colours:
    """Bring together three filterings and what is known of their outputs."""
    data, pieces = sample.data, work.pieces
    rows = data.reshape(len(data), -1, data.shape[-1])
    shown = pieces.piece(("pyramid", data), lambda: pyramid(rows, work))
    outputs = [full(one) for one in filterings]
    known = [one for one in outputs if one is not None]
    if len(known) < len(outputs):
        some = np.stack([sample_of(one, pieces).values for one in filterings])
        return Colours(filterings, shown, None, some, extremes(some))
    levels = zip(*(one.levelled.levels for one in known), strict=True)
    whole = pieces.piece(("colours", *known), lambda: Pyramid(tuple(np.stack(level) for level in levels)))
    least, most = min(one.least for one in known), max(one.most for one in known)
    return Colours(filterings, shown, whole, whole.levels[0], (least, most))
