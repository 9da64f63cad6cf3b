"""Where popular texts slip, the program says it right: read from pictures, captions and the inspector's formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core.presets import preset
from convgui.draw.remarks import TURNED
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import View
from convgui.session.formulas import size_formula
from tests.documents import document, random_document
from tests.scenes.checks import grid, picture_of, words


def captions(lesson: str) -> str:
    found = next(item for item in lesson_index() if item.id == lesson)
    return " ".join(caption.text for caption in found.captions)


def test_the_size_formula_has_its_floor_and_its_dilation() -> None:
    formula = "⌊(W + 2P − D·(K − 1) − 1) / S⌋ + 1"
    assert any(formula in text for text in words(picture_of(load_lesson("size-floor"))))
    assert "⌊5 / 2⌋ + 1 = 3" in captions("size-floor")
    assert size_formula(load_lesson("size-floor")) == f"{formula}\n⌊(6 + 2 − 2 − 1) / 2⌋ + 1 = 3"


def test_the_transposed_matrix_does_not_undo_the_layer() -> None:
    lesson = load_lesson("transposed-matrix")
    back = picture_of(lesson, -1)
    assert "The shape of x is back, its values are not: 0 of 16 agree with x." in words(back)
    assert grid(back, "output (0,)") != [[str(v) for v in row] for row in lesson.sample.data[0].tolist()]
    square = picture_of(lesson, -1, options={"matrix": "ctc"})
    drawn = np.array(grid(square, "matrix"), dtype=float)
    assert drawn.shape == (16, 16)
    off = drawn - np.diag(np.diag(drawn))
    line = next(text for text in words(square) if text.startswith("CᵀC is not the identity"))
    assert f"diagonal {np.diag(drawn).min():g} to {np.diag(drawn).max():g}" in line
    assert f"{np.count_nonzero(off)} numbers beside it are not 0" in line
    assert "promises more than it does" in captions("transposed-matrix")


def test_3_7_15_are_fields_of_stacked_layers_and_3_5_9_of_single_ones() -> None:
    stacked = [picture_of(load_lesson("receptive-field"), step).summary for step in range(3)]
    assert [f"a cell sees {n} × {n}" in text for n, text in zip((3, 7, 15), stacked, strict=True)] == [True] * 3
    single = [words(picture_of(load_lesson("dilation"), -1, options={"dilation": d})) for d in ("1", "2", "4")]
    covers = ("3 × 3", "3 × 3 covers 5 × 5", "3 × 3 covers 9 × 9")
    assert [text in said for text, said in zip(covers, single, strict=True)] == [True] * 3
    assert "3, 7 and 15 are reached by stacking them" in captions("dilation")
    assert "A dilated kernel alone would cover 5; 7 is what stacking makes of it." in captions("receptive-field")


def test_deep_learnings_convolution_is_cross_correlation() -> None:
    assert "Strictly this is cross-correlation" in captions("single-channel")
    assert "True convolution: each kernel is turned by 180°" in TURNED[0]
    given = load_lesson("single-channel")
    straight = grid(picture_of(given, -1), "output")
    turned = picture_of(replace(given, layers=(replace(given.layer, flip=True),)), -1)
    assert straight[0] == ["12", "12", "17"]
    # By hand: the kernel's rows from the last, each from its end, on the first window.
    window, kernel = np.array([[3, 3, 2], [0, 0, 1], [3, 1, 2]]), np.array([[2, 1, 0], [0, 2, 2], [2, 1, 0]])
    assert grid(turned, "output")[0][0] == str((window * kernel).sum())
    assert TURNED[0] in words(turned)


def test_a_transposed_layer_is_a_direct_one_only_with_the_kernel_turned() -> None:
    lesson = load_lesson("transposed-2-4")
    painted = grid(picture_of(lesson, -1), "kernel")
    stuffed = picture_of(lesson, -1, options={"way": "stuffed"})
    assert grid(stuffed, "kernel") == [row[::-1] for row in painted[::-1]]
    assert "Flipped kernel" in words(stuffed)
    assert any(text.startswith("All four agree") for text in words(stuffed))
    assert "The kernel has to be turned by 180 degrees for that." in captions("transposed-2-4")


def test_3d_slides_along_depth_and_sums_over_channels() -> None:
    assert "Channels are summed over; depth is an axis of space" in captions("volume-channels")
    assert "Channels are not one of them." in captions("filter-slides-2d")
    said = picture_of(load_lesson("volume-channels"), -1).summary
    assert "slides through the depth" in said
    assert "T1: 10 + T2: 6 + bias 0 = 16" in said


@pytest.mark.parametrize(("n", "m"), [(5, 3), (7, 5), (12, 3)])
def test_the_separable_cost_is_for_any_size(n: int, m: int) -> None:
    kernel = preset("gaussian-5" if m == 5 else "sobel-x").weights()
    given = document(np.ones((1, n, n)), kernel[None, None], view=View(scene="factor"))
    said = [text.replace("\u2009", " ").replace("\u202f", " ") for text in words(picture_of(given, -1, (1500, 900)))]
    assert "(W−K+1)·K·W + (W−K+1)²·K" in said
    out = n - m + 1
    first, second = out * m * n, out * out * m
    assert any(text.startswith(f"{first} + {second} = {first + second}") for text in said)
    assert any(text.endswith(f"= {out * out * m * m}") for text in said)


def test_overlap_is_even_if_and_only_if_the_stride_divides_the_kernel() -> None:
    for kernel in range(1, 7):
        for stride in range(1, kernel + 1):
            given = random_document(1, 1, (14, 14), (kernel, kernel), stride=stride, transposed=True)
            picture = picture_of(given.with_view(View(scene="overlap")), 13, (1500, 900))
            counts = [int(text) for text in grid(picture, "row")[0]]
            # At the end of a row all is laid: 13 * stride + kernel cells, of which the first are drawn.
            inside = counts[kernel - stride : 13 * stride]
            even = len(set(inside)) == 1
            said = words(picture)
            assert ("Even" in said) is (kernel % stride == 0)
            assert even is (kernel % stride == 0), (kernel, stride, counts)
    assert "if and only if the stride divides the kernel size" in captions("overlap-stride-2")
