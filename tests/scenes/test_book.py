"""Every row of the book's table has a lesson whose picture shows that configuration's numbers.

Each entry names the row, the lesson, the options of the moment, and what is read at its last step: words that are
written, and grids by name with their shape or their numbers. Nothing here is taken from the code that draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pytest

from convgui.draw.picture import Cells
from convgui.files.lessons import lesson_index, load_lesson
from tests.scenes.checks import picture_of, words

Rows: TypeAlias = list[list[int]]


@dataclass(frozen=True)
class Entry:
    """What a row of the table asks of a lesson."""

    row: str
    lesson: str
    says: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Mapping[str, Rows] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


TEXTBOOK: Rows = [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
C_ROWS = [[1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0]]
C_ROWS += [[0] * shift + C_ROWS[0][:-shift] for shift in (1, 4, 5)]
# 1, 2 and 4 in the middle of the output of a 3 x 3 kernel at stride 2.
UNEVEN = [[a * b for b in (1, 1, 2, 1, 2, 1, 2, 1, 1)] for a in (1, 1, 2, 1, 2, 1, 2, 1, 1)]
SHUFFLE = "0 3 6 1 4 7 2 5 8"

BOOK = (
    Entry(
        "Single channel",
        "single-channel",
        ("= 14 + bias 0 = 14",),
        {"input": (5, 5), "kernel": (3, 3)},
        {"output": TEXTBOOK},
    ),
    Entry(
        "Multi-channel, one kernel a channel",
        "multi-channel-apart",
        ("this channel's own result",),
        {f"partial {c}": (3, 3) for c in "RGB"},
    ),
    Entry("Multi-channel, the sum", "multi-channel-sum", ("= 1",), {}, {"output": [[13, 4, 2], [5, 0, 3], [9, 3, 1]]}),
    Entry(
        "A 3D filter that slides in 2D",
        "filter-slides-2d",
        ("3 × 5 × 5", "3 × 3 × 3", "1 × 3 × 3", "slides in height and width only"),
        {"output": (3, 3)},
    ),
    Entry(
        "Many filters",
        "many-filters",
        ("4 × 3 × 3", "4 · 3 = 12 kernels of 3 × 3: 108 weights"),
        {f"kernel {o} {c}": (3, 3) for o in range(4) for c in range(3)},
    ),
    Entry("1 x 1, one filter", "one-by-one", ("6 × 5 × 5", "1 × 5 × 5"), {"output": (5, 5)}),
    Entry(
        "1 x 1, N of them",
        "one-by-one",
        ("3 × 5 × 5",),
        {"weights": (3, 6), "pixel": (6, 1), "result": (3, 1)},
        {},
        {"show": "pixel"},
    ),
    Entry(
        "1 x 1, ReLU after it", "one-by-one", ("ReLU sets",), {"rectified": (3, 1)}, {}, {"show": "pixel", "relu": "on"}
    ),
    Entry(
        "1 x 1 on a real photo",
        "one-by-one-photo",
        ("3 × 512 × 512", "6 × 512 × 512", "3 channels become 6"),
        {"weights": (6, 3)},
    ),
    Entry(
        "Kernel size, stride, padding",
        "kernel-stride-padding",
        ("⌊(5 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1",),
        {"output": (5, 5)},
    ),
    Entry("Valid", "kernel-stride-padding", (), {}, {"output": TEXTBOOK}, {"padding": "valid"}),
    Entry("Full", "kernel-stride-padding", (), {"output": (7, 7)}, {}, {"padding": "full"}),
    Entry(
        "Stride 2", "kernel-stride-padding", (), {}, {"output": [[6, 17, 3], [8, 17, 13], [6, 4, 4]]}, {"stride": "2"}
    ),
    Entry("Same, the asymmetric kind", "same-one-sided", (), {"output": (3, 3), "input": (7, 7)}),
    Entry(
        "The floor and its leftover rows",
        "size-floor",
        ("5 / 2 = 2.5, rounded down: the hatched last row and column",),
        {"output": (3, 3)},
    ),
    *(
        Entry(f"Dilation {d}", "dilation", (says,), {"kernel": (n, n)}, {}, {"dilation": str(d), "beside": "none"})
        for d, n, says in ((1, 3, "3 × 3"), (2, 5, "3 × 3 covers 5 × 5"), (4, 9, "3 × 3 covers 9 × 9"))
    ),
    Entry(
        "Receptive field", "receptive-field", ("a cell sees 15 × 15", "3 layers hold 27 weights"), {"ways": (19, 19)}
    ),
    Entry("Gridding holes with 2, 2, 2", "gridding", ("120 of its 169 cells",)),
    Entry("AlexNet", "receptive-alexnet", ("a cell sees 195 × 195", "stride 16")),
    Entry("VGG-16", "receptive-vgg", ("a cell sees 212 × 212",)),
    Entry(
        "Transposed, 2 x 2 to 4 x 4",
        "transposed-2-4",
        ("6 × 6 · border 2",),
        {"output": (4, 4), "stretched": (6, 6)},
        {},
        {"way": "stuffed"},
    ),
    Entry(
        "Transposed, 2 x 2 to 5 x 5",
        "transposed-2-5",
        ("7 × 7 · border 2",),
        {"output": (5, 5), "stretched": (7, 7)},
        {},
        {"way": "stuffed"},
    ),
    Entry("The odd case", "transposed-odd", (), {"output": (6, 6)}),
    Entry(
        "Convolution as a matrix",
        "convolution-matrix",
        ("4 × 16 · 36 non-zeros of 64",),
        {},
        {"matrix": C_ROWS, "result": [[348], [393], [528], [573]], "output (0,)": [[348, 393], [528, 573]]},
    ),
    Entry(
        "Transposed as a matrix",
        "transposed-matrix",
        ("The shape of x is back, its values are not",),
        {"matrix": (16, 4), "output (0,)": (4, 4)},
    ),
    Entry("C^T C", "transposed-matrix", ("CᵀC is not the identity",), {"matrix": (16, 16)}, {}, {"matrix": "ctc"}),
    Entry(
        "Checkerboard in a picture",
        "checkerboard-picture",
        ("bright cells are 4 times the dark ones", "Nearest + convolve", "Bilinear + convolve", "Even kernel"),
    ),
    Entry(
        "Stacked layers of it",
        "checkerboard-picture",
        ("After 3 layers", "1 to 5 paths in the middle of a row, 25 : 1 in 2D"),
        {},
        {},
        {"show": "stack"},
    ),
    Entry(
        "Overlap at stride 1, kernel 2", "overlap-stride-1", ("Even", "4 of 6 cells"), {}, {"row": [[1, 2, 2, 2, 2, 1]]}
    ),
    Entry(
        "Overlap at stride 1, kernel 3",
        "overlap-stride-1",
        ("Even", "3 of 7 cells"),
        {},
        {"row": [[1, 2, 3, 3, 3, 2, 1]]},
        {"kernel": "2x2>3"},
    ),
    Entry(
        "Overlap at stride 2, kernel 3",
        "overlap-stride-2",
        ("Uneven", "2 : 1, squared in 2D to 4 : 1"),
        {},
        {"row": [UNEVEN[0]], "overlap": UNEVEN},
    ),
    Entry("Overlap at stride 2, kernel 2", "overlap-stride-2", ("Even",), {}, {"row": [[1] * 8]}, {"kernel": "3x3>2"}),
    Entry(
        "Overlap at stride 2, kernel 4",
        "overlap-stride-2",
        ("Even",),
        {},
        {"row": [[1, 1, *[2] * 6, 1, 1]]},
        {"kernel": "3x3>4"},
    ),
    Entry(
        "Overlap at stride 2, kernel 5",
        "overlap-stride-2",
        ("Uneven", "2.25 : 1"),
        {},
        {"row": [[1, 1, 2, 2, 3, 2, 3, 2, 2, 1, 1]]},
        {"kernel": "3x3>5"},
    ),
    Entry(
        "Spatially separable",
        "spatially-separable",
        ("45 + 27 = 72", "= 81", "rank 1 · separable"),
        {},
        {"column 0": [[1], [2], [1]], "row 0": [[-1, 0, 1]]},
    ),
    Entry(
        "Depthwise separable",
        "depthwise-separable",
        ("675 + 9600 = 10 275 multiplications, 86 400 at once", "3 × 7 × 7", "3 × 5 × 5"),
        {"output": (5, 5)},
    ),
    Entry("Flattened", "depthwise-separable", ("The nearest flattened filter",), {}, {}, {"kind": "flattened"}),
    Entry("Dense", "grouped", ("729",), {"matrix": (9, 9)}),
    Entry(
        "Groups: blocks",
        "grouped",
        (),
        {},
        {"matrix": np.kron(np.eye(3, dtype=int), np.ones((3, 3), dtype=int)).tolist()},
        {"groups": "3"},
    ),
    Entry("Groups: depthwise", "grouped", (), {}, {"matrix": np.eye(9, dtype=int).tolist()}, {"groups": "9"}),
    Entry(
        "Groups: shuffled",
        "grouped",
        (f"deals the channels out as {SHUFFLE}", "9 of 9 input channels"),
        {},
        {},
        {"groups": "3", "then": "shuffle"},
    ),
    Entry("Pointwise grouped", "grouped", ("27",), {}, {}, {"groups": "3", "kernel": "point"}),
    Entry(
        "Learn a kernel",
        "learn-kernel",
        ("∂L/∂x", "transposed", "Loss"),
        {},
        {"learned": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "hidden": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]},
        {"hidden": "show"},
    ),
    Entry("2D convolution on a volume", "volume-flat", ("3 × 6 × 6", "3 × 3 × 3", "1 × 4 × 4")),
    Entry("3D convolution", "volume-3d", ("6 × 6 × 6", "3 × 3 × 3", "4 × 4 × 4")),
    Entry(
        "3D convolution, channels are summed", "volume-channels", ("Channel 0 · T1", "Channel 1 · T2", "1 × 2 × 3 × 3")
    ),
)


def number_of(text: str) -> float:
    return float(text.replace("−", "-")) if text else 0.0


def plain(text: str) -> str:
    return text.replace("\u2009", " ").replace("\u202f", " ")


@pytest.mark.parametrize("entry", BOOK, ids=[entry.row for entry in BOOK])
def test_the_row_is_shown(entry: Entry) -> None:
    document = load_lesson(entry.lesson)
    picture = picture_of(document, -1, (1500, 900), options={**document.view.options, **entry.options} or None)
    said = [plain(text) for text in [*words(picture), picture.summary]]
    for part in entry.says:
        assert any(part in text for text in said), (part, said)
    cells = [item for item in picture.items if isinstance(item, Cells)]
    for name, shape in entry.shapes.items():
        found = [item for item in cells if item.name.startswith(name)]
        assert found, (name, [item.name for item in cells])
        assert found[-1].content.shape == shape
    for name, rows in entry.numbers.items():
        found = [item for item in cells if item.name.startswith(name)]
        assert found, (name, [item.name for item in cells])
        assert [[number_of(text) for text in row] for row in found[-1].shown_texts()] == rows


def test_the_table_forgets_no_lesson_of_the_book() -> None:
    beside = {
        "sobel-photo",
        "arbitrary-padding",
        "padding-modes",
        "max-pooling",
        "pixel-shuffle",
        "brain-sobel",
        "frequency-box",
        "three-edges",
        "trained-layer",
        "look-inside",
        "unit-sees",
        "batch-norm",
        "vessels",
        *("one-axis", "causal", "wavenet", "echo", "aliasing", "stft"),
    }
    assert {lesson.id for lesson in lesson_index()} == {entry.lesson for entry in BOOK} | beside
