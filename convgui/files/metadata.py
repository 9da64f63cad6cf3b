"""What a picture's file says beside its pixels and is worth keeping: the colour profile, and EXIF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PIL.Image import Exif
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

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
SIZES = (254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 322, 323, 324, 325, 330, 338, 339, 34675)
"""Tags of TIFF that say how its own pixels lie, which are not those of another file."""
SPACES = {1: b"GRAY", 3: b"RGB "}


@dataclass(frozen=True)
class Metadata:
    """A colour profile (ICC), an EXIF block and its texts by tag; all of it may be empty."""

    profile: bytes = b""
    exif: bytes = b""
    texts: tuple[tuple[int, str], ...] = ()

    def fitting(self, channels: int) -> Metadata:
        """Return it without a profile of other colours than a picture of so many channels has."""
        return self if self.profile[16:20] == SPACES[channels] else replace(self, profile=b"")


NOTHING = Metadata()


def metadata_of(path: Path) -> Metadata:
    """Read what a picture's file says beside its pixels; nothing where it says nothing, or is none of these kinds.

    The orientation is left out: pictures are opened upright.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(4)
        reader = next((reader for sign, reader in READERS if begin.startswith(sign)), None)
        if reader is None:
            return NOTHING
        with reader(path) as image:
            profile = image.info.get("icc_profile")
            return _with_exif(profile if isinstance(profile, bytes) else b"", image.getexif())
    except (OSError, SyntaxError, ValueError, NotImplementedError):
        # The pixels are what was asked for: what cannot be read beside them is not there.
        return NOTHING


def _with_exif(profile: bytes, exif: Exif) -> Metadata:
    # The blocks of the camera and of the place are read here, or would not be written.
    for block in (0x8769, 0x8825):
        exif.get_ifd(block)
    for tag in (ORIENTATION, *SIZES):
        if tag in exif:
            del exif[tag]
    texts = tuple((tag, str(exif[tag])) for tag in TEXTS if tag in exif)
    return Metadata(profile, exif.tobytes()[6:] if len(exif) else b"", texts)
