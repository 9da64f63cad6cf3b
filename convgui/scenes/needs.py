"""What a scene needs of the layer and of its input, declared: what is missing is said in one place for all scenes."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.core.spec import SpecError
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.words import mark, tr

_SHOWS: dict[tuple[int, ...], str] = {
    (1, 2): mark("{scene} shows one and two spatial axes; this input has three."),
    (2, 3): mark("{scene} needs two or three spatial axes; this input has one."),
}
MOST_MEETINGS = 8_000_000
_NEEDS = {
    (1, 2): mark("{scene} needs one spatial axis; this input has two."),
    (1, 3): mark("{scene} needs one spatial axis; this input has three."),
    (2, 1): mark("{scene} needs two spatial axes; this input has one."),
    (2, 3): mark("{scene} needs two spatial axes; this input has three."),
    (3, 1): mark("{scene} needs three spatial axes; this input has one."),
    (3, 2): mark("{scene} needs three spatial axes; this input has two."),
}


@dataclass(frozen=True)
class Needs:
    """What a scene can show.

    Attributes
    ----------
    rank : tuple of int
        Numbers of spatial axes.
    transposed : bool or None
        Whether a convolution has to be transposed, or must not be; None where both will do.
    fits : bool
        Whether the layers have to take what comes to them.
    tables : bool
        Whether it looks at every position of an axis, of which a long signal has too many.
    """

    rank: tuple[int, ...] = (1, 2, 3)
    transposed: bool | None = None
    fits: bool = True
    tables: bool = True

    def missing(self, scene: str, document: Document) -> str:
        """Return why the scene called `scene` cannot show a document; empty where nothing is missing."""
        rank, chosen = len(document.sample.spatial), document.chosen
        if rank not in self.rank:
            words = _NEEDS[self.rank[0], rank] if len(self.rank) == 1 else _SHOWS[self.rank]
            return tr(words, scene=scene)
        turned = chosen.spec.transposed if isinstance(chosen, Convolution) else None
        if self.transposed is False and turned:
            return tr("{scene} shows forward layers; this one is transposed.", scene=scene)
        if self.transposed is True and not turned:
            return tr("{scene} shows transposed layers; choose or make one.", scene=scene)
        try:
            _ = self.fits and document.shapes
        except SpecError as error:
            return tr("The layer does not fit the input: {error}", error=refusal(error))
        if self.tables and rank == 1 and isinstance(chosen, Convolution) and _meetings(document) > MOST_MEETINGS:
            return tr(
                "{scene} follows each weight to each position, up to {most} million; Waveform shows longer signals.",
                scene=scene, most=MOST_MEETINGS // 10**6,
            )  # fmt: skip
        return ""


def _meetings(document: Document) -> int:
    """Return how often a weight meets a value along the one axis of the chosen layer."""
    try:
        (axis,) = document.filter_view.axes
        return axis.positions * len(axis.taps)
    except SpecError:
        return 0


def lower(title: str) -> str:
    """Write a layer's title in the middle of a sentence; a name such as LayerNorm stays one."""
    named = not title.partition(" ")[0][1:].islower()
    return title if named else title[0].lower() + title[1:]
