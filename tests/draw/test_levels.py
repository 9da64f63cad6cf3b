"""Levels: values to colours against the colour table and plain arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.draw.colour import luminance
from convgui.draw.levels import Levels, adjusted, extremes, histogram, input_levels, output_levels, sampled
from convgui.draw.theme import THEMES, Theme

VALUES = np.array([[-4.0, -2.0, -1.0, 0.0, 0.5, 1.0, 3.0]])


@pytest.mark.parametrize("theme", THEMES.values())
def test_zero_keeps_its_colour_whatever_the_ends(theme: Theme) -> None:
    for low, high in ((-4.0, 1.0), (-1.0, 8.0), (-2.0, 2.0)):
        levels = Levels(low, high, True)
        shown = levels.colours(VALUES, theme)[0, :, :3]
        table = levels.table(theme)
        assert shown[3].tolist() == list(theme.background[:3])
        for value, colour in zip(VALUES[0], shown, strict=True):
            share = max(value / -low, -1.0) if value < 0 else min(value / high, 1.0)
            nearest = table[int(np.clip(np.rint(127.5 + 127.5 * share), 0, 255))].astype(int)
            neighbours = table[np.clip(np.arange(-1, 2) + int(127.5 + 127.5 * share), 0, 255)].astype(int)
            spread = np.abs(np.diff(neighbours, axis=0)).max()
            assert np.abs(colour.astype(int) - nearest).max() <= spread


def test_a_signal_shown_as_a_picture_is_no_black_frame() -> None:
    output, entered = np.linspace(-300, 500, 900).reshape(30, 30), Levels(0, 255, False)
    levels = output_levels(output, 0.0, False, entered)
    least, most = np.percentile(output, (0.3, 99.7))
    assert levels == Levels(float(least), float(most), False)
    assert output_levels(output / 4, 1.0, False, entered) == entered


@pytest.mark.parametrize("theme", THEMES.values())
def test_colours_are_brighter_for_what_is_more(theme: Theme) -> None:
    levels = Levels(2, 6, False, coloured=True)
    shown = levels.colours(np.linspace(2, 6, 30)[None], theme)[0, :, :3]
    assert (np.diff(luminance(shown.astype(float))) > 0).all()
    assert len({tuple(np.argsort(rgb).tolist()) for rgb in shown}) > 2, "colours, not greys"
    assert adjusted(levels, (3.0, 4.0)).coloured


def test_chosen_ends_replace_the_automatic_ones() -> None:
    output, entered = np.linspace(-3, 5, 90).reshape(9, 10), Levels(0, 255, False)
    automatic = output_levels(output, 0.0, True, entered)
    assert automatic.signed
    assert output_levels(output, 0.0, True, entered, (-1.0, 4.0)) == Levels(-1, 4, True)
    assert output_levels(output, 0.0, True, entered, (1.0, 4.0)) == Levels(1, 4, False)
    assert output_levels(output, 1.0, False, entered, (-1.0, 4.0)) == Levels(-1, 4, False)
    assert output_levels(output, 1.0, False, entered) == entered
    assert adjusted(automatic, None) is automatic
    assert adjusted(automatic, (-1.0, 4.0)) == Levels(-1, 4, True)


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("ends", [(0.0, 4.0), (-4.0, 0.0)])
def test_a_range_that_begins_or_ends_at_0_is_drawn_in_greys(ends: tuple[float, float], theme: Theme) -> None:
    levels = adjusted(Levels(-3, 3, True), ends)
    assert levels == Levels(*ends, False)
    red, green, blue = levels.colours(np.linspace(*ends, 5)[None], theme)[0, :, :3].T.astype(int)
    assert (red == green).all()
    assert (red == blue).all()
    assert sorted(red.tolist())[:: len(red) - 1] == [0, 255]


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize(
    ("foot", "top"),
    [
        *((0, 3e-300), (0, 1e-9), (0, 0.003), (0, 1), (0, 7e4), (0, 1e300), (1e6, 1), (-2e9, 100), (1e12, 1e3)),
        *((0.5, 1e-3), (0.99, 0.01), (0.25, 0.05), (1, 1e-6)),
    ],
)
def test_ranges_of_any_size_fill_the_scale(theme: Theme, top: float, foot: float) -> None:
    x = foot + np.broadcast_to(np.linspace(0, 1, 256), (64, 256)) * top
    shown = input_levels(x).colours(x, theme)[0, :, 0]
    assert (np.diff(shown.astype(int)) >= 0).all()
    assert len(np.unique(shown)) > 250


LARGEST = float(np.finfo(np.float64).max)
FAR = [
    *((-1e308, 1e308), (-LARGEST, LARGEST), (0.0, LARGEST), (-LARGEST, 0.0), (-1.7e308, 1.0), (1e308, 1.7e308)),
    *((-1e-310, 1e-310), (0.0, 1e-310), (-1e200, 1e250), (-3e38, 3e38)),
]


def between(low: float, high: float, kind: str = "f8") -> NDArray[Any]:
    share = np.linspace(0, 1, 256)
    return np.broadcast_to(low * (1 - share) + high * share, (64, 256)).astype(kind)


@pytest.mark.parametrize("ends", FAR)
def test_ends_that_lie_further_apart_than_a_number_is_large(ends: tuple[float, float]) -> None:
    x, theme = between(*ends), THEMES["light"]
    steps = np.arange(256)
    entered = input_levels(x)
    assert (entered.low, entered.high) == ends
    assert np.abs(entered.entries(x)[0] - steps).max() <= 1
    plain = output_levels(x, 1.0, False, entered)
    assert np.abs(plain.entries(x)[0] - steps).max() <= 1
    signed = output_levels(x, 0.0, True, entered)
    assert (np.diff(signed.entries(x)[0].astype(int)) >= 0).all()
    assert signed.entries(np.zeros((1, 1)))[0, 0] in (127, 128)
    two_sided = Levels(-LARGEST, LARGEST / 2, True).entries(np.array([[-LARGEST, 0, LARGEST / 4, LARGEST]]))
    np.testing.assert_allclose(two_sided, [[0, 128, 191, 255]], atol=1)
    for gain in (3.0, -3.0, 1e300):
        levels = output_levels(x, gain, False, entered)
        assert np.isfinite([levels.low, levels.high]).all()
        assert levels.colours(x, theme).shape == (64, 256, 4)


@pytest.mark.parametrize("kind", ["f4", "f8"])
@pytest.mark.parametrize("chosen", [(0.1, 0.2), (0.0, 1e-30), (-1.0, 1.0), (0.0, 1e-40)])
def test_values_far_outside_their_levels_have_the_colours_of_the_ends(chosen: tuple[float, float], kind: str) -> None:
    far = np.finfo(kind).max
    values = np.array([[-far, -np.inf, chosen[0], chosen[1], far, np.inf]], kind)
    assert Levels(*chosen, False).entries(values)[0].tolist() == [0, 0, 0, 255, 255, 255]


@pytest.mark.parametrize("ends", FAR)
def test_a_histogram_of_ends_that_lie_far_apart(ends: tuple[float, float]) -> None:
    counts, edges = histogram(between(*ends), 8)
    assert counts.sum() == 64 * 256
    assert np.isfinite(edges).all()
    assert (np.diff(edges / 4) > 0).all()
    if abs(ends[0]) > 1e-300 or abs(ends[1]) > 1e-300:
        np.testing.assert_allclose(counts, 64 * 32, rtol=0.1)
        np.testing.assert_allclose(edges[[0, -1]], ends)


@pytest.mark.parametrize("theme", THEMES.values())
def test_labels_in_eight_bits_are_no_black_picture(theme: Theme) -> None:
    labels = np.arange(4, dtype=np.uint8).reshape(2, 2)
    assert input_levels(labels).colours(labels, theme)[..., 0].tolist() == [[0, 85], [170, 255]]
    assert input_levels(np.arange(200, dtype=np.uint8)) == Levels(0, 255, False)
    assert input_levels(np.full(9, 7, np.uint8)) == Levels(0, 255, False)
    # Those of common sets of pictures, 21 kinds of things; and a part of a scale of its own.
    assert input_levels(np.arange(21, dtype=np.uint8)) == Levels(0, 20, False)
    assert input_levels(np.arange(200, 208, dtype=np.uint8)) == Levels(200, 207, False)
    assert input_levels(np.array([0.2, 0.8])) == input_levels(np.array([0.5, 0.5])) == Levels(0, 1, False)


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("levels", [Levels(0, 4, False), Levels(-4, 4, True), Levels(-1, 4, True)])
def test_what_is_missing_has_a_colour_that_no_value_has(theme: Theme, levels: Levels) -> None:
    x = np.array([[np.nan, 0.0, 4.0]])
    shown = levels.colours(x, theme)
    assert tuple(shown[0, 0]) == theme.missing
    assert theme.missing[:3] not in {tuple(row) for row in levels.table(theme).tolist()}
    of_three = levels.colours(np.stack([x, x * 0 + 1, x * 0]), theme)
    assert tuple(of_three[0, 0]) == theme.missing[:3]


@pytest.mark.parametrize("theme", THEMES.values())
def test_a_pixel_that_lacks_one_of_its_three_channels_is_missing(theme: Theme) -> None:
    """Each of the eight ways in which red, green and blue are there or not."""
    there = np.array(list(np.ndindex(2, 2, 2))).T[:, None] > 0
    shown = Levels(0, 4, False).colours(np.where(there, 2.0, np.nan), theme)[0]
    lost = [tuple(pixel) == theme.missing[:3] for pixel in shown.tolist()]
    assert lost == [True] * 7 + [False]


def test_what_is_missing_is_left_out_of_the_scale() -> None:
    x = np.array([np.nan, 2.0, 6.0, np.nan])
    assert extremes(x) == (2, 6)
    assert sampled(x).tolist() == [2, 6]
    assert input_levels(x) == Levels(2, 6, False)
    nothing = np.full(5, np.nan)
    assert output_levels(nothing, 0.0, True, Levels(0, 1, False)) == Levels(-1, 1, True)


def test_a_single_value_among_zeros_sets_the_scale() -> None:
    x = np.zeros((100, 100))
    x[3, 4] = -7.0
    assert output_levels(x, 0.0, True, Levels(0, 1, False)) == Levels(-7, 7, True)
    x[5, 6] = np.nan
    assert output_levels(x, 0.0, True, Levels(0, 1, False)) == Levels(-7, 7, True)


def test_a_kernel_that_sums_to_less_than_nothing_turns_the_scale_over_and_keeps_its_ends_in_order() -> None:
    found = output_levels(np.linspace(-255.0, 0.0, 100)[None], -1.0, False, Levels(0.0, 255.0, False))
    assert (found.low, found.high) == (-255.0, 0.0)
