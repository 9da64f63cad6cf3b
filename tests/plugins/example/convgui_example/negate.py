"""A kind of layer: the sign of every value is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields


@dataclass(frozen=True)
class Negate(Layer):
    """Every value with the other sign."""

    json_names = ("example_negate",)
    order = 500
    title = "Negate"
    about = "Every value changes its sign."

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        """Offer it."""
        return (Choice("example-negate", "Negate", lambda _: cls()),)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the input's shape."""
        return shape

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Change the signs."""
        return -x

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Change the signs."""
        return -grad

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write the sum on screen."""
        return f"−({write(float(values.flat[0]))})"

    def to_json(self) -> dict[str, Any]:
        """Return what files hold."""
        return {"kind": "example_negate"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> "Negate":
        """Read what files hold."""
        return cls()
