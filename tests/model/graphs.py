"""Random networks whose layers branch and meet again, and what each of their values has to be."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec
from convgui.layers.add import Add
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.concatenate import Concatenate
from convgui.layers.convolution import Convolution
from convgui.layers.global_pool import GlobalPool
from convgui.layers.layer import Layer
from convgui.layers.multiply import Multiply
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample

Floats = NDArray[np.float64]


def convolution(rng: np.random.Generator, channels: int, filters: int, rank: int, size: int = 3) -> Convolution:
    """Return a convolution that keeps the size, with drawn weights."""
    spec = ConvSpec.of(channels, filters, (size,) * rank, padding="same")
    return Convolution(spec, rng.normal(size=spec.weight_shape) / spec.taps, rng.normal(size=filters))


def residual(rank: int = 2, size: int = 7) -> Document:
    """Return ``relu(conv(relu(norm(conv(x)))) + x)`` beside a copy of x, pooled."""
    rng = np.random.default_rng(1)
    layers = (
        convolution(rng, 2, 3, rank), BatchNorm.plain(3), ReLU(), convolution(rng, 3, 2, rank), Add(), ReLU(),
        Concatenate(), Pool("max", (2,) * rank, (2,) * rank, (0,) * rank),
    )  # fmt: skip
    sources = ((0,), (1,), (2,), (3,), (4, 0), (5,), (6, 0), (7,))
    x = rng.normal(size=(2, *(size,) * rank))
    return Document(Sample(x, "drawn"), layers, View(layer=4), sources=sources)


def _norm(rng: np.random.Generator, channels: int) -> BatchNorm:
    weight, bias, mean = rng.normal(size=(3, channels))
    return BatchNorm(weight, bias, mean, rng.random(channels), 0.25)


KINDS = ("convolution", "relu", "norm", "global", "add", "multiply", "concatenate", "gate")


@st.composite
def graphs(draw: st.DrawFn) -> Document:
    """Draw a network of up to eight layers, in which values are read again and joined."""
    rank, rng = draw(st.integers(1, 3)), np.random.default_rng(draw(st.integers(0, 1000)))
    shapes = [(draw(st.integers(1, 3)), *draw(st.lists(st.integers(1, 5), min_size=rank, max_size=rank)))]
    layers, sources = list[Layer](), list[tuple[int, ...]]()
    for _ in range(draw(st.integers(2, 8))):
        first = draw(st.integers(0, len(shapes) - 1))
        alike = [n for n, shape in enumerate(shapes) if shape == shapes[first]]
        sized = [n for n, shape in enumerate(shapes) if shape[1:] == shapes[first][1:]]
        small = [n for n, shape in enumerate(shapes) if shape == (shapes[first][0], *(1,) * rank)]
        kind = draw(
            st.sampled_from(["convolution", "relu", "norm", "global", "add", "multiply", "concatenate", "gate"])
        )
        reads: tuple[int, ...] = (first,)
        layer: Layer
        if kind == "convolution":
            layer = convolution(rng, shapes[first][0], draw(st.integers(1, 3)), rank, draw(st.sampled_from([1, 3])))
        elif kind == "norm":
            layer = _norm(rng, shapes[first][0])
        elif kind == "global":
            layer = GlobalPool("average", (1,) * rank)
        elif kind in ("add", "multiply"):
            reads = (first, *draw(st.lists(st.sampled_from(alike), min_size=1, max_size=2)))
            layer = Add(len(reads)) if kind == "add" else Multiply(len(reads))
        elif kind == "concatenate":
            reads = (first, *draw(st.lists(st.sampled_from(sized), min_size=1, max_size=2)))
            layer = Concatenate(len(reads))
        elif kind == "gate" and small:
            # One cell a channel is repeated over all cells of the other value.
            reads, layer = (first, draw(st.sampled_from(small))), Multiply()
        else:
            layer = ReLU()
        spatial = np.broadcast_shapes(*(shapes[n][1:] for n in reads))
        shapes.append(layer.output_shape((sum(shapes[n][0] for n in reads), *spatial)))
        layers.append(layer)
        sources.append(reads)
    chosen = View(layer=draw(st.integers(0, len(layers) - 1)))
    return Document(Sample(rng.normal(size=shapes[0]), "drawn"), tuple(layers), chosen, sources=tuple(sources))


def by_definition(document: Document) -> list[Floats]:
    """Return all values: branches are joined by NumPy's own operators, and layers applied one by one."""
    values = [document.sample.data.astype(np.float64)]
    for index, layer in enumerate(document.layers):
        read = [values[n] for n in (document.sources[index] if document.sources else (index,))]
        if isinstance(layer, Add) and len(read) > 1:
            made = sum(read[1:], start=read[0])
        elif isinstance(layer, Multiply) and len(read) > 1:
            made = np.ones(1)
            for x in read:
                made = made * x
        elif isinstance(layer, Concatenate) and len(read) > 1:
            made = np.concatenate(read)
        else:
            made = layer.forward(read[0])
        values.append(np.asarray(made))
    return values
