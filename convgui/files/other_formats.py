"""What is not opened, called by its name."""

from __future__ import annotations

import re
import stat
from types import MappingProxyType

from convgui.words import mark, tr

KNOWN_OTHERS = MappingProxyType(
    {
        b"%PDF": mark("it is a PDF document"),
        b"\x89HDF\r\n\x1a\n": mark("it is an HDF5 file, as are MATLAB's of version 7.3 and MINC's of version 2"),
        b"CDF\x01": mark("it is a NetCDF or MINC file"),
        b"CDF\x02": mark("it is a NetCDF file"),
        b"MATLAB 5.0": mark("it is a MATLAB file"),
        b"SIMPLE  =": mark("it is a FITS file"),
        b"TRACK\0": mark("it is a TrackVis file of fibres"),
        b"\x5c\x01\0\0": mark("it is an Analyze 7.5 header, which does not say how its values lie"),
        b"\0\0\x01\x5c": mark("it is an Analyze 7.5 header, which does not say how its values lie"),
        b"\0\0\0\x01\0\0": mark("it is a FreeSurfer volume (MGH)"),
        b"\x80\x02": mark("it is a Python pickle, which could run code"),
        b"\x80\x03": mark("it is a Python pickle, which could run code"),
        b"\x80\x04": mark("it is a Python pickle, which could run code"),
        b"\x80\x05": mark("it is a Python pickle, which could run code"),
        b"ZISRAWFILE": mark("it is a microscope picture of Zeiss's (CZI); its program exports OME-TIFF"),
        b"\xda\xce\xbe\x0a": mark("it is a microscope picture of Nikon's (ND2); its program exports TIFF"),
        b"\x70\0\0\0": mark("it is a microscope picture of Leica's (LIF); its program exports TIFF"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": mark("it is an old Office document, or a picture of Olympus's (OIB)"),
        b"8BPS": mark("it is a Photoshop document"),
        b"\x00\x00\x01\x00": mark("it is an icon file"),
        b"\0\0\0\x0cjP  ": mark("it is a JPEG 2000 picture"),
        b"\xff\x4f\xff\x51": mark("it is a JPEG 2000 picture"),
        b"\xff\x0a": mark("it is a JPEG XL picture"),
        b"\0\0\0\x0cJXL ": mark("it is a JPEG XL picture"),
        b"II\xbc\x01": mark("it is a JPEG XR picture"),
        b"\x76\x2f\x31\x01": mark("it is an OpenEXR picture"),
        b"#?RADIANCE": mark("it is a Radiance picture"),
        b"qoif": mark("it is a QOI picture"),
        b"BZh": mark("it is packed by bzip2"),
        b"\x28\xb5\x2f\xfd": mark("it is packed by Zstandard"),
        b"\xfd7zXZ": mark("it is packed by xz"),
        b"7z\xbc\xaf": mark("it is a 7-Zip archive"),
        b"Rar!": mark("it is a RAR archive"),
    }
)
WIDE = re.compile(rb"(?:\0[\t\n\r -~]){4}|(?:[\t\n\r -~]\0){4}|\0\0\xfe\xff")
TEXT = mark("it is text")
PNM = re.compile(rb"P[1-7fF]\s")


def special_file(mode: int) -> str:
    """Say what stands in a folder and is no file: waiting for its content could take for ever."""
    if stat.S_ISFIFO(mode):
        return tr("it is a pipe, not a regular file")
    if stat.S_ISSOCK(mode):
        return tr("it is a socket, not a regular file")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return tr("it is a device, not a regular file")
    return tr("it is a folder") if stat.S_ISDIR(mode) else tr("it is not a regular file")


def what_it_is(head: bytes) -> str:
    """Say what a file is, from its first bytes."""
    for signature, words in KNOWN_OTHERS.items():
        if head.startswith(signature):
            return tr(words)
    if PNM.match(head):
        return tr("it is a PNM picture (PBM, PGM, PPM)")
    if b"<svg" in head.lower():
        return tr("it is an SVG drawing, which may refer to other files")
    if b"<GIFTI" in head:
        return tr("it is a GIFTI file, whose values lie on a surface")
    if head[4:8] == b"ftyp":
        return tr("it is a HEIC or AVIF picture")
    if is_text(head):
        return tr(TEXT)
    return tr("its content is none of the kinds that convgui knows")


def is_table(head: bytes) -> bool:
    """Tell whether a file may be numbers in text: text that is nothing else by its first bytes."""
    return is_text(head) and what_it_is(head) == tr(TEXT)


def is_text(head: bytes) -> bool:
    """Tell whether a file begins like text in UTF-8, an older alphabet of one byte a letter, or UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or WIDE.match(head):
        return True
    return bool(head) and not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
