"""Open a file of any kind the program names, told apart by content and not by the name's ending."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from convgui.files.arrays import load_npy, load_npz
from convgui.files.errors import LoadError
from convgui.files.source import Source
from convgui.model.sample import Sample

OPENS = "PNG, JPEG, WebP, BMP, TIFF, GIF, .npy and .npz"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".npy", ".npz")
"""Usual endings of what can be opened, for a file dialog."""

Loader = Callable[[Source], Sample]


# Pillow and tifffile take a tenth of a second to import, so they wait for the first file that needs them.
def _picture(kind: str) -> Loader:
    def load_kind(source: Source) -> Sample:
        from convgui.files.pictures import load_picture

        return load_picture(source, kind)

    return load_kind


def _tiff(source: Source) -> Sample:
    from convgui.files.tiff import load_tiff

    return load_tiff(source)


SIGNATURES: tuple[tuple[bytes, Loader], ...] = (
    (b"\x89PNG\r\n\x1a\n", _picture("PNG")),
    (b"\xff\xd8\xff", _picture("JPEG")),
    (b"GIF87a", _picture("GIF")),
    (b"GIF89a", _picture("GIF")),
    (b"II*\x00", _tiff),
    (b"MM\x00*", _tiff),
    (b"II+\x00", _tiff),
    (b"MM\x00+", _tiff),
    (b"\x93NUMPY", load_npy),
    (b"PK\x03\x04", load_npz),
    (b"PK\x05\x06", load_npz),
    (b"BM", _picture("BMP")),
)

KNOWN_OTHERS = MappingProxyType(
    {
        b"%PDF": "a PDF document",
        b"\x1f\x8b": "a gzip archive",
        b"\x89HDF\r\n\x1a\n": "an HDF5 file",
        b"\x80\x02": "a Python pickle, which could run code",
        b"\x80\x03": "a Python pickle, which could run code",
        b"\x80\x04": "a Python pickle, which could run code",
        b"\x80\x05": "a Python pickle, which could run code",
        b"8BPS": "a Photoshop document",
        b"\x00\x00\x01\x00": "an icon file",
    }
)


def load(
    path: str | Path,
    *,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Sample:
    """Open an image or an array.

    Parameters
    ----------
    path : str or Path
        The file. Its kind is told from its content.
    ask : callable, optional
        Asked before more than `convgui.files.source.ASK_ABOVE` cells are loaded; without it they are loaded up to
        `convgui.files.source.REFUSE_ABOVE`.
    cancel : callable, optional
        Polled between stages; when it returns True loading stops.

    Returns
    -------
    Sample
        With the file's absolute path as its source.

    Raises
    ------
    LoadError
        Whose text is one sentence for the user. `LoadCancelledError` if the user stopped or declined.
    """
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise LoadError(path.name, "it is a folder", "choose a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise LoadError(path.name, "it is not a regular file", "choose an image or an array")
        with path.open("rb") as stream:
            return _dispatch(Source(path.name, stream, status.st_size, path.resolve(), ask, cancel))
    except FileNotFoundError:
        raise LoadError(path.name, "there is no such file", "check its name and folder") from None
    except PermissionError:
        raise LoadError(path.name, "you may not read it", "ask its owner for the permission to read") from None
    except OSError as error:
        raise LoadError(path.name, error.strerror or "it cannot be read", "check the disk or copy it anew") from error
    except ValueError as error:  # a path with a null character
        raise LoadError(path.name, str(error), "check its name") from error


def load_bytes(
    data: bytes,
    name: str = "clipboard",
    *,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Sample:
    """Open an image or an array that is held in memory, such as one from the clipboard; otherwise as `load`."""
    return _dispatch(Source(name, io.BytesIO(data), len(data), None, ask, cancel))


def _dispatch(source: Source) -> Sample:
    head = source.stream.read(512)
    source.stream.seek(0)
    if not head:
        raise source.error("it is empty (0 bytes)", "save or download it again")
    source.check_cancelled()
    loader = _loader(head)
    if loader is None:
        raise source.error(_what_it_is(head), f"convgui opens {OPENS}")
    try:
        return loader(source)
    except LoadError:
        raise
    except MemoryError as error:
        raise source.error("there is not enough memory for it", "close other programs, or shrink it") from error
    # A decoder that meets hostile bytes may raise anything at all; the user always gets a sentence.
    except Exception as error:
        cut = "cut off" if "truncated" in str(error).lower() else "damaged"
        reason = f"its content is {cut} ({error or type(error).__name__})"
        raise source.error(reason, "save or download it again") from error


def _loader(head: bytes) -> Loader | None:
    for signature, loader in SIGNATURES:
        if head.startswith(signature):
            return loader
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _picture("WebP")
    return None


def _what_it_is(head: bytes) -> str:
    for signature, words in KNOWN_OTHERS.items():
        if head.startswith(signature):
            return f"it is {words}"
    if b"<svg" in head.lower():
        return "it is an SVG drawing, which may refer to other files"
    if head[4:8] == b"ftyp":
        return "it is a HEIC, AVIF or video file"
    if b"\x00" not in head and head.isascii():
        return "it is text (small grids of numbers can be pasted)"
    return "its content is none of the kinds that convgui knows"
