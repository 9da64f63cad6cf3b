"""No module of the product leads back to itself, by whatever kind of import."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

Graph = Mapping[str, frozenset[str]]


def modules(root: Path, package: str) -> dict[str, ast.Module]:
    """Return the parsed modules of a package that lies in `root`, by their dotted names."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_bytes())
    return found


def imports(root: Path, package: str) -> Graph:
    """Return which module of a package names which others in its imports, also in functions and for type checkers."""
    trees = modules(root, package)
    packages = {name for name in trees if any(other.startswith(f"{name}.") for other in trees)}
    graph = {}
    for name, tree in trees.items():
        named: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                named.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(name if name in packages else name.rpartition(".")[0], node)
                named.update(
                    f"{base}.{alias.name}" if f"{base}.{alias.name}" in trees else base for alias in node.names
                )
        graph[name] = frozenset(named & trees.keys() - {name})
    return graph


def _absolute(around: str, node: ast.ImportFrom) -> str:
    """Return the module that an import names, seen from the package `around`."""
    if not node.level:
        return node.module or ""
    parts = around.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """Return the groups of nodes each of which leads to all others of its group."""
    reached = {name: _reached(graph, name) for name in graph}
    groups = {tuple(sorted(o for o in reached[n] if n in reached[o])) for n in graph if n in reached[n]}
    return sorted(groups)


def _reached(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    waiting: list[str] = [start]
    while waiting:
        new = graph[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


def rooms(graph: Graph, house: str) -> Graph:
    """Return which room of a house names which others: its packages, and its modules that stand by themselves."""
    depth = house.count(".") + 2

    def room(name: str) -> str:
        return ".".join(name.split(".")[:depth])

    inside = {name: named for name, named in graph.items() if name.startswith(f"{house}.")}
    found: dict[str, frozenset[str]] = {}
    for name, named in inside.items():
        others = frozenset(room(other) for other in named if other in inside) - {room(name)}
        found[room(name)] = found.get(room(name), frozenset()) | others
    return found


def _written(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


PLAIN = {"__init__.py": "", "a.py": "from house.b import x", "b.py": "import house.c", "c.py": "import os", "d.py": ""}
BACK: Iterable[str] = (
    "from house.a import y",
    "from house import a",
    "import house.a",
    "import house.a as other",
    "from . import a",
    "from .a import y",
    "def late():\n    from house.a import y",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.a import y",
    "try:\n    import house.a\nexcept ImportError:\n    pass",
)


def test_what_leads_one_way_is_no_circle(tmp_path: Path) -> None:
    assert circles(imports(_written(tmp_path, PLAIN), "house")) == []


@pytest.mark.parametrize("line", BACK)
def test_a_planted_circle_is_found(tmp_path: Path, line: str) -> None:
    graph = imports(_written(tmp_path, {**PLAIN, "c.py": line}), "house")
    assert circles(graph) == [("house.a", "house.b", "house.c")]


def test_a_planted_circle_through_a_package_is_found(tmp_path: Path) -> None:
    files = {
        **PLAIN,
        "room/__init__.py": "from .e import z",
        "room/e.py": "from .. import d",
        "d.py": "from .room import z",
    }
    assert circles(imports(_written(tmp_path, files), "house")) == [("house.d", "house.room", "house.room.e")]


def test_a_planted_circle_of_rooms_is_found(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "one/__init__.py": "",
        "one/up.py": "from house.two.down import x",
        "one/down.py": "",
        "two/__init__.py": "",
        "two/up.py": "from house.one.down import x",
        "two/down.py": "",
    }
    graph = imports(_written(tmp_path, files), "house")
    assert circles(graph) == []
    assert circles(rooms(graph, "house")) == [("house.one", "house.two")]


def test_no_module_of_the_product_and_no_room_of_the_window_leads_back_to_itself() -> None:
    graph = imports(ROOT, "convgui")
    assert circles(graph) == []
    assert circles(rooms(graph, "convgui.qt")) == []
