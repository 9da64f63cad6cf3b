"""What paints for commands without a window."""

from __future__ import annotations

from typing import NoReturn

from convgui.export.pictures import Painters


def painters(without: bool) -> tuple[Painters, object]:
    """Return what paints, with the application that has to live as long; neither where nothing is painted."""
    if without:
        return Painters(_no_pixels, _no_pixels), None
    from convgui.qt.export.raster import Rasteriser, offscreen, to_pdf

    app = offscreen()
    return Painters(Rasteriser(), to_pdf), app


def _no_pixels(*_: object) -> NoReturn:
    raise AssertionError("nothing is painted for this")
