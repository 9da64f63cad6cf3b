"""Nested dictionaries, lists and objects as one row of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convgui.files.weights.pickle_machine import PickleError, Record
from convgui.words import tr

STATES = ("state_dict", "model_state_dict", "model", "net", "params_ema", "params", "weights", "ema", "generator")
"""Where checkpoints keep the weights among other things."""
MOST = 200_000
DEEPEST = 60


def flattened(content: Any, prefix: str, unread: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of everything that is no container.

    Of a checkpoint that holds more than weights, the weights alone; what is left out is noted in `unread`.

    Raises
    ------
    PickleError
        If there is too much of it, as where a container holds itself.
    """
    if isinstance(content, Mapping):
        key = next((key for key in STATES if isinstance(content.get(key), Mapping | Record)), None)
        if key is not None:
            for other in content:
                if other != key:
                    unread[str(other)] = tr("the weights are taken from {key!r} beside it", key=key)
            content = content[key]
    waiting, seen = [(content, prefix, 0)], 0
    while waiting:
        value, name, depth = waiting.pop()
        seen += 1
        if seen > MOST or depth > DEEPEST:
            raise PickleError(tr("it holds more than {most:,} things, or some of them inside themselves", most=MOST))
        parts = _parts(value)
        if parts is None:
            yield name, value
        else:
            waiting += [(part, f"{name}.{key}" if name else str(key), depth + 1) for key, part in reversed(parts)]


def _parts(value: Any) -> list[tuple[Any, Any]] | None:
    """Return what a container holds, by key; None for what is none."""
    if isinstance(value, Record):
        value = value.attributes
    if isinstance(value, Mapping):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list | tuple) else None
