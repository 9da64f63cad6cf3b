"""What is damaged: small whole files of every format, in all the ways that the format knows."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convgui.files.documents import write_document
from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.model.document import Caption, Lesson
from convgui.model.sample import Sample
from tests.documents import textbook
from tests.files import faulty, faulty_volumes, pngs, tiffs
from tests.files.weights import built

Files: TypeAlias = Mapping[str, bytes]
"""The content of each file by its name; the first is opened."""
RNG = np.random.default_rng(17)
GREY: NDArray[Any] = RNG.integers(0, 256, (12, 15), dtype=np.uint8)
COLOURS: NDArray[Any] = RNG.integers(0, 256, (12, 15, 4), dtype=np.uint8)


@lru_cache
def seeds() -> Mapping[str, tuple[Files, ...]]:
    """Return whole files by format."""
    grown: dict[str, tuple[Files, ...]] = {
        "png": _named("a.png", _pngs()),
        "apng": _named("a.png", [faulty_volumes.animation("PNG")]),
        "jpeg": _named("a.jpg", [_saved(COLOURS[..., :3], "JPEG"), _saved(GREY, "JPEG", progressive=True)]),
        "gif": _named("a.gif", [_saved(GREY, "GIF"), faulty_volumes.animation("GIF")]),
        "bmp": _named("a.bmp", [_saved(COLOURS[..., :3], "BMP"), _saved(GREY, "BMP"), _saved(GREY > 99, "BMP")]),
        "webp": _named("a.webp", [_saved(COLOURS, "WEBP", lossless=True), faulty_volumes.animation("WEBP")]),
        "tiff": _named("a.tif", _tiffs()),
        "npy": _named("a.npy", [_npy(GREY), _npy(np.asfortranarray(RNG.normal(size=(4, 5, 6)))), _npy(GREY > 99)]),
        "npz": _named("a.npz", [faulty.zipped({"a.npy": _npy(GREY), "b.npy": _npy(COLOURS)}), _npz()]),
        "nifti": _named("a.nii", [faulty_volumes.nifti()]),
        "nifti.gz": _named("a.nii.gz", [gzip.compress(faulty_volumes.nifti(), mtime=0)]),
        "nifti pair": (_pair(),),
        "nrrd": _named("a.nrrd", [faulty_volumes.nrrd(kind) for kind in ("raw", "gzip", "ascii", "bzip2")]),
        "nrrd detached": (_detached(),),
        "mrc": _named("a.mrc", [faulty_volumes.mrc()]),
        "dicom": _named("a.dcm", [faulty_volumes.dicom()]),
        "text": _named("a.csv", [b"1,2,3\n4,5,6\n7,8,9\n", b"a;b\n1,5;2\n3;4\n", b"1 2\n3 nan\n\n5 6\n7 8\n"]),
        "document": _named("a.convgui", _documents()),
        "lesson": _named("a.json", [resource("lessons", f"{name}.json").read_bytes() for name in LESSONS]),
        **{kind: _named(f"a{ending}", contents()) for kind, (ending, contents) in WEIGHTS.items()},
        "settings": _named("convgui.conf", [SETTINGS]),
    }
    return MappingProxyType(grown)


def _arrays() -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(3)
    kinds = {"conv.weight": "f4", "conv.bias": "f4", "norm.running_mean": "f8", "count": "i8", "half": "f2"}
    shapes: dict[str, tuple[int, ...]] = {"conv.weight": (4, 3, 3, 3), "half": (2, 3), "count": ()}
    return {name: np.asarray(rng.normal(size=shapes.get(name, (4,)))).astype(kind) for name, kind in kinds.items()}


def _safetensors() -> list[bytes]:
    return [built.safetensors(_arrays(), format="pt")]


def _pytorch() -> list[bytes]:
    return [built.pytorch_zip(built.tensors(_arrays())), built.pytorch_zip({"state_dict": built.tensors(_arrays())})]


def _pytorch_old() -> list[bytes]:
    return [built.pytorch_old(built.tensors(_arrays()))]


def _onnx() -> list[bytes]:
    from onnx import TensorProto, helper, numpy_helper

    held = [numpy_helper.from_array(_arrays()["conv.weight"], "w")]
    held.append(helper.make_tensor("b", TensorProto.FLOAT, (4,), [1.0, 2.0, 3.0, 4.0]))
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["h"], strides=[2, 1], pads=[1, 0, 1, 0]),
        helper.make_node("Constant", [], ["u"], value=numpy_helper.from_array(_arrays()["conv.weight"], "")),
        helper.make_node("ConvTranspose", ["h", "u"], ["p"], output_padding=[1, 0], strides=[2, 1]),
        helper.make_node("AveragePool", ["p"], ["y"], kernel_shape=[2, 2]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 8, None])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [y], held))
    return [bytes(model.SerializeToString())]


WEIGHTS: Mapping[str, tuple[str, Callable[[], list[bytes]]]] = MappingProxyType(
    {
        "safetensors": (".safetensors", _safetensors),
        "pytorch": (".pt", _pytorch),
        "pytorch old": (".pth", _pytorch_old),
        "onnx": (".onnx", _onnx),
    }
)
"""Forms of files of trained weights: how their names end, and whole ones."""
LESSONS = ("single-channel", "multi-channel-sum", "convolution-matrix", "receptive-field", "volume-3d", "max-pooling")
SETTINGS = (
    b'[General]\npreferences="{\\"shade\\": \\"dark\\", \\"size\\": 125, \\"memory\\": 512}"\ntoured=yes\n'
    b"recent=/a/b.png, /c/d.npy\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb)\n[shown]\nlessons=false\ninspector=true\n"
)


def _named(name: str, contents: list[bytes]) -> tuple[Files, ...]:
    return tuple({name: content} for content in contents)


def _saved(values: NDArray[Any], kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, kind, **options)
    return stream.getvalue()


def _npy(values: NDArray[Any]) -> bytes:
    return faulty.npy(values)


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, GREY)
    return stream.getvalue()


def _pngs() -> list[bytes]:
    deep = RNG.integers(0, 1 << 16, (9, 7, 3), dtype=np.uint16)
    palette = io.BytesIO()
    Image.fromarray(COLOURS[..., :3]).quantize(16).save(palette, "PNG", transparency=3)
    plain = [
        pngs.encode(values, interlaced=woven) for values in (GREY[..., None], COLOURS, deep) for woven in (False, True)
    ]
    return [*plain, palette.getvalue(), _saved(GREY > 99, "PNG")]


def _tiffs() -> list[bytes]:
    page = GREY[..., None]
    forms = [tiffs.Form(compression=code) for code in tiffs.PACKERS]
    forms += [
        tiffs.Form(order=">", rows=3, compression=5, predictor=2),
        tiffs.Form(tile=16, big=True),
        tiffs.Form(bits=12),
    ]
    made = [tiffs.encode([page.astype(np.uint16) if form.bits else page], form) for form in forms]
    made.append(tiffs.encode([page, page], tiffs.Form(compression=8)))
    made.append(tiffs.encode([np.moveaxis(COLOURS[..., :3], 2, 0)[..., None]], tiffs.Form(planar=True), 2))
    made.append(tiffs.encode([RNG.normal(size=(8, 9, 1)).astype(np.float32)], tiffs.Form(compression=8, predictor=3)))
    made += [_saved(GREY > 99, "TIFF", compression=kind) for kind in ("group3", "group4", "tiff_ccitt")]
    made.append(_saved(COLOURS[..., :3], "TIFF", compression="jpeg"))
    return made


def _pair() -> Files:
    nibabel = import_module("nibabel")
    image = nibabel.Nifti1Pair(np.arange(120, dtype=np.int16).reshape(6, 5, 4), np.eye(4))
    streams = {"a.hdr": io.BytesIO(), "a.img": io.BytesIO()}
    image.file_map["header"].fileobj, image.file_map["image"].fileobj = streams.values()
    image.to_file_map()
    return {name: stream.getvalue() for name, stream in streams.items()}


def _detached() -> Files:
    head = "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 5 6\nendian: little\nencoding: raw\ndata file: a.raw\n"
    return {"a.nhdr": head.encode(), "a.raw": np.arange(120, dtype="<i2").tobytes()}


def _documents() -> list[bytes]:
    plain = textbook()
    noted = replace(plain, lesson=Lesson("", "Notes", "", (Caption("one", 2), Caption("two", state=plain))))
    floats = replace(plain, sample=Sample(RNG.normal(size=(1, 5, 6)).astype(np.float32), "floats"))
    made = []
    with TemporaryDirectory() as folder:
        for place, document in enumerate((noted, floats, load_lesson("volume-3d"), load_lesson("receptive-field"))):
            path = Path(folder) / f"{place}.convgui"
            write_document(document, path)
            made.append(path.read_bytes())
    return made


WEIRD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, -(2**63), 10**400, 1.5, float("nan"), float("inf"), "", "\0", "x" * 5000,
    "../../etc/passwd", [], {}, [[]], {"": ""}, [1] * 300, json.loads("[" * 200 + "]" * 200),
)  # fmt: skip
"""Values that stand where others belong, in JSON."""
