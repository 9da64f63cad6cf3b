"""What is too large for a window is refused with a sentence, before anything is allocated."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import reduce
from math import prod
from typing import Any

import numpy as np
import pytest

from convgui.core.memory import allow
from convgui.core.spec import ConvSpec, SpecError
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.layers.limits import check_spec
from convgui.layers.pooling import Pool
from convgui.layers.upsample import Upsample
from convgui.model.document import Document
from convgui.model.limits import check_document, check_growth, check_layer
from convgui.model.padded import padded
from convgui.model.sample import Sample
from convgui.session.edits import change_spec, with_sample
from convgui.session.limits import parameter_limits
from convgui.session.pasted import PasteError, apply, parse
from convgui.session.stack import add_layer, replace_layer

SHAPES = {1: (1, 50), 2: (1, 5, 5), 3: (1, 4, 5, 6)}


def document(rank: int) -> Document:
    shape = SHAPES[rank]
    return with_sample(load_lesson("single-channel"), Sample(np.arange(float(np.prod(shape))).reshape(shape), "grid"))


@pytest.mark.parametrize("rank", SHAPES)
@pytest.mark.parametrize("field", ["stride", "dilation", "padding", "out_channels", "kernel_size"])
@pytest.mark.parametrize("transposed", [False, True])
def test_every_parameter_of_a_layer_has_an_end(rank: int, field: str, transposed: bool) -> None:
    before = change_spec(document(rank), transposed=transposed)
    tracemalloc.start()
    try:
        if (field, transposed) == ("stride", False):
            # A stride beyond the input leaves one cell.
            made = change_spec(before, stride=999_999)
            assert made.shapes[-1][1:] == (1,) * rank
            return
        for value in (40_000, 999_999):
            given = (value,) * rank if field == "kernel_size" else value
            # A kernel that is spread too far does not fit its input, which is said first.
            with pytest.raises(SpecError, match=rf"^({field}|kernel_size): "):
                change_spec(before, **{field: given})
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_limits_end_where_they_say() -> None:
    check_spec(ConvSpec.of(1, 32768, (3, 3)))
    with pytest.raises(SpecError, match="out_channels: is 32769; a layer has at most 32768"):
        check_spec(ConvSpec.of(1, 32769, (3, 3)))
    check_spec(ConvSpec.of(1, 1, (64, 64), stride=64, transposed=True))
    with pytest.raises(SpecError, match="stride: is 65; up to 64 can be shown"):
        check_spec(ConvSpec.of(1, 1, (64, 64), stride=(1, 65), transposed=True))
    with pytest.raises(SpecError, match="kernel_size: is 31 × 962; at most 29791 cells"):
        check_spec(ConvSpec.of(1, 1, (31, 962)))
    with pytest.raises(SpecError, match="weight: would have 104,857,600 numbers, and a layer has at most 16,777,216"):
        check_spec(ConvSpec.of(4096, 25600 // 8, (1, 8)))
    with pytest.raises(SpecError, match="padding: is 257; up to 256"):
        check_spec(ConvSpec.of(1, 1, (3, 3), padding=257))
    check_spec(ConvSpec.of(1, 1, (3,), padding=301, dilation=150))


def test_a_picture_too_large_says_how_large_and_what_to_do() -> None:
    check_growth((5, 5), (4096, 4096))
    with pytest.raises(
        SpecError, match=r"output: would have 4096 × 4097 cells, .* at most 16,777,216 .*; make it smaller"
    ):
        check_growth((5, 5), (4096, 4097))
    check_growth((1000, 1000), (8000, 8000))
    allow(1 << 20)
    try:
        with pytest.raises(SpecError, match=r"output: of 512 × 513 cells needs 1.0 MB, and 1.0 MB are allowed"):
            check_growth((256, 256), (512, 513))
    finally:
        allow(None)


@pytest.mark.parametrize("rank", SHAPES)
def test_layers_without_weights_have_ends_too(rank: int) -> None:
    with pytest.raises(SpecError, match="scale_factor: is 65; up to 64"):
        replace_layer(document(rank), Upsample((65,) * rank))
    with pytest.raises(SpecError, match="kernel_size: is"):
        check_layer(Pool("max", (29_792, *(1,) * (rank - 1)), (1,) * rank, (0,) * rank), *[(1, *(30_000,) * rank)] * 2)
    with pytest.raises(SpecError, match="output: would have"):
        reduce(add_layer, ["nearest"] * 64, document(rank))


@pytest.mark.parametrize(
    "line",
    [
        "nn.ConvTranspose2d(1, 1, 3, stride=1000)",
        "nn.ConvTranspose2d(1, 1, 3, dilation=1000000)",
        "nn.Conv2d(1, 1000000, 3)",
        "nn.Conv2d(1, 40000, 31, padding=15)",
        "nn.Conv2d(1, 1, 3, padding=1000000)",
        "nn.Conv2d(1, 1, 1000000000, padding=1000000000)",
        "nn.Upsample(scale_factor=1000)",
        "nn.Upsample(scale_factor=(1, 100000000))",
        "nn.MaxPool2d((1000000, 1000000), padding=500000)",
        "nn.PixelShuffle(1000000)",
        "nn.ChannelShuffle(1000000000)",
        "nn.Conv2d(1, 1, 3, stride=99999999999999999999)",
    ],
)
def test_pasted_lines_have_the_same_ends(line: str) -> None:
    before = document(2)
    tracemalloc.start()
    try:
        with pytest.raises(PasteError):
            apply(before, parse(line))
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_an_old_layer_is_measured_before_it_is_enlarged() -> None:
    before = document(2)
    wide = replace(before, layers=(Convolution(ConvSpec.of(1, 512, (3, 3)), np.zeros((512, 1, 3, 3)), np.zeros(512)),))
    with pytest.raises(SpecError, match="weight: would have"):
        change_spec(change_spec(wide, kernel_size=(3, 3), padding=20), in_channels=4000, kernel_size=(9, 9))


NAMES = ["same", "same_lower", "full", "valid", 0, 2]


@pytest.mark.parametrize("shape", [(1, 5, 5), (1, 900, 1200), (1, 90_000), (1, 60, 50, 70)])
@pytest.mark.parametrize("padding", NAMES)
@pytest.mark.parametrize("kernel", [1, 3, 4])
def test_what_can_be_shown_bounds_the_padding_too(shape: tuple[int, ...], padding: Any, kernel: int) -> None:
    """Each number is turned up in turn, as far as its box goes: none opens the way for the next without an end."""
    photo = with_sample(load_lesson("single-channel"), Sample(np.zeros(shape, np.uint8), "photo"))
    made, most = (
        change_spec(photo, kernel_size=(kernel,) * (len(shape) - 1), padding=padding),
        max(1 << 24, 64 * prod(shape)),
    )
    for _ in range(12):
        for field in ("dilation", "padding", "kernel_size"):
            if field == "padding" and isinstance(padding, str):
                continue
            end = parameter_limits(made.layer.spec, shape[1:])[field]
            assert all(now <= last for now, last in zip(_numbers(made.layer.spec, field), end, strict=True))
            made = change_spec(made, **{field: end})
            check_document(made)
            sizes = [n + sum(pad) for n, pad in zip(shape[1:], made.layer.spec.pads(shape[1:]), strict=True)]
            assert prod(sizes) <= most


def _numbers(spec: ConvSpec, field: str) -> tuple[int, ...]:
    if field == "padding":
        return tuple(before for before, _ in spec.pads((1,) * spec.rank))
    numbers: tuple[int, ...] = getattr(spec, field)
    return numbers


@pytest.mark.parametrize("padding", ["same", "same_lower", "full"])
def test_a_dilation_that_a_named_padding_goes_with_has_an_end(padding: str) -> None:
    photo = with_sample(load_lesson("single-channel"), Sample(np.zeros((1, 900, 1200), np.uint8), "photo"))
    with pytest.raises(SpecError, match=r"^dilation: makes 900 × \d+ cells of the input and its padding, and at most"):
        change_spec(photo, kernel_size=(1, 3), padding=padding, dilation=(1, 999_999))
    large = change_spec(photo, kernel_size=(1, 3), padding=padding, dilation=(1, 9_000))
    allow(1 << 20)
    try:
        with pytest.raises(SpecError, match=r"budget: the result \(1, 900, \d+\) needs"):
            padded(large)
    finally:
        allow(None)


@pytest.mark.parametrize("shape", [(1, 5, 5), (1, 600, 400), (1, 90_000), (1, 60, 50, 70)])
@pytest.mark.parametrize("field", ["stride", "dilation", "kernel_size"])
def test_arrows_stop_before_a_picture_is_too_large(shape: tuple[int, ...], field: str) -> None:
    photo = with_sample(load_lesson("single-channel"), Sample(np.zeros(shape, np.uint8), "photo"))
    before = change_spec(photo, transposed=True, stride=2)
    most = parameter_limits(before.layer.spec, shape[1:])[field]
    check_document(change_spec(before, **{field: most}))
