"""A kernel's cell on the stage: what it shows is the weight under it, and an edit of it appears there."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.draw.picture import Cells, Hit, HitGrid, Picture
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene, scenes
from convgui.scenes.scene import reason_against
from convgui.session.pointed import set_weight, weight_at
from tests.scenes.checks import picture_of

SHAPES: dict[str, tuple[tuple[int, ...], int, int, tuple[int, ...], dict[str, object]]] = {
    "one": ((1, 5, 5), 1, 1, (3, 3), {}),
    "several": ((2, 5, 6), 2, 2, (3, 2), {"padding": 1}),
    "dilated": ((1, 7, 7), 1, 1, (3, 3), {"dilation": 2}),
    "grouped": ((4, 5, 5), 4, 4, (3, 3), {"groups": 2}),
    "row": ((2, 8), 2, 3, (3,), {}),
    "volume": ((1, 4, 5, 5), 1, 1, (2, 3, 3), {}),
    "transposed": ((2, 3, 3), 2, 3, (3, 3), {"stride": 2, "transposed": True}),
    "transposed groups": ((4, 2, 3), 4, 6, (3, 2), {"groups": 2, "transposed": True}),
    "transposed row": ((2, 4), 2, 3, (3,), {"transposed": True}),
}


def documents(identity: str, flip: bool) -> list[Document]:
    """Every document that a scene can show, each weight another number, the last kernel chosen."""
    found = []
    for shape, channels, filters, size, fields in SHAPES.values():
        spec = ConvSpec.of(channels, filters, size, **fields)  # type: ignore[arg-type]
        weight = np.arange(1, np.prod(spec.weight_shape) + 1, dtype=np.float64).reshape(spec.weight_shape)
        layer = Convolution(spec, weight, np.zeros(filters), flip)
        for chosen in (0, 99):
            view = View(scene=identity, filter=chosen, channel=chosen)
            document = Document(Sample(np.ones(shape, dtype=int), "ones"), (layer,), view)
            if not reason_against(scene(identity), document):
                found.append(document)
    return found


def written(picture: Picture, hits: HitGrid) -> dict[tuple[int, ...], str]:
    """Read the number in the middle of each cell that can be hit, where there is one."""
    found: dict[tuple[int, ...], str] = {}
    for row, column in np.ndindex(*hits.shape):
        x, y = hits.x + (column + 0.5) * hits.width, hits.y + (row + 0.5) * hits.height
        hit = hits.hit(x, y)
        if hit is None:
            continue
        for item in picture.items:
            if isinstance(item, Cells) and item.content.texts:
                i, j = int((y - item.y) // item.height), int((x - item.x) // item.width)
                inside = 0 <= i < item.content.shape[0] and 0 <= j < item.content.shape[1]
                if inside and item.shown_texts()[i][j]:
                    found[hit.index] = item.shown_texts()[i][j]
    return found


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("identity", [found.id for found in scenes()])
def test_a_weight_on_the_stage_is_the_one_that_is_edited(identity: str, flip: bool) -> None:
    for document in documents(identity, flip):
        picture = picture_of(document, -1)
        for hits in (grid for grid in picture.hits if grid.kind == "kernel"):
            texts = written(picture, hits)
            for index, text in list(texts.items())[:: max(1, len(texts) // 3)]:
                hit = Hit("kernel", index)
                assert text == f"{weight_at(document, hit):g}", (identity, document.layer.spec, index)
                changed = set_weight(document, hit, 77.0)
                again = picture_of(changed, -1)
                # A slice that stands elsewhere, too, such as on a solid, is written in one of the places.
                same = [g for g in again.hits if (g.kind, g.prefix, g.x) == ("kernel", hits.prefix, hits.x)]
                assert written(again, same[0])[index] == "77", (identity, document.layer.spec, index)
                before, after = document.layer.weight, changed.layer.weight
                assert np.count_nonzero(before != after) == 1
