"""NRRD, attached (.nrrd) or with its values in files beside it (.nhdr): its axes as channel and space.

The format: G. Kindlmann, "Definition of NRRD File Format", the Teem project; `convgui.files.nrrd_header` lists the
fields that are read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.alpha import split_alpha
from convgui.files.axes import MOST_CHANNELS, ask_selection, axis_note, take_axes
from convgui.files.layout import native_values
from convgui.files.nrrd_header import Header, read_header
from convgui.files.nrrd_values import read_values
from convgui.files.oriented import Oriented, as_sample, orient
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample

SIGNS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "left-posterior-superior": (1.0, 1.0, 1.0),
        "lps": (1.0, 1.0, 1.0),
        "right-anterior-superior": (-1.0, -1.0, 1.0),
        "ras": (-1.0, -1.0, 1.0),
        "left-anterior-superior": (1.0, -1.0, 1.0),
        "las": (1.0, -1.0, 1.0),
    }
)
"""What takes a space's axes to DICOM's: left, back, head."""
SPATIAL = frozenset({"domain", "space"})
TIME = "time"
UNITS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), "mm")
    | dict.fromkeys(("um", "µm", "μm", "micron", "microns", "micrometer", "micrometers", "micrometre"), "µm")
    | dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre"), "nm")
    | dict.fromkeys(("a", "å", "angstrom", "angstroms"), "Å")
    | dict.fromkeys(("s", "sec", "second", "seconds"), "s")
)


def load_nrrd(source: Source) -> Sample:
    """Open a NRRD file, mapped where it is big and raw; see `convgui.files.oriented` for its axes.

    An axis that is no place in space, such as a colour or a vector's component, becomes the channel. Of an axis of
    time, and of a list of more than `MOST_CHANNELS`, the user chooses a position; the first where nobody is asked.
    """
    header = read_header(source)
    spatial = _spatial_axes(header)
    names = _names(header, spatial)
    axes = [(name, size) for name, size in zip(names, header.sizes, strict=True)][::-1]
    source.check_size([size for _, size in axes], 1, header.dtype.itemsize)
    default = _default(header, names, spatial)
    many = [axis for axis, size in enumerate(header.sizes) if axis not in spatial and size > 1]
    # One axis of a colour or a vector is clear; a time, a list or two of them are not.
    clear = not many or (len(many) == 1 and default.channel == names[many[0]] and _is_component(header, many[0]))
    selection = default if clear else ask_selection(source, axes, default)
    array, nonfinite = native_values(take_axes(read_values(source, header), axes, selection), source)
    shown = [axis for axis, name in enumerate(names) if name not in (selection.channel, *dict(selection.index))]
    oriented, units = _oriented(header, array, shown)
    notes, alpha = [] if clear else [axis_note(axes, selection)], None
    if (
        selection.channel in names
        and _kinds(header)[names.index(selection.channel)] == "rgba-color"
        and len(array) == 4
    ):
        colours, alpha, note = split_alpha(oriented.data, 3)
        oriented, notes = oriented._replace(data=colours), [*notes, note]
    sample = as_sample(
        source,
        oriented,
        nonfinite=nonfinite,
        notes=notes,
        units=units,
        channels=("R", "G", "B") if alpha is not None else (),
        axis_selection=None if clear else selection,
    )
    return replace(sample, alpha=alpha)


def _kinds(header: Header) -> list[str]:
    kinds = [kind.lower() for kind in header.fields.get("kinds", "").split()]
    return kinds if len(kinds) == len(header.sizes) else ["???"] * len(header.sizes)


def _is_component(header: Header, axis: int) -> bool:
    """Tell whether an axis is a colour or a vector: one that nobody would want a single position of first."""
    kind = _kinds(header)[axis]
    return header.sizes[axis] <= MOST_CHANNELS and kind not in (TIME, "list", "point", "???", "none")


def _spatial_axes(header: Header) -> list[int]:
    """Return which axes are spatial, at most three, in the file's order; a time is one of them where there is room."""
    count, kinds, vectors = len(header.sizes), _kinds(header), _vectors(header)
    unknown = [axis for axis, kind in enumerate(kinds) if kind in ("???", "none")]
    if len(vectors) == count and any(vector is not None for vector in vectors):
        # In a space with time, the fourth number of a vector is the time.
        spatial = [axis for axis, vector in enumerate(vectors) if vector is not None and vector[:3].any()]
    elif any(kind in SPATIAL for kind in kinds):
        spatial = [axis for axis, kind in enumerate(kinds) if kind in SPATIAL or axis in unknown]
    else:
        # A spacing that is no number marks what is no place.
        steps = header.fields.get("spacings", "").lower().split()
        spatial = [axis for axis in unknown if len(steps) != count or steps[axis] != "nan"]
        # Nothing says which axis is what, and colours stand first by custom.
        if len(spatial) == count > 2 and not steps and header.sizes[0] in (3, 4):
            spatial = spatial[1:]
    times = [axis for axis, kind in enumerate(kinds) if kind == TIME and axis not in spatial]
    spatial = sorted([*spatial, *times][:3]) if len(spatial) < 3 else spatial[:3]
    return spatial or list(range(count))[:3]


def _names(header: Header, spatial: list[int]) -> list[str]:
    """Name the axes, each otherwise: x, y, z where they are spatial, else what the file calls them."""
    kinds, names = _kinds(header), list[str]()
    for axis, kind in enumerate(kinds):
        name = "xyz"[spatial.index(axis)] if axis in spatial else kind.replace("???", "list").replace("none", "list")
        names.append(name if name not in names else f"{name}-{axis}")
    return names


def _default(header: Header, names: list[str], spatial: list[int]) -> AxisSelection:
    others = [axis for axis in range(len(names)) if axis not in spatial]
    kinds = _kinds(header)
    fit = [axis for axis in others if 1 < header.sizes[axis] <= MOST_CHANNELS]
    first = sorted(fit, key=lambda axis: (not _is_component(header, axis), kinds[axis] == TIME))[:1]
    channel = names[first[0]] if first else ""
    return AxisSelection(channel, tuple((names[axis], 0) for axis in others if axis not in first))


def _vectors(header: Header) -> list[NDArray[np.float64] | None]:
    """Return the step along each axis of the file; None for an axis that is no place in space."""
    words = re.findall(r"\([^)]*\)|none", header.fields.get("spacedirections", "").lower())
    return [None if word == "none" else _vector(word) for word in words]


def _vector(word: str) -> NDArray[np.float64]:
    try:
        return np.array([float(n) for n in word[1:-1].split(",")])
    except ValueError:
        return np.full(3, np.nan)


def _oriented(header: Header, data: NDArray[Any], shown: list[int]) -> tuple[Oriented, tuple[str, ...]]:
    """Say how big cells are, in which unit, and where they lie; `shown` are the axes that are shown, fastest first."""
    vectors = _vectors(header)
    steps = [vectors[axis] if len(vectors) == len(header.sizes) else None for axis in reversed(shown)]
    signs = SIGNS.get(re.sub(r"-time$|(?<=^...)t$", "", header.fields.get("space", "").lower()))
    known = [step[:3] for step in steps if step is not None and len(step) >= 3]
    if signs is not None and len(known) == len(shown) == 3:
        origin = _numbers(header.fields.get("spaceorigin", ""))
        turn = np.diag(signs)
        start = turn @ origin[:3] if len(origin) >= 3 and _space_unit(header) == "mm" else None
        return orient(data, turn @ np.stack(known, axis=1), start), (_space_unit(header),) * 3
    lengths, units = list[float](), list[str]()
    for axis, step in zip(reversed(shown), steps, strict=True):
        length = math.hypot(*step) if step is not None else _lengths(header)[axis]
        usable = 0 < length < np.inf
        lengths.append(length if usable else 1.0)
        units.append((_space_unit(header) if step is not None else _unit(header, axis)) if usable else "px")
    return Oriented(data, tuple(lengths), (), ""), tuple(units)


def _lengths(header: Header) -> list[float]:
    """Return the step along each axis, not a number where nothing is known."""
    count = len(header.sizes)
    lengths = np.abs(_numbers(header.fields.get("spacings", "")))
    if len(lengths) == count:
        return [float(length) for length in lengths]
    low, high = (_numbers(header.fields.get(name, "")) for name in ("axismins", "axismaxs"))
    if len(low) != count or len(high) != count:
        return [np.nan] * count
    centers = header.fields.get("centerings", header.fields.get("centers", "")).lower().split()
    nodes = [1 if len(centers) == count and name == "node" else 0 for name in centers or [""] * count]
    spans = zip(low, high, header.sizes, nodes, strict=True)
    return [float(abs(last - first)) / max(size - node, 1) for first, last, size, node in spans]


def _numbers(text: str) -> NDArray[np.float64]:
    """Return the numbers of a field; none where one of them is none."""
    try:
        return np.array([float(word) for word in re.sub(r"[(),]", " ", text).split()])
    except ValueError:
        return np.empty(0)


def _space_unit(header: Header) -> str:
    """Return the unit of the space; millimetres where it is a patient's and names none."""
    named = {UNITS.get(name.strip().lower(), "px") for name in _quoted(header, "spaceunits") if name.strip()} - {"s"}
    if len(named) == 1:
        return named.pop()
    return "px" if named or "spacedirections" not in header.fields or "space" not in header.fields else "mm"


def _unit(header: Header, axis: int) -> str:
    names = _quoted(header, "units")
    return UNITS.get(names[axis].strip().lower(), "px") if len(names) == len(header.sizes) else "px"


def _quoted(header: Header, field: str) -> list[str]:
    return re.findall(r'"([^"]*)"', header.fields.get(field, ""))
