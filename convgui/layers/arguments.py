"""The arguments of a PyTorch module as somebody wrote them, given out in the types they must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from convgui.core.spec import SpecError, per_axis
from convgui.words import tr

Value: TypeAlias = int | float | bool | str | tuple["Value", ...] | None


@dataclass(frozen=True)
class Arguments:
    """Arguments by PyTorch's parameter names."""

    given: Mapping[str, Value]

    def any(self, name: str, default: Value) -> Value:
        """Return an argument of any kind."""
        return self.given.get(name, default)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number; SpecError if there is none."""
        value = self.given.get(name, default)
        if value is None:
            raise SpecError(name, tr("is missing."))
        if isinstance(value, bool) or not isinstance(value, int):
            raise SpecError(name, tr("is {value!r}; a whole number is needed.", value=value))
        return value

    def real(self, name: str, default: float) -> float:
        """Return a number; SpecError if it is something else."""
        value = self.given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SpecError(name, tr("is {value!r}; a number is needed.", value=value))
        return float(value)

    def boolean(self, name: str, default: bool) -> bool:
        """Return true or false; SpecError if it is something else."""
        value = self.given.get(name, default)
        if not isinstance(value, bool):
            raise SpecError(name, tr("is {value!r}; True or False is needed.", value=value))
        return value

    def sides(self, name: str, rank: int, least: int, default: Value = None) -> tuple[int, ...]:
        """Return one whole number an axis; one alone stands for all. SpecError if they are not legal."""
        value = self.given.get(name)
        value = default if value is None else value
        if value is None:
            raise SpecError(name, tr("is missing."))
        values = value if isinstance(value, tuple) else (value,)
        numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
        if len(numbers) != len(values):
            raise SpecError(name, tr("is {value!r}; whole numbers are needed.", value=value))
        return per_axis(name, numbers[0] if len(numbers) == 1 else numbers, rank, least)

    def factors(self, name: str, rank: int) -> tuple[float, ...]:
        """Return one number an axis; one alone stands for all. SpecError if there is something else."""
        value = self.given.get(name)
        if value is None:
            raise SpecError(name, tr("is missing."))
        values = value if isinstance(value, tuple) else (value,) * rank
        numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) != len(values):
            raise SpecError(name, tr("is {value!r}; a number is needed.", value=value))
        if len(numbers) != rank:
            words = "got {count} values for {rank} axes; give one number or one an axis."
            raise SpecError(name, tr(words, count=len(numbers), rank=rank))
        return tuple(numbers)

    def refuse(self, name: str, default: Value, reason: str) -> None:
        """Raise SpecError if an argument is neither missing nor its default."""
        if self.given.get(name, default) not in (default, None):
            raise SpecError(name, reason)
