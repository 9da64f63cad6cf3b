"""From a file to the tensors in it, whatever its form."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from convgui.core.errors import told
from convgui.files.errors import LoadError
from convgui.files.regular import open_regular
from convgui.files.source import Source
from convgui.files.stamps import Stamp
from convgui.files.weights import pytorch, safetensors
from convgui.files.weights.hdf5_format import SIGNATURE
from convgui.files.weights.keras import is_keras, read_keras, read_keras_archive
from convgui.files.weights.numpy_archive import read_npy, read_npz
from convgui.files.weights.onnx_model import is_onnx, read_onnx
from convgui.files.weights.stored import open_again
from convgui.files.weights.tensors import AGAIN, WeightFile
from convgui.words import mark, tr

ENDINGS = (".safetensors", ".pt", ".pth", ".onnx", ".npz", ".npy", ".keras", ".h5", ".bin", ".ckpt")
OPENS = mark("safetensors, PyTorch's .pt and .pth, ONNX, Keras, .npz and .npy")


def holds_weights(path: Path) -> bool:
    """Tell from a file's content whether it holds trained weights and nothing else: arrays alone can be an input."""
    try:
        with open_regular(path) as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            head = stream.read(64)
            if head.startswith(b"PK\x03\x04"):
                with zipfile.ZipFile(stream) as archive:
                    return pytorch.is_zip(archive) or is_keras(archive)
    # Whoever opens it says what is wrong with it.
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile):
        return False
    older = pytorch.is_older(head) or head.startswith(SIGNATURE)
    return older or safetensors.is_safetensors(head, size) or (path.suffix.lower() == ".onnx" and is_onnx(head))


def read_weights(path: str | Path, *, cancel: Callable[[], bool] | None = None) -> WeightFile:
    """Open a file of trained weights; what is in it is never executed.

    Parameters
    ----------
    path : str or Path
        The file. Its form is told from its content.
    cancel : callable, optional
        Polled; when it returns True loading stops.

    Raises
    ------
    LoadError
        Whose text is one sentence for the user.
    """
    if not str(path):
        raise LoadError("", tr("its name is empty"), tr("give the name of a file"))
    path = Path(path)
    try:
        with open_regular(path) as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            if size == 0:
                raise LoadError(path.name, tr("it is empty (0 bytes)"), AGAIN)
            where, stamp = path.resolve(), Stamp.of(stream)
            found = _read(Source(path.name, stream, size, where, cancel=cancel, stamp=stamp))
        # It may have been written anew while it was judged.
        stamp.settle()
        with open_again(Source(path.name, stream, size, where), where, stamp):
            return found
    except OSError as error:
        raise LoadError(path.name, str(error.strerror or error), tr("check its name and place")) from error


def _read(source: Source) -> WeightFile:
    head = source.stream.read(64)
    source.stream.seek(0)
    if pytorch.is_older(head):
        return pytorch.read_older(source)
    if head.startswith(b"PK\x03\x04"):
        return _archive(source)
    if head.startswith(b"\x93NUMPY"):
        return read_npy(source)
    if safetensors.is_safetensors(head, source.size):
        return safetensors.read_safetensors(source)
    if head.startswith(SIGNATURE):
        return read_keras(source)
    if is_onnx(head):
        return read_onnx(source)
    raise source.error(
        tr("it is none of the files of weights that are read"), tr("open one of {kinds}", kinds=tr(OPENS))
    )


def _archive(source: Source) -> WeightFile:
    try:
        with zipfile.ZipFile(source.stream) as archive:
            if is_keras(archive):
                return read_keras_archive(source, archive)
            return pytorch.read_zip(source, archive) if pytorch.is_zip(archive) else read_npz(source, archive)
    except LoadError:
        raise
    except MemoryError:
        raise
    # zipfile raises NotImplementedError for an unknown compression, zlib an error of its own.
    except Exception as error:
        raise source.error(tr("its archive is damaged ({error})", error=told(error)), AGAIN) from error
