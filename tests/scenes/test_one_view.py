"""No scene and no part of a picture has index arithmetic, group slicing or padding of its own.

`convgui.core.filter_view` answers for them. Every module of both rooms is read as a syntax tree. What a layer's
geometry is called, and what is made of it by unpacking, picking and pairing, may be handed on, compared and written
out; it may not be reckoned with, nor cut with. There is no list of exceptions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import convgui

ROOMS = ("scenes", "draw")
GEOMETRY = frozenset(
    {"stride", "dilation", "groups", "padding", "pads", "leftover", "kernel_size", "extent", "output_padding"}
)
CARRIERS = frozenset({"zip", "enumerate", "reversed", "tuple", "list", "sorted", "pairwise", "array", "asarray"})
"""Functions whose result is made of the same numbers."""
WITHHELD = {
    "convgui.core.blocks": "padding",
    "convgui.core.index": "index tables",
}
"""Modules that a scene does not import, with what is theirs. What they are asked for is asked of the view."""
TABLES = frozenset({"axis_sources", "axis_tables", "filter_axes", "index_table", "IndexTable", "fill_block"})


class Reader:
    """Finds in one function, or in a module's own lines, where a layer's geometry is reckoned with."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.body = body
        self.carried: set[str] = set()
        self.other: set[str] = set()
        """Names of geometry that are given something else, such as the cells that are drawn for padding."""
        # Twice: what a name is given elsewhere is known only then.
        for _ in range(2):
            self.carried.clear()
            before = -1
            # A name may be used above the line that makes it what it is, in a loop.
            while before != len(self.carried):
                before = len(self.carried)
                for node in self._nodes():
                    self._bind(node)

    def _nodes(self) -> Iterator[ast.AST]:
        """Every node of the body, without those of functions in it."""
        waiting: list[ast.AST] = list(self.body)
        while waiting:
            node = waiting.pop()
            yield node
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                waiting += ast.iter_child_nodes(node)

    def carries(self, node: ast.expr | None) -> bool:
        """Whether an expression is, or holds, a layer's stride, dilation and so on."""
        match node:
            case ast.Name(id=name):
                return name in self.carried or (name in GEOMETRY and name not in self.other)
            case ast.Attribute(attr=name):
                return name in GEOMETRY
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.UnaryOp(operand=value):
                return self.carries(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                return any(self.carries(part) for part in parts)
            case ast.IfExp(body=one, orelse=other):
                return self.carries(one) or self.carries(other)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=parts) if name in CARRIERS:
                return any(self.carries(part) for part in parts)
            case ast.ListComp(elt=made) | ast.GeneratorExp(elt=made) | ast.SetComp(elt=made):
                return self.carries(made)
            case ast.NamedExpr(value=value):
                return self.carries(value)
        return False

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._give(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                self._give(target, value)
            case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                self._give_each(target, source)

    def _give(self, target: ast.expr, value: ast.expr) -> None:
        """Let the names of a target be what the value is, one by one where both are written so."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._give(one, other)
        else:
            names = {part.id for part in ast.walk(target) if isinstance(part, ast.Name)} - {"self", "_"}
            if self.carries(value):
                self.carried |= names
            else:
                self.other |= names & GEOMETRY

    def _give_each(self, target: ast.expr, source: ast.expr) -> None:
        """Let the names of a loop be what it runs over; those of a zip are its arguments'."""
        match source:
            case ast.Call(func=ast.Name(id="zip"), args=parts) if isinstance(target, ast.Tuple) and len(parts) == len(
                target.elts
            ):
                for one, part in zip(target.elts, parts, strict=True):
                    self._give(one, part)
            case ast.Call(func=ast.Name(id="enumerate"), args=[part, *_]) if isinstance(target, ast.Tuple):
                self._give_each(target.elts[1], part)
            case _:
                self._give(target, source)

    def faults(self) -> Iterator[tuple[int, str]]:
        for node in self._nodes():
            match node:
                case ast.BinOp(left=left, right=right) if self.carries(left) or self.carries(right):
                    if not self._joins(node):
                        yield node.lineno, "reckons with a layer's geometry"
                case ast.AugAssign(target=target, value=value) if self.carries(target) or self.carries(value):
                    if not isinstance(value, ast.Tuple | ast.List):
                        yield node.lineno, "reckons with a layer's geometry"
                case ast.Slice(lower=low, upper=high, step=step):
                    if any(self.carries(end) for end in (low, high, step)):
                        yield node.lineno, "cuts with a layer's geometry"
                case ast.Call(func=ast.Name(id="slice" | "range"), args=parts):
                    if any(self.carries(part) for part in parts):
                        yield node.lineno, "cuts with a layer's geometry"
                case ast.Call(func=ast.Attribute(attr="pads")):
                    yield node.lineno, "asks a spec for its padding"
                case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="pad")):
                    yield node.lineno, "pads"
                case ast.Call(func=ast.Name(id="sum"), args=[part, *_]) if self.carries(part):
                    yield node.lineno, "reckons with a layer's geometry"
                case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="sum"), part, *_]) if self.carries(part):
                    yield node.lineno, "reckons with a layer's geometry"

    def _joins(self, node: ast.BinOp) -> bool:
        """Whether tuples are put together or repeated, or a text is written, which is no arithmetic."""
        joined = (ast.Tuple, ast.List, ast.JoinedStr)
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Tuple):
            return not self.carries(node.right)
        texts = (isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right))
        return isinstance(node.op, ast.Add) and (
            isinstance(node.left, joined) or isinstance(node.right, joined) or any(texts)
        )


def faults(source: str) -> list[str]:
    """What is wrong in a module, line by line."""
    tree, found = ast.parse(source), list[tuple[int, str]]()
    bodies = [tree.body, *(n.body for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef))]
    for body in bodies:
        found += Reader(body).faults()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str() as module, names=names):
                taken = {alias.name for alias in names} & TABLES
                if module in WITHHELD:
                    found.append((node.lineno, f"imports {WITHHELD[module]}"))
                elif taken:
                    found.append((node.lineno, f"imports {', '.join(sorted(taken))}"))
    return [f"{line}: {what}" for line, what in sorted(set(found))]


def modules() -> list[Path]:
    root = Path(convgui.__file__).parent
    return sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_index_arithmetic(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "depth = spec.in_channels // spec.groups",
        "first = view.filter // (spec.out_channels // spec.groups) * depth",
        "corner = place[0] * self.stride[0]",
        "corner = tuple(p * s for p, s in zip(place, spec.stride))",
        "corner = [p * d for d, p in zip(spec.dilation, place)]",
        "k, s, d = spec.kernel_size[0], spec.stride[0], spec.dilation[0]\nreach = d * (k - 1)",
        "(top, _), (left, _) = g.pads\ny = top + 1",
        "stride = spec.stride[0]\nx = 2 * stride",
        "for a, (before, after) in enumerate(spec.padding):\n    size = n + before + after",
        "size = [n + sum(p) for n, p in zip(spatial, spec.padding)]",
        "pads = spec.pads(spatial)",
        "x = np.pad(x, 1)",
        "spread[:: spec.dilation[0]] = kernel",
        "cut = x[:, top : top + spec.extent[0]]",
        "cut = slice(0, n, s.stride[0])",
        "cells = range(0, n, stride)",
        "dh, dw = self.dilation\nx = dw * u",
        "here = plan.leftover\nrows -= here[0]",
        "if (step := spec.stride[0]):\n    at = step * 2",
        "bordered = any(map(sum, spec.padding))",
        "extra = [e for e in spec.output_padding]\nn = size - extra[0]",
        "from convgui.core.blocks import axis_sources",
        "from convgui.core import ConvSpec, index_table",
        "def f(spec):\n    def g():\n        return 2 * spec.stride[0]\n    return g",
        "class A:\n    @property\n    def b(self):\n        return self.stride // 2",
    ],
)
def test_it_is_found_where_it_is_planted(line: str) -> None:
    assert faults(line)


@pytest.mark.parametrize(
    "line",
    [
        "one = replace(spec, groups=1, padding=((0, 0),), stride=spec.stride)",
        "if max(spec.dilation) > 1 and spec.groups == spec.in_channels:\n    pass",
        "words = times(*spec.kernel_size)",
        "cells, padding = with_padding(grid)\nitems = [cells, *padding]\nitems += drawn",
        "text = f'k {spec.kernel_size}, s {spec.stride}'",
        "shape = (1, *spec.kernel_size)",
        "fields = {'stride': (stride,) * rank}",
        "found = tuple(interior(k, s) for k, s in zip(spec.kernel_size, spec.stride))",
        "for p, s in zip(place, spec.stride):\n    x = p * 2",
        "box = cell_box(grid, *view.box(position))",
    ],
)
def test_what_is_no_arithmetic_passes(line: str) -> None:
    assert faults(line) == []
