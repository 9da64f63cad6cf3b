"""Receptive fields of stacks of every kind, on one, two and three axes: drawn at every step, and true."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgui.core.spec import PADDING_MODES, ConvSpec, SpecError
from convgui.layers import choices
from convgui.layers.convolution import Convolution
from convgui.layers.crop import Crop
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer, Shape
from convgui.layers.pad import Pad
from convgui.layers.pooling import Pool
from convgui.layers.rearrange import Rearrange
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.receptive.fields import Fields, fields
from convgui.scenes.receptive.tree import Tree
from convgui.scenes.scene import SceneError, reason_against
from tests.scenes.checks import assert_legible, picture_of

SMALL = st.integers(1, 3)


@st.composite
def layers(draw: st.DrawFn, shape: Shape) -> Layer:
    """Draw a layer of any kind for ``(C, *spatial)``, with weights above 0."""
    rank = len(shape) - 1

    def each(numbers: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(numbers) for _ in range(rank))

    kind = draw(st.sampled_from(("plain", "transposed", "pool", "factor", "size", "adaptive", "pad", "crop", "any")))
    match kind:
        case "plain" | "transposed":
            spec = ConvSpec.of(
                shape[0], draw(SMALL), each(SMALL), stride=each(SMALL), dilation=each(SMALL),
                padding=[[draw(st.integers(0, 1)), draw(st.integers(0, 1))] for _ in range(rank)],
                transposed=kind == "transposed",
            )  # fmt: skip
            return Convolution(spec, np.ones(spec.weight_shape), np.zeros(spec.out_channels))
        case "pool":
            size = each(SMALL)
            return Pool(
                draw(st.sampled_from(("max", "average"))), size, each(SMALL), tuple(k // 2 for k in size),
                ceil_mode=draw(st.booleans()), count_include_pad=draw(st.booleans()),
            )  # fmt: skip
        case "factor" | "size":
            factors = each(st.sampled_from((1, 2, 3, 0.5, 1.5, 2.25))) if kind == "factor" else ()
            size = () if kind == "factor" else each(st.integers(1, 9))
            if draw(st.booleans()):
                return Upsample(factors, "nearest", size)
            return Upsample(factors, "linear", size, draw(st.booleans()))
        case "adaptive":
            return GlobalPool(draw(st.sampled_from(("max", "average"))), each(st.integers(1, 5)))
        case "pad":
            sides = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank))
            return Pad(sides, draw(st.sampled_from(PADDING_MODES)))
        case "crop":
            return Crop.of([slice(None), *(slice(0, draw(st.integers(1, 9)), draw(SMALL)) for _ in range(rank))], shape)
        case _:
            return draw(st.sampled_from(choices())).build(shape)


@st.composite
def stacks(draw: st.DrawFn) -> Document:
    """Draw a small input and one to five layers that fit it."""
    shape: Shape = (draw(st.integers(1, 2)), *draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    found, at = list[Layer](), shape
    for _ in range(draw(st.integers(1, 5))):
        try:
            layer = draw(layers(at))
            after = layer.output_shape(at)
        except SpecError:
            continue
        if np.prod(after) <= 4000:
            found, at = [*found, layer], after
    found = found or [Upsample((1,) * (len(shape) - 1))]
    sample = Sample(np.arange(np.prod(shape), dtype=float).reshape(shape) / 10, "t")
    return Document(sample, tuple(found), View(scene="receptive"))


def prepared_of(
    document: Document, data: st.DataObject, weights: tuple[str, ...] = ("given", "random")
) -> tuple[Document, Fields | None]:
    """Return a document with options drawn, and its fields where the scene shows any."""
    options = {"weights": data.draw(st.sampled_from(weights))}
    if len(document.sample.spatial) == 1:
        # Another picture, of which `test_every_stack_on_one_axis_has_a_tree` is.
        options["shown"] = "stack"
    if len(document.sample.spatial) > 2:
        options["plane"] = data.draw(st.sampled_from(("hw", "dw", "dh")))
    document = document.with_view(replace(document.view, options=options))
    if reason_against(scene("receptive"), document):
        return document, None
    try:
        prepared = scene("receptive").prepare(document)
    except SceneError:
        return document, None
    assert isinstance(prepared, Fields)
    return document, prepared


@settings(max_examples=100, deadline=None)
@given(stacks())
def test_every_stack_on_one_axis_has_a_tree(document: Document) -> None:
    assume(len(document.sample.spatial) == 1 and not reason_against(scene("receptive"), document))
    prepared = scene("receptive").prepare(document)
    assert isinstance(prepared, Tree)
    for step in range(prepared.length(prepared.top)):
        assert_legible(picture_of(document, step))


@settings(max_examples=100, deadline=None)
@given(stacks(), st.data())
def test_every_stack_is_drawn_at_every_step(document: Document, data: st.DataObject) -> None:
    document, prepared = prepared_of(document, data)
    for index in range(len(prepared.layers) if prepared is not None else 0):
        assert picture_of(document, index).items


def whole_gradient(document: Document, place: int, cell: Shape) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Send a gradient back from a cell through whole layers."""
    values = [document.sample.data.astype(np.float64)]
    for layer in document.layers[: place + 1]:
        values.append(layer.forward(values[-1]))
    grad = np.zeros(values[-1].shape)
    grad[(0, *cell)] = 1
    for layer, x in zip(reversed(document.layers[: place + 1]), reversed(values[:-1]), strict=True):
        grad = layer.backward(grad, x)
    return np.asarray(np.abs(grad).sum(axis=0))


@settings(max_examples=100, deadline=None)
@given(stacks(), st.data())
def test_the_effective_field_is_that_of_whole_layers_and_lies_where_ways_lead(
    document: Document, data: st.DataObject
) -> None:
    document, found = prepared_of(document, data, ("given",))
    if found is None:
        return
    for place, strength in enumerate(found.strengths):
        cell = found.middle(place)
        want = whole_gradient(document, place, found.whole(place, cell))
        want = want.sum(axis=found.left_out) if found.plane else want.reshape(found.size)
        got = np.zeros(want.shape)
        top, left = strength.corner
        rows, columns = strength.values.shape
        got[top : top + rows, left : left + columns] = strength.values
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9 * max(1.0, np.abs(want).max()))
        ways = np.outer(*found.ways(place, cell))
        assert not (got[ways == 0] > 1e-9 * max(1.0, got.max())).any()


def test_a_volume_that_is_resized_to_a_size_is_followed() -> None:
    """Found by a stranger: the tables of an axis were lost where two of three axes are drawn."""
    spec = ConvSpec.of(1, 1, (2, 2, 2), stride=2, transposed=True)
    stack = (
        Convolution(spec, np.ones(spec.weight_shape), np.zeros(1)),
        Upsample((), "linear", (9, 6, 3)),
        Upsample((2, 2, 2), "linear"),
        Pad(((1, 1),) * 3),
    )
    document = Document(Sample(np.ones((1, 3, 2, 1)), "t"), stack, View(scene="receptive"))
    for plane in ("hw", "dw", "dh"):
        chosen = document.with_view(replace(document.view, options={"plane": plane}))
        for step in range(len(stack)):
            assert picture_of(chosen, step).items


def test_a_cell_that_sees_nothing_on_the_axis_that_is_not_drawn() -> None:
    spec = ConvSpec.of(1, 1, (1, 1, 1), stride=(1, 1, 2), padding=((0, 0), (0, 0), (1, 1)), transposed=True)
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))
    document = Document(Sample(np.ones((1, 1, 1, 2)), "t"), (layer,), View(scene="receptive", options={"plane": "dh"}))
    assert picture_of(document).items


def test_a_layer_that_makes_less_of_a_part_than_a_cell() -> None:
    stack = (Upsample((1, 2, 1)), Upsample((1, 0.5, 1), "linear", (), align_corners=True))
    document = Document(Sample(np.ones((1, 1, 1, 1)), "t"), stack, View(scene="receptive"))
    assert picture_of(document, 1).items


def test_a_cell_of_rearranged_values_is_one_cell() -> None:
    swapped = Rearrange.axes_swapped((1, 4, 3))
    document = Document(Sample(np.ones((1, 4, 3)), "t"), (swapped, Upsample((2, 2))), View(scene="receptive"))
    for strength in fields(document, random=False).strengths:
        assert strength.values.sum() == 1.0
