"""Ready networks have the fields, sizes, parameters and costs that are published.

Parameters are those of torchvision's pages of its models ("num_params"), of Keras's page of MobileNet (trainable), of
timm's table of Inception v3 (no classifier at its side) and what pix2pix and milesial/Pytorch-UNet report; fields are
those of Araujo, Norris, Sim (Distill 2019) and of the recurrence of that paper, written out beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from convgui.core.receptive import receptive_field
from convgui.core.spec import SpecError
from convgui.files.documents import read_document, write_document
from convgui.layers.convolution import Convolution
from convgui.layers.dense import Dense
from convgui.layers.global_pool import GlobalPool
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.paths import widest_field
from convgui.model.sample import Sample
from convgui.model.totals import totals
from convgui.scenes.network.field import seen_by
from convgui.session.ready import READY, with_ready_network
from tests.documents import random_document, textbook
from tests.model.chains import run


@dataclass(frozen=True)
class Published:
    """What is known of a network for an input: what comes out, its parameters, and its field before it is pooled."""

    sample: tuple[int, ...]
    made: tuple[int, ...]
    parameters: int
    field: int
    stride: int


COLOURS = (3, 224, 224)
NETWORKS = {
    "lenet-5": Published((1, 32, 32), (10, 1, 1), 61_706, 32, 4),
    # 61,100,840 and 138,357,544 and 143,667,240 without the dense layers of 4,096, 4,096 and 1,000.
    "alexnet": Published(COLOURS, (256, 6, 6), 61_100_840 - 37_752_832 - 16_781_312 - 4_097_000, 195, 32),
    "vgg-16": Published(COLOURS, (512, 7, 7), 138_357_544 - 102_764_544 - 16_781_312 - 4_097_000, 212, 32),
    "vgg-19": Published(COLOURS, (512, 7, 7), 143_667_240 - 102_764_544 - 16_781_312 - 4_097_000, 268, 32),
    "inception-v3": Published((3, 299, 299), (1000, 1, 1), 23_834_568, 1311, 32),
    "resnet-18": Published(COLOURS, (1000, 1, 1), 11_689_512, 435, 32),
    "resnet-34": Published(COLOURS, (1000, 1, 1), 21_797_672, 899, 32),
    "resnet-50-v1": Published(COLOURS, (1000, 1, 1), 25_557_032, 483, 32),
    "resnet-50": Published(COLOURS, (1000, 1, 1), 25_557_032, 427, 32),
    # 7, 11, then 2 a layer: 6 at stride 4, 12 at 8, 24 at 16, 16 at 32, and poolings of 2 between.
    "densenet-121": Published(
        COLOURS, (1000, 1, 1), 7_978_856, 11 + 2 * (6 * 4 + 12 * 8 + 24 * 16 + 16 * 32) + 4 + 8 + 16, 32
    ),
    "mobilenet-v1": Published(COLOURS, (1000, 1, 1), 4_231_976, 315, 32),
    "mobilenet-v2": Published(COLOURS, (1000, 1, 1), 3_504_872, 491, 32),
    # Two 3 x 3 layers a level, down and up again, and poolings of 2; a transposed 2 x 2 of stride 2 widens nothing.
    "u-net": Published(COLOURS, (2, 224, 224), 31_037_698, 1 + 2 * 4 * (1 + 2 + 4 + 8) + 4 * 16 + 1 + 2 + 4 + 8, 1),
    # "2.769 M" for the six channels of two pictures; each of the three that are left out has 64 filters of 16 weights.
    "patchgan": Published((3, 256, 256), (1, 30, 30), 2_768_705 - 3 * 64 * 16, 70, 8),
    "wavenet": Published(
        (1, 2000), (256, 2000),
        (32 + 32) + 10 * 2 * (32 * 32 * 2 + 32) + 10 * (32 * 128 + 128) + 9 * (32 * 32 + 32)
        + (128 * 128 + 128) + (128 * 256 + 256),
        1024, 1,
    ),
}  # fmt: skip


def on(shape: tuple[int, ...], identity: str) -> Document:
    cells = np.broadcast_to(np.uint8(1), shape)
    return with_ready_network(replace(textbook(), sample=Sample(cells, "grey")), identity)


def test_all_of_them_are_known_here() -> None:
    assert [ready.id for ready in READY] == ["dilated-1-2-4", "dilated-2-2-2", *NETWORKS]


@pytest.mark.parametrize("identity", NETWORKS)
def test_a_network_has_its_published_sizes(identity: str) -> None:
    published = NETWORKS[identity]
    document = on(published.sample, identity)
    found = totals(document)
    assert document.shapes[-1] == published.made
    assert found.weights + found.biases == published.parameters
    pooled = [n for n, layer in enumerate(document.layers) if isinstance(layer, GlobalPool)]
    field = widest_field(document, pooled[-1] if pooled else len(document.layers))
    assert set(field.size) == {published.field}
    assert set(field.stride) == {published.stride}
    # A network of 25 million weights is held in less than a tenth of a gigabyte, any in less than 0.3.
    held = {id(array): array.nbytes for layer in document.layers for array in layer.parameters.values()}
    assert sum(held.values()) < 300e6


@pytest.mark.parametrize(("identity", "adds"), [("vgg-16", 15_346_630_656), ("mobilenet-v1", 567_716_352 + 1_024_000)])
def test_a_network_costs_what_is_published(identity: str, adds: int) -> None:
    document = on(COLOURS, identity)
    pairs = zip(document.layers, document.incoming, strict=True)
    assert sum(a.multiply_adds(shape) for a, shape in pairs if isinstance(a, Convolution | Dense)) == adds


# Layer by layer: Distill's table (AlexNet and VGG-16) and Bai's figures, with stride and padding of the whole.
FIELDS = {
    # The first layer has a padding of 2, which Distill's second version of AlexNet has not.
    "alexnet": ([11, 19, 51, 67, 99, 131, 163, 195], 32, 64 + 2),
    "vgg-16": ([3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212], 32, 90),
    "dilated-1-2-4": ([3, 7, 15], 1, 7),
    "dilated-2-2-2": ([5, 9, 13], 1, 6),
}


@pytest.mark.parametrize("identity", FIELDS)
def test_fields_grow_as_in_the_literature(identity: str) -> None:
    document = on((3, 256, 256), identity)
    pairs = zip(document.layers, document.incoming, strict=True)
    windows = [layer.window(shape) for layer, shape in pairs if layer.slides]
    field = receptive_field(windows)
    sizes, stride, padding = FIELDS[identity]
    assert [layer.size[0] for layer in field.layers] == sizes
    assert (field.stride[0], field.padding[0]) == (stride, padding)


def test_a_mean_of_a_mean_of_a_constant_is_the_constant() -> None:
    document = on((3, 64, 64), "dilated-1-2-4")
    flat = run(document.layers, Sample(np.full((3, 64, 64), 7.0), "flat"))[0]
    assert flat[32, 32] == pytest.approx(7.0, rel=1e-5)


def test_what_an_inception_sees_is_as_wide_as_it_is_high() -> None:
    """One of its branches ends in a row and one in a column: no single path has the whole field."""
    document = on((3, 299, 299), "inception-v3")
    assert totals(document).field.size == (1311 + 7 * 32,) * 2
    before = next(n for n, layer in enumerate(document.layers) if isinstance(layer, GlobalPool))
    assert seen_by(document, before, (0, 0)) == (slice(0, 299), slice(0, 299))
    # A cell of the first block in which a row and a column meet sees as much of both.
    first = next(n for n, shape in enumerate(document.shapes) if shape == (1280, 8, 8))
    rows, columns = seen_by(document, first, (0, 0)) or (slice(0), slice(1))
    assert rows == columns


def test_a_residual_network_computes() -> None:
    document = on((1, 33, 47), "resnet-18")
    values = value_of(document, len(document.layers))
    assert values.shape == (1000, 1, 1)
    assert np.isfinite(values).all()
    assert values.std() > 0


def test_a_network_is_kept_as_it_is(tmp_path: Path) -> None:
    document = on((3, 64, 64), "mobilenet-v2")
    path = tmp_path / "a.convgui"
    write_document(document, path)
    kept = read_document(path)
    assert kept.sources == document.sources
    pairs = zip(kept.layers, document.layers, strict=True)
    for own, other in pairs:
        assert own.to_json() == other.to_json()
        assert all(np.array_equal(a, other.parameters[name]) for name, a in own.parameters.items())


def test_a_network_is_looked_at_from_its_beginning() -> None:
    assert (on((3, 64, 64), "resnet-34").view.scene, on((3, 64, 64), "resnet-34").view.layer) == ("network", 0)
    assert on((1, 1200), "wavenet").view.scene == "network"
    field = on((3, 64, 64), "dilated-1-2-4").view
    assert (field.scene, field.layer, field.step) == ("receptive", 2, 2)


def test_a_wave_answers_nothing_before_it_begins() -> None:
    """No output of the stack sees a later sample: what is changed at one changes nothing before it."""
    wave = np.random.default_rng(1).normal(size=(1, 1200))
    later = wave.copy()
    later[0, 1100:] += 1
    one, other = (on((1, 1200), "wavenet"), on((1, 1200), "wavenet"))
    first = run(one.layers[:1], Sample(wave, "wave"))
    assert first.shape == (32, 1200)
    made = [value_of(replace(d, sample=Sample(x, "wave")), 4) for d, x in ((one, wave), (other, later))]
    assert np.array_equal(made[0][:, :1100], made[1][:, :1100])
    assert not np.array_equal(made[0][:, 1100:], made[1][:, 1100:])


def test_a_unet_is_as_large_as_any_picture() -> None:
    assert on((3, 75, 101), "u-net").shapes[-1] == (2, 75, 101)


@pytest.mark.fault
def test_an_input_that_a_network_is_not_for_is_refused() -> None:
    small = random_document(4, 4, (12, 12), (3, 3), padding=1)
    with pytest.raises(SpecError, match="of 12 × 12 is too small for VGG-16, features; open a larger one"):
        with_ready_network(small, "vgg-16")
    with pytest.raises(SpecError, match="of WaveNet, one stack are for sounds"):
        with_ready_network(small, "wavenet")
    with pytest.raises(SpecError, match="of U-Net are for pictures; the input has 1 spatial"):
        on((1, 500), "u-net")
    with pytest.raises(ValueError, match="there is no network 'resnet-1001'; the networks are: dilated-1-2-4, "):
        with_ready_network(small, "resnet-1001")
