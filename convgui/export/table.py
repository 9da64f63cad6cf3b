"""An output as text that a spreadsheet opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.number import times
from convgui.export.atomic_write import ExportError
from convgui.words import tr

SEPARATORS = {".csv": ",", ".txt": "\t"}


def table(array: NDArray[Any], path: Path) -> bytes:
    """Write ``(C, *spatial)`` as rows of numbers that read back exactly, with an empty line between two channels.

    Raises
    ------
    ExportError
        If it is a volume, which has no rows.
    """
    if array.ndim > 3:
        raise ExportError(
            tr(
                "{name} cannot hold {size} values: a table has height and width; choose .npy or .tif.",
                name=path.name,
                size=times(*array.shape),
            )
        )
    mark = SEPARATORS[path.suffix.lower()]
    grids = array.reshape(len(array), -1, array.shape[-1])
    texts = ("\n".join(mark.join(row) for row in np.asarray(grid).astype(str).tolist()) for grid in grids)
    return ("\n\n".join(texts) + "\n").replace(".0" + mark, mark).replace(".0\n", "\n").encode("ascii")
