"""Every kind of layer through everything that a kind has to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convgui
from convgui import layers
from convgui.core.spec import ConvSpec, SpecError
from convgui.export.atomic_write import ExportError
from convgui.export.code import TARGETS, code
from convgui.export.onnx_file import onnx_bytes
from convgui.files.documents import read_document, write_document
from convgui.layers import choices, json_kinds, kinds
from convgui.layers.convolution import Convolution
from convgui.layers.form import Chosen, Integer, Real, Sizes
from convgui.layers.layer import AnyArray, Choice, Layer, Shape
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session.pasted import apply, parse
from convgui.session.session import Session, arrays_of
from convgui.session.stack import add_layer, replace_layer

SHAPES: tuple[Shape, ...] = ((8, 9), (8, 6, 7), (8, 4, 4, 5))
ENTRIES = pytest.mark.parametrize("entry", choices(), ids=lambda entry: entry.id)
EVERY_SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=str)


def made(entry: Choice, shape: Shape) -> Document:
    data = np.random.default_rng(5).integers(-9, 9, shape).astype(np.float64)
    return Document(Sample(data, "test"), (entry.build(shape),), View())


def test_every_kind_is_found_and_named_once() -> None:
    names = {kind.__name__ for kind in kinds()}
    assert {"Convolution", "Pool", "ReLU", "Upsample", "PixelShuffle", "ChannelShuffle", "LayerNorm"} <= names
    modules = [path for path in Path(layers.__path__[0]).rglob("*.py") if "\nLAYER = " in path.read_text("utf-8")]
    assert len(names) == len(modules) == len(kinds())
    assert sum(len(kind.json_names) for kind in kinds()) == len(json_kinds())
    assert len({entry.id for entry in choices()}) == len(choices())
    assert {type(entry.build(SHAPES[1])) for entry in choices()} == set(kinds()), "each can be added"


@ENTRIES
@EVERY_SHAPE
def test_it_computes_what_it_says(entry: Choice, shape: Shape) -> None:
    layer, x = entry.build(shape), made(entry, shape).sample.data
    layer.check()
    assert layer.title
    assert layer.about.endswith(".")
    assert layer.rule(1).endswith(".")
    assert layer.said_of_maps(2, shape, layer.output_shape(shape)).endswith(".")
    out = layer.forward(x)
    assert out.shape == layer.output_shape(shape)
    present = layer.forward_present(x)
    assert np.allclose(present, out), "nothing is missing"
    grad = np.ones_like(out)
    assert layer.backward(grad, x).shape == shape


@ENTRIES
@EVERY_SHAPE
@pytest.mark.parametrize("channels", [(0,), (1, 2, 5), (7,)])
def test_some_channels_alone_are_what_they_are_among_all(entry: Choice, shape: Shape, channels: Shape) -> None:
    _assert_narrowed(entry.build(shape), made(entry, shape).sample.data, channels)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_some_filters_of_a_convolution_read_their_groups_alone(groups: int, transposed: bool, flip: bool) -> None:
    rng = np.random.default_rng(3)
    spec = ConvSpec.of(8, 12, (2, 3), stride=2, groups=groups, transposed=transposed)
    layer = Convolution(spec, rng.integers(-9, 9, spec.weight_shape).astype(float), rng.random(12), flip)
    for channels in ((3,), (1, 10), (0, 5, 6), tuple(range(12))):
        reads = _assert_narrowed(layer, rng.normal(size=(8, 6, 7)), channels)
        assert reads == {i for c in channels for i in layer.channels_read(c)}


def _assert_narrowed(layer: Layer, x: AnyArray, channels: Shape) -> set[int]:
    whole = layer.forward(x)
    wanted = tuple(channel for channel in channels if channel < len(whole))
    reads, makes = layer.narrowing(wanted, x.shape)
    assert set(wanted) <= set(makes)
    alone = layer.narrowed(reads, makes)
    np.testing.assert_allclose(alone.forward(x[list(reads)]), whole[list(makes)], atol=1e-12)
    return set(reads)


@ENTRIES
@EVERY_SHAPE
def test_an_output_cell_is_made_of_what_it_reads_and_of_nothing_else(entry: Choice, shape: Shape) -> None:
    """The oracle is the layer itself: what changes when an input cell does."""
    layer, x = entry.build(shape), made(entry, shape).sample.data
    if type(layer).__name__ == "Convolution":
        # Its cells are told by the spec's index table, which `tests/core` compares with the definition.
        return
    rng = np.random.default_rng(1)
    axes = layer.axis_reads(shape)
    out = layer.forward(x)
    for _ in range(12):
        index = tuple(int(rng.integers(n)) for n in shape)
        changed = x.copy()
        changed[index] += 1000
        for place in np.argwhere(layer.forward(changed) != out):
            channel, cell = int(place[0]), [int(n) for n in place[1:]]
            assert index[0] in layer.channels_read(channel, shape)
            for axis, reads in enumerate(axes):
                assert index[1 + axis] in reads.reads(cell[axis])[0]
                assert cell[axis] in reads.reached(index[1 + axis])
            channels = layer.channels_read(channel, shape)
            assert index[0] in [channels[n] for n in layer.read_at(tuple(cell), len(channels))]


@ENTRIES
@EVERY_SHAPE
def test_what_changes_with_an_input_cell_lies_where_the_view_says(entry: Choice, shape: Shape) -> None:
    layer, x = entry.build(shape), made(entry, shape).sample.data
    view, out = layer.filter_view(shape), layer.forward(x)
    assert view.output_shape == out.shape[1:]
    rng = np.random.default_rng(2)
    for _ in range(8):
        index = tuple(int(rng.integers(n)) for n in shape)
        changed = x.copy()
        changed[index] += 1000
        positions = {tuple(int(n) for n in at[1:]) for at in np.argwhere(layer.forward(changed) != out)}
        assert positions <= set(view.reached(index[1:]))


@pytest.mark.parametrize("cell", [(4,), (4, 5), (3, 4, 5)])
def test_pixel_shuffle_makes_a_cell_of_one_channel(cell: tuple[int, ...]) -> None:
    """Blocks of 2 cells a side, channel by channel and row by row."""
    digits = [n - 2 * (n // 2) for n in cell]
    number = sum(digit * 2**n for n, digit in enumerate(reversed(digits)))
    assert list(PixelShuffle(2).read_at(cell, 2 ** len(cell))) == [number]


@ENTRIES
@EVERY_SHAPE
def test_it_is_added_undone_saved_and_read(entry: Choice, shape: Shape, tmp_path: Path) -> None:
    session = Session(made(choices()[0], shape))
    before = session.document
    session.replace(add_layer(before, entry.id), "Add layer")
    layer = session.document.chosen
    assert layer.alike(entry.build(shape))
    held = arrays_of(session.document)
    assert {id(array) for array in layer.parameters.values()} <= set(held)
    path = tmp_path / "a.convgui"
    write_document(session.document, path)
    again = read_document(path).chosen
    assert again.alike(layer)
    assert again.title == layer.title
    session.undo()
    assert session.document is before


def other_values(layer: Layer, shape: Shape) -> Iterator[tuple[str, object]]:
    for field in layer.form(shape):
        match field:
            case Sizes():
                yield field.name, tuple(min(n + 1, most) for n, most in zip(field.values, field.most, strict=True))
            case Integer():
                yield field.name, min(field.value + 1, field.most)
            case Real():
                yield field.name, (field.value + field.most) / 2
            case Chosen():
                yield from ((field.name, value) for value, _ in field.choices)


@ENTRIES
@EVERY_SHAPE
def test_every_field_of_its_form_can_be_set(entry: Choice, shape: Shape) -> None:
    document = made(entry, shape)
    for name, value in other_values(document.chosen, shape):
        try:
            changed = replace_layer(document, document.chosen.with_field(name, value))
        except SpecError:
            # Two values that are legal one by one may not be so together.
            continue
        shown = next(field for field in changed.chosen.form(shape) if field.name == name)
        assert (shown.values if isinstance(shown, Sizes) else shown.value) == value


@ENTRIES
@EVERY_SHAPE
def test_it_is_written_for_every_library(entry: Choice, shape: Shape) -> None:
    document = made(entry, shape)
    for target in TARGETS:
        for weights in (True, False):
            assert ast.parse(code(document, target.id, weights=weights))
    assert onnx_bytes(document)


@ENTRIES
@EVERY_SHAPE
def test_what_is_written_for_pytorch_is_read_again(entry: Choice, shape: Shape) -> None:
    document = made(entry, shape)
    line = re.search(r"model = nn\.Sequential\(\n    (.*),|model = (.*)", code(document, "pytorch", weights=False))
    assert line is not None
    written = line[1] or line[2]
    if not written.startswith("nn."):
        assert "class " in code(document, "pytorch"), "a class of its own, which nobody pastes"
        return
    if entry.id in ("convolution", "dilated", "transposed"):
        # Weights are not in the line; what was there is kept.
        assert apply(document, parse(written)).chosen.alike(document.chosen)
    else:
        other = replace_layer(made(choices()[0], shape), choices()[0].build(shape))
        assert apply(other, parse(written)).chosen.alike(document.chosen)


def test_a_kind_that_a_library_does_not_know() -> None:
    class Strange(ReLU):
        numpy = Layer.numpy
        onnx = Layer.onnx

    document = Document(made(choices()[0], SHAPES[1]).sample, (Strange(),), View())
    with pytest.raises(ExportError, match="ReLU has no counterpart in NumPy; choose another target"):
        code(document, "numpy")
    with pytest.raises(ExportError, match="ReLU has no counterpart in ONNX"):
        onnx_bytes(document)


def test_nobody_outside_the_room_tells_kinds_apart() -> None:
    """Whether a layer has a kernel is asked in many places; a scene and the scalings of networks name two more."""
    root = Path(convgui.__file__).parent
    asks = re.compile(r"from convgui\.layers\.(\w+) import")
    plain = {info for kind in kinds() for info in [kind.__module__.split(".")[2]]} - {"convolution"}
    found = {
        (path.relative_to(root).as_posix(), name)
        for path in root.rglob("*.py")
        # The public face offers them all by name, and so does the place where the first release had them.
        if path.relative_to(root).parts[0] not in ("layers", "api")
        and path != root / "model" / "layers.py"
        # Operators of ONNX that no kind reads by itself are made of several there, and so are Keras' layers.
        and path.parent not in (root / "session" / "onnx_graph", root / "session" / "keras_graph")
        for name in asks.findall(path.read_text(encoding="utf-8"))
        if name in plain
    }
    assert found == {
        ("scenes/cells/__init__.py", "channel_shuffle"),
        ("scenes/cells/dealing.py", "channel_shuffle"),
        ("session/scaling.py", "scale"),
        ("session/scaling.py", "pooling"),
        ("session/scaling.py", "upsample"),
    }


@pytest.mark.parametrize(
    ("channels", "ends"), [(1, "works on the one channel."), (3, "works on each of the 3 channels by itself.")]
)
def test_one_channel_is_said_in_the_singular(channels: int, ends: str) -> None:
    assert ReLU().said_of_maps(2, (channels, 4, 4), (channels, 4, 4)).endswith(ends)


@ENTRIES
def test_no_kind_says_one_channels(entry: Choice) -> None:
    """Of an input of one channel, and 4 x 4 cells, which every kind takes."""
    shape: Shape = (1, 4, 4)
    layer = entry.build(shape)
    try:
        after = layer.output_shape(shape)
    except SpecError:
        return
    assert "1 channels" not in layer.said_of_maps(2, shape, after)
    assert "1 channels" not in layer.rule(1)


@ENTRIES
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused_where_the_layer_is_made(entry: Choice, number: float) -> None:
    layer = entry.build(SHAPES[1])
    for field in fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, np.ndarray):
            wrong: object = np.append(value.reshape(-1)[1:], number).reshape(value.shape)
        elif isinstance(value, float):
            wrong = number
        elif field.name == "scale_factor" and value:
            wrong = (*value[1:], number)
        else:
            continue
        changed: dict[str, Any] = {field.name: wrong}
        with pytest.raises(SpecError) as raised:
            replace(layer, **changed)
        assert raised.value.field == field.name


@ENTRIES
@pytest.mark.parametrize("kind", ["f4", "f2", "i4", "?"])
def test_weights_of_every_type_are_kept_as_float64(entry: Choice, kind: str, tmp_path: Path) -> None:
    document = made(entry, SHAPES[1])
    layer = document.layers[0]
    arrays: dict[str, Any] = {name: np.ones(array.shape, kind) for name, array in layer.parameters.items()}
    document = replace(document, layers=(replace(layer, **arrays),))
    write_document(document, tmp_path / "a.convgui")
    assert read_document(tmp_path / "a.convgui").layers[0].alike(document.layers[0])
