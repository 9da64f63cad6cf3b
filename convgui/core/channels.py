"""Which input channels make which output channels: the groups of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Channels:
    """The channels of a layer in `groups` groups, each of which reads and makes channels that lie together.

    Attributes
    ----------
    inputs, outputs, groups : int
        `groups` divides both counts.
    transposed : bool
        Whether the weights are ``(inputs, outputs / groups, *kernel)`` and not ``(outputs, inputs / groups, *kernel)``.
    """

    inputs: int
    outputs: int
    groups: int = 1
    transposed: bool = False

    @property
    def depth(self) -> int:
        """How many input channels an output channel is made of."""
        return self.inputs // self.groups

    @property
    def width(self) -> int:
        """How many output channels an input channel goes into."""
        return self.outputs // self.groups

    @property
    def apart(self) -> bool:
        """Whether each channel makes one channel by itself, and none are mixed."""
        return self.groups == self.inputs == self.outputs > 1

    def reads(self, output: int) -> range:
        """Return the input channels that an output channel is made of."""
        first = output // self.width * self.depth
        return range(first, first + self.depth)

    def slice(self, output: int) -> slice:
        """Return what cuts the input channels that an output channel is made of out of all."""
        reads = self.reads(output)
        return slice(reads.start, reads.stop)

    def makes(self, channel: int) -> range:
        """Return the output channels that an input channel goes into."""
        first = channel // self.depth * self.width
        return range(first, first + self.width)

    def siblings(self, output: int) -> range:
        """Return the output channels that are made of the same input channels."""
        return self.makes(self.reads(output).start)

    def kernel(self, output: int, channel: int) -> tuple[int, int]:
        """Return the first two indices, in the weights, of the kernel between an output and an input channel it reads.

        Raises
        ------
        ValueError
            If the output channel is not made of that input channel.
        """
        if self.transposed:
            return channel, self.makes(channel).index(output)
        return output, self.reads(output).index(channel)

    def ends(self, first: int, second: int) -> tuple[int, int]:
        """Return the output and the input channel of the kernel with these first two indices in the weights."""
        return (self.makes(first)[second], first) if self.transposed else (first, self.reads(first)[second])

    def wired(self) -> NDArray[np.bool_]:
        """Return ``(outputs, inputs)``: True where a kernel leads from the input to the output."""
        wired: NDArray[np.bool_] = np.eye(self.groups, dtype=np.bool_)
        return wired.repeat(self.width, axis=0).repeat(self.depth, axis=1)

    def spread(self, weight: NDArray[Any]) -> NDArray[Any]:
        """Return a forward layer's ``(outputs, depth, ...)`` as ``(outputs, inputs, ...)``, 0 where no kernel leads."""
        full = np.zeros((self.outputs, self.inputs, *weight.shape[2:]), weight.dtype)
        for output, kernels in enumerate(weight):
            full[output, self.slice(output)] = kernels
        return full


def group_of(channel: int, count: int, groups: int) -> tuple[int, int]:
    """Return the group that a channel of `count` belongs to, and its place in the group."""
    return divmod(channel, count // groups)


def members(group: int, count: int, groups: int) -> range:
    """Return the channels of `count` that belong to a group."""
    each = count // groups
    return range(group * each, (group + 1) * each)


def legal_groups(inputs: int, outputs: int) -> tuple[int, ...]:
    """Return the numbers of groups that divide both channel counts."""
    common = gcd(inputs, outputs)
    return tuple(n for n in range(1, common + 1) if common % n == 0)
