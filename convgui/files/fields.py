"""Typed reading of JSON: every slip becomes one sentence that names the file, the key and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.errors import LoadError
from convgui.words import tr

REQUIRED: Any = object()


@dataclass(frozen=True)
class Fields:
    """A JSON object under its reader's eyes.

    Attributes
    ----------
    name : str
        The file.
    values : mapping
        The object's keys and values.
    remedy : str
        What the user can do about an error.
    where : str
        The way to this object inside the file, such as ``layers[0].``.
    used : set of str
        Keys that were read.
    """

    name: str
    values: Mapping[str, Any]
    remedy: str
    where: str = ""
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, content: object, remedy: str, where: str = "") -> Fields:
        """Take a JSON value that has to be an object.

        Raises
        ------
        LoadError
            If it is something else.
        """
        if not isinstance(content, dict):
            inner = tr("its '{where}' is not a JSON object", where=where.rstrip("."))
            raise LoadError(name, inner if where else tr("it is not a JSON object"), remedy)
        return cls(name, content, remedy, where)

    def error(self, reason: str) -> LoadError:
        """Return the error that says what is wrong."""
        return LoadError(self.name, reason, self.remedy)

    def any(self, key: str, default: Any = REQUIRED) -> Any:
        """Return a value of any kind, or the default where the key is missing."""
        self.used.add(key)
        if key in self.values:
            return self.values[key]
        if default is REQUIRED:
            raise self.error(tr("its '{where}{key}' is missing", where=self.where, key=key))
        return default

    def text(self, key: str, default: Any = REQUIRED) -> str:
        """Return a string."""
        return str(self._of_kind(key, default, str, tr("a text")))

    def integer(self, key: str, default: Any = REQUIRED) -> int:
        """Return a whole number."""
        return int(self._of_kind(key, default, int, tr("a whole number")))

    def real(self, key: str, default: Any = REQUIRED) -> float:
        """Return a number."""
        found = self._of_kind(key, default, (int, float), tr("a number"))
        try:
            return float(found)
        except OverflowError:
            raise self.error(tr("its '{where}{key}' is too large", where=self.where, key=key)) from None

    def boolean(self, key: str, default: Any = REQUIRED) -> bool:
        """Return true or false."""
        return bool(self._of_kind(key, default, bool, tr("true or false")))

    def texts(self, key: str, default: Sequence[str] = REQUIRED) -> Sequence[str]:
        """Return a list of strings."""
        values = self.any(key, default)
        if not isinstance(values, (list, tuple)) or not all(isinstance(v, str) for v in values):
            raise self.error(tr("its '{where}{key}' is not a list of texts", where=self.where, key=key))
        return values

    def numbers(self, key: str, default: Any = REQUIRED) -> NDArray[np.float64]:
        """Return nested lists of finite numbers as an array."""
        values = self.any(key, default)
        try:
            array = np.array(values, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            raise self.error(
                tr("its '{where}{key}' is not a list of numbers with rows of one length", where=self.where, key=key)
            ) from None
        if not array.size or not np.isfinite(array).all():
            raise self.error(tr("its '{where}{key}' holds no numbers, or infinite ones", where=self.where, key=key))
        return array

    def inner(self, key: str, default: Any = REQUIRED) -> Fields:
        """Return an inner object."""
        return Fields.of(self.name, self.any(key, default), self.remedy, f"{self.where}{key}.")

    def each(self, key: str) -> Iterator[Fields]:
        """Yield the objects of a list."""
        values = self.any(key)
        if not isinstance(values, list):
            raise self.error(tr("its '{where}{key}' is not a list", where=self.where, key=key))
        for i, value in enumerate(values):
            yield Fields.of(self.name, value, self.remedy, f"{self.where}{key}[{i}].")

    def check_all_used(self) -> None:
        """Refuse keys that nothing has read.

        Raises
        ------
        LoadError
            Naming the first of them.
        """
        unknown = [key for key in self.values if key not in self.used]
        if unknown:
            raise self.error(tr("its '{where}{unknown}' is unknown", where=self.where, unknown=unknown[0]))

    def _of_kind(self, key: str, default: Any, kind: type | tuple[type, ...], words: str) -> Any:
        value = self.any(key, default)
        # In Python true is a whole number; in a file it is a slip.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(
                tr(
                    "its '{where}{key}' is {value!r} and has to be {words}",
                    where=self.where,
                    key=key,
                    value=str(value)[:40],
                    words=words,
                )
            )
        return value


def finite_or_zero(value: Any) -> float:
    """Return what stands for a number in a file, or 0 where it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if np.isfinite(number) else 0.0
