"""An output as it is seen: a picture for other programs, in colour where the input is and no channels were mixed."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck
from convgui.core.infinities import overflowing
from convgui.draw.levels import Levels, adjusted, input_levels, output_levels
from convgui.draw.photos import SIGNED_SHARE
from convgui.draw.png import chunk, png_file
from convgui.draw.theme import LIGHT, Theme
from convgui.export.arrays import output
from convgui.export.atomic_write import ExportError, write_file
from convgui.files.metadata import NOTHING, Metadata, metadata_of
from convgui.layers.convolution import Convolution
from convgui.model.colour import COLOURS, in_colour
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.model.sample import Sample
from convgui.scenes.choice import chosen_map
from convgui.scenes.feature_maps.gathered import map_levels
from convgui.words import tr

Numbers = NDArray[Any]
Depth = Literal[8, 16]
MAPS = ("maps", "network")
"""Scenes whose maps are on scales of their own."""
SEEN = (".png", ".tif", ".tiff", ".jpg", ".jpeg")
QUALITY = 95
LONGEST_JPEG = 65_527
"""Bytes of EXIF in a JPEG: a segment has 65,535, of which its length and its name take eight."""


@dataclass(frozen=True)
class Seen:
    """How an output is written as it is seen.

    Attributes
    ----------
    depth : int
        Bits a channel, 8 or 16.
    metadata : bool
        Whether the colour profile and the EXIF data of the input's file go along.
    """

    depth: Depth = 8
    metadata: bool = False


def check_seen(path: Path, seen: Seen) -> None:
    """Refuse a name that no picture can have; ExportError says why."""
    ending = path.suffix.lower()
    if ending not in SEEN:
        raise ExportError(
            tr("{name} is no picture's name; it ends in {endings}.", name=path.name, endings=", ".join(SEEN))
        )
    if seen.depth == 16 and ending in (".jpg", ".jpeg"):
        raise ExportError(tr("a JPEG has 8 bits a channel; choose .png or .tif for 16."))


def write_seen(
    document: Document, path: Path, seen: Seen, cancel: CancelCheck | None = None, theme: Theme = LIGHT
) -> str:
    """Write what the chosen layer makes as it is seen in the window; returns what it did to the numbers.

    Raises
    ------
    ExportError
        If it is no picture, or cannot be written; the old file is then whole.
    SpecError
        If a layer does not take what comes to it.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    check_seen(path, seen)
    pixels, levels = seen_pixels(document, seen.depth, cancel, theme)
    kept = metadata_of(Path(document.sample.source)) if seen.metadata and document.sample.source else NOTHING
    is_jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    fits = replace(kept, exif=kept.exif.within(LONGEST_JPEG)) if is_jpeg else kept
    write_file(path, _encoded(pixels, path, fits))
    note = tr("black is {low:.6g}, white is {high:.6g}", low=levels.low, high=levels.high)
    if levels.signed or levels.coloured:
        note = tr("the colours run from {low:.6g} to {high:.6g}", low=levels.low, high=levels.high)
    if seen.metadata and kept == NOTHING:
        return note + tr("; its file has neither profile nor EXIF")
    return note if fits == kept else note + tr("; its EXIF is too long for a JPEG, and its largest values are left out")


def seen_pixels(
    document: Document, depth: Depth = 8, cancel: CancelCheck | None = None, theme: Theme = LIGHT
) -> tuple[Numbers, Levels]:
    """Return ``(rows, columns, 1 or 3)`` pixels of what the chosen layer makes, and their scale; as `write_seen`."""
    shown, levels = shown_values(document, cancel)
    return coloured_pixels(shown, levels, depth, theme), levels


def shown_values(document: Document, cancel: CancelCheck | None = None) -> tuple[Numbers, Levels]:
    """Return the ``(1 or 3, rows, columns)`` values that are looked at, and their scale; as `write_seen`."""
    values, _ = output(document, cancel)
    if values.ndim > 3:
        raise ExportError(tr("a volume is no picture; write it as numbers, or choose a slice in the Volume scene."))
    values = values.reshape(len(values), -1, values.shape[-1])
    if in_colour(document):
        return values, seen_levels(document, values)
    shown = values[shown_channel(document)][None]
    if as_maps(document):
        return shown, adjusted(
            map_levels(shown[0], values, together=document.view.scene == "network"), document.view.levels
        )
    return shown, seen_levels(document, shown)


def input_values(sample: Sample) -> tuple[Numbers, Levels]:
    """Return the values of an input that are looked at, ``(1 or 3, rows, columns)``, and their scale.

    Raises
    ------
    ExportError
        If it is a volume.
    """
    if len(sample.spatial) > 2:
        raise ExportError(tr("a volume is no picture; write it as numbers, or choose a slice in the Volume scene."))
    planes = sample.data[: len(COLOURS) if sample.channels == COLOURS else 1]
    return planes.reshape(len(planes), -1, planes.shape[-1]), input_levels(sample.data)


def as_maps(document: Document) -> bool:
    """Whether the window shows what the chosen layer makes as maps, each channel on a scale of its own.

    So it does what layers behind others make that are no filters: shares and the like are no greys of the input.
    """
    behind = len(document.layers) > 1 and not isinstance(document.chosen, Convolution)
    return document.view.scene in MAPS or behind


def shown_channel(document: Document) -> int:
    """Return the output channel that is looked at."""
    return chosen_map(document, document.view.layer + 1)


def left_out(document: Document) -> str:
    """Say which of several channels a picture shows; "" where it shows all."""
    count = document.shapes[document.view.layer + 1][0]
    if count == 1 or in_colour(document):
        return ""
    return tr("it shows channel {n} of 0 … {last} alone", n=shown_channel(document), last=count - 1)


@overflowing
def seen_levels(document: Document, shown: Numbers) -> Levels:
    """Return the scale that ``(1 or 3, rows, columns)`` of an output have in the window; of colours, one for all."""
    chosen, view = document.chosen, document.view
    wanted = view.options.get("colours", "auto")
    given = input_levels(document.sample.data)
    if not isinstance(chosen, Convolution):
        return adjusted(output_levels(shown, 1.0, False, given), view.levels)
    if view.layer:
        given = input_levels(chosen_layer_input(document).sample.data)
    weight = chosen.effective_weight
    kernels = weight if len(shown) == 3 else weight[shown_channel(document)]
    gain, most = float(kernels.sum()) / len(shown), float(np.abs(kernels).sum()) / len(shown)
    signed = abs(gain) <= SIGNED_SHARE * most if wanted == "auto" else wanted == "signed"
    levels = adjusted(output_levels(shown, gain, signed, given), view.levels)
    if len(shown) == 3:
        return replace(levels, signed=False)
    return replace(levels, coloured=wanted == "coloured")


def coloured_pixels(shown: Numbers, levels: Levels, depth: Depth = 8, theme: Theme = LIGHT) -> Numbers:
    """Return ``(rows, columns, 1 or 3)`` pixels; where there are hues, they have 8 bits, as in the window."""
    if depth == 8 and len(shown) == 1 and (levels.signed or levels.coloured):
        return np.ascontiguousarray(levels.colours(shown[0], theme)[..., :3])
    low, high = levels.low, levels.high
    most = 255 if depth == 8 else 65_535
    share = (np.clip(shown.astype(np.float64), low, high) - low) / ((high - low) or 1.0)
    pixels = np.rint(np.nan_to_num(share, nan=0.0) * most).astype(np.uint8 if depth == 8 else np.uint16)
    return np.ascontiguousarray(np.moveaxis(pixels, 0, -1))


def _encoded(pixels: Numbers, path: Path, kept: Metadata) -> bytes:
    """Return a whole file of pixels."""
    rows, columns, channels = pixels.shape
    kept = kept.fitting(channels)
    ending = path.suffix.lower()
    if ending == ".png":
        extra = [chunk(b"iCCP", b"ICC\0\0" + zlib.compress(kept.profile))] if kept.profile else []
        extra += [chunk(b"eXIf", kept.exif.to_bytes())] if kept.exif else []
        lines = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder(">"))).view(np.uint8).reshape(rows, -1)
        return png_file(columns, rows, 8 * pixels.itemsize, channels, lines, *extra)
    buffer, plain = io.BytesIO(), pixels[..., 0] if channels == 1 else pixels
    if ending in (".tif", ".tiff"):
        import tifffile

        tags = [(tag, "s", 0, text, True) for tag, text in kept.texts]
        tifffile.imwrite(
            buffer, plain, photometric="rgb" if channels == 3 else "minisblack",
            iccprofile=kept.profile or None, extratags=tags, metadata=None, software=None,
        )  # fmt: skip
        return buffer.getvalue()
    from PIL import Image

    exif = b"Exif\0\0" + kept.exif.to_bytes() if kept.exif else b""
    more = {name: value for name, value in (("icc_profile", kept.profile), ("exif", exif)) if value}
    Image.fromarray(plain).save(buffer, "JPEG", quality=QUALITY, subsampling=0, **more)
    return buffer.getvalue()
