"""Lessons: documents with words, one JSON file each in resources/lessons.

Format, version 1 (keys with a default may be left out; unknown keys are errors, so that a slip of the pen shows)::

    {
      "convgui_lesson": 1,
      "id": "single-channel", "title": "Single channel", "chapter": "Convolution",
      "order": 10,                       lessons are listed by it
      "source": "whom to cite",
      "scene": "slide",                  id of the scene that opens
      "sample": {"grid": [[1, 2], [3, 4]], "channels": ["R"]}    nested numbers, (H, W) or (C, *spatial);
                                                                 channel names are optional
             or {"sample": "camera"},    a bundled sample
      "layers": [{
        "kind": "convolution",           the default; see below for the other kinds
        "in_channels": 1, "out_channels": 1, "kernel_size": [3, 3],
        "stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros",
        "transposed": false, "output_padding": 0,                as in PyTorch, with these defaults
        "weight": nested numbers of PyTorch's shape, or of the kernel's alone, or
                  {"preset": "sobel-x", "parameters": {}},       a kernel alone is repeated for every channel and filter
        "bias": [0],                     default zeros
        "flip": false
      }],
                 other kinds of layers, of which a stack may be made:
                 {"kind": "max_pool" or "average_pool", "kernel_size": [2, 2], "stride": default the size, "padding": 0}
                 {"kind": "relu"}
                 {"kind": "upsample", "scale_factor": [2, 2], "mode": "nearest" or "linear"}
                 {"kind": "pixel_shuffle", "upscale_factor": 2}
                 {"kind": "channel_shuffle", "groups": 3}
      "step": 0, "layer": 0, "filter": 0, "channel": 0,          how it opens
      "options": {"channels": "apart"},                          choices of the scene
      "captions": [{"text": "…", "step": 0, "options": {}}]      step -1 is the last
    }
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.core.presets import preset
from convgui.core.spec import ConvSpec, per_axis
from convgui.files.errors import LoadError
from convgui.files.fields import Fields
from convgui.files.regular import open_regular
from convgui.files.resources import resource
from convgui.files.samples import load_sample
from convgui.model.document import Caption, Document, Lesson, View
from convgui.model.layer import Layer
from convgui.model.layers import AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample
from convgui.model.limits import check_document, check_spec
from convgui.model.sample import Sample
from convgui.words import mark, tr

VERSION = 1
LARGEST_FILE = 5_000_000
REMEDY = mark("install convgui again, or correct the file")


class _Entry(NamedTuple):
    order: int
    lesson: Lesson
    path: Path


def lesson_index() -> tuple[Lesson, ...]:
    """Return what all lessons say about themselves, in their order, without loading any sample.

    Raises
    ------
    LoadError
        If a lesson's file is damaged.
    """
    return tuple(_spoken(entry.lesson) for entry in _entries(resource("lessons")))


def load_lesson(lesson_id: str) -> Document:
    """Open a lesson.

    Raises
    ------
    LoadError
        If there is no lesson of that id, or its file is damaged.
    """
    entries = _entries(resource("lessons"))
    for entry in entries:
        if entry.lesson.id == lesson_id:
            return replace(read_lesson(entry.path), lesson=_spoken(entry.lesson))
    known = ", ".join(entry.lesson.id for entry in entries)
    raise LoadError(lesson_id, tr("no lesson has that name"), tr("choose one of {known}", known=known))


def _spoken(lesson: Lesson) -> Lesson:
    """Return a lesson that ships in the language spoken; what users write is never translated."""
    captions = tuple(replace(caption, text=tr(caption.text)) for caption in lesson.captions)
    return replace(lesson, title=tr(lesson.title), chapter=tr(lesson.chapter), captions=captions)


def read_lesson(path: Path) -> Document:
    """Read one lesson file; see the module's description for its format.

    Raises
    ------
    LoadError
        With one sentence that names the file, the key and what is wrong.
    """
    fields = _open(path)
    lesson = _lesson(fields)
    sample = _sample(fields.inner("sample"))
    layers = tuple(_layer(layer) for layer in fields.each("layers"))
    if not layers:
        raise fields.error(tr("its 'layers' is empty"))
    view = View(
        scene=fields.text("scene"),
        step=fields.whole("step", 0),
        layer=fields.whole("layer", 0),
        filter=fields.whole("filter", 0),
        channel=fields.whole("channel", 0),
        options=_options(fields),
    )
    fields.check_all_used()
    document = Document(sample, layers, view, lesson)
    if document.view != view:
        raise fields.error(tr("its 'layer', 'filter' or 'channel' is one that its layers do not have"))
    _check_fits(fields, document)
    return document


def _entries(folder: Path) -> tuple[_Entry, ...]:
    """Return what the lessons of a folder say about themselves; they are read again where a file has changed."""
    return _read_entries(tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.json"))))


@lru_cache(maxsize=4)
def _read_entries(stamped: tuple[tuple[Path, int], ...]) -> tuple[_Entry, ...]:
    entries = []
    for path, _ in stamped:
        fields = _open(path)
        entries.append(_Entry(fields.whole("order"), _lesson(fields), path))
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.lesson.id)))


def _open(path: Path) -> Fields:
    try:
        with open_regular(path) as stream:
            text = stream.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise LoadError(
                path.name,
                tr("it is larger than {largest_file:,} bytes", largest_file=LARGEST_FILE),
                tr("a lesson holds small grids only"),
            )
        content = json.loads(text.decode("utf-8"))
    except OSError as error:
        raise LoadError(path.name, error.strerror or tr("it cannot be read"), REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise LoadError(path.name, tr("it is not valid JSON ({error})", error=error), REMEDY) from error
    fields = Fields.of(path.name, content, REMEDY)
    version = fields.whole("convgui_lesson")
    if version > VERSION:
        raise LoadError(
            path.name,
            tr(
                "it is a lesson of format {version} and this convgui reads {newest}",
                version=version,
                newest=VERSION,
            ),
            tr("update convgui"),
        )
    if version < 1:
        raise fields.error(tr("its format {version} does not exist", version=version))
    return fields


def _lesson(fields: Fields) -> Lesson:
    fields.whole("order")
    captions = []
    for caption in fields.each("captions"):
        captions.append(Caption(caption.text("text"), caption.whole("step", 0), _options(caption)))
        caption.check_all_used()
    return Lesson(
        id=fields.text("id"),
        title=fields.text("title"),
        chapter=fields.text("chapter"),
        captions=tuple(captions),
        source=fields.text("source", ""),
    )


def _options(fields: Fields) -> MappingProxyType[str, str]:
    chosen = fields.inner("options", {})
    return MappingProxyType({key: chosen.text(key) for key in chosen.values})


def _sample(fields: Fields) -> Sample:
    if "sample" in fields.values:
        name = fields.text("sample")
        fields.check_all_used()
        return load_sample(name)
    grid = fields.numbers("grid")
    data = grid[np.newaxis] if grid.ndim == 2 else grid
    if not 3 <= data.ndim <= 4:
        raise fields.error(tr("its 'grid' has {ndim} levels; 2 to 4 are read", ndim=grid.ndim))
    channels = tuple(fields.texts("channels", ()))
    if channels and len(channels) != len(data):
        raise fields.error(
            tr("its 'channels' names {named} and the grid has {channels}", named=len(channels), channels=len(data))
        )
    fields.check_all_used()
    return Sample(data, tr("grid"), channels=channels)


def _layer(fields: Fields) -> AnyLayer:
    try:
        layer = LAYERS[fields.text("kind", "convolution")](fields)
    except KeyError as error:
        raise fields.error(
            tr("there is no layer of kind {error}; the kinds are {layers}", error=error, layers=", ".join(LAYERS))
        ) from error
    # SpecError is a ValueError; TypeError is what a string in place of a number leads to.
    except (ValueError, TypeError) as error:
        raise fields.error(tr("a layer is not legal ({error})", error=error)) from error
    fields.check_all_used()
    return layer


def _pool(fields: Fields, kind: Literal["max", "average"]) -> Pool:
    size = tuple(fields.any("kernel_size"))
    stride = fields.any("stride", list(size))
    padding = fields.any("padding", 0)
    return Pool(kind, size, per_axis("stride", stride, len(size), 1), per_axis("padding", padding, len(size), 0))


def _upsample(fields: Fields) -> Upsample:
    mode = fields.text("mode", "nearest")
    if mode not in ("nearest", "linear"):
        raise ValueError(tr("mode is {mode!r}; it is 'nearest' or 'linear'", mode=mode))
    return Upsample(tuple(fields.any("scale_factor")), "linear" if mode == "linear" else "nearest")


def _convolution(fields: Fields) -> Layer:
    spec = ConvSpec.of(
        fields.whole("in_channels"),
        fields.whole("out_channels"),
        fields.any("kernel_size"),
        stride=fields.any("stride", 1),
        padding=fields.any("padding", 0),
        dilation=fields.any("dilation", 1),
        groups=fields.whole("groups", 1),
        padding_mode=fields.text("padding_mode", "zeros"),
        transposed=fields.truth("transposed", False),
        output_padding=fields.any("output_padding", 0),
    )
    check_spec(spec)
    weight = _weight(fields, spec)
    bias = fields.numbers("bias", [0.0] * spec.out_channels)
    return Layer(spec, weight, bias, fields.truth("flip", False))


LAYERS: Mapping[str, Callable[[Fields], AnyLayer]] = MappingProxyType(
    {
        "convolution": _convolution,
        "max_pool": lambda fields: _pool(fields, "max"),
        "average_pool": lambda fields: _pool(fields, "average"),
        "relu": lambda _: ReLU(),
        "upsample": _upsample,
        "pixel_shuffle": lambda fields: PixelShuffle(fields.whole("upscale_factor")),
        "channel_shuffle": lambda fields: ChannelShuffle(fields.whole("groups")),
    }
)
"""The kinds of layers that a file can hold."""


def _weight(fields: Fields, spec: ConvSpec) -> NDArray[np.float64]:
    given: Any = fields.any("weight")
    if isinstance(given, dict):
        inner = fields.inner("weight")
        parameters = inner.inner("parameters", {})
        try:
            kernel = preset(inner.text("preset")).weights(**{key: parameters.real(key) for key in parameters.values})
        except KeyError as error:
            raise fields.error(str(error.args[0])) from error
        inner.check_all_used()
    else:
        kernel = fields.numbers("weight")
    if kernel.shape == spec.kernel_size:
        kernel = np.broadcast_to(kernel, spec.weight_shape).copy()
    return kernel


def _check_fits(fields: Fields, document: Document) -> None:
    """Refuse a lesson whose layers do not take their input."""
    try:
        check_document(document)
    except ValueError as error:
        raise fields.error(tr("a layer does not fit its input ({error})", error=error)) from error
