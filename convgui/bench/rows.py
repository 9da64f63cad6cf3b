"""The rows of the table: what is measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]


@dataclass(frozen=True)
class Row:
    """One line of work.

    Attributes
    ----------
    name : str
    x : tuple of int
        Shape of the input, ``(C, *spatial)``.
    weight : tuple of int
        Shape of the weight.
    stride, padding, dilation, groups : int
    transposed : bool
    separable : bool
        Whether the kernel is an outer product.
    kept : bool
        Whether the spectra of the input are kept between calls (a kernel that is being edited).
    goals : mapping
        Peer, or ``"best"``, to the largest allowed ratio of our time to that peer's.
    slow : tuple of str
        Peers that are given a sixteenth of the work, once, and whose time is multiplied.
    """

    name: str
    x: tuple[int, ...]
    weight: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    transposed: bool = False
    separable: bool = False
    kept: bool = False
    goals: dict[str, float] = field(default_factory=dict)
    slow: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """Spatial axes."""
        return len(self.x) - 1

    @property
    def keywords(self) -> dict[str, Any]:
        """Keywords of `convolve` or `convolve_transposed`."""
        return {
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
            "groups": self.groups,
        }

    def data(self) -> tuple[AnyArray, AnyArray]:
        """Make input and weight, float32, the same in every run."""
        rng = np.random.default_rng(1)
        x = rng.random(self.x, dtype=np.float32)
        weight = rng.standard_normal(self.weight).astype(np.float32)
        if self.separable:
            side = self.weight[-1]
            bell = np.exp(-(((np.arange(side) - side // 2) / (side / 5)) ** 2)).astype(np.float32)
            weight = np.multiply.outer(bell, bell)[None, None]
        return x, weight

    def shrunk(self, divisor: int) -> Row:
        """Return the row with shorter sides, for a quick look."""
        spatial = tuple(max(n // divisor, 64) for n in self.x[1:])
        return replace(self, name=f"{self.name} (1/{divisor})", x=(self.x[0], *spatial))


def _plane(k: int, **more: Any) -> Row:
    name = more.pop("name", f"4096^2, {k}x{k}")
    padding = more.pop("padding", k // 2)
    return Row(name, (1, 4096, 4096), (1, 1, k, k), padding=padding, **more)


SINGLE = {"torch": 0.2, "scipy": 1.0, "best": 2.2}
LEADS = {"torch": 0.2, "scipy": 1.0, "best": 1.0}
SEVERAL = {"torch": 1.0, "scipy": 1.0, "best": 2.2}
FIRST = {"torch": 1.0, "scipy": 1.0, "best": 1.0}


def _line(k: int, dilation: int = 1, slow: tuple[str, ...] = ()) -> Row:
    name = f"10^7, k {k}" + (f", dilation {dilation}" if dilation > 1 else "")
    padding = dilation * (k - 1) // 2
    return Row(name, (1, 10**7), (1, 1, k), padding=padding, dilation=dilation, goals=FIRST, slow=slow)


ROWS = (
    _plane(3, goals=SINGLE),
    _plane(7, goals=SINGLE),
    _plane(15, goals=LEADS, slow=("torch",)),
    _plane(31, name="4096^2, 31x31 dense", goals=LEADS, slow=("torch",)),
    _plane(31, name="4096^2, 31x31 dense, spectra kept", goals=LEADS, slow=("torch", "onnxruntime"), kept=True),
    _plane(31, name="4096^2, 31x31 separable", separable=True, goals=SINGLE, slow=("torch",)),
    Row("4096^2 x 3 -> 1, 3x3", (3, 4096, 4096), (1, 3, 3, 3), padding=1, goals=SEVERAL),
    Row("4096^2 x 3 -> 8, 3x3", (3, 4096, 4096), (8, 3, 3, 3), padding=1, goals=SEVERAL),
    Row("256^3, 3^3", (1, 256, 256, 256), (1, 1, 3, 3, 3), padding=1, goals=SINGLE),
    Row("256^3, 5^3", (1, 256, 256, 256), (1, 1, 5, 5, 5), padding=2, goals=LEADS),
    Row("256^3, 7^3", (1, 256, 256, 256), (1, 1, 7, 7, 7), padding=3, goals=LEADS),
    Row("512^2 x 64 -> 64, 3x3", (64, 512, 512), (64, 64, 3, 3), padding=1, goals={"torch": 1.0, "onnxruntime": 1.45}),
    Row("1024^2 x 64 -> 16, 1x1", (64, 1024, 1024), (16, 64, 1, 1), goals=FIRST),
    Row("1024^2 x 64 depthwise 3x3", (64, 1024, 1024), (64, 1, 3, 3), padding=1, groups=64, goals=SEVERAL),
    Row(
        "transposed 256^2, 32 -> 16, k 4 s 2",
        (32, 256, 256),
        (32, 16, 4, 4),
        stride=2,
        padding=1,
        transposed=True,
        goals=FIRST,
    ),
    _plane(3, name="4096^2, 3x3, dilation 4", dilation=4, padding=4, goals=SINGLE),
    _plane(3, name="4096^2, 3x3, stride 2", stride=2, goals={"torch": 0.2, "best": 1.0}),
    _line(3),
    _line(64),
    _line(1024, slow=("torch", "onnxruntime")),
    _line(3, dilation=512),
)
"""Every row of the table, in its order, with the goals for the ratios."""
