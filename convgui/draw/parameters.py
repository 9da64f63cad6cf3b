"""A tiny picture of what each parameter of a layer does, for where there is room for no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from convgui.draw.picture import Floats, Item, Lines, Picture, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle

WIDTH, HEIGHT = 200.0, 112.0
CELL, TOP = 16.0, 16.0
NUMBER = 11.0

Place = tuple[float, float]


def parameter_picture(name: str, theme: Theme) -> Picture | None:
    """Draw what a parameter does, called as in PyTorch; None where there is no picture of it."""
    drawn = _PICTURES.get(name)
    if drawn is None:
        return None
    return Picture(WIDTH, HEIGHT, theme.field, tuple(drawn(theme)))


def _boxes(at: Place, cells: Sequence[Place], size: float = CELL) -> Floats:
    """Return the boxes of cells ``(row, column)`` of a grid whose first cell is at `at`."""
    return np.array([[at[0] + column * size, at[1] + row * size, size, size] for row, column in cells])


def _cells(rows: int, columns: int) -> list[Place]:
    return [(float(row), float(column)) for row in range(rows) for column in range(columns)]


def _grid(theme: Theme, at: Place, rows: int, columns: int, role: Role = "input") -> list[Item]:
    """Draw a grid of empty cells in the colour of what it holds."""
    whole = np.array([[*at, columns * CELL, rows * CELL]])
    return [
        Rects(_boxes(at, _cells(rows, columns)), fill=theme.cell, stroke=theme.cell_line),
        Rects(whole, stroke=theme.role(role).line, width=1.5),
    ]


def _taps(theme: Theme, at: Place, cells: Sequence[Place], *, filled: bool = True) -> list[Item]:
    """Draw the cells that a kernel lies on."""
    fill = theme.window if filled else None
    return [Rects(_boxes(at, cells), fill=fill, stroke=theme.role("kernel").line)]


def _frame(theme: Theme, at: Place, row: float, column: float, rows: float, columns: float, *, next_: bool) -> Item:
    """Draw a window's frame; dashed for the one that comes next."""
    box = np.array([[at[0] + column * CELL, at[1] + row * CELL, columns * CELL, rows * CELL]])
    return Rects(box, stroke=theme.role("kernel").line, width=2.0, dash="dashed" if next_ else "solid")


def _numbers(theme: Theme, at: Place, rows: Sequence[Sequence[str]], pale: Sequence[int] = ()) -> list[Item]:
    """Write numbers into cells; those of the columns `pale` are in the padding."""
    return [
        label(
            at[0] + (column + 0.5) * CELL, middle(at[1] + row * CELL, CELL, NUMBER), text,
            theme.muted if column in pale else theme.text, NUMBER, mono=True, anchor="middle",
        )
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]  # fmt: skip


def _arrow(theme: Theme, x: float, y: float, length: float = 22.0) -> Item:
    tip = x + length
    parts = [[x, y, tip, y], [tip - 5, y - 4, tip, y], [tip - 5, y + 4, tip, y]]
    return Lines(np.array(parts), theme.muted, 1.5)


def _kernel_size(theme: Theme) -> list[Item]:
    one, other = (14.0, TOP), (114.0, TOP)
    return [
        *_grid(theme, one, 5, 4), *_taps(theme, one, _cells(2, 2)), _frame(theme, one, 0, 0, 2, 2, next_=False),
        *_grid(theme, other, 5, 4), *_taps(theme, other, _cells(3, 3)), _frame(theme, other, 0, 0, 3, 3, next_=False),
    ]  # fmt: skip


def _stride(theme: Theme) -> list[Item]:
    at = (44.0, TOP + 8)
    return [
        *_grid(theme, at, 4, 7),
        *_taps(theme, at, _cells(3, 3)),
        _frame(theme, at, 0, 2, 3, 3, next_=True),
        _frame(theme, at, 0, 4, 3, 3, next_=True),
        _arrow(theme, at[0], at[1] - 9, 2 * CELL),
        _arrow(theme, at[0] + 2 * CELL, at[1] - 9, 2 * CELL),
    ]


def _padding(theme: Theme) -> list[Item]:
    at = (60.0, 8.0)
    around = [cell for cell in _cells(6, 5) if cell[0] in (0, 5) or cell[1] in (0, 4)]
    return [
        *_grid(theme, (at[0] + CELL, at[1] + CELL), 4, 3),
        *_taps(theme, at, _cells(3, 3)),
        Rects(_boxes(at, around), stroke=theme.muted, dash="dashed"),
        *(item for cell in around for item in _numbers(theme, (at[0] + cell[1] * CELL, at[1] + cell[0] * CELL), ["0"])),
        _frame(theme, at, 0, 0, 3, 3, next_=False),
    ]


def _padding_mode(theme: Theme) -> list[Item]:
    items = list[Item]()
    for line, (before, after) in enumerate((("00", "00"), ("32", "32"), ("11", "44"), ("34", "12"))):
        cells = f"{before}1234{after}"
        at = (2.25 * CELL, 8.0 + line * (CELL + 9))
        items += [
            Rects(_boxes(at, _cells(1, 8)), stroke=theme.cell_line, dash="dashed"),
            *_grid(theme, (at[0] + 2 * CELL, at[1]), 1, 4),
            *_numbers(theme, at, [cells], pale=(0, 1, 6, 7)),
        ]
    return items


def _dilation(theme: Theme) -> list[Item]:
    one, other = (20.0, TOP), (104.0, TOP)
    spread = [(2 * row, 2 * column) for row, column in _cells(3, 3)]
    return [
        *_grid(theme, one, 5, 4), *_taps(theme, one, _cells(3, 3)), _frame(theme, one, 0, 0, 3, 3, next_=False),
        *_grid(theme, other, 5, 5), *_taps(theme, other, spread), _frame(theme, other, 0, 0, 5, 5, next_=False),
    ]  # fmt: skip


def _groups(theme: Theme) -> list[Item]:
    left, right = 56.0, 128.0
    rows = [TOP + 4 + row * 21.0 for row in range(4)]
    wires = [[left + CELL, rows[a] + 8, right, rows[b] + 8] for a in range(4) for b in range(4) if a // 2 == b // 2]
    return [
        Lines(np.array(wires), theme.role("kernel").line, 1.5),
        Rects(np.array([[left, y, CELL, CELL] for y in rows]), fill=theme.cell, stroke=theme.role("input").line),
        Rects(np.array([[right, y, CELL, CELL] for y in rows]), fill=theme.cell, stroke=theme.role("result").line),
    ]


def _sheets(theme: Theme, x: float, count: int, role: Role) -> list[Item]:
    """Draw channels as sheets that lie behind each other."""
    boxes = [[x + 8 * n, 18 + 8 * n, 44.0, 44.0] for n in range(count)]
    return [Rects(np.array([box]), fill=theme.cell, stroke=theme.role(role).line, width=1.5) for box in boxes]


def _in_channels(theme: Theme) -> list[Item]:
    return [*_sheets(theme, 18, 3, "input"), _arrow(theme, 90, 54), *_sheets(theme, 130, 1, "result")]


def _out_channels(theme: Theme) -> list[Item]:
    return [*_sheets(theme, 18, 3, "input"), _arrow(theme, 88, 54), *_sheets(theme, 116, 5, "result")]


def _output_padding(theme: Theme) -> list[Item]:
    at = (60.0, 12.0)
    more = [cell for cell in _cells(5, 5) if 4 in cell]
    return [
        *_grid(theme, at, 4, 4, "result"),
        Rects(_boxes(at, more), stroke=theme.role("result").line, dash="dashed"),
    ]


def _transposed(theme: Theme) -> list[Item]:
    one, other = (30.0, 32.0), (104.0, 12.0)
    return [
        *_grid(theme, one, 2, 2), *_taps(theme, one, [(0, 0)]), _arrow(theme, 70, 48),
        *_grid(theme, other, 5, 5, "result"), *_taps(theme, other, _cells(3, 3)),
        _frame(theme, other, 0, 0, 3, 3, next_=False),
    ]  # fmt: skip


def _flip(theme: Theme) -> list[Item]:
    one, other, rows = (26.0, 30.0), (126.0, 30.0), ["123", "456", "789"]
    turned = [row[::-1] for row in rows[::-1]]
    return [
        *_grid(theme, one, 3, 3, "kernel"), *_numbers(theme, one, rows), _arrow(theme, 90, 54),
        *_grid(theme, other, 3, 3, "kernel"), *_numbers(theme, other, turned),
    ]  # fmt: skip


_PICTURES: dict[str, Callable[[Theme], list[Item]]] = {
    "kernel_size": _kernel_size,
    "stride": _stride,
    "padding": _padding,
    "padding_mode": _padding_mode,
    "dilation": _dilation,
    "groups": _groups,
    "in_channels": _in_channels,
    "out_channels": _out_channels,
    "output_padding": _output_padding,
    "transposed": _transposed,
    "flip": _flip,
}
