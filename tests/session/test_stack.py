"""Adding, removing and moving layers."""

from dataclasses import replace

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.layers import choices
from convgui.layers.add import Add
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input, value_of
from convgui.model.sample import Sample
from convgui.session import edits, stack
from convgui.session.ready import with_ready_network
from tests.documents import random_document


def small() -> Document:
    return random_document(4, 4, (12, 12), (3, 3), padding=1)


@pytest.mark.parametrize("kind", [entry.id for entry in choices()])
@pytest.mark.parametrize("size", [(24,), (12, 12), (6, 6, 6)])
def test_every_kind_can_be_added_and_removed(kind: str, size: tuple[int, ...]) -> None:
    document = random_document(8, 8, size, (3,) * len(size), padding=1)
    more = stack.add_layer(document, kind)
    assert len(more.layers) == 2
    assert more.view.layer == 1
    assert value_of(more, 2).shape == more.shapes[2]
    less = stack.remove_layer(more)
    assert less.layers == document.layers


def test_a_new_convolution_blurs_every_channel_for_itself() -> None:
    more = stack.add_layer(small(), "convolution")
    flat = np.full((4, 5, 5), 3.0)
    out = more.layer.forward(flat * np.arange(1, 5)[:, None, None])
    np.testing.assert_allclose(out[:, 2, 2], [3, 6, 9, 12])


def test_layers_behind_follow_the_channels_of_those_before() -> None:
    document = stack.add_layer(stack.add_layer(small(), "channel-shuffle"), "convolution")
    first = document.with_view(View(layer=0))
    wider = edits.change_spec(first, out_channels=6)
    assert wider.shapes == ((4, 12, 12), (6, 12, 12), (6, 12, 12), (6 - 2, 12, 12))
    assert isinstance(wider.layers[1], ChannelShuffle)
    last = wider.layers[2]
    assert isinstance(last, Convolution)
    assert last.spec.in_channels == 6


def test_a_depthwise_layer_stays_depthwise() -> None:
    document = stack.add_layer(small(), "convolution")
    document = edits.change_spec(document, groups=4)
    wider = edits.change_spec(document.with_view(View(layer=0)), out_channels=6)
    last = wider.layers[1]
    assert isinstance(last, Convolution)
    assert (last.spec.groups, last.spec.in_channels, last.spec.out_channels) == (6, 6, 6)


def test_a_depthwise_layer_keeps_its_filters_a_channel() -> None:
    document = edits.change_spec(stack.add_layer(small(), "convolution"), groups=4, out_channels=12)
    wider = edits.change_spec(document.with_view(View(layer=0)), out_channels=5)
    assert wider.shapes[1:] == ((5, 12, 12), (15, 12, 12))
    last = wider.layers[1]
    assert isinstance(last, Convolution)
    assert (last.spec.groups, last.weight.shape) == (5, (15, 1, 3, 3))


def test_moving_changes_the_order_and_keeps_the_choice() -> None:
    document = stack.add_layer(small(), "max-pool")
    moved = stack.move_layer(document, -1)
    assert moved.layers == document.layers[::-1]
    assert moved.view.layer == 0
    assert stack.move_layer(moved, -1).layers == moved.layers


@pytest.mark.fault
def test_what_would_not_fit_is_refused_and_says_which() -> None:
    document = stack.add_layer(small(), "pixel-shuffle")
    with pytest.raises(SpecError, match=r"^Layer 2 \(Pixel shuffle × 2\) would not fit: upscale_factor: is 2, which"):
        edits.change_spec(document.with_view(View(layer=0)), out_channels=6)
    with pytest.raises(SpecError, match="weaves 4 channels into one; the input has 1"):
        stack.add_layer(document, "pixel-shuffle")
    with pytest.raises(SpecError, match="has one layer only"):
        stack.remove_layer(small())
    full = replace(small(), layers=small().layers * stack.MOST_LAYERS)
    with pytest.raises(SpecError, match="at most 2048 layers"):
        stack.add_layer(full, "relu")


def test_replacing_a_layer() -> None:
    document = stack.add_layer(small(), "max-pool")
    other = stack.replace_layer(document, Pool("average", (3, 3), (1, 1), (1, 1)))
    assert other.shapes[-1] == (4, 12, 12)
    with pytest.raises(SpecError):
        stack.replace_layer(document, PixelShuffle(3))


def test_another_input_keeps_the_layers_that_fit() -> None:
    data = np.zeros((3, 256, 256), dtype=np.uint8)
    document = with_ready_network(replace(small(), sample=Sample(data, "test")), "vgg-16")
    grey = edits.with_sample(document, Sample(data[:1], "grey"))
    assert len(grey.layers) == 31
    assert chosen_layer_input(grey).sample.data.shape == (1, 256, 256)
    tiny = edits.with_sample(document, Sample(data[:, :9, :9], "tiny"))
    assert 0 < len(tiny.layers) < 31
    volume = edits.with_sample(document, Sample(np.zeros((1, 5, 5, 5)), "volume"))
    assert volume.layer.spec.rank == 3


def test_a_batch_norm_is_folded_only_into_a_layer_that_nothing_else_reads() -> None:
    """A branch that reads the layer before would read folded values; its maps would change without a word."""
    norm = BatchNorm(np.array([2.0]), np.zeros(1), np.array([1.0]), np.array([3.0]))
    base = random_document(1, 1, (5, 5), (3, 3), padding=1)
    chain = replace(base, layers=(base.layer, norm)).with_view(replace(base.view, layer=1))
    assert any(found.with_before for found in stack.rewritings(chain))
    branched = replace(chain, layers=(*chain.layers, Add()), sources=((0,), (1,), (1, 2)))
    assert not any(found.with_before for found in stack.rewritings(branched))
    folded = stack.rewritten(chain, next(found for found in stack.rewritings(chain) if found.with_before))
    assert np.allclose(value_of(folded, 1), value_of(chain, 2))
