"""What a named kernel is: how it is made, from which parameters, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convgui.core.kernel_shapes import Array
from convgui.words import tr


@dataclass(frozen=True)
class Parameter:
    """A number that shapes a preset, with its range for a slider."""

    name: str
    title: str
    default: float
    least: float
    most: float
    step: float


@dataclass(frozen=True)
class Preset:
    """A named kernel.

    Attributes
    ----------
    id, title : str
        The id never changes; the title is shown.
    sentence : str
        What the kernel finds or does.
    rank : int
        Spatial axes, 1 to 3.
    build : callable
        Makes the kernel from the parameters, by name.
    parameters : tuple of Parameter
    how : str
        A second sentence, on how it differs from its relatives.
    group : str
        Under what a menu shows it; "" for none.
    """

    id: str
    title: str
    sentence: str
    rank: int
    build: Callable[..., Array]
    parameters: tuple[Parameter, ...] = ()
    how: str = ""
    group: str = ""

    def explained(self) -> str:
        """Return what the kernel does, in the language spoken."""
        return f"{tr(self.sentence)} {tr(self.how)}".strip()

    def weights(self, **values: float) -> Array:
        """Make the kernel, of `rank` axes and float64; parameters that are not given keep their default.

        Raises
        ------
        ValueError
            If a parameter is unknown or outside its range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, value in values.items():
            if name not in known:
                raise ValueError(
                    tr(
                        "{title} has no parameter {name!r}; its parameters are {known}.",
                        title=tr(self.title),
                        name=name,
                        known=sorted(known),
                    )
                )
            parameter = known[name]
            if not parameter.least <= value <= parameter.most:
                raise ValueError(
                    tr(
                        "{name} is {value}; it has to be {least:g} to {most:g}.",
                        name=name,
                        value=value,
                        least=parameter.least,
                        most=parameter.most,
                    )
                )
        return self.build(
            **{parameter.name: values.get(parameter.name, parameter.default) for parameter in self.parameters}
        )
