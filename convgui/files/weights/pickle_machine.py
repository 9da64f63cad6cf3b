"""Pickles read by a machine that can build plain values and tensors, and nothing else.

Python's own ``pickle`` runs what a file says. Here a file can only name what stands in a short list of things that
mean something for weights; whatever else it names is refused by that name, and nothing is imported, called or made.
Opcodes are told apart by ``pickletools``, which only parses.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from convgui.core.errors import told
from convgui.words import tr

MOST_STEPS = 5_000_000


class PickleError(Exception):
    """What is wrong with a pickle, as the middle of a sentence."""


@dataclass(frozen=True)
class Name:
    """Something that a pickle names: a class or a function of a module. It stands for itself and does nothing."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Record:
    """An object of a class that is not known here, of which only the attributes are looked at."""

    of: Name
    attributes: dict[str, Any] = field(default_factory=dict)


Build = Callable[..., Any]


@dataclass(frozen=True)
class Allowed:
    """What a pickle may name.

    Attributes
    ----------
    functions : mapping of Name to callable
        What stands for a call of that name; TypeError and ValueError say that the arguments make no sense.
    values : frozenset of Name
        What may be named and not called.
    records : callable
        Whether objects of a class may be made, as a `Record`.
    """

    functions: Mapping[Name, Build]
    values: Callable[[Name], bool]
    records: Callable[[Name], bool]


class PickleMachine:
    """Reads one pickle after the other from a stream.

    Parameters
    ----------
    stream : binary file
        Whose ``read`` takes no more memory than there is to read.
    persistent : callable
        Returns what a persistent id stands for.
    """

    def __init__(self, stream: IO[bytes], allowed: Allowed, persistent: Callable[[Any], Any]) -> None:
        self._stream, self._allowed, self._persistent = stream, allowed, persistent
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def load(self) -> Any:
        """Return the value of the next pickle.

        Raises
        ------
        PickleError
            If it is damaged, or names or does something that is not allowed.
        """
        self._stack, self._marks, self._memo = [], [], {}
        try:
            for _ in range(MOST_STEPS):
                code = self._stream.read(1)
                if not code:
                    raise PickleError(tr("its pickle is cut off"))
                opcode = _OPCODES[code.decode("latin-1")]
                if opcode.name == "STOP":
                    return self._pop()
                if opcode.name not in _KNOWN:
                    raise PickleError(tr("it uses {name}, which no weights need", name=opcode.name))
                # The reader of `pickletools` takes a global's name for Python's source, with its escapes.
                reads = opcode.arg if opcode.name != "GLOBAL" else None
                self._do(opcode.name, None if reads is None else reads.reader(self._stream))
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, UnicodeError) as error:
            raise PickleError(tr("its pickle is damaged ({error})", error=told(error))) from error
        raise PickleError(tr("it has more than {most:,} steps", most=MOST_STEPS))

    def _do(self, name: str, argument: Any) -> None:
        if name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name]())
        elif name in _ARGUMENTS:
            self._stack.append(argument)
        elif name in _ACTIONS:
            _ACTIONS[name](self, argument)

    def _pop(self) -> Any:
        if self._marks and len(self._stack) <= self._marks[-1]:
            raise IndexError("a mark is in the way")
        return self._stack.pop()

    def _drop(self) -> None:
        self._pop()

    def _pop_mark(self) -> list[Any]:
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _tuple(self, count: int) -> None:
        items = [self._pop() for _ in range(count)]
        self._stack.append(tuple(reversed(items)))

    def _append(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not list:
            raise TypeError("append to what is no list")
        target.extend(items)

    def _set_items(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not dict:
            raise TypeError("an entry for what is no dictionary")
        if len(items) % 2:
            raise ValueError("a key without a value")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, (str, int, float, bool, bytes, Name, type(None))):
                raise TypeError("a key that is no plain value")
            target[key] = value

    def _name(self, name: Name) -> None:
        allowed = self._allowed
        if name in allowed.functions or allowed.values(name) or allowed.records(name):
            self._stack.append(name)
            return
        raise PickleError(tr("it names {name}, which is a program and no weights", name=name))

    def _global(self) -> None:
        module, name = (self._stream.readline().decode("utf-8") for _ in range(2))
        if not (module.endswith("\n") and name.endswith("\n")):
            raise ValueError("a name without an end")
        self._name(Name(module[:-1], name[:-1]))

    def _stack_name(self) -> None:
        name, module = self._pop(), self._pop()
        if not (isinstance(name, str) and isinstance(module, str)):
            raise TypeError("a name that is no text")
        self._name(Name(module, name))

    def _call(self) -> None:
        arguments, function = self._pop(), self._pop()
        if not isinstance(function, Name) or not isinstance(arguments, tuple):
            raise PickleError(tr("it calls something that has no name"))
        if function in self._allowed.functions:
            self._stack.append(self._allowed.functions[function](*arguments))
        elif self._allowed.records(function):
            self._stack.append(Record(function))
        else:
            raise PickleError(tr("it calls {name}, which is a program and no weights", name=function))

    def _build(self) -> None:
        state, target = self._pop(), self._stack[-1]
        if isinstance(target, Record):
            if type(state) is dict:
                target.attributes.update((key, value) for key, value in state.items() if isinstance(key, str))
            return
        # A dictionary may have attributes, such as the `_metadata` of a state dict: they are no weights.
        if type(target) is not dict:
            raise TypeError("attributes for a plain value")

    def _new(self) -> None:
        arguments, kind = self._pop(), self._pop()
        self._stack += [kind, arguments]
        self._call()


def _put(machine: PickleMachine, key: int | None) -> None:
    machine._memo[len(machine._memo) if key is None else key] = machine._stack[-1]


_OPCODES = {opcode.code: opcode for opcode in pickletools.opcodes}
_CONSTANTS: Mapping[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
}
_ARGUMENTS = frozenset(
    (
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "UNICODE"),
        *("BINSTRING", "SHORT_BINSTRING", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
    )
)
_ACTIONS: Mapping[str, Callable[[PickleMachine, Any], None]] = {
    "MARK": lambda m, _: m._marks.append(len(m._stack)),
    "POP": lambda m, _: m._drop(),
    "POP_MARK": lambda m, _: m._pop_mark().clear(),
    "TUPLE": lambda m, _: m._stack.append(tuple(m._pop_mark())),
    "TUPLE1": lambda m, _: m._tuple(1),
    "TUPLE2": lambda m, _: m._tuple(2),
    "TUPLE3": lambda m, _: m._tuple(3),
    "LIST": lambda m, _: m._stack.append(m._pop_mark()),
    "APPEND": lambda m, _: m._append([m._pop()]),
    "APPENDS": lambda m, _: m._append(m._pop_mark()),
    "SETITEM": lambda m, _: m._set_items([*reversed((m._pop(), m._pop()))]),
    "SETITEMS": lambda m, _: m._set_items(m._pop_mark()),
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": _put,
    "GET": lambda m, key: m._stack.append(m._memo[key]),
    "BINGET": lambda m, key: m._stack.append(m._memo[key]),
    "LONG_BINGET": lambda m, key: m._stack.append(m._memo[key]),
    "GLOBAL": lambda m, _: m._global(),
    "STACK_GLOBAL": lambda m, _: m._stack_name(),
    "REDUCE": lambda m, _: m._call(),
    "NEWOBJ": lambda m, _: m._new(),
    "BUILD": lambda m, _: m._build(),
    "BINPERSID": lambda m, _: m._stack.append(m._persistent(m._pop())),
}
_KNOWN = frozenset((*_CONSTANTS, *_ARGUMENTS, *_ACTIONS, "PROTO", "FRAME", "STOP"))
