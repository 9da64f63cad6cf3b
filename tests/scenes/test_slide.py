"""Slide: what it says, against facts.md and the core, read from the picture's own content."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import convolve
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS
from convgui.draw.picture import Cells, Hit, Label, Lines, Picture, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import Document, View
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw, reason_against
from tests.documents import INPUT, KERNEL, OUTPUT, OUTPUT_PADDED_STRIDED, document, random_document, textbook
from tests.scenes.checks import picture_of, words
from tests.scenes.reading import check_words, chips, grid, label_box, line, sentences, written

SLIDE = scene("slide")
SIZES = ((912, 640), (514, 430), (1500, 900), (3000, 1800))


def picture(
    given: Document,
    at: float = 0,
    focus: Focus | None = None,
    size: tuple[int, int] = (912, 640),
    theme: Theme = LIGHT,
) -> Picture:
    prepared = SLIDE.prepare(given)
    layout = SLIDE.lay_out(prepared, given.view, Canvas(*size, theme))
    return SLIDE.picture(layout, at, focus or Focus())


def read(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def test_the_textbook_example() -> None:
    last = picture(textbook(), 8)
    assert [[int(t) for t in row] for row in written(last, "output")] == OUTPUT
    assert [[int(t) for t in row] for row in written(last, "input 0")] == INPUT
    assert [[int(t) for t in row] for row in written(last, "kernel 0")] == KERNEL


def test_the_output_fills_cell_by_cell() -> None:
    for step in range(9):
        shown = [text for row in written(picture(textbook(), step), "output") for text in row]
        assert shown == [str(v) for v in np.ravel(OUTPUT)[: step + 1]] + [""] * (8 - step)


def test_the_window_glides_between_two_steps() -> None:
    def window(at: float) -> list[float]:
        frames = [i for i in picture(textbook(), at).overlay if isinstance(i, Rects) and i.width == 3.5]
        return [float(v) for v in frames[0].boxes[0]]

    first, between, second = window(0), window(0.25), window(1)
    cell = grid(picture(textbook()), "input 0").width
    assert second[0] - first[0] == cell
    assert np.isclose(between[0] - first[0], cell / 4)
    assert between[1:] == first[1:]


def test_products_and_arithmetic() -> None:
    shown = picture(textbook(), 4)
    products = [[int(t) for t in row] for row in written(shown, "products")]
    assert products == (np.array(INPUT)[1:4, 1:4] * np.array(KERNEL)).tolist()
    factors, added, total = [text.strip() for text in sentences(shown) if " = " in text or text.startswith("     ")]
    assert factors == "out[1, 1] = 0·0 + 1·1 + 3·2 + 1·2 + 2·2 + 2·0 + 0·0 + 0·1 + 2·2"
    assert added == "= 0 + 1 + 6 + 2 + 4 + 0 + 0 + 0 + 4"
    assert total == "= 17 + bias 0 = 17"
    assert any("step 4 of 0 … 8" in text for text in sentences(shown))


def test_a_small_stage_leaves_the_line_of_products_out() -> None:
    said = sentences(picture(textbook(), 4, size=(514, 430)))
    assert said[-1].strip() == "= 17 + bias 0 = 17"
    assert not any(text.strip().startswith("= 0 + 1") for text in said)


def test_padding_and_stride() -> None:
    shown = picture(textbook(padding=1, stride=2), 8)
    assert [[int(t) for t in row] for row in written(shown, "output")] == OUTPUT_PADDED_STRIDED
    dashed = [item for item in shown.items if isinstance(item, Rects) and item.dash == "dashed"]
    assert len(dashed) == 1
    assert len(dashed[0].boxes) == 7 * 7 - 5 * 5


def test_rows_that_no_window_reaches_are_hatched() -> None:
    base = random_document(1, 1, (6, 6), (3, 3), stride=2)
    assert any(isinstance(item, Lines) for item in picture(base).base)
    assert not any(isinstance(item, Lines) and len(item.segments) > 4 for item in picture(textbook()).base)


def test_channels_are_shown_apart_and_summed() -> None:
    given = random_document(3, 1, (5, 5), (3, 3))
    data, layer = given.sample.data, given.layer
    last = picture(given, 8)
    total = convolve(data.astype(float), layer.weight, layer.bias)[0]
    assert [[read(t) for t in row] for row in written(last, "output")] == total.tolist()
    for c, name in enumerate("RGB"):
        alone = convolve(data[c : c + 1].astype(float), layer.weight[:, c : c + 1])[0]
        assert [[read(t) for t in row] for row in written(last, f"partial {name}")] == alone.tolist()
    apart = replace(given, view=View(options={"channels": "apart"}))
    prepared = SLIDE.prepare(apart)
    assert SLIDE.steps(prepared) == 27
    shown = picture(apart, 9)
    assert "" not in [t for row in written(shown, "partial R") for t in row]
    assert [t for row in written(shown, "partial G") for t in row if t] == [written(last, "partial G")[0][0]]
    assert not any(isinstance(item, Cells) and item.name == "output" for item in shown.items)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2),
    st.sampled_from(["zeros", "reflect", "replicate", "circular"]), st.booleans(), st.data(),
)  # fmt: skip
def test_every_number_agrees_with_the_core(
    channels: int, filters: int, k: int, pad: int, stride: int, mode: str, flip: bool, data: st.DataObject
) -> None:
    given = random_document(channels, filters, (6, 7), (k, k), padding=pad, stride=stride, padding_mode=mode)
    chosen = data.draw(st.integers(0, filters - 1))
    layer = replace(given.layer, flip=flip)
    given = replace(given, layers=(layer,), view=View(filter=chosen))
    expected = convolve(
        given.sample.data.astype(float), layer.effective_weight, layer.bias,
        stride=stride, padding=pad, padding_mode=mode,
    )[chosen]  # fmt: skip
    prepared = SLIDE.prepare(given)
    shown = picture(given, SLIDE.steps(prepared) - 1, size=(3000, 2400))
    assert [[read(t) for t in row] for row in written(shown, "output")] == expected.tolist()


def test_groups_show_the_channels_of_the_filter() -> None:
    given = random_document(4, 4, (5, 5), (3, 3), groups=2)
    names = [item.name for item in picture(given).items if isinstance(item, Cells)]
    assert "input 0" in names
    assert "input 2" not in names
    names = [item.name for item in picture(replace(given, view=View(filter=3))).items if isinstance(item, Cells)]
    assert "input 2" in names


def test_an_output_cell_lights_its_window() -> None:
    base = picture(textbook())
    x, y, w, h = next(g for g in base.hits if g.kind == "output").box((0, 2, 1))
    hit = base.hit(x + w / 2, y + h / 2)
    assert hit == Hit("output", (0, 2, 1))
    shown = picture(textbook(), 0, Focus(hover=hit))
    assert line(shown, "out[").startswith("out[2, 1] = 1·0 + 2·1 + 2·2")
    assert [[int(t) for t in row] for row in written(shown, "products")] == (
        np.array(INPUT)[2:5, 1:4] * np.array(KERNEL)
    ).tolist()


def test_an_input_cell_lights_every_output_with_its_weight() -> None:
    shown = picture(textbook(), 8, Focus(hover=Hit("input", (0, 2, 2))))
    assert chips(shown, "output") == {(i, j): str(KERNEL[2 - i][2 - j]) for i in range(3) for j in range(3)}
    numbers = [item for item in shown.overlay if isinstance(item, Cells) and item.rise]
    assert [[int(text) for text in row] for row in numbers[0].shown_texts()] == OUTPUT
    assert not any(isinstance(item, Cells) and item.name == "window" for item in shown.items)
    assert line(shown, "in[0, 2, 2]") == "in[0, 2, 2] = 2 feeds 9 outputs"
    corner = picture(textbook(), 8, Focus(hover=Hit("input", (0, 0, 0))))
    assert line(corner, "in[0, 0, 0]") == "in[0, 0, 0] = 3 feeds 1 output"
    assert chips(corner, "output") == {(0, 0): "0"}
    outside = picture(textbook(padding=1), 8, Focus(hover=Hit("input", (0, -1, 0))))
    assert "is padding" in line(outside, "in[")


def test_a_weight_lights_all_the_pairs_it_serves() -> None:
    shown = picture(textbook(), 0, Focus(hover=Hit("kernel", (0, 0, 0, 1))))
    marks = [item for item in shown.overlay if isinstance(item, Rects) and item.width == 1.8]
    assert len(marks[0].boxes) == 9
    assert line(shown, "w[0, 0, 0, 1]") == "w[0, 0, 0, 1] = 1 serves all 9 positions of the window"


@pytest.mark.parametrize("kind", ["kernel", "product"])
def test_an_input_its_weight_and_their_product_are_ringed_together(kind: str) -> None:
    given = textbook(padding=1, stride=2, dilation=2)
    shown = picture(given, 1, Focus(hover=Hit(kind, (0, 0, 1, 2))))
    rings = next(i for i in shown.overlay if isinstance(i, Rects) and i.width == 3.0).boxes.tolist()
    # Step 1 is output (0, 1): its window begins at row 0 and column 2 of the padded input, its cells lie 2 apart.
    cells = {"input 0": (2, 6), "kernel 0": (1, 2), "products": (1, 2)}
    for (name, (row, column)), box in zip(cells.items(), rings, strict=True):
        found = grid(shown, name)
        assert box[:2] == [found.x + column * found.width, found.y + row * found.height]
    if kind == "product":
        # The padded input's (2, 6) is the input's (1, 5): there is none, it is padding.
        assert line(shown, "in[") == "in[0, 1, 5] · w[0, 0, 1, 2] = 0·0 = 0"


def test_the_window_holds_its_values_bold_with_the_weights_below() -> None:
    shown = picture(textbook(), 4, size=(1500, 900))
    inside = grid(shown, "window")
    assert [[int(text) for text in row] for row in inside.shown_texts()] == np.array(INPUT)[1:4, 1:4].tolist()
    assert inside.bold == frozenset(range(9))
    assert chips(shown, "window") == {(i, j): str(KERNEL[i][j]) for i in range(3) for j in range(3)}
    assert chips(picture(textbook(), 4, size=(912, 640)), "window") == {}


def test_one_scale_of_products_holds_for_every_step() -> None:
    fills: dict[str, list[int]] = {}
    for step in range(9):
        cells = grid(picture(textbook(), step), "products")
        for row, texts in enumerate(cells.shown_texts()):
            for column, text in enumerate(texts):
                assert (
                    fills.setdefault(text, cells.content.fill[row, column].tolist())
                    == cells.content.fill[row, column].tolist()
                )


def test_pinned_stays_until_something_is_hovered() -> None:
    pinned, hover = Hit("output", (0, 2, 2)), Hit("output", (0, 1, 0))
    assert line(picture(textbook(), 0, Focus(pinned=pinned)), "out[").startswith("out[2, 2]")
    assert line(picture(textbook(), 0, Focus(hover, pinned)), "out[").startswith("out[1, 0]")


def test_the_moving_part_leaves_the_base_alone() -> None:
    prepared = SLIDE.prepare(textbook())
    layout = SLIDE.lay_out(prepared, View(), Canvas(912, 640, LIGHT))
    assert SLIDE.picture(layout, 0, Focus()).base is SLIDE.picture(layout, 5.5, Focus()).base


def test_one_axis_is_a_row() -> None:
    shown = picture(document([[1, 2, 3, 4, 5]], [[[1, 0, -1]]]), 2)
    assert [[read(t) for t in row] for row in written(shown, "output")] == [[-2, -2, -2]]


def test_what_it_cannot_show_it_says() -> None:
    assert "three" in reason_against(SLIDE, random_document(1, 1, (4, 4, 4), (2, 2, 2)))
    assert "transposed" in reason_against(SLIDE, random_document(1, 1, (4, 4), (2, 2), transposed=True))
    assert reason_against(SLIDE, textbook()) == ""
    with pytest.raises(ValueError, match="outside this scene's steps, 0 to 8"):
        draw(SLIDE, textbook(), Canvas(900, 600, LIGHT), 9)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_never_collide(size: tuple[int, int], theme: Theme) -> None:
    cases = [
        textbook(),
        textbook(padding=2, dilation=2),
        random_document(3, 2, (5, 5), (3, 3)),
        random_document(7, 1, (4, 9), (2, 3)),
        document([np.linspace(-1, 1, 56).reshape(7, 8)], [[np.ones((3, 3)) / 9]], [0.125]),
    ]
    for case in cases:
        for at in (0, 2):
            check_words(picture(case, at, size=size, theme=theme))


@pytest.mark.parametrize(
    "identity", [lesson.id for lesson in lesson_index() if load_lesson(lesson.id).view.scene == "slide"]
)
def test_every_step_of_every_lesson_draws(identity: str) -> None:
    given = load_lesson(identity)
    prepared = SLIDE.prepare(given)
    steps = SLIDE.steps(prepared)
    for theme in (LIGHT, DARK):
        for size in ((912, 640), (514, 430)):
            layout = SLIDE.lay_out(prepared, given.view, Canvas(*size, theme))
            for step in range(steps) if steps < 100 else (0, 1, steps // 2, steps - 1):
                shown = SLIDE.picture(layout, float(step), Focus())
                assert shown.summary
                check_words(shown)
    for caption in given.lesson.captions if given.lesson else ():
        assert -steps <= caption.step < steps


def test_the_multi_channel_lesson_is_the_one_of_the_target() -> None:
    shown = picture(load_lesson("multi-channel-sum"), 4)
    assert [[read(t) for t in row if t] for row in written(shown, "output")] == [[13, 4, 2], [5, 0], []]
    assert line(shown, "out[0, 1, 1]") == "out[0, 1, 1] = R −1 + G (−3) + B 4 + bias 0 = 0"


@pytest.mark.parametrize("side", [1, 2, 3])
def test_what_products_are_is_said_where_it_does_not_run_into_the_gap(side: int) -> None:
    shown = random_document(1, 1, (6, 6), (side, side))
    for size in ((1100, 760), (620, 480)):
        picture = draw(scene("slide"), shown, Canvas(*size, LIGHT))
        (products,) = [item for item in picture.items if isinstance(item, Cells) and item.name == "products"]
        said = [item for item in picture.items if isinstance(item, Label) and item.text == "input × weight"]
        assert all(text_width(item.text, item.size, mono=True) <= products.box[2] for item in said)
        assert bool(said) == (products.box[2] > 110)


@pytest.mark.parametrize("channels", [1, 3])
def test_which_of_several_filters_it_is_stands_in_the_title(channels: int) -> None:
    shown = random_document(channels, 4, (5, 6), (3, 3))
    shown = shown.with_view(View(scene="slide", filter=2))
    said = [item.text for item in draw(scene("slide"), shown, Canvas(925, 645, LIGHT)).items if isinstance(item, Label)]
    assert "Filter 2" in said
    assert "…" not in " ".join(text for text in said if "×" in text)


def test_who_predicts_the_sum_of_channels_sees_all_products_and_each_channels_own() -> None:
    given = load_lesson("multi-channel-sum")
    asked = hide_answer(picture_of(given, 4, (925, 645)), LIGHT)
    lines = [text for text in words(asked) if text[:3] in ("R: ", "G: ", "B: ")]
    assert [text.count("·") for text in lines] == [9, 9, 9]
    assert [text.split(" = ")[-1] for text in lines] == [f"{MINUS}1", f"{MINUS}3", "4"]
    assert any(text.endswith(f"R {MINUS}1 + G ({MINUS}3) + B 4 + bias 0 = ?") for text in words(asked))
    made = [i for i in asked.items if isinstance(i, Cells) and i.name.startswith("partial")]
    assert [i.shown_texts()[1][1] for i in made] == [f"{MINUS}1", f"{MINUS}3", "4"]


def test_the_weights_lie_in_the_window_of_the_first_lesson_at_the_usual_size() -> None:
    shown = picture(load_lesson("single-channel"), 4, size=(924, 676))
    window = grid(shown, "window")
    assert window.width == 50
    found = [i for i in shown.items if isinstance(i, Label) and i.text.startswith("×") and i.text[1:]]
    assert [i.text for i in found] == [f"×{n}" for n in (0, 1, 2, 2, 2, 0, 0, 1, 2)]
    outer = [i for i in shown.items if isinstance(i, Label) and i.mono and i.text.isdecimal()]
    assert all(label_box(i)[0] >= 8 and label_box(i)[2] <= 924 - 8 for i in outer)
    assert line(shown, "out[").startswith("out[1, 1] = ")
