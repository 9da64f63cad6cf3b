"""NIfTI, plain or in gzip, one file or a pair of them: which axis is what, and where the volume lies."""

from __future__ import annotations

import gzip
import re
from contextlib import ExitStack
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.alpha import split_alpha
from convgui.files.axes import MOST_CHANNELS, ask_selection, axis_note, read_chosen
from convgui.files.layout import native_values
from convgui.files.nifti_header import AGAIN, NAMES, V2, Header, read_header
from convgui.files.oriented import UNKNOWN, Oriented, as_sample, orient, without_thin_axis
from convgui.files.raw import Block, unpacked
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample
from convgui.words import tr

LONGEST_EXTENSION = 64 << 20


def load_nifti(source: Source) -> Sample:
    """Open a NIfTI file, mapped where it is big and plain; see `convgui.files.oriented` for its axes.

    Values keep the stored type where the header scales them by one and shifts them by nothing; otherwise they become
    floats. Up to `MOST_CHANNELS` volumes in one file become channels, unless the user chooses one of them.
    """
    with ExitStack() as stack:
        packed = stack.enter_context(unpacked(source))
        header = read_header(source, (packed or source.stream).read(V2.itemsize))
        held = source
        if header.paired:
            held = _values_of(source, stack)
            packed = stack.enter_context(unpacked(held))
        axes, default = header.axes, _default(header)
        several = prod(header.dim[3:]) > 1
        clear = not several or (header.dim[3] == 1 and default.channel == "vector")
        selection = default if clear else ask_selection(source, axes, default)
        if packed is not None:
            _go_to(source, packed, header.offset)
        shape = tuple(n for _, n in axes)
        block = Block(header.dtype, shape, header.offset, header.slope, header.inter)
        array = read_chosen(held, block, axes, selection, packed)
    array, nonfinite = native_values(array, source)
    shown = [name for name, _ in axes if name not in (selection.channel, *dict(selection.index))]
    oriented, units = _oriented(array, header, shown)
    names = ("R", "G", "B", "A")[: header.channels] if selection.channel == "colour" else ()
    notes = [] if clear else [axis_note(axes, selection)]
    alpha = None
    if len(names) == 4:
        colours, alpha, note = split_alpha(oriented.data, 3)
        oriented, names, notes = oriented._replace(data=colours), names[:3], [*notes, note]
    sample = as_sample(
        source,
        oriented,
        channels=names,
        nonfinite=nonfinite,
        notes=notes,
        units=units,
        axis_selection=None if clear else selection,
    )
    return replace(sample, alpha=alpha)


def _default(header: Header) -> AxisSelection:
    """Take colours or a vector as the channel, or the time where it is short; of everything else the first."""
    others = dict(zip(NAMES[3:], header.dim[3:], strict=False))
    short = [name for name in ("vector", "time") if 1 < others.get(name, 1) <= MOST_CHANNELS]
    channel = "colour" if header.channels > 1 else short[0] if short else ""
    left = [name for name in others if name != channel]
    # Of a film of a plane, the time is the depth.
    if header.dim[2] == 1 and others.get("time", 1) > 1 and channel != "time":
        left = ["z", *(name for name in left if name != "time")]
    return AxisSelection(channel, tuple((name, 0) for name in left))


def _values_of(source: Source, stack: ExitStack) -> Source:
    """Open the file with the values of a pair."""
    if source.path is None:
        raise source.error(tr("its values are in another file (.img)"), tr("convert the pair to one .nii file"))
    stem = re.sub(r"(?i)\.hdr(\.gz)?$", "", source.path.name)
    names = [f"{stem}{ending}" for ending in (".img", ".img.gz", ".IMG")]
    paths = [path for name in names if (path := source.path.with_name(name)).is_file()]
    if not paths:
        raise source.error(
            tr("its values are in {name}, which is not there", name=names[0]), tr("put that file beside it")
        )
    stream = stack.enter_context(paths[0].open("rb"))
    return replace(source, stream=stream, size=paths[0].stat().st_size, path=paths[0])


def _oriented(data: NDArray[Any], header: Header, shown: list[str]) -> tuple[Oriented, tuple[str, ...]]:
    # In the file x runs fastest, so the array's axes are z, y, x; its world runs right, front, head, and ours left,
    # back, head.
    world = np.diag([-1.0, -1.0, 1.0]) @ header.affine
    steps, lengths = world[:, 2::-1], dict(zip("xyz", np.linalg.norm(world[:, :3], axis=0), strict=True))
    if shown == ["z", "y", "x"]:
        if header.known:
            oriented = orient(data, steps, world[:, 3])
        else:
            oriented = Oriented(data, tuple(float(lengths[name]) for name in shown), (), tr(UNKNOWN))
        oriented = without_thin_axis(oriented)
        return oriented, ("mm",) * len(oriented.spacing)
    sizes = [float(lengths.get(name, header.seconds if name == "time" else 0.0)) for name in shown]
    units = tuple(
        "px" if size <= 0 else "mm" if name in lengths else "s" for name, size in zip(shown, sizes, strict=True)
    )
    return Oriented(data, tuple(size if size > 0 else 1.0 for size in sizes), (), ""), units


def _go_to(source: Source, packed: gzip.GzipFile, offset: int) -> None:
    """Refuse to unpack very much before the first value."""
    if offset - packed.tell() > LONGEST_EXTENSION:
        raise source.error(tr("its header claims that values begin at byte {offset:,}", offset=offset), AGAIN)
