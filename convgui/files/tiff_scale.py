"""How large a cell of a scientific TIFF is: what ImageJ and OME write down.

The resolution of a plain TIFF is meant for paper, so it is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from tifffile import TiffFile

from convgui.files.fields import finite_or_zero
from convgui.model.sample import is_length

METRES: Mapping[str, float] = MappingProxyType(
    {"Å": 1e-10, "nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "inch": 0.0254}
)
SHOWN = ("Å", "nm", "µm", "mm")
SECONDS: Mapping[str, float] = MappingProxyType({"ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0})
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {"um": "µm", "μm": "µm", "\\u00b5m": "µm", "micron": "µm", "microns": "µm", "angstrom": "Å", "pixel": "", "": ""}
)


class Length(NamedTuple):
    """The size of a cell on one axis."""

    value: float
    unit: str


def scale_of(tiff: TiffFile, axes: Sequence[str]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return spacing and units of spatial axes, named as tifffile does; two empty tuples where nothing is known."""
    known = _ome(tiff.ome_metadata) if tiff.ome_metadata else _imagej(tiff)
    lengths = [known.get(axis) for axis in axes]
    if not any(lengths):
        return (), ()
    unit = next((length.unit for length in lengths if length and length.unit in METRES), "px")
    shown = unit if unit in (*SHOWN, "px") else "mm"
    cells = [_cell(length, shown) for length in lengths]
    # A picture without a length on every side must not look stretched.
    if any(cell.unit == "px" for axis, cell in zip(axes, cells, strict=True) if axis != "T"):
        cells = [cell if axis == "T" else Length(1.0, "px") for axis, cell in zip(axes, cells, strict=True)]
    return tuple(cell.value for cell in cells), tuple(cell.unit for cell in cells)


def _cell(length: Length | None, shown: str) -> Length:
    found = Length(1.0, "px")
    if length is None:
        return found
    if length.unit in SECONDS:
        found = Length(length.value * SECONDS[length.unit], "s")
    elif length.unit in METRES and shown in METRES:
        found = Length(length.value * METRES[length.unit] / METRES[shown], shown)
    return found if is_length(found.value) else Length(1.0, "px")


def _ome(text: str) -> dict[str, Length]:
    """Read the attributes of the first image's pixels; the rest of the XML is left alone."""
    pixels = re.search(r"<(?:\w+:)?Pixels\b[^>]*>", text)
    fields = dict(re.findall(r'(\w+)="([^"]*)"', pixels[0])) if pixels else {}
    found = {axis: _length(fields, f"PhysicalSize{axis}", "µm") for axis in "XYZ"}
    found["T"] = _length(fields, "TimeIncrement", "s")
    return {axis: length for axis, length in found.items() if length is not None}


def _length(fields: Mapping[str, str], name: str, usual: str) -> Length | None:
    try:
        value = float(fields[name])
    except (KeyError, ValueError):
        return None
    unit = fields.get(f"{name}Unit", usual)
    return Length(value, OTHER_NAMES.get(unit, unit))


def _imagej(tiff: TiffFile) -> dict[str, Length]:
    fields: Mapping[str, Any] = tiff.imagej_metadata or {}
    name = str(fields.get("unit", ""))
    unit = OTHER_NAMES.get(name, name)
    found = {}
    if unit in METRES:
        for axis, tag in (("X", 282), ("Y", 283)):
            # Pixels a unit, as a fraction.
            count, units = tiff.pages.first.tags.valueof(tag, (0, 1))
            found[axis] = Length(units / count if count else 0.0, unit)
        found["Z"] = Length(finite_or_zero(fields.get("spacing", 1.0)), unit)
    if interval := finite_or_zero(fields.get("finterval")):
        found["T"] = Length(interval, "s")
    return found
