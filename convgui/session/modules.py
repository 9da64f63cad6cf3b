"""Modules within modules, as PyTorch prints them, laid out as layers: what each of them reads.

A module that is a layer reads what comes to it. One that holds others is told apart by its class: `BLOCKS` says how the
values of a known one flow, and the parts of any other follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convgui.layers.arguments import Arguments
from convgui.session.blocks import BLOCKS, IN_ORDER, LEFT_OUT, SPLITS, UNTOLD
from convgui.session.written import JOINS, PasteError, Setting, one
from convgui.words import tr

AS_LARGE = {"like": "Upsample", "padded": "ConstantPad2d"}
"""What makes a value as large as another, by the word that a flow has for it."""


@dataclass(frozen=True)
class Module:
    """A module by its name in the one around it.

    Attributes
    ----------
    name, kind : str
        Its name, and its class.
    parts : tuple of Module
        The modules in it.
    setting : Setting or None
        The layer that it is, before its parts if it has any.
    flow : str
        How values flow through its parts, where its class does not tell; see `convgui.session.blocks`.
    """

    name: str
    kind: str
    parts: tuple[Module, ...] = ()
    setting: Setting | None = None
    flow: str = ""

    def part(self, name: str) -> Module | None:
        """Return one of its parts by name."""
        return next((part for part in self.parts if part.name == name), None)


def layer(name: str, text: str) -> Module:
    """Return a module that is a layer, from how it is written: ``Conv2d(3, 8, 3)``."""
    return Module(name, text.partition("(")[0], setting=one(text))


def block(name: str, kind: str, *parts: Module) -> Module:
    """Return a module that holds others."""
    return Module(name, kind, parts)


def in_row(name: str, *texts: str) -> Module:
    """Return a ``Sequential`` of layers, called 0, 1, ..., from how they are written."""
    return Module(name, "Sequential", tuple(layer(str(n), text) for n, text in enumerate(texts)))


def wired(module: Module) -> tuple[Setting, ...]:
    """Lay a module out.

    Raises
    ------
    PasteError
        If it does what no layer here does.
    """
    wires = _Wires()
    end = wires.through(module, 0, module.name)
    if end == len(wires.settings):
        return tuple(wires.settings)
    return (*wires.settings, replace(one("Identity()"), reads=(end,)))


class _Wires:
    """The layers so far; what each method returns is the number of the value behind it."""

    def __init__(self) -> None:
        self.settings: list[Setting] = []

    def put(self, setting: Setting, *reads: int) -> int:
        self.settings.append(replace(setting, reads=reads))
        return len(self.settings)

    def join(self, sign: str, values: Sequence[int]) -> int:
        return values[0] if len(values) == 1 else self.put(Setting(sign, None, Arguments({})), *values)

    def through(self, module: Module, x: int, path: str, beside: int | None = None) -> int:
        """Lead value `x` through a module; of one that reads two values, `beside` is the other."""
        if module.setting is not None:
            x = self.put(replace(module.setting, path=path), x)
        if module.kind in UNTOLD:
            words = tr(
                "How values flow in {kind} is not in the printed text; paste the modules in it.", kind=module.kind
            )
            raise PasteError(words)
        whole = module.part(SPLITS.get(module.kind, ""))
        if whole is not None and not whole.parts and whole.setting is None:
            words = tr("{kind} parts its channels into two halves, which no layer of convgui does.", kind=module.kind)
            raise PasteError(words)
        flow = module.flow or next((flow for flow in BLOCKS.get(module.kind, ()) if _told_by(flow, module)), "")
        if flow:
            return _Flow(self, module, path, x, beside).run(flow)
        before = len(self.settings)
        for part in module.parts:
            if part.name not in LEFT_OUT:
                x = self.through(part, x, _path(path, part.name))
        if not _in_order(module) and len(self.settings) > before:
            first = self.settings[before]
            self.settings[before] = replace(first, guessed=(module.kind, *first.guessed))
        return x


def _in_order(module: Module) -> bool:
    """Whether the parts of a module are known to follow one another."""
    numbered = all(part.name.isdigit() for part in module.parts) and module.kind != "ModuleList"
    return module.kind in IN_ORDER or numbered or len(module.parts) < 2


def _told_by(flow: str, module: Module) -> bool:
    """Whether a flow tells of every part of a module, of its first at least."""
    named = set(re.findall(r"\w+", flow))
    if {"each", "grow"} & named:
        return True
    parts = [part.name for part in module.parts if part.name not in LEFT_OUT]
    return bool(parts) and all(name in named for name in parts)


class _Flow:
    """One block while its values are led through it; see `BLOCKS` for the notation."""

    def __init__(self, wires: _Wires, module: Module, path: str, x: int, beside: int | None) -> None:
        self._wires, self._module, self._path = wires, module, path
        self._values = {"x": x, "y": x if beside is None else beside}
        self._first = len(wires.settings)

    def run(self, flow: str) -> int:
        ends = list[int]()
        value = self._values["x"]
        for statement in flow.split(";"):
            name, _, line = statement.strip().rpartition(" = ")
            source, *steps = line.split(" > ")
            first, _, sign_and_second = source.partition(" ")
            if source.rstrip("?") in JOINS:
                value = self._joined(source, ends)
                ends = []
            elif sign_and_second:
                sign, second = sign_and_second.split()
                value = self._wires.join(sign, (self._values[first], self._values[second]))
            else:
                value = self._values[source]
            for step in steps:
                value = self._step(step, value, ends)
            if name:
                self._values[name] = value
            elif not (steps and steps[-1].startswith("each")):
                ends.append(value)
        return value

    def _joined(self, sign: str, ends: Sequence[int]) -> int:
        """Join what was led to an end; with a question mark, only where the first of them has its input's shape."""
        if sign.endswith("?") and not _keeps_shape(self._wires.settings[self._first : ends[0]]):
            return ends[0]
        return self._wires.join(sign.rstrip("?"), ends)

    def _step(self, step: str, value: int, ends: list[int]) -> int:
        wires = self._wires
        several = step.split("|")
        step = next((one_of for one_of in several if self._module.part(one_of) is not None), several[-1])
        name, _, other = step.partition(" ")
        if name == "each":
            around = self._module.part(other) or self._module
            path = _path(self._path, other) if other else self._path
            ends += [wires.through(part, value, _path(path, part.name)) for part in around.parts]
            return ends[-1]
        if name == "grow":
            for part in self._module.parts:
                value = wires.join(",", (value, wires.through(part, value, _path(self._path, part.name))))
            return value
        if name in AS_LARGE:
            return wires.put(Setting(AS_LARGE[name], None, Arguments({}), like=self._values[other]), value)
        if "(" in step:
            return wires.put(one(step), value)
        own = self._module.part(name)
        if own is None:
            return value
        beside = self._values[other.removeprefix("with ")] if other else None
        return wires.through(own, value, _path(self._path, name), beside)


def _path(around: str, name: str) -> str:
    return f"{around}.{name}" if around else name


def _keeps_shape(way: Sequence[Setting]) -> bool:
    """Whether layers have no stride, and as many channels at their end as at their beginning."""
    written = [setting.arguments for setting in way if setting.name.startswith("Conv")]
    if not written:
        return True
    strides = [setting.any("stride", 1) for setting in written]
    steps = {n for stride in strides for n in (stride if isinstance(stride, tuple) else (stride,))}
    return steps == {1} and written[0].any("in_channels", 0) == written[-1].any("out_channels", 0)
