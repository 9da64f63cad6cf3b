"""What is marked when a cell is pointed at, with padding, stride, dilation and several channels at once.

The oracle is the layer itself: an input cell is changed, and the outputs that change with it are those that read it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from convgui.core import ConvSpec
from convgui.draw.number import number
from convgui.draw.picture import Cells, Hit, HitGrid, Label, Picture, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, laid_out, prepared
from convgui.scenes.slide.sentences import input_sentences
from convgui.session.walking import caption_document
from tests.scenes.checks import picture_of, words

Cell = tuple[int, ...]
FORWARD: dict[str, dict[str, Any]] = {
    "padded": {"padding": ((1, 2), (2, 0))},
    "padded, strided": {"padding": ((2, 1), (0, 3)), "stride": (2, 3)},
    "dilated, strided": {"padding": 2, "dilation": (2, 1), "stride": (1, 2)},
    "full": {"padding": "full", "stride": 2},
}
SPREADING: dict[str, dict[str, Any]] = {
    "strided": {"stride": 2},
    "cut, uneven": {"stride": (3, 2), "padding": ((1, 0), (0, 2)), "output_padding": (2, 1)},
    "dilated": {"stride": 2, "dilation": (1, 2), "padding": 1},
}


def document(size: Cell, channels: int, filters: int, groups: int, **spec: Any) -> Document:
    """A layer of ones, so that no output stays the same by chance."""
    made = ConvSpec.of(channels, filters, (3, 2), groups=groups, **spec)
    layer = Convolution(made, np.ones(made.weight_shape), np.zeros(filters))
    data = np.arange(float(channels * np.prod(size))).reshape(channels, *size) % 7
    return Document(Sample(data, "grid"), (layer,), View(filter=made.weight_shape[0] - 1))


def changed(given: Document, cell: Cell, output: int) -> set[Cell]:
    """The cells of an output channel that change with an input cell ``(channel, row, column)``."""
    x = given.sample.data.copy()
    x[cell] += 1000
    before, after = (given.layer.forward(values)[output] for values in (given.sample.data, x))
    return {(int(i), int(j)) for i, j in np.argwhere(before != after)}


class Shown:
    """A document in a scene, laid out once and pointed at often."""

    def __init__(self, given: Document, name: str, **options: str) -> None:
        shown = replace(given, view=replace(given.view, scene=name, options=options))
        self.scene = scene(name)
        self.layout = laid_out(self.scene, prepared(self.scene, shown), shown.view, Canvas(1100, 800, LIGHT))

    def still(self) -> Picture:
        return self.scene.picture(self.layout, 0.0, Focus())

    def at(self, kind: str, *index: int) -> Picture:
        return self.scene.picture(self.layout, 0.0, Focus(Hit(kind, index)))


def grid_of(picture: Picture, kind: str) -> HitGrid:
    return next(grid for grid in picture.hits if grid.kind == kind)


def marked(picture: Picture, kind: str) -> set[Cell]:
    """The cells of a grid that lines in the input's blue are drawn around, however thick."""
    grid, found = grid_of(picture, kind), set[Cell]()
    for item in picture.overlay:
        if isinstance(item, Rects) and item.stroke == LIGHT.role("input").line:
            for x, y, wide, high in item.boxes:
                hit = grid.hit(x + wide / 2, y + high / 2)
                if hit is not None and 0.5 * grid.width < wide <= grid.width:
                    found.add(hit.index[-2:])
    return found


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", FORWARD)
def test_slide_marks_each_output_that_reads_a_cell(name: str, groups: int) -> None:
    given = document((5, 6), 4, 4, groups, **FORWARD[name])
    channel, shown = 3, Shown(given, "slide")
    for cell in np.ndindex(5, 6):
        picture = shown.at("input", channel, *cell)
        wanted = changed(given, (channel, *cell), 3)
        total = sum(len(changed(given, (channel, *cell), output)) for output in range(4))
        whose = "4 filters" if groups == 1 else "2 of its group"
        assert not wanted or f"with filter 3, {total} with all {whose}" in picture.summary
        assert marked(picture, "output") == wanted
        said = f"feeds {len(wanted)} output" + ("" if len(wanted) == 1 else "s")
        assert said in picture.summary or (not wanted and "No window reaches" in picture.summary)
    assert "is padding" in shown.at("input", channel, -1, 0).summary


@pytest.mark.parametrize("name", FORWARD)
def test_arithmetic_marks_the_outputs_that_read_a_cell(name: str) -> None:
    given = document((5, 6), 4, 4, 2, **FORWARD[name])
    shown = Shown(given, "arithmetic")
    for cell in np.ndindex(5, 6):
        picture = shown.at("input", 2, *cell)
        wanted = changed(given, (2, *cell), 3)
        assert marked(picture, "output") == wanted
        total = sum(len(changed(given, (2, *cell), output)) for output in range(4))
        assert not wanted or f"with filter 3, {total} with all 2 of its group" in picture.summary


@pytest.mark.parametrize("name", ["padded", "padded, strided", "dilated, strided"])
def test_blocks_marks_the_outputs_that_read_a_cell(name: str) -> None:
    given = document((5, 6), 4, 4, 1, **FORWARD[name])
    shown = Shown(given, "blocks")
    for cell in np.ndindex(5, 6):
        picture = shown.at("input", 0, *cell)
        assert marked(picture, "output") == changed(given, (0, *cell), 3)


@st.composite
def repeated(draw: st.DrawFn) -> Document:
    """A layer whose padding repeats the input, or is zeros; all weights are positive and differ."""
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    size = (draw(st.integers(3, 6)), draw(st.integers(3, 6)))
    pads = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in size)
    steps = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    fields: dict[str, Any] = {"padding": pads, "stride": steps, "padding_mode": mode}
    spec = ConvSpec.of(1, 1, (draw(st.integers(1, 3)), draw(st.integers(1, 3))), **fields)
    weight = np.exp2(np.arange(spec.taps, dtype=np.float64)).reshape(spec.weight_shape)
    data = np.arange(float(np.prod(size))).reshape(1, *size) % 7
    return Document(Sample(data, "grid"), (Convolution(spec, weight, np.zeros(1)),), View(filter=0))


def weights_of(given: Document, cell: Cell) -> dict[Cell, float]:
    """By how much each output changes when an input cell grows by 1."""
    x = given.sample.data.copy()
    x[cell] += 1
    grown = (given.layer.forward(x) - given.layer.forward(given.sample.data))[0]
    return {(int(i), int(j)): float(grown[i, j]) for i, j in np.argwhere(grown)}


@drawn(repeated())
@settings(max_examples=25, deadline=None)
def test_a_cell_that_the_padding_repeats_feeds_all_outputs_that_change_with_it(document: Document) -> None:
    names = ("slide", "arithmetic", "blocks")
    shown = {name: Shown(document, name, **({"show": "one"} if name == "blocks" else {})) for name in names}
    for cell in np.ndindex(*document.sample.spatial):
        wanted = weights_of(document, (0, *cell))
        pictures = {name: shown[name].at("input", 0, *cell) for name in names}
        for picture in pictures.values():
            assert marked(picture, "output") == set(wanted)
        n = len(wanted)
        outputs = f"{n} output" + ("" if n == 1 else "s")
        assert f"feeds {outputs}" in pictures["slide"].summary
        assert f"{outputs} read" in pictures["arithmetic"].summary or not n
        terms = " · ".join(f"out{list(out)} × {number(weight)}" for out, weight in wanted.items())
        told = input_sentences(shown["slide"].layout.numbers, Hit("input", (0, *cell)))[1]
        assert told == (terms or "No window reaches this cell.")


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_the_first_pass_of_factors_reads_what_the_padding_repeats(mode: Any) -> None:
    spec = ConvSpec.of(1, 1, (3, 3), padding=2, padding_mode=mode)
    made = Document(
        Sample(np.arange(36.0).reshape(1, 6, 6), "grid"),
        (Convolution(spec, np.ones((1, 1, 3, 3)), np.zeros(1)),),
        View(),
    )
    shown = Shown(made, "factor", kind="spatial")
    for cell in np.ndindex(6, 6):
        x = np.zeros((6, 6))
        x[cell] = 1
        around = made.filter_view.pad(x[None])[0]
        first = around[:, :-2] + around[:, 1:-1] + around[:, 2:]
        assert marked(shown.at("input", 0, *cell), "between") == {(int(i), int(j)) for i, j in np.argwhere(first)}


@pytest.mark.parametrize("name", ["dilated", "circular"])
def test_a_photo_frames_only_the_pixels_that_read_one(name: str) -> None:
    """They are not all those from the first to the last."""
    fields: dict[str, Any] = {"dilation": 3} if name == "dilated" else {"padding": 1, "padding_mode": "circular"}
    made = document((40, 39), 1, 1, 1, **fields)
    shown = Shown(made, "slide")
    wanted = changed(made, (0, 39, 38), 0)
    assert (
        f"feeds {len({i for i, _ in wanted})} × {len({j for _, j in wanted})} outputs"
        in shown.at("input", 0, 39, 38).summary
    )


@pytest.mark.parametrize("name", FORWARD)
def test_matrix_marks_the_outputs_that_read_a_cell(name: str) -> None:
    given = document((4, 5), 2, 2, 2, **FORWARD[name])
    shown = Shown(given, "matrix")
    for cell in np.ndindex(4, 5):
        picture = shown.at("input", 0, *cell)
        assert marked(picture, "output") == changed(given, (0, *cell), 0)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", SPREADING)
def test_transposed_marks_what_a_cell_spreads_over(name: str, groups: int) -> None:
    given = document((3, 4), 4, 4, groups, transposed=True, **SPREADING[name])
    output = given.layer.output_channel(3, 0)
    shown = Shown(given, "transposed", way="matrix")
    for cell in np.ndindex(3, 4):
        picture = shown.at("input", 3, *cell)
        assert marked(picture, "output") == changed(given, (3, *cell), output)


@pytest.mark.parametrize("name", ["padded", "padded, strided", "full"])
def test_a_photo_says_how_many_outputs_read_a_pixel(name: str) -> None:
    given = document((40, 39), 4, 2, 2, **FORWARD[name])
    shown = Shown(given, "slide")
    for cell in ((0, 0), (1, 38), (20, 17), (39, 38), (39, 0)):
        wanted = changed(given, (3, *cell), 1)
        summary = shown.at("input", 3, *cell).summary
        rows, columns = (len({position[axis] for position in wanted}) for axis in (0, 1))
        said = f"feeds {rows} × {columns} outputs" if wanted else "no window reaches this pixel"
        assert said in summary
        step = shown.scene.step_of(shown.layout, Hit("input", (3, *cell)))
        assert (step is None) == (not wanted)
        if step is not None:
            shape = given.layer.spec.output_shape((40, 39))
            assert divmod(step, shape[1]) in wanted, "the window that is opened holds the pixel"


@pytest.mark.parametrize("transposed", [False, True])
def test_a_volume_says_how_many_outputs_read_a_cell(transposed: bool) -> None:
    fields: dict[str, Any] = {"padding": ((1, 1), (0, 2), (2, 0)), "stride": (2, 1, 3), "dilation": (1, 2, 1)}
    spec = ConvSpec.of(4, 4, (2, 2, 3), groups=2, transposed=transposed, **fields)
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(4))
    given = Document(Sample(np.zeros((4, 4, 5, 6)), "volume"), (layer,), View(filter=3, options={"view": "slices"}))
    output = layer.output_channel(3, 0)
    first, shown = layer.channels_read(output).start, Shown(given, "volume", view="slices")
    for cell in ((0, 0, 0), (3, 4, 5), (2, 1, 3), (1, 3, 2)):
        channel = 3 if transposed else first
        x = np.zeros((4, 4, 5, 6))
        x[(channel, *cell)] = 1
        wanted = int(np.count_nonzero(layer.forward(x)[output]))
        assert f"feeds {wanted} output cell" in shown.at("slice", 0, *cell).summary


@pytest.mark.parametrize("name", ["padded", "padded, strided", "dilated, strided"])
def test_factor_marks_what_the_first_pass_makes_of_a_cell(name: str) -> None:
    """The first pass runs along the rows alone, over the padded input."""
    fields = FORWARD[name]
    given = document((5, 6), 4, 4, 2, **fields)
    (top, _), (left, _) = fields["padding"] if isinstance(fields["padding"], tuple) else ((2, 2), (2, 2))
    step, apart = fields.get("stride", (1, 1))[1], fields.get("dilation", (1, 1))[1]
    shown = Shown(given, "factor", kind="spatial")
    between = grid_of(shown.at("none", 0, 0), "between")
    for i, j in np.ndindex(5, 6):
        picture = shown.at("input", 2, i, j)
        columns = {c for c in range(between.shape[1]) for tap in (0, 1) if c * step + tap * apart == j + left}
        assert marked(picture, "between") == {(i + top, c) for c in columns}


@pytest.mark.parametrize("name", SPREADING)
def test_overlap_counts_the_kernels_on_an_output_cell(name: str) -> None:
    given = document((3, 4), 1, 1, 1, transposed=True, **SPREADING[name])
    counts = given.layer.forward(np.ones((1, 3, 4)))[0]
    shown = Shown(given, "overlap")
    rows, columns = grid_of(shown.at("none", 0, 0), "output").shape
    for cell in np.ndindex(rows, columns):
        n = int(counts[cell])
        lie = "kernel lies" if n == 1 else "kernels lie"
        assert f"{n} {lie} on out[{cell[0]}, {cell[1]}]" in shown.at("output", 0, *cell).summary


@pytest.mark.parametrize("name", FORWARD)
def test_blocks_marks_what_belongs_together_and_hides_the_window_that_is_elsewhere(name: str) -> None:
    given = document((5, 6), 3, 2, 1, **FORWARD[name])
    shown, kernel = Shown(given, "blocks", show="one"), LIGHT.role("kernel").line
    for cell in np.ndindex(5, 6):
        picture = shown.at("input", 0, *cell)
        assert marked(picture, "output") == changed(given, (0, *cell), 1)
        assert not [item for item in picture.overlay if isinstance(item, Rects) and item.stroke == kernel]
    for tap in np.ndindex(3, 2):
        picture = shown.at("kernel", 1, 0, *tap)
        value = given.sample.data[0]
        rings = [item for item in picture.overlay if isinstance(item, Rects) and item.stroke == LIGHT.text]
        assert len(rings) == 2
        x, y, wide, high = rings[1].boxes[0]
        met = grid_of(picture, "input").hit(x + wide / 2, y + high / 2)
        assert met is not None
        row, column = met.index[-2:]
        inside = 0 <= row < 5 and 0 <= column < 6
        says = number(float(value[row, column])) if inside else "0"
        assert f"here it meets {says}: {says}·1 = {says}" in picture.summary


def test_padding_of_blocks_is_grey_and_dashed_and_no_part_of_the_shape() -> None:
    given = document((5, 6), 3, 2, 1, padding=1)
    for show in ("one", "many"):
        picture = Shown(given, "blocks", show=show).still()
        fronts = [i for i in picture.items if isinstance(i, Cells) and i.name.startswith("input")]
        assert len(fronts) == (1 if show == "one" else 3)
        for front in fronts:
            grey = (front.content.ink == np.array(LIGHT.muted)).all(axis=-1)
            assert grey.sum() == 7 * 8 - 5 * 6
            assert not grey[1:-1, 1:-1].any()
        said = [item.text for item in picture.items if isinstance(item, Label) and "padded to 7 × 8" in item.text]
        assert len(said) == 1
        assert said[0].startswith("3 × 5 × 6")
    dashed = [i for i in Shown(given, "blocks", show="one").still().base if isinstance(i, Rects) and i.dash == "dashed"]
    assert sum(len(item.boxes) for item in dashed) == 7 * 8 - 5 * 6


SHOWN: dict[str, dict[str, str]] = {
    "slide": {}, "arithmetic": {}, "blocks": {"show": "one"}, "matrix": {}, "frequency": {}, "transposed": {},
}  # fmt: skip


@pytest.mark.parametrize("filter", range(4))
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", SHOWN)
def test_a_weight_that_is_pointed_at_is_the_one_that_is_written_there(name: str, groups: int, filter: int) -> None:
    """What a click, a drag or the wheel changes is found by the index of the hit, in the layer's own weights."""
    spec = ConvSpec.of(4, 4, (3, 2), groups=groups, transposed=name == "transposed")
    weight = np.arange(np.prod(spec.weight_shape)).reshape(spec.weight_shape).astype(np.float64) + 1
    data = np.arange(80.0).reshape(4, 4, 5) % 7
    view = View(scene=name, filter=filter, channel=spec.weight_shape[1] - 1, options=SHOWN[name])
    given = Document(Sample(data, "grid"), (Convolution(spec, weight, np.zeros(4)),), view)
    picture = Shown(given, name, **SHOWN[name]).still()
    kernels = [grid for grid in picture.hits if grid.kind == "kernel"]
    assert kernels
    for hits in kernels:
        at = {(round(g.x), round(g.y)): g for g in picture.items if isinstance(g, Cells) and g.width == hits.width}
        cells = at.get((round(hits.x), round(hits.y)))
        for i, j in np.ndindex(*hits.shape):
            x, y, wide, high = hits.box((*hits.prefix, i + hits.origin[0], j + hits.origin[1]))
            hit = hits.hit(x + wide / 2, y + high / 2)
            assert hit is not None
            assert len(hit.index) == weight.ndim
            assert all(0 <= n < most for n, most in zip(hit.index, weight.shape, strict=True)), hit.index
            if cells is not None and cells.content.texts and cells.content.texts[i][j]:
                assert cells.content.texts[i][j] == number(float(weight[hit.index]))


@pytest.mark.parametrize("dilation", [1, 2, (2, 1), (1, 3)])
@pytest.mark.parametrize("stride", [1, 2])
def test_blocks_rings_the_cell_that_a_weight_meets(stride: int, dilation: Any) -> None:
    """Every cell holds another number, so that what is said of the weight tells which one is meant."""
    spec = ConvSpec.of(1, 1, (3, 2), stride=stride, dilation=dilation, padding=1)
    data = np.arange(1.0, 91.0).reshape(1, 9, 10)
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))
    shown = Shown(Document(Sample(data, "grid"), (layer,), View()), "blocks", show="one")
    padded = np.pad(data[0], 1)
    for tap in np.ndindex(3, 2):
        picture = shown.at("kernel", 0, 0, *tap)
        ring = [item for item in picture.overlay if isinstance(item, Rects) and item.stroke == LIGHT.text][1]
        x, y, wide, high = ring.boxes[0]
        met = grid_of(picture, "input").hit(x + wide / 2, y + high / 2)
        assert met is not None
        says = number(float(padded[met.index[-2] + 1, met.index[-1] + 1]))
        assert f"here it meets {says}: {says}·1 = {says}" in picture.summary


@pytest.mark.parametrize("kernel", [(3, 2), (2, 3), (1, 3), (2, 2)])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_weight_is_lit_wherever_it_stands_in_the_transposed_matrix(stride: int, kernel: tuple[int, int]) -> None:
    """All weights differ: the column of an input is what the layer makes of a single 1."""
    spec = ConvSpec.of(1, 1, kernel, stride=stride, transposed=True)
    weight = np.arange(1, np.prod(kernel) + 1).reshape(1, 1, *kernel).astype(np.float64)
    layer = Convolution(spec, weight, np.zeros(1))
    shown = Shown(Document(Sample(np.ones((1, 2, 3)), "grid"), (layer,), View()), "transposed", way="matrix")
    columns = [layer.forward(one.reshape(1, 2, 3)).ravel() for one in np.eye(6)]
    matrix = np.stack(columns, axis=1)
    for tap in np.ndindex(*kernel):
        picture = shown.at("kernel", 0, 0, *tap)
        table = grid_of(picture, "matrix")
        lit = set()
        for item in picture.overlay:
            if isinstance(item, Rects) and item.stroke == LIGHT.text:
                for x, y, wide, high in item.boxes:
                    hit = table.hit(x + wide / 2, y + high / 2)
                    lit |= {hit.index} if hit is not None else set()
        assert lit == {(int(i), int(j)) for i, j in np.argwhere(matrix == weight[(0, 0, *tap)])}


def pointed_at(lesson: str, step: int, kind: str, *index: int, caption: int = 0) -> Picture:
    given = caption_document(load_lesson(lesson), caption)
    return picture_of(given, step, (924, 688), focus=Focus(hover=Hit(kind, index)))


def test_a_list_of_outputs_is_whole() -> None:
    """The middle cell of a 5 x 5 input meets all nine weights of a 3 x 3 kernel."""
    for lesson in ("single-channel", "filter-slides-2d", "multi-channel-sum"):
        told = words(pointed_at(lesson, 0, "input", 0, 2, 2))
        assert not [text for text in told if "×" in text and "…" in text]
        assert sum(text.count("] × ") for text in told) == 9


def test_a_chip_does_not_lie_on_the_question_that_stands_for_a_number() -> None:
    shown = hide_answer(pointed_at("single-channel", 0, "input", 0, 0, 0, caption=0), LIGHT)
    labels = [i for i in shown.items if isinstance(i, Label)]
    question = next(i for i in labels if i.text == "?" and i.anchor == "middle")
    chips = [b for i in shown.items if isinstance(i, Rects) and i.radius == 4 for b in i.boxes.tolist()]
    (chip,) = [b for b in chips if b[0] < question.x < b[0] + b[2] and abs(b[1] - question.y) < 40]
    assert question.y + 0.05 * question.size <= chip[1]


@pytest.mark.parametrize(("view", "grids"), [("scatter", 3), ("stuffed", 3)])
def test_a_weight_of_a_transposed_layer_is_ringed_with_what_it_makes(view: str, grids: int) -> None:
    """In the kernel, in the contribution or under the window, and in the output."""
    given = load_lesson("transposed-2-4")
    given = given.with_view(replace(given.view, options={"way": view}))
    shown = scene("transposed")
    layout = laid_out(shown, prepared(shown, given), given.view, Canvas(924, 688, LIGHT))
    kind = next(h.kind for h in shown.picture(layout, 0.0, Focus()).hits if h.kind in ("kernel", "turned"))
    picture = shown.picture(layout, 0.0, Focus(hover=Hit(kind, (1, 1))))
    rings = [i for i in picture.items if isinstance(i, Rects) and i.stroke == LIGHT.text and i.width == 3.0]
    assert [len(i.boxes) for i in rings] == [grids]


def test_a_weight_that_loses_no_input_says_of_no_rest() -> None:
    whole = pointed_at("transposed-2-4", 0, "kernel", 1, 1)
    assert "it carries each of the 4 inputs to an output" in whole.summary
    assert "cut off" not in whole.summary


def test_ways_are_counted_in_a_sentence() -> None:
    told = words(pointed_at("grouped", 0, "matrix", 4, 4, caption=3))
    assert [text for text in told if "lead" in text] == ["3 ways lead from input 4 to output 4"]


def listed(text: str) -> tuple[dict[Cell, float], int]:
    """Read a list of outputs with their weights back, and how many are only counted."""
    pairs = re.findall(r"out\[([^]]*)\] × \(?(\N{MINUS SIGN}?[\d.]+)\)?", text)
    more = re.search(r"(\d+) more$", text)
    found = {tuple(map(int, at.split(", ")[-2:])): float(w.replace("\N{MINUS SIGN}", "-")) for at, w in pairs}
    return found, int(more.group(1)) if more else 0


@pytest.mark.parametrize("name", ["slide", "arithmetic", "blocks"])
@pytest.mark.parametrize("size", [(1100, 800), (924, 655), (820, 470)])
@pytest.mark.parametrize(("side", "filters"), [(5, 2), (9, 2), (16, 1)])
def test_outputs_that_read_a_cell_are_told_with_their_weights_or_counted(
    name: str, size: tuple[int, int], side: int, filters: int
) -> None:
    """Also in cells too small for a chip: with "out" before each, and never an ellipsis in place of a number."""
    if name == "blocks":
        side = min(side, 9)  # Larger inputs are drawn there as pictures, whose cells do not answer.
    spec = ConvSpec.of(1, filters, (3, 3), padding=1)
    weight = np.array([1.0, -2, 4, -8, 16, -32, 64, -128, 256]) * np.arange(1.0, filters + 1)[:, None]
    made = Convolution(spec, weight.reshape(spec.weight_shape).astype(np.float64), np.zeros(filters))
    data = np.arange(float(side * side)).reshape(1, side, side) % 7
    options = {"show": "one"} if name == "blocks" else {}
    given = Document(Sample(data, "grid"), (made,), View(scene=name, options=options))
    for cell in ((0, 0), (1, 1), (side - 1, side // 2)):
        wanted = weights_of(given, (0, *cell))
        picture = picture_of(given, 0, size, focus=Focus(Hit("input", (0, *cell))))
        told = [text for text in words(picture) if "out[" in text or text.endswith(" more")]
        found, more = listed(" · ".join(told))
        assert found, (name, told)
        assert found.items() <= wanted.items()
        assert len(found) + more == len(wanted), told
        assert not any("…" in text for text in told)


def said(given: Document, identity: str, hit: Hit, options: dict[str, str] | None = None) -> str:
    """What stands below a picture whose cell is pointed at."""
    shown = given.with_view(replace(given.view, scene=identity, options=options or {}))
    return " ".join(words(picture_of(shown, focus=Focus(hover=hit))))


def test_padding_that_no_window_reads_is_said_to_be_read_by_none() -> None:
    given = Document(
        Sample(np.ones((1, 6, 7)), "grid"),
        (Convolution(ConvSpec.of(1, 1, (3, 3), stride=(2, 1), padding=1), np.ones((1, 1, 3, 3)), np.zeros(1)),),
        View(),
    )
    # The windows end at row 5: row 6, below the input, is left over.
    assert "No window reaches this cell." in said(given, "slide", Hit("input", (0, 6, 7)))
    assert "only fills the window" in said(given, "slide", Hit("input", (0, -1, 0)))


def test_a_weight_of_0_carries_nothing_in_the_matrix() -> None:
    weight = np.array([[[[0.0, 1.0], [1.0, 0.0]]]])
    given = Document(Sample(np.ones((1, 4, 4)), "grid"), (Convolution(ConvSpec.of(1, 1, (2, 2)), weight, np.zeros(1)),))
    # Of four windows that read cell 5, two meet it with the weights of the diagonal, which are not 0.
    assert "carry it into 2 numbers" in said(given, "matrix", Hit("vector", (0, 5)))


def test_a_part_of_an_output_is_called_one() -> None:
    several = document((4, 4), 2, 2, 1)
    titles = words(picture_of(several.with_view(replace(several.view, scene="arithmetic"))))
    assert any(text.startswith("Part of output 1") for text in titles)
    assert any(text.startswith("Input 0") for text in titles)
    one = document((4, 4), 1, 1, 1)
    assert "Output" in words(picture_of(one.with_view(replace(one.view, scene="arithmetic"))))
    spread = document((3, 3), 2, 1, 1, transposed=True, stride=2)
    hit = Hit("output", (0, 1, 1))
    assert "once all of this channel have been added" in said(spread, "transposed", hit)
