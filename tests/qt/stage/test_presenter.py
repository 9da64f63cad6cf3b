"""Every field of a document is changed in turn in a running presenter; the picture is what a fresh one would show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convgui.core.spec import ConvSpec, SpecError
from convgui.draw.picture import Picture
from convgui.draw.theme import LIGHT
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, Lesson, View
from convgui.model.sample import Sample
from convgui.qt.stage import presenter as presenting
from convgui.qt.stage.presenter import Presenter
from convgui.qt.worker import Answer
from convgui.scenes import scene, scenes
from convgui.scenes.scene import asked, reason_against
from convgui.session import edits
from convgui.session.session import Session
from convgui.session.stack import add_layer
from tests.scenes.same import difference

MOST = 3
"""Documents that each scene is tried on."""
SCENES = [found.id for found in scenes()]


def layer(channels: int, filters: int, size: tuple[int, ...], **fields: object) -> Convolution:
    rng = np.random.default_rng(channels + filters)
    spec = ConvSpec.of(channels, filters, size, **fields)  # type: ignore[arg-type]
    weight = rng.integers(-3, 4, spec.weight_shape).astype(float)
    return Convolution(spec, weight, rng.integers(1, 4, filters).astype(float))


def made(shape: tuple[int, ...], *layers: Layer, chosen: int = 0) -> Document:
    data = np.random.default_rng(1).integers(0, 9, shape)
    return Document(Sample(data, "made"), layers, View(layer=chosen))


DOCUMENTS = {
    "groups": made((4, 5, 5), layer(4, 6, (3, 3), groups=2, stride=2, padding=1, padding_mode="reflect")),
    "stack": made((2, 6, 6), layer(2, 3, (3, 3), padding=1), ReLU(), layer(3, 2, (3, 3)), chosen=2),
    "one axis": made((2, 9), layer(2, 3, (3,), padding="same_lower", stride=2)),
    "several channels": made((3, 5, 6), layer(3, 2, (3, 2), padding=1)),
    "dilated": made((2, 7, 7), layer(2, 2, (3, 3), dilation=2, padding=2, padding_mode="circular")),
    "pointwise": made((3, 4, 4), layer(3, 4, (1, 1))),
    "volume": made((2, 4, 5, 5), layer(2, 2, (2, 3, 3))),
    "transposed": made((2, 3, 3), layer(2, 3, (3, 3), stride=2, transposed=True, output_padding=1)),
    "transposed groups": made((4, 2, 3), layer(4, 6, (3, 3), groups=2, stride=2, transposed=True)),
    "pooled": made((2, 6, 6), layer(2, 3, (3, 3)), Pool("max", (2, 2), (2, 2), (0, 0)), chosen=1),
    "picture": made((3, 40, 50), layer(3, 2, (3, 3), padding=1)),
}


def looks(document: Document) -> Iterator[Document]:
    """Look at a document in every other way that there is."""
    view = document.view
    for n in range(len(document.layers)):
        yield replace(document, view=replace(view, layer=n))
    yield document.looked_at(replace(view, filter=99))
    yield document.looked_at(replace(view, channel=99))
    shown = scene(view.scene)
    for option in shown.options(asked(shown, document)):
        for value, _ in option.choices:
            yield document.looked_at(replace(view, options={option.name: value}))
    for fields in (
        {"centre": (0.2, 0.7)},
        {"zoom": 2.5},
        {"turn": (70.0, -20.0)},
        {"levels": (-5.0, 5.0)},
        {"step": 1},
    ):
        yield document.looked_at(replace(view, **fields))


def samples(document: Document) -> Iterator[Document]:
    """Put every other input under it: other values, types, names, sizes."""
    sample = document.sample
    numbers = sample.data.astype(np.float64)
    other = numbers.astype(np.int64)
    other.flat[3] += 5
    for data in (other, numbers + 0.25, numbers * 100):
        yield replace(document, sample=replace(sample, data=data))
    yield replace(document, sample=replace(sample, name="another"))
    yield replace(document, sample=replace(sample, channels=tuple("xyzw"[: len(sample.data)])))
    yield replace(document, sample=replace(sample, spacing=(2.0,) * len(sample.spatial), units=()))
    yield replace(document, lesson=Lesson("", "Told", "Tests"))
    yield edits.with_sample(document, Sample(np.ones((len(other), *(n + 1 for n in sample.spatial))), "larger"))


def layered(document: Document) -> Iterator[Document]:
    """Change each parameter, a weight, the bias and the flip of each layer, and the stack."""
    for n, one in enumerate(document.layers):
        if not isinstance(one, Convolution):
            continue
        weight = one.weight.copy()
        weight.flat[-1] += 2
        spread = replace(one, weight=weight), replace(one, bias=one.bias * 0), replace(one, flip=not one.flip)
        for changed in (*spread, replace(one, weight=one.weight * 0)):
            yield replace(document, layers=(*document.layers[:n], changed, *document.layers[n + 1 :]))
    if isinstance(document.chosen, Convolution):
        spec = document.chosen.spec
        for fields in (
            {"stride": tuple(s + 1 for s in spec.stride)},
            {"padding": 0},
            {"padding": 2},
            {"padding": "same_upper"},
            {"dilation": 2},
            {"padding_mode": "replicate"},
            {"groups": 1},
            {"transposed": not spec.transposed},
            {"out_channels": spec.out_channels + spec.groups},
            {"kernel_size": tuple(k + 1 for k in spec.kernel_size)},
        ):
            with suppress(SpecError):
                yield edits.change_spec(document, **fields)
    with suppress(SpecError):
        yield add_layer(document, "relu")


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

    def close(self) -> None:
        self.presenter.close()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("identity", SCENES)
def test_what_was_shown_before_leaves_no_trace(identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presenting, "INLINE", 10**12)
    every = {name: base.looked_at(replace(base.view, scene=identity)) for name, base in DOCUMENTS.items()}
    shown = [(name, document) for name, document in every.items() if not reason_against(scene(identity), document)]
    assert shown
    # All documents with all changes take minutes; each change is tried on one of them, and on a picture.
    few = shown[:1] if identity == "learn" else [*shown[: MOST - 1], shown[-1]]
    for turn, (name, document) in enumerate(few):
        running = Shown(document)
        parts = islice((*samples(document), *layered(document)), turn % 2, None, 1 if name == "picture" else 2)
        for changed in [*looks(document), *parts][:: 4 if identity == "learn" else 1]:
            running.session.open(document)
            running.session.replace(changed, "Change")
            fresh = Shown(changed)
            fresh.presenter.jump(min(running.presenter.player.target, fresh.presenter.player.steps - 1))
            where = f"{name}: {changed.view} {changed.chosen}"
            assert running.reason == fresh.reason, where
            assert not difference(running.picture, fresh.picture), where
            fresh.close()
        running.close()


@pytest.mark.usefixtures("qapp")
def test_an_answer_that_comes_behind_a_newer_picture_is_not_shown() -> None:
    """It was on its way from its thread when an edit was computed at once."""
    before = DOCUMENTS["several channels"]
    after = replace(before, layers=(layer(3, 2, (3, 2), stride=2),))
    running = Shown(before)
    late = Answer(
        running.presenter._latest.generation, result=(running.presenter.scene, running.presenter.data, before)
    )
    running.session.replace(after, "Change")
    right = running.picture
    running.presenter._latest.answered.emit(late)
    fresh = Shown(after)
    for picture in (right, running.picture):
        assert not difference(picture, fresh.picture)
    assert running.presenter.data is not late.result[1]
    fresh.close()
    running.close()


def test_an_answer_to_an_older_question_pushes_no_newer_preview_off(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a weight is dragged, what can be shown at once is of the last weight; what was computed may be older."""
    monkeypatch.setattr(presenting, "INLINE", -1)
    before = DOCUMENTS["volume"].looked_at(View(scene="volume", options={"view": "slices"}))
    running = Shown(before)
    presenter = running.presenter
    qtbot.waitUntil(lambda: presenter.data is not None)
    data, weight = presenter.data, before.layer.weight
    for change in (1, 2):
        running.session.replace(before.with_layer(replace(before.layer, weight=weight + change)), "Drag", key="drag")
    preview = running.picture
    assert presenter._previewed == presenter._latest.generation
    presenter._on_answer(Answer(presenter._latest.generation - 1, result=(presenter.scene, data, before)))
    assert running.picture is preview
    running.close()
