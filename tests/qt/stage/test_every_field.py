"""Every field of a document is changed in turn in a running presenter; the picture is what a fresh one would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from convgui.core.spec import ConvSpec, SpecError
from convgui.draw.picture import Picture
from convgui.draw.theme import LIGHT
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, Lesson, Missing, View
from convgui.model.memo import Work
from convgui.model.sample import Alpha, Sample
from convgui.qt.stage import presenter as presenting
from convgui.qt.stage.presenter import Presenter
from convgui.scenes import scene, scenes
from convgui.scenes.scene import for_scene, reason_against
from convgui.session import edits
from convgui.session.session import Session
from convgui.session.stack import add_layer, with_reads
from tests.scenes.same import difference

SCENES = [found.id for found in scenes()]
REMEMBER = ("slide", "maps", "volume")
"""Scenes in which each field is changed in two documents; in the others it is in one."""


def layer(channels: int, filters: int, size: tuple[int, ...], **fields: object) -> Convolution:
    rng = np.random.default_rng(channels + filters)
    spec = ConvSpec.of(channels, filters, size, **fields)  # type: ignore[arg-type]
    weight = rng.integers(-3, 4, spec.weight_shape).astype(float)
    return Convolution(spec, weight, rng.integers(1, 4, filters).astype(float))


def made(shape: tuple[int, ...], *layers: Layer, chosen: int = 0, nonfinite: int = 0, **options: str) -> Document:
    data: Any = np.random.default_rng(1).integers(0, 9, shape)
    if nonfinite:
        data = data.astype(np.float64)
        data.reshape(-1)[:nonfinite] = np.nan
    return Document(Sample(data, "made", nonfinite=nonfinite), layers, View(layer=chosen, options=options))


DOCUMENTS = {
    "picture": made((3, 30, 32), layer(3, 2, (3, 3), padding=1)),
    "stack": made((2, 6, 6), layer(2, 3, (3, 3), padding=1), ReLU(), layer(3, 2, (3, 3)), chosen=2),
    "several channels": made((3, 5, 6), layer(3, 2, (3, 2), padding=1)),
    "groups": made((4, 5, 5), layer(4, 6, (3, 3), groups=2, stride=2, padding=1, padding_mode="reflect")),
    "one axis": made((2, 9), layer(2, 3, (3,), padding="same_lower", stride=2)),
    "one axis in a stack": made((2, 30), layer(2, 4, (3,)), ReLU(), layer(4, 4, (2,), groups=2), chosen=2),
    "dilated": made((2, 7, 7), layer(2, 2, (3, 3), dilation=2, padding=2, padding_mode="circular")),
    "pointwise": made((3, 4, 4), layer(3, 4, (1, 1))),
    "volume": made((2, 4, 5, 5), layer(2, 2, (2, 3, 3))),
    "volumes": made((4, 3, 4, 4), layer(4, 4, (2, 2, 2), groups=2), ReLU(), layer(4, 4, (1, 2, 2), groups=2), chosen=2),
    "transposed": made((2, 3, 3), layer(2, 3, (3, 3), stride=2, transposed=True, output_padding=1)),
    "transposed groups": made((4, 2, 3), layer(4, 6, (3, 3), groups=2, stride=2, transposed=True)),
    "transposed in a stack": made(
        (2, 4, 4), layer(2, 4, (2, 2)), ReLU(), layer(4, 4, (3, 3), stride=2, transposed=True), chosen=2
    ),
    "holes": made((2, 6, 5), layer(2, 3, (2, 2)), ReLU(), layer(3, 2, (3, 3)), chosen=2, nonfinite=2),
    "a hole in a volume": made((1, 4, 4, 4), layer(1, 2, (2, 2, 2)), nonfinite=2),
    "parts": made((2, 5, 6), layer(2, 3, (2, 2)), layer(3, 3, (2, 2)), chosen=1, sheet="filter"),
    "slices": made((2, 4, 5, 5), layer(2, 3, (2, 3, 3)), view="slices"),
    "pooled": made((2, 6, 6), layer(2, 3, (3, 3)), Pool("max", (2, 2), (2, 2), (0, 0)), chosen=1),
    "picture in a stack": made((1, 29, 31), layer(1, 2, (3, 3)), ReLU(), layer(2, 2, (2, 2), groups=2), chosen=2),
}
ALWAYS = frozenset({
    "a weight", "the bias", "the flip", "the stride", "no padding", "the padding's mode", "the dilation", "more groups",
    "a weight two layers before", "one cell", "all cells", "the filter", "the channel", "the zoom", "the levels",
})  # fmt: skip
"""What each scene that shows convolutions is tried with."""
Change = Callable[[Document], Document]


def another(**fields: Any) -> Change:
    """Change the sample."""
    return lambda d: replace(d, sample=replace(d.sample, **{k: v(d.sample) for k, v in fields.items()}))


def at(place: int, change: Callable[[Convolution], Convolution]) -> Change:
    """Change the convolution that stands so far from the chosen layer."""

    def changed(document: Document) -> Document:
        n = document.view.layer + place
        one = document.layers[n] if 0 <= n < len(document.layers) else None
        if not isinstance(one, Convolution):
            raise SpecError("layer", "There is none.")
        return replace(document, layers=(*document.layers[:n], change(one), *document.layers[n + 1 :]))

    return changed


def specified(**fields: Callable[[ConvSpec], object]) -> Change:
    return lambda d: edits.change_spec(d, **{k: v(d.layer.spec) for k, v in fields.items()})


def viewed(**fields: object) -> Change:
    return lambda d: d.with_view(replace(d.view, **fields))  # type: ignore[arg-type]


def one_weight(one: Convolution) -> Convolution:
    return one.with_weight(tuple(n - 1 for n in one.weight.shape), float(one.weight.flat[-1]) + 2.0)


def one_cell(sample: Sample) -> Any:
    data = sample.data.copy()
    data.reshape(-1)[3] += 5
    return data


def with_hole(document: Document, missing: Missing) -> Document:
    if document.sample.nonfinite:
        return replace(document, missing=missing)
    data = document.sample.data.astype(np.float64)
    data.flat[4] = np.nan
    return replace(document, sample=replace(document.sample, data=data, nonfinite=1), missing=missing)


def larger(document: Document) -> Document:
    data = np.ones((len(document.sample.data), *(n + 1 for n in document.sample.spatial)))
    return edits.with_sample(document, Sample(data, "larger"))


FIELDS: Mapping[str, Change] = {
    "a weight": at(0, one_weight),
    "all weights": at(0, lambda one: replace(one, weight=one.weight[..., ::-1] + 1)),
    "no weights": at(0, lambda one: replace(one, weight=one.weight * 0)),
    "the bias": at(0, lambda one: replace(one, bias=one.bias + 3)),
    "the flip": at(0, lambda one: replace(one, flip=not one.flip)),
    "the stride": specified(stride=lambda s: tuple(n + 1 for n in s.stride)),
    "no padding": specified(padding=lambda _: 0),
    "more padding": specified(padding=lambda _: 2),
    "named padding": specified(padding=lambda _: "same_upper"),
    "the padding's mode": specified(padding=lambda _: 1, padding_mode=lambda _: "replicate"),
    "the dilation": specified(dilation=lambda s: tuple(n + 1 for n in s.dilation)),
    "no groups": specified(groups=lambda _: 1),
    "more groups": specified(groups=lambda s: s.in_channels),
    "the direction": specified(transposed=lambda s: not s.transposed),
    "more filters": specified(out_channels=lambda s: s.out_channels + s.groups),
    "the kernel's size": specified(kernel_size=lambda s: tuple(n + 1 for n in s.kernel_size)),
    "a weight two layers before": at(-2, one_weight),
    "a weight before": at(-1, one_weight),
    "the bias two layers before": at(-2, lambda one: replace(one, bias=one.bias + 2)),
    "no weights two layers before": at(-2, lambda one: replace(one, weight=one.weight * 0)),
    "what a layer reads": lambda d: with_reads(d, (0,)),
    "a layer less": lambda d: replace(d, layers=d.layers[:-1]),
    "a layer more": lambda d: add_layer(d, "relu"),
    "another layer before": lambda d: replace(d, layers=(ReLU(), *d.layers)),
    "one cell": another(data=one_cell),
    "all cells": another(data=lambda s: s.data.astype(np.float64) - 3.75),
    "another range": another(data=lambda s: s.data * 100),
    "another type": another(data=lambda s: s.data.astype(np.float32)),
    "another name": another(name=lambda _: "another"),
    "names of channels": another(channels=lambda s: tuple("xyzw"[: len(s.data)])),
    "the spacing": another(spacing=lambda s: (2.0,) * len(s.spatial), units=lambda _: ()),
    "the grey": another(inverted=lambda _: True),
    "transparency": another(alpha=lambda s: Alpha(np.linspace(0, 1, s.data[0].size).reshape(s.spatial))),
    "a missing value": lambda d: with_hole(d, "spread"),
    "one that is left out": lambda d: with_hole(d, "rescale"),
    "one that is zero": lambda d: with_hole(d, "zero"),
    "a larger input": larger,
    "a lesson": lambda d: replace(d, lesson=Lesson("", "Told", "Tests")),
    "the first layer": viewed(layer=0),
    "the last layer": viewed(layer=9),
    "the filter": viewed(filter=1),
    "the last filter": viewed(filter=99),
    "the channel": viewed(channel=99),
    "the centre": viewed(centre=(0.2, 0.7), zoom=1.5),
    "the zoom": viewed(zoom=2.5),
    "the turn": viewed(turn=(70.0, -20.0)),
    "the levels": viewed(levels=(-5.0, 5.0)),
    "the step": viewed(step=1),
    "an enlarged map": lambda d: d.with_view(replace(d.view, options={**d.view.options, "map-0": "1", "map-1": "1"})),
}


def options(document: Document) -> Iterator[tuple[str, Change]]:
    """Choose everything there is to choose."""
    shown = scene(document.view.scene)
    for option in shown.options(for_scene(shown, document)):
        for value, _ in option.choices:
            yield f"{option.name}={value}", viewed(options={option.name: value})


class Shown:
    """A presenter and the last that it said."""

    def __init__(self, document: Document) -> None:
        self.session = Session(document)
        self.presenter = Presenter(self.session)
        self.picture: Picture | None = None
        self.reason = ""
        self.presenter.pictured.connect(self._on_pictured)
        self.presenter.failed.connect(self._on_failed)
        self.presenter.set_canvas(900, 700, LIGHT)
        self.presenter.start()

    def _on_pictured(self, picture: Picture) -> None:
        self.picture = picture

    def _on_failed(self, reason: str) -> None:
        self.reason = reason

    def complete(self) -> None:
        """Compute at once what is left to the background."""
        shown, data = self.presenter.scene, self.presenter.data
        if data is not None and shown.rest(data):
            self.presenter._on_completed(data, shown.complete(data, Work(self.presenter.pieces)))

    def close(self) -> None:
        self.presenter.close()


def changed(document: Document, change: Change) -> Document | None:
    """Return the document with a change; None where it has no such field, or there is nothing to change."""
    with suppress(SpecError, IndexError, ValueError):
        after = change(document)
        return None if after == document else after
    return None


def assert_fresh(
    running: Shown, document: Document, where: str, *, exact: bool = True, complete: bool = False, last: bool = True
) -> None:
    """The picture of a running presenter is that of one that has shown nothing else.

    Compared at its last step: the first of many scenes shows little of what comes out.
    """
    fresh = Shown(document)
    if complete:
        fresh.complete()
    fresh.presenter.jump(min(running.presenter.player.target, fresh.presenter.player.steps - 1))
    assert running.reason == fresh.reason, where
    if last:
        for presenter in (running.presenter, fresh.presenter):
            presenter.jump(-1)
    found = difference(running.picture, fresh.picture, exact=exact)
    assert not found, f"{where}: {found}"
    fresh.close()


def shown_by(identity: str) -> dict[str, Document]:
    every = {name: base.with_view(replace(base.view, scene=identity)) for name, base in DOCUMENTS.items()}
    shown = {name: one for name, one in every.items() if not reason_against(scene(identity), one)}
    # Descents on pictures take longer than all the others together.
    return {name: one for name, one in shown.items() if identity != "learn" or "picture" not in name}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(presenting, "INLINE", 10**12)


def fields_of(documents: Mapping[str, Document]) -> dict[str, Change]:
    chosen = {name: change for one in documents.values() for name, change in options(one)}
    return {**FIELDS, **chosen}


@pytest.mark.parametrize("identity", SCENES)
def test_what_was_shown_before_leaves_no_trace(identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("", ".descent", ".frame", ".loss"):
        # A descent takes a thousand times as long as anything else.
        monkeypatch.setattr(import_module(f"convgui.scenes.learn{module}"), "STEPS", 3)
    documents = shown_by(identity)
    running, names, tried = {name: Shown(one) for name, one in documents.items()}, list(documents), set[str]()
    for turn, (field, change) in enumerate(fields_of(documents).items()):
        # Each field has its turn in other documents.
        where = [names[(turn + n) % len(names)] for n in range(len(names))]
        able = [(name, after) for name in where if (after := changed(documents[name], change)) is not None]
        for name, after in able[: 2 if identity in REMEMBER else 1]:
            one = running[name]
            one.session.open(documents[name])
            one.session.replace(after, "Change")
            assert_fresh(one, after, f"{identity}: {field} of {name}", last=field != "the step")
            tried.add(field)
    if identity != "cells":
        assert tried >= ALWAYS - ({"the padding's mode"} if identity in ("transposed", "overlap") else set())
    for one in running.values():
        one.close()


@pytest.mark.parametrize(
    ("identity", "limits", "completes", "names"),
    [
        ("slide", {"slide.photo.LARGE": 0}, True, ("picture", "picture in a stack")),
        ("slide", {"slide.photo.LARGE": 0}, False, ("picture",)),
        ("volume", {"volume.layer.FEW": 0}, True, ("volume", "volumes", "slices")),
        ("maps", {"feature_maps.stages.KEPT": 300, "feature_maps.gathered.SIDE": 4}, True, ("picture", "stack")),
        ("network", {"feature_maps.stages.KEPT": 300, "feature_maps.gathered.SIDE": 4}, True, ("stack",)),
        ("maps", {}, True, ("parts",)),
    ],
)
def test_what_follows_from_what_was_computed_before_is_what_would_be_computed(
    identity: str, limits: dict[str, int], completes: bool, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large pictures follow weights one by one, and first show a part or what was kept; small ones here as well."""
    for limit, value in limits.items():
        monkeypatch.setattr(f"convgui.scenes.{limit}", value)
    documents = shown_by(identity)
    for name in names:
        running, base = Shown(documents[name]), documents[name]
        for field, change in fields_of({name: base}).items():
            after = changed(base, change)
            if after is None:
                continue
            running.session.open(base)
            if completes:
                running.complete()
            running.session.replace(after, "Change")
            where = f"{identity}: {field} of {name}"
            data = running.presenter.data
            if identity == "slide" and data is not None and running.presenter.scene.rest(data):
                assert_fresh(running, after, where, exact=False)
            if completes:
                running.complete()
                assert_fresh(running, after, f"{where}, completed", exact=False, complete=True)
        running.close()
