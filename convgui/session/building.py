"""A network that is put together layer by layer, each behind values that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.limits import Apart, apart, check_layer
from convgui.model.sources import read_shape
from convgui.session.stack import MOST_LAYERS
from convgui.words import tr


class TooManyLayersError(Exception):
    """There are as many layers as a network may have; the message says so."""


@dataclass
class Building:
    """Layers that are there already, what they read, and the shapes of all values: 0 is the input.

    Attributes
    ----------
    values : list of shape
        ``(C, *spatial)`` of the input, and of what each layer makes.
    steps : list
        How far apart the cells of each value lie, see `convgui.model.limits.apart`.
    """

    values: list[Shape]
    layers: list[Layer] = field(default_factory=list)
    sources: list[tuple[int, ...]] = field(default_factory=list)
    steps: list[Apart] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps = [(Fraction(1),) * (len(shape) - 1) for shape in self.values]

    def add(self, made: Sequence[Layer], reads: tuple[int, ...]) -> int:
        """Put layers in a row behind values; return the number of what the last of them makes.

        Raises
        ------
        SpecError
            If one of them does not take what it reads, or is too large; nothing is added then.
        TooManyLayersError
            Likewise, if there would be too many.
        """
        built = list[Layer]()
        shapes = [read_shape(made[0], [self.values[n] for n in reads])]
        steps = [self.steps[reads[0]]]
        for layer in made:
            built.append(_depthwise(layer, shapes[-1][0]) if isinstance(layer, Convolution) else layer)
            shapes.append(check_layer(built[-1], shapes[-1], self.values[0]))
            steps.append(apart(built[-1], shapes[-2], steps[-1]))
        before = len(self.layers)
        if before + len(built) > MOST_LAYERS:
            raise TooManyLayersError(tr("The chain stops after {most} layers, which a stack has at most.", most=before))
        self.sources += [reads, *((before + n,) for n in range(1, len(built)))]
        self.layers += built
        self.values += shapes[1:]
        self.steps += steps[1:]
        return len(self.layers)

    def call(self, part: range, name: str) -> None:
        """Give layers the name that the file has for what they do."""
        for index in part:
            self.layers[index] = replace(self.layers[index], name=name)


def _depthwise(layer: Convolution, channels: int) -> Convolution:
    """Return a layer of one weight a filter as the depthwise one that it is where as many channels come in."""
    spec = layer.spec
    if spec.in_channels == 1 < channels == spec.out_channels and not spec.transposed:
        return replace(layer, spec=replace(spec, in_channels=channels, groups=channels))
    return layer
