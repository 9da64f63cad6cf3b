"""Volumes and films that are wrong on purpose; see `tests.files.faulty`."""

from __future__ import annotations

import gzip
import io
import struct
from importlib import import_module

import numpy as np
from PIL import Image

from tests.files import phantom
from tests.files.faulty import Fault, flipped


def nifti(patch: bytes = b"", at: int = 0, cut: int | None = None) -> bytes:
    """Return a NIfTI file of 4 x 5 x 6 whole numbers, with some bytes of it replaced, or only its beginning."""
    image = import_module("nibabel").Nifti1Image(np.arange(120, dtype=np.int16).reshape(6, 5, 4), np.eye(4))
    data = bytes(image.to_bytes())
    return (data[:at] + patch + data[at + len(patch) :])[:cut]


def mrc(patch: bytes = b"", at: int = 0, cut: int | None = None) -> bytes:
    """Return a map of 4 x 5 x 6 numbers, likewise."""
    header = bytearray(1024)
    struct.pack_into("<10i3f", header, 0, 6, 5, 4, 1, 0, 0, 0, 6, 5, 4, 6.0, 5.0, 4.0)
    struct.pack_into("<3i", header, 64, 1, 2, 3)
    header[208:214] = b"MAP \x44\x44"
    data = bytes(header) + np.arange(120, dtype="<i2").tobytes()
    return (data[:at] + patch + data[at + len(patch) :])[:cut]


def nrrd(encoding: str = "raw") -> bytes:
    stream = io.BytesIO()
    import_module("nrrd").write(stream, np.arange(120, dtype=np.int16).reshape(6, 5, 4), {"encoding": encoding})
    return stream.getvalue()


def dicom() -> bytes:
    stream = io.BytesIO()
    phantom.write_dicom(stream, np.arange(480, dtype=np.int16).reshape(20, 24), np.eye(3)[:, 1::-1], np.zeros(3))
    return stream.getvalue()


def animation(kind: str) -> bytes:
    stream = io.BytesIO()
    noise = np.random.default_rng(5).integers(0, 256, (4, 20, 30), dtype=np.uint8)
    frames = [Image.fromarray(frame) for frame in noise]
    frames[0].save(stream, kind, save_all=True, append_images=frames[1:])
    return stream.getvalue()


def shorts(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}h", *values)


VOLUMES = (
    Fault("20i", "offset.nii", nifti(struct.pack("<f", 1e30), 108), "claims that values begin"),
    Fault("20j", "axes.nii", nifti(shorts(9), 40), "9 axes"),
    Fault("20k", "size.nii", nifti(struct.pack("<i", 9), 0), "claims to be 150,994,944 bytes long"),
    Fault("20l", "offset.mrc", mrc(struct.pack("<i", 1 << 30), 92), "cut off"),
    Fault("20m", "axes.mrc", mrc(struct.pack("<3i", 1, 1, 3), 64), "names the axes [1, 1, 3]"),
    Fault("24c", "zero.nii", nifti(shorts(3, 4, 0, 6), 40), "makes no sense"),
    Fault("24d", "zero.mrc", mrc(struct.pack("<i", 0), 4), "gives it the size"),
    Fault("26b", "complex.nii", nifti(shorts(32), 70), "complex"),
    Fault("26c", "bits.nii", nifti(shorts(1), 70), "single bits"),
    Fault("26d", "strange.nii", nifti(shorts(77), 70), "unknown type 77"),
    Fault("26e", "strange.mrc", mrc(struct.pack("<i", 77), 12), "unknown mode 77"),
    Fault("29", "cut.nii.gz", gzip.compress(nifti())[:-40], "cut off"),
    Fault("29b", "cut.nii.gz", gzip.compress(nifti())[:60], "cut off"),
    Fault("29c", "end.nii.gz", gzip.compress(nifti())[:-4], "cut off at the end"),
    Fault("29d", "crc.nii.gz", flipped(gzip.compress(nifti()), -6), "damaged (CRC check failed"),
    Fault("29e", "cut.nii", nifti(cut=-1), "cut off"),
    Fault("29f", "cut.mrc", mrc(cut=-1), "cut off"),
    Fault("29g", "start.mrc", mrc(cut=700), "cut off inside its header"),
    Fault("29h", "cut.nrrd", nrrd()[:-1], "cut off"),
    Fault("29i", "cut.nrrd", nrrd("gzip")[:-9], "cut off"),
    Fault("32", "cut.dcm", dicom()[:-300], "its pixels are cut off"),
    Fault("33", "header.dcm", dicom()[: -(960 + 60)], "it has no pixels, or is cut off before them"),
    Fault("35b", "bomb.nii.gz", gzip.compress(nifti(shorts(3, 32000, 32000, 32000), 40) + bytes(9_000_000)), "GiB"),
    Fault("35c", "lie.nii.gz", gzip.compress(nifti(shorts(3, 700, 700, 700), 40)), "cut off"),
    Fault("35d", "notes.gz", gzip.compress(b"a few words"), "gzip"),
)
