"""What a picture's file says beside its pixels and is worth keeping: the colour profile, and EXIF."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from convgui.files.exif import Exif, read_exif
from convgui.files.regular import open_regular
from convgui.files.unwarned import unwarned

READERS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (b"\x89PNG", PngImageFile),
    (b"\xff\xd8", JpegImageFile),
    (b"II*\0", TiffImageFile),
    (b"MM\0*", TiffImageFile),
    (b"RIFF", WebPImageFile),
)
ORIENTATION = 0x0112
TEXTS = (270, 271, 272, 306, 315, 33432)
"""Description, make, model, date, artist and copyright: what TIFF (6.0, section 8) has too."""
OWN = (254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 322, 323, 324, 325, 330, 338, 339, 34675)
"""Tags of TIFF that say how its own pixels lie, which are not those of another file."""
SPACES = {1: b"GRAY", 3: b"RGB "}


@dataclass(frozen=True)
class Metadata:
    """A colour profile (ICC) and EXIF; both may be empty."""

    profile: bytes = b""
    exif: Exif = field(default_factory=Exif)

    def fitting(self, channels: int) -> Metadata:
        """Return it without a profile of other colours than a picture of so many channels has."""
        return self if self.profile[16:20] == SPACES[channels] else replace(self, profile=b"")

    @property
    def texts(self) -> tuple[tuple[int, bytes], ...]:
        """The texts that a TIFF has too, by tag, in whatever letters they are."""
        return tuple((tag, text) for tag in TEXTS if (text := self.exif.text(tag)))


NOTHING = Metadata()


def metadata_of(path: Path) -> Metadata:
    """Read what a picture's file says beside its pixels; nothing where it says nothing, or is none of these kinds.

    The orientation is left out: pictures are opened upright.
    """
    try:
        with open_regular(path) as stream:
            begin = stream.read(4)
            reader = next((reader for sign, reader in READERS if begin.startswith(sign)), None)
            if reader is None:
                return NOTHING
            stream.seek(0)
            with unwarned(), reader(stream) as image:
                profile, exif = image.info.get("icc_profile"), _exif_in(image.info)
            read = reading(stream) if reader is TiffImageFile else reading(io.BytesIO(exif))
            return Metadata(profile if isinstance(profile, bytes) else b"", read_exif(read, (ORIENTATION, *OWN)))
    except (OSError, SyntaxError, ValueError, NotImplementedError):
        # The pixels are what was asked for: what cannot be read beside them is not there.
        return NOTHING


def _exif_in(info: Mapping[Any, Any]) -> bytes:
    """Return the block of a JPEG, a PNG or a WebP; older programs wrote it into a PNG's text, as digits."""
    exif, text = info.get("exif"), info.get("Raw profile type exif")
    if isinstance(text, str) and not exif:
        exif = bytes.fromhex("".join(text.split("\n")[3:]))
    return exif.removeprefix(b"Exif\0\0") if isinstance(exif, bytes) else b""


def reading(stream: BinaryIO) -> Callable[[int, int], bytes]:
    """Return what reads so many bytes from a position."""

    def read(at: int, count: int) -> bytes:
        stream.seek(at)
        return stream.read(count)

    return read
