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
             or {"signal": [1, 2, 3], "rate": 16000},            numbers along one axis, or a list for each channel;
                                                                 so many a second, if they are sound
             or {"sample": "camera"},    a bundled sample
      "layers": [{
        "kind": "convolution",           the default; see below for the other kinds
        "in_channels": 1, "out_channels": 1, "kernel_size": [3, 3],
        "stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros",
        "transposed": false, "output_padding": 0,                as in PyTorch, with these defaults
        "weight": nested numbers of PyTorch's shape, or of the kernel's alone, or
                  {"preset": "sobel-x", "parameters": {}},       a kernel alone is repeated for every channel and filter
                  {"tensor": "stft_conv.weight", "network": "silero_vad_16k.safetensors"},   one that ships
        "bias": [0],                     default zeros
        "flip": false
      }],
                 other kinds of layers, of which a stack may be made:
                 {"kind": "max_pool" or "average_pool", "kernel_size": [2, 2], "stride": default the size, "padding": 0}
                 {"kind": "relu"}
                 {"kind": "upsample", "scale_factor": [2, 2], "mode": "nearest" or "linear"}
                 {"kind": "pixel_shuffle", "upscale_factor": 2}
                 {"kind": "channel_shuffle", "groups": 3}
                 and others, as a kind in `convgui.layers` reads them by its `from_json`
      "sources": [[0], [1], [0, 2]],     which values each layer reads, 0 the input, n what layer number n makes;
                                         default a chain
      "step": 0, "layer": 0, "filter": 0, "channel": 0,          how it opens
      "options": {"channels": "apart"},                          choices of the scene
      "captions": [{"text": "…", "step": 0, "options": {},       step -1 is the last
                    "predict": false,                            whether the step's number is hidden until it is said
                    "layers": [{}], "sources": [[0]]}]           what it is about, where that is not the lesson's own
    }
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.errors import LoadError
from convgui.files.fields import REQUIRED, Fields
from convgui.files.regular import open_regular
from convgui.files.resources import resource
from convgui.files.samples import load_sample
from convgui.layers import json_kinds, kind_called
from convgui.layers.layer import Layer, StoredFields
from convgui.layers.presets import preset
from convgui.model.document import Caption, Document, Lesson, View
from convgui.model.limits import check_document
from convgui.model.refusals import refusal
from convgui.model.sample import Sample, is_length
from convgui.model.sources import Sources, as_sources
from convgui.words import language, mark, tr

VERSION = 1
LARGEST_FILE = 5_000_000
REMEDY = mark("install convgui again, or correct the file")


Stamped: TypeAlias = tuple[tuple[Path, int], ...]
"""Files, and when each was written."""


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
    return _all_spoken(_stamped(resource("lessons")), language())


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
            document = read_lesson(entry.path)
            return replace(document, lesson=_spoken(document.lesson or entry.lesson))
    known = ", ".join(entry.lesson.id for entry in entries)
    raise LoadError(lesson_id, tr("no lesson has that name"), tr("choose one of {known}", known=known))


@lru_cache(maxsize=2)
def _all_spoken(stamped: Stamped, _code: str) -> tuple[Lesson, ...]:
    """Return all lessons in the language of that code, which is the one spoken: each new window asks for them."""
    return tuple(_spoken(entry.lesson) for entry in _read_entries(stamped))


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
    layers = _layers(fields)
    sources = read_sources(fields, len(layers))
    view = View(
        scene=fields.text("scene"),
        step=fields.integer("step", 0),
        layer=fields.integer("layer", 0),
        filter=fields.integer("filter", 0),
        channel=fields.integer("channel", 0),
        options=_options(fields),
    )
    fields.check_all_used()
    document = Document(sample, layers, view, lesson, sources=sources)
    if document.view != view:
        raise fields.error(tr("its 'layer', 'filter' or 'channel' is one that its layers do not have"))
    _check_fits(fields, document)
    pairs = zip(lesson.captions, fields.each("captions"), strict=True)
    captions = tuple(replace(caption, state=_state(inner, document, caption)) for caption, inner in pairs)
    return replace(document, lesson=replace(lesson, captions=captions))


def _state(fields: Fields, begun: Document, caption: Caption) -> Document | None:
    """Return what a caption is about where it has layers of its own: on the lesson's input, and seen as it begins."""
    if "layers" not in fields.values:
        return None
    view = replace(begun.view, step=caption.step, options={**begun.view.options, **caption.options})
    layers = _layers(fields)
    about = Document(begun.sample, layers, view, sources=read_sources(fields, len(layers)))
    _check_fits(fields, about)
    return about


def _layers(fields: Fields) -> tuple[Layer, ...]:
    layers = tuple(_layer(inner) for inner in fields.each("layers"))
    if not layers:
        raise fields.error(tr("its '{where}layers' is empty", where=fields.where))
    return layers


def read_sources(fields: Fields, count: int) -> Sources:
    """Read which values each of `count` layers reads; nothing written is a chain."""
    written = fields.any("sources", [])
    try:
        if not all(type(n) is int for numbers in written for n in numbers):
            raise TypeError(written)
        return as_sources(written, count)
    except (TypeError, ValueError) as error:
        words = tr(
            "its '{where}sources' is not, for each layer, a list of the values before it that it reads",
            where=fields.where,
        )
        raise fields.error(words) from error


def _entries(folder: Path) -> tuple[_Entry, ...]:
    """Return what the lessons of a folder say about themselves; they are read again where a file has changed."""
    return _read_entries(_stamped(folder))


def _stamped(folder: Path) -> Stamped:
    return tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.json")))


@lru_cache(maxsize=4)
def _read_entries(stamped: Stamped) -> tuple[_Entry, ...]:
    entries = [_Entry(*lesson_about(path), path) for path, _ in stamped]
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.lesson.id)))


def lesson_about(path: Path) -> tuple[int, Lesson]:
    """Return the position of a lesson in its list, and what it says about itself; LoadError if the file is damaged."""
    fields = _open(path)
    return fields.integer("order"), _lesson(fields)


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
        raise LoadError(path.name, tr("it is not valid JSON ({error})", error=told(error)), REMEDY) from error
    fields = Fields.of(path.name, content, REMEDY)
    version = fields.integer("convgui_lesson")
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
    fields.integer("order")
    captions = []
    for caption in fields.each("captions"):
        step, asks = caption.integer("step", 0), caption.boolean("predict", False)
        captions.append(Caption(caption.text("text"), step, _options(caption), asks))
        # What it is about is read with the lesson's input.
        for name in ("layers", "sources") if "layers" in caption.values else ():
            caption.any(name, None)
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
    if "signal" in fields.values:
        return _signal(fields)
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


def _signal(fields: Fields) -> Sample:
    values, rate = fields.numbers("signal"), fields.real("rate", 0.0)
    data = values[np.newaxis] if values.ndim == 1 else values
    if data.ndim != 2:
        raise fields.error(tr("its 'signal' has {ndim} levels; 1 or 2 are read", ndim=values.ndim))
    channels = tuple(fields.texts("channels", ()))
    if channels and len(channels) != len(data):
        raise fields.error(
            tr("its 'channels' names {named} and the signal has {channels}", named=len(channels), channels=len(data))
        )
    fields.check_all_used()
    if "rate" not in fields.values:
        return Sample(data, tr("signal"), channels=channels)
    if not (rate > 0 and is_length(1 / rate)):
        raise fields.error(tr("its 'rate' is {rate:g}; samples a second are needed, more than 0", rate=rate))
    return Sample(data, tr("signal"), channels=channels, spacing=(1 / rate,), units=("s",))


@dataclass(frozen=True)
class WrittenFields:
    """A layer as a lesson's author writes it: defaults may be left out, weights stand inline or are a preset."""

    fields: Fields

    def any(self, key: str, default: Any = REQUIRED) -> Any:
        """Return a value of any kind."""
        return self.fields.any(key, default)

    def text(self, key: str, default: Any = REQUIRED) -> str:
        """Return a text."""
        return self.fields.text(key, default)

    def integer(self, key: str, default: Any = REQUIRED) -> int:
        """Return a whole number."""
        return self.fields.integer(key, default)

    def real(self, key: str, default: Any = REQUIRED) -> float:
        """Return a number."""
        return self.fields.real(key, default)

    def boolean(self, key: str, default: Any = REQUIRED) -> bool:
        """Return true or false."""
        return self.fields.boolean(key, default)

    def newer(self, key: str, default: Any) -> Any:
        """Return a value of any kind."""
        return self.fields.any(key, default)

    def array(self, key: str, shape: tuple[int, ...], default: float | None = None) -> NDArray[np.float64]:
        """Return numbers; one kernel stands for all."""
        if default is not None and key not in self.fields.values:
            return np.full(shape, default)
        given = self.fields.any(key)
        numbers = self._preset(key) if isinstance(given, dict) else self.fields.numbers(key)
        return np.broadcast_to(numbers, shape).copy() if numbers.shape == shape[2:] else numbers

    def _preset(self, key: str) -> NDArray[np.float64]:
        inner = self.fields.inner(key)
        if "tensor" in inner.values:
            return _tensor(inner)
        parameters = inner.inner("parameters", {})
        try:
            kernel = preset(inner.text("preset")).weights(**{key: parameters.real(key) for key in parameters.values})
        except KeyError as error:
            raise self.fields.error(str(error.args[0])) from error
        inner.check_all_used()
        return kernel


def _tensor(fields: Fields) -> NDArray[np.float64]:
    """Return a tensor of a network that ships, by its name there."""
    name, network = fields.text("tensor"), fields.text("network")
    fields.check_all_used()
    # Read by the few lessons that need them.
    from convgui.files.weights.read import read_weights

    path = resource("networks", network)
    # No path, and no name that no file can have.
    if network not in {file.name for file in resource("networks").iterdir()} or not path.is_file():
        raise fields.error(tr("there is no network {name!r} among those that ship", name=network[:60]))
    tensor = read_weights(path).tensors.get(name)
    if tensor is None:
        raise fields.error(tr("{network} has no tensor {name!r}", network=network, name=name[:60]))
    return np.asarray(tensor.values(), dtype=np.float64)


def _layer(fields: Fields) -> Layer:
    return read_layer(fields, WrittenFields(fields), fields.text("kind", "convolution"))


def read_layer(fields: Fields, stored: StoredFields, kind: str) -> Layer:
    """Read a layer of any kind; a LoadError says what is wrong."""
    called = kind_called(kind)
    if called is None:
        known = ", ".join(json_kinds())
        raise fields.error(
            tr("there is no layer of kind {kind!r}; the kinds are {layers}", kind=kind[:40], layers=known)
        )
    try:
        layer = called.from_json(kind, stored)
    # SpecError is a ValueError; TypeError is what a string in place of a number leads to.
    except (ValueError, TypeError) as error:
        raise fields.error(tr("a layer is not legal ({error})", error=told(error))) from error
    fields.check_all_used()
    return layer


def _check_fits(fields: Fields, document: Document) -> None:
    """Refuse a lesson whose layers do not take their input."""
    try:
        check_document(document)
    except ValueError as error:
        raise fields.error(tr("a layer does not fit its input ({error})", error=refusal(error))) from error
