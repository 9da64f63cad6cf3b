"""Channel shuffle: the channels of each group are dealt out to all groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from convgui.core.pooling import channel_shuffle
from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.channels import nearest_divisor
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Chosen, Field
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.words import mark, tr, trn


@dataclass(frozen=True)
class ChannelShuffle(Layer):
    """The channels of each group are dealt out to all groups (ShuffleNet, arXiv 1707.01083)."""

    groups: int

    json_names = ("channel_shuffle",)
    local = True
    pytorch_names: ClassVar = {"ChannelShuffle": ("groups",)}
    order = 60
    group = mark("Resizing and shuffling")
    moves_only = True
    keeps_channels = False
    keeps_names = False

    def __post_init__(self) -> None:
        per_axis("groups", self.groups, 1, 1)

    @property
    def title(self) -> str:
        return tr("Channel shuffle, {groups} groups", groups=self.groups)

    @property
    def about(self) -> str:
        return tr("The channels of each group are dealt out to all groups, so that the next groups see all of them.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} has one channel to shuffle, which stays where it is.",
            "Layer {stage} changes the order of the {n} channels, and no value.",
            after[0], stage=number,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        def smallest(shape: Shape) -> ChannelShuffle:
            return cls(next((g for g in range(2, shape[0] + 1) if shape[0] % g == 0), 1))

        return (Choice("channel-shuffle", mark("Channel shuffle"), smallest),)

    def output_shape(self, shape: Shape) -> Shape:
        if shape[0] % self.groups:
            words = tr("is {groups}, which does not divide {channels} channels.", groups=self.groups, channels=shape[0])
            raise SpecError("groups", words, nearest_divisor(shape[0], self.groups))
        return shape

    def adapted(self, shape: Shape) -> ChannelShuffle:
        return ChannelShuffle(nearest_divisor(shape[0], self.groups)) if shape[0] % self.groups else self

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell; a cell sees one of all channels."""
        return ConvSpec.of(shape[0], shape[0], (1,) * (len(shape) - 1))

    def channels_read(self, channel: int, shape: Shape) -> range:
        source = self.channel_order(shape[0])[channel]
        return range(source, source + 1)

    def channel_order(self, channels: int) -> tuple[int, ...]:
        """Return which channel comes out at each index."""
        return tuple(int(c) for c in channel_shuffle(np.arange(channels), self.groups))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return channel_shuffle(x, self.groups)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Move the channels back: the inverse deals to as many hands as each group has cards."""
        return channel_shuffle(grad, grad.shape[0] // self.groups)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        counts = tuple((count, str(count)) for count in range(1, shape[0] + 1) if shape[0] % count == 0)
        return (Chosen("groups", tr("Groups"), self.groups, counts),)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "channel_shuffle", "groups": self.groups}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> ChannelShuffle:
        return cls(stored.integer("groups"))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> ChannelShuffle:
        return cls(arguments.integer("groups"))

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"nn.ChannelShuffle({self.groups})"])

    def keras(self, shape: Shape, mark: str) -> Program:
        rank = len(shape) - 1
        split = (1, *shape[1:], self.groups, shape[0] // self.groups)
        order = (*range(rank + 1), rank + 2, rank + 1)
        line = f"x = tf.reshape(tf.transpose(tf.reshape(x, {split}), {order}), {(1, *shape[1:], shape[0])})"
        return Program([line])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape(1, {self.groups}, -1, *x.shape[2:]).swapaxes(1, 2).reshape(x.shape)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({self.groups}, -1, *x.shape[1:]).swapaxes(0, 1).reshape(x.shape)"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        groups, spatial = self.groups, shape[1:]
        graph.node("Reshape", graph.constant((1, groups, shape[0] // groups, *spatial)))
        graph.node("Transpose", perm=(0, 2, 1, *range(3, 3 + len(spatial))))
        graph.node("Reshape", graph.constant((1, *shape)))


LAYER = ChannelShuffle
