"""Doors for others: what installed packages add by entry points of the groups below.

They are looked for once, when the first of a group is asked for. What is broken is left out and named in one sentence;
whoever listens hears it (the window's banner, the command line's standard error), and otherwise it is a warning.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from threading import RLock
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from convgui.core.control import Cancelled
from convgui.core.errors import ConvguiError, one_line
from convgui.core.spec import SpecError
from convgui.words import mark, tr

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Result = TypeVar("Result")
NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "convgui.scenes": mark("scene"),
        "convgui.layers": mark("kind of layer"),
        "convgui.kernels": mark("kernel"),
        "convgui.readers": mark("reader"),
        "convgui.lessons": mark("folder of lessons"),
    }
)
"""What the groups of entry points hold."""
ANYTHING: Mapping[str, type] = MappingProxyType({})


class PluginWarning(UserWarning):
    """A plug-in that is left out."""


class PluginError(SpecError):
    """A plug-in that failed while it was used; the text names it. It is shown wherever a wrong parameter would be."""

    def __init__(self, plugin: Plugin, reason: str) -> None:
        sentence = tr(
            "The {noun} {name} of the package {package} failed ({reason}); update or remove that package.",
            noun=tr(NOUNS[plugin.group]), name=plugin.name, package=plugin.package, reason=reason,
        )  # fmt: skip
        super().__init__(plugin.name, sentence)
        self.args, self.reason = (sentence,), reason


@dataclass(frozen=True)
class Plugin:
    """An entry point: its group, its name, and the package that has it."""

    group: str
    name: str
    package: str

    def left_out(self, reason: str) -> None:
        """Tell whoever listens why this, or a part of it, is left out."""
        sentence = tr(
            "The {noun} {name} of the package {package} is left out ({reason}); update or remove that package.",
            noun=tr(NOUNS[self.group]), name=self.name, package=self.package, reason=reason,
        )  # fmt: skip
        _doors.told(sentence)

    def guarded(
        self, call: Callable[..., Result], returns: type = object, *raises: type[Exception]
    ) -> Callable[..., Result]:
        """Return a function whose faults, and results that are not of the type `returns`, are a `PluginError`.

        What convgui's own functions raise, and `raises`, goes through.
        """
        through: tuple[type[Exception], ...] = (ConvguiError, Cancelled, MemoryError, *raises)
        # What is inherited from a class that is another plug-in has that one's name.
        inner: Callable[..., Result] = getattr(call, "guards", call)

        @wraps(inner)
        def named(*args: Any, **kwargs: Any) -> Result:
            try:
                result = inner(*args, **kwargs)
            except through:
                raise
            except Exception as error:
                raise PluginError(self, said(error)) from error
            if not isinstance(result, returns):
                kind = type(result).__name__
                words = tr(
                    "{method} made {kind}, not {wanted}", method=inner.__name__, kind=kind, wanted=returns.__name__
                )
                raise PluginError(self, words)
            return result

        named.__dict__["guards"] = inner
        return named

    def guard(self, kind: type, base: type, returns: Mapping[str, type] = ANYTHING) -> None:
        """Do the same to all methods of a class that are called as methods of `base` are.

        Parameters
        ----------
        returns : mapping
            What some of them have to return, by name.
        """
        named = {name: owner for owner in reversed(kind.__mro__) if not _known(owner) for name in vars(owner)}
        for name, owner in named.items():
            if name == "__post_init__" or (hasattr(base, name) and not name.startswith("_")):
                # A file's values that make no sense are the file's fault.
                raises = (ValueError, TypeError) if name == "from_json" else ()
                guarded = self._guarded_member(vars(owner)[name], returns.get(name, object), raises)
                if guarded is not None:
                    setattr(kind, name, guarded)

    def _guarded_member(self, member: object, returns: type, raises: Sequence[type[Exception]]) -> object:
        if isinstance(member, FunctionType):
            return self.guarded(member, returns, *raises)
        if isinstance(member, property) and member.fget is not None:
            return property(self.guarded(member.fget, returns))
        if isinstance(member, classmethod):
            return classmethod(self.guarded(member.__func__, returns, *raises))
        return None


def _known(owner: type) -> bool:
    """Whether a class is Python's or convgui's own."""
    return owner.__module__.partition(".")[0] in ("abc", "builtins", "convgui", "typing")


class _Doors:
    """What the process keeps: what was found, and who hears of what was not."""

    def __init__(self, hear: Callable[[str], None] | None = None) -> None:
        self.hear = hear
        self.found: dict[str, tuple[Any, ...]] = {}
        self.entries: list[tuple[Plugin, EntryPoint]] | None = None
        self.lock = RLock()

    def told(self, sentence: str) -> None:
        if self.hear is None:
            warnings.warn(sentence, PluginWarning, stacklevel=2)
        else:
            self.hear(sentence)

    def of(self, group: str) -> list[tuple[Plugin, EntryPoint]]:
        if self.entries is None:
            self.entries = sorted(self._installed(), key=lambda pair: (pair[0].package, pair[0].name))
        return [pair for pair in self.entries if pair[0].group == group]

    def _installed(self) -> Iterator[tuple[Plugin, EntryPoint]]:
        # It takes a tenth of a second to import, and the program starts without it.
        from importlib.metadata import distributions

        seen: set[str] = set()
        for distribution in distributions():
            try:
                entries = [entry for entry in distribution.entry_points if entry.group in NOUNS]
                package = distribution.name if entries else ""
            # What else is installed is not ours to judge, and must not keep the others out.
            except Exception as error:
                self.told(tr("The entry points of an installed package cannot be read ({reason}).", reason=said(error)))
                continue
            # Of two packages of one name, Python imports the first.
            if package and package not in seen:
                seen.add(package)
                yield from ((Plugin(entry.group, entry.name, package), entry) for entry in entries)


_doors = _Doors()


def listen(hear: Callable[[str], None] | None) -> None:
    """Have a function told from now on, in any thread, of every plug-in that is left out, in one sentence each."""
    _doors.hear = hear


def loaded(group: str) -> bool:
    """Whether the plug-ins of a group have been looked for already."""
    return group in _doors.found


def found(group: str, accept: Callable[[Plugin, Any], Result]) -> tuple[Result, ...]:
    """Return what packages add to a group, by package and name; each is loaded once, and what is broken left out.

    Parameters
    ----------
    accept : callable
        Makes of a plug-in, and of what its entry point names, what is used. What it raises says what is wrong.
    """
    with _doors.lock:
        if group not in _doors.found:
            # A package that asks for the others while it is loaded sees none.
            _doors.found[group] = ()
            for plugin, entry in _doors.of(group):
                _doors.found[group] += _taken(plugin, entry, accept)
        return _doors.found[group]


def _taken(plugin: Plugin, entry: EntryPoint, accept: Callable[[Plugin, Any], Result]) -> tuple[Result, ...]:
    """Return what a plug-in adds; where it is broken, that is nothing."""
    try:
        return (accept(plugin, entry.load()),)
    # A module may do anything while it is imported; one that ends the program would end this one.
    except (Exception, SystemExit) as error:
        plugin.left_out(said(error))
        return ()


def refuse_taken(identity: str, taken: Container[str]) -> None:
    """Refuse an id that there is already, or that is none; ValueError says so."""
    if not isinstance(identity, str) or not identity:
        raise TypeError(tr("its id is {identity!r}, and a text is needed", identity=identity))
    if identity in taken:
        raise ValueError(tr("there is one of the id {identity!r} already", identity=identity))


def wrong_type(thing: object, wanted: str) -> TypeError:
    """Return the error for an entry point that names something else."""
    return TypeError(tr("it is {kind}, and {wanted} is needed", kind=type(thing).__name__, wanted=wanted))


def said(error: BaseException) -> str:
    """Return what an error says, as a part of a sentence."""
    if isinstance(error, PluginError):
        return error.reason
    name, words = type(error).__name__, one_line(str(error))
    if not words:
        return name
    return words if isinstance(error, ConvguiError) or type(error) in (TypeError, ValueError) else f"{name}: {words}"
