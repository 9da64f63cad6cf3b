"""The parts of a document's JSON: samples, layers, states and lessons, both ways. See `convgui.files.documents`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from convgui.files.archive import Arrays, Stored
from convgui.files.fields import Fields
from convgui.files.lessons import read_layer, read_sources
from convgui.files.links import Link
from convgui.layers.layer import Layer
from convgui.model.axis_selection import AxisSelection
from convgui.model.document import MISSING, Caption, Document, Lesson, Missing, View, Words
from convgui.model.limits import check_document
from convgui.model.refusals import refusal
from convgui.model.sample import Alpha, Sample
from convgui.words import tr

SMALLEST, LARGEST = 1e-6, 1e9
"""Of magnifications."""
Linked = Callable[[Fields, AxisSelection | None], Sample]
"""Opens an input that stands in a file of its own, with its axes read as before."""


@dataclass
class ObjectTable:
    """Samples and layers by number: collected while a document is written, known when one is read."""

    links: Mapping[Sample, Link] = field(default_factory=dict)
    folder: Path = field(default_factory=Path)
    known_samples: list[Sample] = field(default_factory=list)
    known_layers: list[Layer] = field(default_factory=list)
    branches: bool = True
    check: Callable[[Document], None] = check_document

    @classmethod
    def read(
        cls,
        fields: Fields,
        archive: Stored,
        linked: Linked,
        branches: bool,
        check: Callable[[Document], None] = check_document,
    ) -> ObjectTable:
        """Read all samples and layers.

        Parameters
        ----------
        linked : callable
            Opens an input that stands in a file of its own.
        branches : bool
            Whether the format says which values a layer reads.
        check : callable
            Raises ValueError where layers do not fit their input, or are too large.
        """
        samples = [_read_sample(inner, archive, linked) for inner in fields.each("samples")]
        layers = [_read_layer(inner, archive) for inner in fields.each("layers")]
        return cls(known_samples=samples, known_layers=layers, branches=branches, check=check)

    def sample(self, sample: Sample) -> int:
        """Return the number of a sample."""
        return _number_of(self.known_samples, sample)

    def layer(self, layer: Layer) -> int:
        """Return the number of a layer."""
        return _number_of(self.known_layers, layer)

    def samples(self, arrays: Arrays) -> list[dict[str, Any]]:
        """Return the JSON of all samples."""
        return [self._sample_json(sample, arrays) for sample in self.known_samples]

    def layers(self, arrays: Arrays) -> list[dict[str, Any]]:
        """Return the JSON of all layers."""
        return [layer_json(layer, arrays) for layer in self.known_layers]

    def _sample_json(self, sample: Sample, arrays: Arrays) -> dict[str, Any]:
        link = self.links.get(sample)
        if link is None:
            data: dict[str, Any] = {"array": arrays.add(sample.data)}
        else:
            data = link.to_json(self.folder)
            data |= {"shape": list(sample.data.shape), "dtype": sample.data.dtype.name}
        clear: dict[str, Any] = {}
        if sample.alpha is not None and link is None:
            clear = {"alpha": {"array": arrays.add(sample.alpha.values), "associated": sample.alpha.associated}}
        return {
            **clear,
            "name": sample.name,
            "source": sample.source,
            "note": sample.note,
            "nonfinite": sample.nonfinite,
            "channels": list(sample.channels),
            "spacing": [float(size) for size in sample.spacing],
            "units": list(sample.units),
            "directions": [list(pair) for pair in sample.directions],
            **({"affine": [list(row) for row in sample.affine]} if sample.affine else {}),
            **_axis_selection_json(sample.axis_selection),
            **({"inverted": True} if sample.inverted else {}),
            "data": data,
        }


def _axis_selection_json(selection: AxisSelection | None) -> dict[str, Any]:
    if selection is None:
        return {}
    return {"reading": {"channel": selection.channel, "index": [list(pair) for pair in selection.index]}}


def _read_axis_selection(fields: Fields) -> AxisSelection | None:
    if "reading" not in fields.values:
        return None
    inner = fields.inner("reading")
    pairs = inner.any("index")
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and [type(part) for part in pair] == [str, int] for pair in pairs
    ):
        raise fields.error(tr("its '{where}index' is not a list of axes and positions", where=inner.where))
    selection = AxisSelection(inner.text("channel"), tuple((name, position) for name, position in pairs))
    inner.check_all_used()
    return selection


def _number_of(known: list[Any], item: object) -> int:
    for number, other in enumerate(known):
        if other is item:
            return number
    known.append(item)
    return len(known) - 1


def _read_sample(fields: Fields, archive: Stored, linked: Linked) -> Sample:
    data, selection = fields.inner("data"), _read_axis_selection(fields)
    if "array" in data.values:
        sample = Sample(archive.array(data.text("array"), missing=True), "")
        data.check_all_used()
    else:
        sample = linked(data, selection)
    source = sample.source or fields.text("source")
    directions = tuple((str(low), str(high)) for low, high in fields.any("directions"))
    channels = tuple(fields.texts("channels"))
    if len(channels) != len(sample.data):
        raise fields.error(
            tr(
                "its '{where}channels' names {named} of {channels} channels",
                where=fields.where,
                named=len(channels),
                channels=len(sample.data),
            )
        )
    if "alpha" in fields.values:
        sample = replace(sample, alpha=_read_alpha(fields.inner("alpha"), archive, sample))
    read = replace(
        sample,
        name=fields.text("name"),
        source=source,
        channels=channels,
        spacing=tuple(fields.numbers("spacing").tolist()),
        nonfinite=fields.integer("nonfinite"),
        note=fields.text("note"),
        units=tuple(fields.texts("units")),
        directions=directions,
        affine=_read_affine(fields, sample.data.ndim),
        axis_selection=selection,
        inverted=fields.boolean("inverted", False),
    )
    fields.text("source")
    fields.check_all_used()
    return read


def _read_affine(fields: Fields, columns: int) -> tuple[tuple[float, ...], ...]:
    if "affine" not in fields.values:
        return ()
    affine = fields.numbers("affine")
    if affine.shape != (3, columns):
        raise fields.error(
            tr(
                "its '{where}{key}' is not 3 rows of {columns} numbers",
                where=fields.where,
                key="affine",
                columns=columns,
            )
        )
    return tuple(tuple(float(n) for n in row) for row in affine)


def _read_alpha(fields: Fields, archive: Stored, sample: Sample) -> Alpha:
    values, associated = archive.array(fields.text("array")), fields.boolean("associated")
    if values.shape != sample.spatial:
        raise fields.error(tr("its '{where}array' has not the shape of the picture", where=fields.where))
    fields.check_all_used()
    return Alpha(values, associated)


def layer_json(layer: Layer, arrays: Arrays) -> dict[str, Any]:
    """Return the JSON of a layer."""
    named = {CALLED: layer.name} if layer.name else {}
    return layer.to_json() | {name: arrays.add(values) for name, values in layer.parameters.items()} | named


CALLED = "called"
"""What a layer's own name stands under, which only some have."""


@dataclass(frozen=True)
class _StoredFields:
    """A layer as a document holds it: nothing is left out, and arrays stand in the archive."""

    fields: Fields
    archive: Stored

    def any(self, key: str, default: Any = None) -> Any:
        return self.fields.any(key)

    def text(self, key: str, default: Any = None) -> str:
        return self.fields.text(key)

    def integer(self, key: str, default: Any = None) -> int:
        return self.fields.integer(key)

    def real(self, key: str, default: Any = None) -> float:
        return self.fields.real(key)

    def boolean(self, key: str, default: Any = None) -> bool:
        return self.fields.boolean(key)

    def newer(self, key: str, default: Any) -> Any:
        return self.fields.any(key, default)

    def array(self, key: str, shape: tuple[int, ...], default: float | None = None) -> NDArray[np.float64]:
        array = self.archive.array(self.fields.text(key))
        if array.dtype != np.float64:
            raise self.fields.error(tr("its '{where}{key}' is not float64", where=self.fields.where, key=key))
        return array


def _read_layer(fields: Fields, archive: Stored) -> Layer:
    name = fields.text(CALLED, "")
    layer = read_layer(fields, _StoredFields(fields, archive), fields.text("kind"))
    return replace(layer, name=name) if name else layer


def state_json(document: Document, table: ObjectTable) -> dict[str, Any]:
    """Return the JSON of a document without its lesson."""
    view = _readable(document.view)
    return {
        "sample": table.sample(document.sample),
        "layers": [table.layer(layer) for layer in document.layers],
        **({"sources": [list(numbers) for numbers in document.sources]} if document.sources else {}),
        **({} if document.missing == "spread" else {"missing": document.missing}),
        "view": {
            "scene": view.scene,
            "step": view.step,
            "layer": view.layer,
            "filter": view.filter,
            "channel": view.channel,
            "options": dict(view.options),
            "centre": [float(part) for part in view.centre],
            "zoom": float(view.zoom),
            "turn": [float(part) for part in view.turn],
            **({} if view.levels is None else {"levels": [float(part) for part in view.levels]}),
        },
    }


def _readable(view: View) -> View:
    """Return a view that can be read again: no way of looking at work is a reason to lose it."""
    plain = View()
    levels = view.levels
    return replace(
        view,
        centre=view.centre if np.isfinite(view.centre).all() else plain.centre,
        turn=view.turn if np.isfinite(view.turn).all() else plain.turn,
        zoom=view.zoom if SMALLEST < view.zoom < LARGEST else plain.zoom,
        levels=levels if levels is not None and np.isfinite(levels).all() and levels[0] < levels[1] else None,
    )


def read_state(fields: Fields, table: ObjectTable, lesson: Lesson | None = None) -> Document:
    """Read a document; a LoadError says which part does not fit."""
    sample = _numbered(fields, "sample", fields.integer("sample"), table.known_samples)
    numbers = fields.any("layers")
    if not isinstance(numbers, list) or not numbers:
        raise fields.error(tr("its '{where}layers' is not a list of layers", where=fields.where))
    layers = tuple(_numbered(fields, "layers", number, table.known_layers) for number in numbers)
    sources = read_sources(fields, len(layers)) if table.branches else ()
    document = Document(sample, layers, _read_view(fields.inner("view")), lesson, _read_missing(fields), sources)
    fields.check_all_used()
    try:
        table.check(document)
    except ValueError as error:
        raise fields.error(tr("a layer does not fit its input ({error})", error=refusal(error))) from error
    return document


def _read_missing(fields: Fields) -> Missing:
    written = fields.text("missing") if "missing" in fields.values else MISSING[0]
    for known in MISSING:
        if written == known:
            return known
    raise fields.error(
        tr("its 'missing' is {written!r}; it is one of: {known}", written=written[:40], known=", ".join(MISSING))
    )


def _numbered(fields: Fields, key: str, number: Any, known: list[Any]) -> Any:
    if type(number) is not int or not 0 <= number < len(known):
        raise fields.error(
            tr(
                "its '{where}{key}' refers to number {number} of {count}",
                where=fields.where,
                key=key,
                number=str(number)[:20],
                count=len(known),
            )
        )
    return known[number]


def _read_view(fields: Fields) -> View:
    centre, turn = fields.numbers("centre"), fields.numbers("turn")
    zoom = fields.real("zoom")
    levels = fields.numbers("levels") if "levels" in fields.values else None
    if levels is not None and (levels.shape != (2,) or not levels[0] < levels[1]):
        raise fields.error(tr("its '{where}levels' is not two numbers, the smaller one first", where=fields.where))
    if centre.shape != (2,) or turn.shape != (2,) or not SMALLEST < zoom < LARGEST:
        raise fields.error(
            tr(
                "its '{where}centre' or turn is not two numbers, or its zoom {zoom:g} is not legal",
                where=fields.where,
                zoom=zoom,
            )
        )
    view = View(
        scene=fields.text("scene"),
        step=fields.integer("step"),
        layer=fields.integer("layer"),
        filter=fields.integer("filter"),
        channel=fields.integer("channel"),
        options=_read_options(fields),
        centre=(float(centre[0]), float(centre[1])),
        zoom=zoom,
        turn=(float(turn[0]), float(turn[1])),
        levels=(float(levels[0]), float(levels[1])) if levels is not None else None,
    )
    fields.check_all_used()
    return view


def _read_options(fields: Fields) -> Mapping[str, str]:
    chosen = fields.inner("options")
    return MappingProxyType({key: chosen.text(key) for key in chosen.values})


def lesson_json(lesson: Lesson | None, table: ObjectTable) -> dict[str, Any] | None:
    """Return the JSON of a lesson with its notes."""
    if lesson is None:
        return None
    notes = [
        {
            "text": note.text,
            "step": note.step,
            "options": dict(note.options),
            "predict": note.predict,
            "state": None if note.state is None else state_json(note.state, table),
            **({"words": note.words} if note.words != "own" else {}),
        }
        for note in lesson.captions
    ]
    about = {"id": lesson.id, "title": lesson.title, "chapter": lesson.chapter, "source": lesson.source}
    return {**about, **({"author": lesson.author} if lesson.author else {}), "notes": notes}


def read_lesson(fields: Fields, table: ObjectTable) -> Lesson | None:
    """Read the lesson of a document, if it has one."""
    if fields.any("lesson") is None:
        return None
    lesson = fields.inner("lesson")
    notes = tuple(_read_note(note, table) for note in lesson.each("notes"))
    identity, title, chapter, source = (lesson.text(key) for key in ("id", "title", "chapter", "source"))
    read = Lesson(identity, title, chapter, notes, source, lesson.text("author", ""))
    lesson.check_all_used()
    return read


def _read_note(fields: Fields, table: ObjectTable) -> Caption:
    state = None if fields.any("state") is None else read_state(fields.inner("state"), table)
    text, step, asks = fields.text("text"), fields.integer("step"), fields.boolean("predict")
    note = Caption(text, step, _read_options(fields), asks, state, _read_words(fields))
    fields.check_all_used()
    return note


def _read_words(fields: Fields) -> Words:
    read = fields.text("words", "own")
    for known in get_args(Words):
        if read == known:
            return cast("Words", known)
    raise fields.error(tr("its '{where}words' is {given!r}", where=fields.where, given=read))
