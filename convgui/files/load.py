"""Open a file of any kind the program names, told apart by content and not by the name's ending."""

from __future__ import annotations

import io
import re
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from convgui.core.errors import told
from convgui.core.memory import ran_out
from convgui.files.arrays import load_npy, load_npz
from convgui.files.dicom_slices import is_dicom
from convgui.files.errors import LoadError
from convgui.files.other_formats import is_table, is_text, special_file, what_it_is
from convgui.files.regular import open_regular
from convgui.files.sound import is_sound
from convgui.files.source import Choose, Source
from convgui.model.sample import Sample
from convgui.words import mark, tr

OPENS = mark(
    "PNG, JPEG, WebP, BMP, TIFF, GIF, video, .npy, .npz, NIfTI, DICOM, NRRD, MRC, WAV, FLAC, Ogg, MP3 and tables of "
    "numbers"
)
KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("Pictures"), (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".apng")),
    (mark("Volumes"), (".nii", ".nii.gz", ".dcm", ".dicom", ".ima", ".nrrd", ".nhdr", ".tif", ".tiff")),
    (mark("Electron microscopy"), (".mrc", ".mrcs", ".map", ".rec", ".st", ".mrc.gz", ".map.gz")),
    (mark("Films"), (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".gif", ".webp", ".apng")),
    (mark("Sound"), (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac")),
    (mark("Arrays"), (".npy", ".npz")),
    (mark("Tables"), (".csv", ".tsv", ".txt")),
)
"""Usual endings of what can be opened, for a file dialog."""

HEAD = 512
PACKED_HEAD = 1 << 16
ANALYZE = (b"\x5c\x01\0\0", b"\0\0\x01\x5c")
"""How the headers of Analyze 7.5 begin, in either byte order; so does NIfTI's first version."""
GZIP = b"\x1f\x8b"
QUICKTIME = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
STILLS = (b"hei", b"hev", b"mif", b"msf", b"avi")

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


def _nifti(source: Source) -> Sample:
    from convgui.files.nifti import load_nifti

    return load_nifti(source)


def _nrrd(source: Source) -> Sample:
    from convgui.files.nrrd import load_nrrd

    return load_nrrd(source)


def _mrc(source: Source) -> Sample:
    from convgui.files.mrc import load_mrc

    return load_mrc(source)


def _dicom(source: Source) -> Sample:
    from convgui.files.dicom import load_dicom

    return load_dicom(source)


def _sound(source: Source) -> Sample:
    from convgui.files.wav import load_wav

    return load_wav(source)


def _packed_sound(source: Source) -> Sample:
    from convgui.files.sound import load_sound

    return load_sound(source)


def _text(source: Source) -> Sample:
    from convgui.files.table import load_text

    return load_text(source)


def _video(source: Source) -> Sample:
    from convgui.files.video import load_video

    return load_video(source)


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
    (b"NRRD00", _nrrd),
    (b"\x1aE\xdf\xa3", _video),
)


def load(
    path: str | Path,
    *,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    choose: Choose | None = None,
    alone: bool | None = None,
) -> Sample:
    """Open a picture, an array, a volume or a film.

    Parameters
    ----------
    path : str or Path
        The file. Its kind is told from its content. A folder stands for the DICOM series in it.
    ask : callable, optional
        Asked before more than `convgui.files.source.ASK_ABOVE` cells are loaded; without it they are loaded up to
        `convgui.files.source.REFUSE_ABOVE`.
    cancel : callable, optional
        Polled between stages and, of pictures, between blocks; when it returns True loading stops.
    progress : callable, optional
        Told how far the decoding of a picture has come, 0 to 1.
    choose : callable, optional
        Asked how axes are to be read where there is more than one way, such as the time of a film of volumes; without
        it they are read as `convgui.files.source.Axes.default` says, and the sample's note tells.
    alone : bool, optional
        Whether a file that is one slice of a series is wanted by itself; None asks.

    Returns
    -------
    Sample
        With the file's absolute path as its source.

    Raises
    ------
    LoadError
        Whose text is one sentence for the user. `LoadCancelledError` if the user stopped or declined.
    """
    if not str(path):
        raise LoadError("", tr("its name is empty"), tr("give the name of a file"))
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            folder = Source(path.resolve().name, io.BytesIO(), 0, path.resolve(), ask, cancel, progress, choose)
            return _guarded(_folder, folder)
        if not stat.S_ISREG(status.st_mode):
            raise LoadError(path.name, special_file(status.st_mode), tr("choose an image or an array"))
        path = _header_of(path)
        status, where = path.stat(), path.resolve()
        with open_regular(path) as stream:
            return _dispatch(Source(path.name, stream, status.st_size, where, ask, cancel, progress, choose, alone))
    except FileNotFoundError:
        if path.is_symlink():
            reason = tr("it is a link to {target}, which is not there", target=path.readlink())
            raise LoadError(path.name, reason, tr("open the file itself")) from None
        raise LoadError(path.name, tr("there is no such file"), tr("check its name and folder")) from None
    except PermissionError:
        raise LoadError(path.name, tr("you may not read it"), tr("ask its owner for the permission to read")) from None
    except OSError as error:
        raise LoadError(
            path.name, error.strerror or tr("it cannot be read"), tr("check the disk or copy it anew")
        ) from error
    except ValueError as error:  # a path with a null character
        raise LoadError(path.name, str(error), tr("check its name")) from error


def _header_of(path: Path) -> Path:
    """Return the header of a file of values that is named, by which alone it can be read; otherwise the path."""
    stem = re.sub(r"(?i)\.img(\.gz)?$", "", path.name)
    for header in (path.with_name(f"{stem}{ending}") for ending in (".hdr", ".hdr.gz")):
        if stem != path.name and header.is_file():
            with header.open("rb") as stream:
                head = stream.read(HEAD)
            inner = zlib.decompressobj(31).decompress(head, HEAD) if head[:2] == GZIP else head
            if inner[344:348] == b"ni1\0" or inner[4:7] == b"ni2" or inner[:4] in ANALYZE:
                return header
    return path


def load_bytes(
    data: bytes,
    name: str = "clipboard",
    *,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
    choose: Choose | None = None,
) -> Sample:
    """Open an image or an array that is held in memory, such as one from the clipboard; otherwise as `load`."""
    return _dispatch(Source(name, io.BytesIO(data), len(data), None, ask, cancel, None, choose))


def _dispatch(source: Source) -> Sample:
    head = source.stream.read(HEAD)
    source.stream.seek(0)
    if not head:
        raise source.error(tr("it is empty (0 bytes)"), tr("save or download it again"))
    source.check_cancelled()
    loader = _loader(head) or _packed_loader(source, head) or _outside_loader(source.name, head)
    if loader is None and is_table(head):
        loader = _text
    if loader is None:
        raise source.error(what_it_is(head), tr("convgui opens {opens}", opens=tr(OPENS)))
    source.stream.seek(0)
    return _guarded(loader, source)


def _folder(source: Source) -> Sample:
    from convgui.files.dicom import load_folder

    return load_folder(source)


def _guarded(loader: Loader, source: Source) -> Sample:
    """Load; whatever goes wrong becomes one sentence."""
    try:
        return loader(source)
    except LoadError:
        raise
    # A decoder that meets hostile bytes may raise anything at all; the user always gets a sentence.
    except Exception as error:
        if ran_out(error):
            words = tr("there is not enough memory for it"), tr("close other programs, or shrink it")
            raise source.error(*words) from error
        cut, what = "truncated" in str(error).lower() or isinstance(error, EOFError), told(error)
        reason = tr("its content is cut off ({error})", error=what) if cut else ""
        reason = reason or tr("its content is damaged ({error})", error=what)
        raise source.error(reason, tr("save or download it again")) from error


def _outside_loader(name: str, head: bytes) -> Loader | None:
    from convgui.files.readers import reader_of

    reader = reader_of(name, head)
    return reader.load if reader is not None else None


def is_dicom_file(path: Path) -> bool:
    """Tell from its first bytes whether a file is of DICOM, where one file may be a slice of many."""
    with open_regular(path) as stream:
        return _loader(stream.read(HEAD)) is _dicom


def _loader(head: bytes) -> Loader | None:
    # First, since a TIFF file may hide in what stands before these letters.
    if head[128:132] == b"DICM":
        return _dicom
    for signature, loader in SIGNATURES:
        if head.startswith(signature):
            return loader
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"AVI "):
        return _picture("WebP") if head[8:12] == b"WEBP" else _video
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE":
        return _sound
    if is_sound(head):
        return _packed_sound
    if head[4:8] in QUICKTIME and head[8:11] not in STILLS:
        return _video
    return _volume_loader(head) or (_dicom if is_dicom(head) else None)


def _volume_loader(head: bytes) -> Loader | None:
    """Return the loader of what is often packed in gzip."""
    if head[344:348] in (b"n+1\0", b"ni1\0") or head[4:7] in (b"n+2", b"ni2"):
        return _nifti
    return _mrc if head[208:212] in (b"MAP ", b"MAP\0") or _is_early_map(head) else None


def _is_early_map(head: bytes) -> bool:
    """Tell a map from before 2000, which bears no name: sides, mode, axes, cell and angles make sense."""
    if len(head) < 92:
        return False
    for order in "<>":
        *sides, mode = struct.unpack_from(f"{order}4i", head)
        sampling, cell = struct.unpack_from(f"{order}3i", head, 28), struct.unpack_from(f"{order}6f", head, 40)
        axes = struct.unpack_from(f"{order}3i", head, 64)
        counts = all(0 < n < 1 << 24 for n in (*sides, *sampling)) and mode in (0, 1, 2, 3, 4, 6)
        angles = all(n > 0 for n in cell[:3]) and all(1 < n < 180 for n in cell[3:])
        if counts and angles and sorted(axes) == [1, 2, 3]:
            return True
    return False


def _packed_loader(source: Source, head: bytes) -> Loader | None:
    if head[:2] != GZIP:
        return None
    try:
        # At most so many bytes come out, however far the archive would swell.
        inner = zlib.decompressobj(31).decompress(source.stream.read(PACKED_HEAD), HEAD)
    except zlib.error as error:
        raise source.error(
            tr("its compressed data are damaged ({error})", error=told(error)), tr("save or download it again")
        ) from error
    loader = _nifti if source.name.lower().endswith(".nii.gz") else _volume_loader(inner)
    if loader is None and _outside_loader(source.name, head) is None:
        known = bool(_loader(inner)) or is_text(inner)
        reason = tr("it is packed by gzip, and of what is packed only NIfTI and MRC are opened")
        raise source.error(
            reason if known else tr("it is a gzip archive, and inside {what}", what=what_it_is(inner)),
            tr("unpack it first") if known else tr("convgui opens {opens}", opens=tr(OPENS)),
        )
    return loader
