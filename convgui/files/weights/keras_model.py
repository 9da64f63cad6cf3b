"""The layers of a Keras model as its description has them: which class each is, and what flows into it.

The description is JSON, of the form that Keras 3 writes, or Keras 2 before it; a model can stand in a model. Nothing in
it is executed: classes are names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from convgui.words import tr

MODELS = ("Functional", "Model", "Sequential")
DEEPEST = 16
MOST_CALLS = 4096
Key: TypeAlias = tuple[str, int, int]
"""A layer's name, which of its calls is meant, and which of the values that it made."""
Place: TypeAlias = tuple[tuple[str, str], ...]
"""The way to a layer: name and class of each model that it is in, then its own."""


class KerasModelError(Exception):
    """The description makes no sense; the message says where."""


@dataclass(frozen=True)
class Call:
    """A layer, where values flow through it once.

    Attributes
    ----------
    place : tuple of (str, str)
        Names and classes, from the outermost model's layer to its own.
    config : mapping
        What it was made with.
    reads, makes : tuple of str, str
        Names of the values that flow in, and of what comes out.
    """

    place: Place
    config: Mapping[str, Any] = field(repr=False)
    reads: tuple[str, ...]
    makes: str

    @property
    def name(self) -> str:
        """Its name, behind those of the models that it is in."""
        return "/".join(name for name, _ in self.place)

    @property
    def class_name(self) -> str:
        """Keras' name of its kind."""
        return self.place[-1][1]


@dataclass
class Calls:
    """The calls of a model in an order in which each comes behind what it reads.

    Attributes
    ----------
    found : list of Call
    inputs : dict
        The shape of each input with its batch, None for a size that is not fixed; None where it is not told.
    outputs : list of str
        The values that the whole model makes.
    """

    found: list[Call] = field(default_factory=list)
    inputs: dict[str, tuple[int | None, ...] | None] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)


def calls_of(model: object) -> Calls:
    """Lay out a model's description.

    Raises
    ------
    KerasModelError
        If it makes no sense.
    """
    calls = Calls()
    kind, config = _class_of(model), _config_of(model)
    if kind not in MODELS:
        raise KerasModelError(tr("it describes {kind}, which is no model whose layers stand in the file", kind=kind))
    calls.outputs = _Model(calls, kind, config, ()).run(None)
    # What the model makes comes last, where nothing else reads it.
    ends = set(calls.outputs) - {name for call in calls.found for name in call.reads}
    calls.found.sort(key=lambda call: call.makes in ends)
    return calls


def layers_of(config: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return name, class and description of each layer of a model, in its order."""
    layers = config.get("layers")
    if not isinstance(layers, list):
        raise KerasModelError(tr("a model in it has no list of layers"))
    kinds = [_class_of(layer) for layer in layers]
    return [(_name_of(layer), kind, layer) for layer, kind in zip(layers, kinds, strict=True)]


class _Model:
    """One model while its layers are called."""

    def __init__(self, calls: Calls, kind: str, config: Mapping[str, Any], place: Place, turn: str = "") -> None:
        if len(place) > DEEPEST:
            raise KerasModelError(tr("its models lie too deep in each other"))
        self._calls, self._kind, self._config, self._place, self._turn = calls, kind, config, place, turn
        self._values: dict[Key, str] = {}
        self._first: dict[str, int] = {}

    def run(self, given: Sequence[str] | None) -> list[str]:
        """Lead values through; None for the whole model, whose inputs are the network's. Return what comes out."""
        layers = layers_of(self._config)
        if self._kind == "Sequential":
            return self._in_row(layers, given)
        self._begin(layers, given)
        ends = _ends(self._config.get("output_layers"))
        self._count_from(layers, ends)
        waiting = [(layer, n, _keys(node)) for layer in layers for n, node in enumerate(_nodes(layer[2]))]
        _check_count(len(waiting))
        while waiting:
            left = []
            for (name, kind, layer), number, keys in waiting:
                reads = [self._value(key) for key in keys]
                if None in reads:
                    left.append(((name, kind, layer), number, keys))
                    continue
                made = self._call(name, kind, layer, [value for value in reads if value is not None], number)
                for index, value in enumerate(made):
                    self._values[name, number, index] = value
            if len(left) == len(waiting):
                raise KerasModelError(tr("the layer {name!r} reads what nothing makes", name=left[0][0][0]))
            waiting = left
        return [value for value in map(self._value, ends) if value is not None]

    def _count_from(self, layers: Sequence[tuple[str, str, Mapping[str, Any]]], ends: Sequence[Key]) -> None:
        """See which number the first call of each model in this one has: Keras 2 counts one when it was made."""
        highest = dict[str, int]()
        for name, number, _ in (*(key for *_, layer in layers for node in _nodes(layer) for key in _keys(node)), *ends):
            highest[name] = max(number, highest.get(name, 0))
        for name, kind, layer in layers:
            self._first[name] = int(kind in MODELS and highest.get(name, 0) >= max(len(_nodes(layer)), 1))

    def _in_row(self, layers: Sequence[tuple[str, str, Mapping[str, Any]]], given: Sequence[str] | None) -> list[str]:
        values = list(given) if given is not None else []
        for name, kind, layer in layers:
            if kind == "InputLayer":
                values = values or [self._input(name, layer)]
                continue
            values = values or [self._input(f"{name}_input", layer)]
            values = self._call(name, kind, layer, values, 0)
        return values

    def _begin(self, layers: Sequence[tuple[str, str, Mapping[str, Any]]], given: Sequence[str] | None) -> None:
        inputs = {name: layer for name, kind, layer in layers if kind == "InputLayer"}
        if given is None:
            for name, layer in inputs.items():
                self._values[name, 0, 0] = self._input(name, layer)
            return
        ends = _ends(self._config.get("input_layers"))
        for key, value in zip(ends, given, strict=False):
            self._values[key] = value

    def _input(self, name: str, layer: Mapping[str, Any]) -> str:
        config = _config_of(layer)
        shape = config.get("batch_shape", config.get("batch_input_shape"))
        whole = isinstance(shape, list | tuple) and all(n is None or type(n) is int for n in shape)
        self._calls.inputs[name] = tuple(shape) if whole and shape is not None else None
        return name

    def _value(self, key: Key) -> str | None:
        """Return what a layer's call made; None where it was not called yet."""
        name, number, index = key
        return self._values.get((name, number - self._first.get(name, 0), index))

    def _call(self, name: str, kind: str, layer: Mapping[str, Any], reads: list[str], number: int) -> list[str]:
        place = (*self._place, (name, kind))
        turn = f"{self._turn}:{number}" if number else self._turn
        if kind in MODELS:
            return _Model(self._calls, kind, _config_of(layer), place, turn).run(reads)
        made = "/".join(part for part, _ in place) + turn
        self._calls.found.append(Call(place, _config_of(layer), tuple(reads), made))
        _check_count(len(self._calls.found))
        return [made]


def _check_count(count: int) -> None:
    if count > MOST_CALLS:
        raise KerasModelError(tr("it has more than {most:,} layers", most=MOST_CALLS))


def _class_of(layer: object) -> str:
    kind = layer.get("class_name") if isinstance(layer, dict) else None
    if not isinstance(kind, str):
        raise KerasModelError(tr("a layer in it has no class"))
    return kind


def _config_of(layer: object) -> Mapping[str, Any]:
    config = layer.get("config") if isinstance(layer, dict) else None
    # The oldest files have a sequence's layers where others have its description.
    if isinstance(config, list):
        return {"layers": config}
    if not isinstance(config, dict):
        raise KerasModelError(tr("a layer in it has no description"))
    return config


def _name_of(layer: Mapping[str, Any]) -> str:
    name = layer.get("name") or _config_of(layer).get("name")
    if not isinstance(name, str):
        raise KerasModelError(tr("a layer in it has no name"))
    return name


def _nodes(layer: Mapping[str, Any]) -> list[Any]:
    """Return a layer's calls; an input has none."""
    nodes = layer.get("inbound_nodes", [])
    return [node for node in nodes if node] if isinstance(nodes, list) else []


def _keys(node: object) -> list[Key]:
    """Return what a call reads: of Keras 3 the tensors among its arguments, of Keras 2 lists of name and numbers."""
    if isinstance(node, dict):
        return [_key(history) for history in _histories([node.get("args"), node.get("kwargs")], 0)]
    if isinstance(node, list):
        # Of a single value Keras 2 leaves out the list around it.
        inner = [node] if node and isinstance(node[0], str) else node
        return [_key(part) for part in inner]
    raise KerasModelError(tr("a call of a layer in it makes no sense"))


def _histories(value: object, depth: int) -> Iterator[object]:
    if depth > DEEPEST:
        raise KerasModelError(tr("a call of a layer in it makes no sense"))
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield _config_of(value).get("keras_history")
        else:
            for inner in value.values():
                yield from _histories(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _histories(inner, depth + 1)


def _key(history: object) -> Key:
    if isinstance(history, list | tuple) and len(history) >= 3:
        name, number, index = history[:3]
        if isinstance(name, str) and type(number) is int and type(index) is int:
            return name, number, index
    raise KerasModelError(tr("a call of a layer in it makes no sense"))


def _ends(ends: object) -> list[Key]:
    """Return the values at which a model begins or ends: one alone may stand without a list around it."""
    if isinstance(ends, dict):
        ends = list(ends.values())
    if not isinstance(ends, list):
        raise KerasModelError(tr("a model in it does not say where it ends"))
    return [_key(end) for end in ([ends] if ends and isinstance(ends[0], str) else ends)]
