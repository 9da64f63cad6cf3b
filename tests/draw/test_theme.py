"""Colours can be read: contrast computed from the palettes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.draw.colour import Colour, colour, contrast, diverging_table, mix
from convgui.draw.theme import THEMES, Role, Theme, hues_of, theme_named, themed

ROLES: tuple[Role, ...] = ("input", "kernel", "result", "warning", "plain")


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_has_contrast_four_and_a_half(theme: Theme) -> None:
    for paper in (theme.background, theme.panel, theme.field, theme.selection):
        for ink in (theme.text, theme.muted, *(theme.role(r).ink for r in ROLES)):
            assert contrast(ink, paper) >= 4.5, (theme.name, ink, paper)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_numbers_in_cells_have_contrast_four_and_a_half(theme: Theme, role: Role) -> None:
    fills = theme.fills(np.linspace(-1, 1, 101, dtype=np.float64), role, 1.0)
    inks = theme.ink(fills)
    for fill, ink in zip(fills.tolist(), inks.tolist(), strict=True):
        assert contrast(_opaque(ink), _opaque(fill)) >= 4.5


HUES = st.lists(st.integers(0, 0xFFFFFF), min_size=5, max_size=5)


@settings(max_examples=60)
@given(HUES, st.sampled_from(["light", "dark"]))
def test_words_in_colours_of_ones_own_can_be_read_whatever_they_are(hues: list[int], shade: str) -> None:
    colours = "-".join(["own", *(f"{hue:06x}" for hue in hues)])
    theme = themed(shade, colours)
    assert theme_named(theme.name) is theme
    assert (theme.shade, theme.colours, hues_of(theme)) == (shade, colours, colours)
    test_text_has_contrast_four_and_a_half(theme)
    lines = [theme.role(role).line for role in ("input", "kernel", "result", "warning")]
    assert [int.from_bytes(bytes(line[:3]), "big") for line in lines] == hues[:4], "outlines are the hues themselves"
    fills = theme.fills(np.array([-1.0, 1.0]), "input", 1.0)
    towards = [mix(theme.cell, colour(f"#{hue:06x}"), theme.strength) for hue in (hues[4], hues[0])]
    assert np.abs(fills.astype(int) - np.array(towards)).max() <= 1


@pytest.mark.parametrize("name", ["own", "light-own-0072b2", "light-own-0072B2-0072b2-0072b2-0072b2-0072b2", "night"])
def test_what_is_no_theme_is_none(name: str) -> None:
    with pytest.raises(KeyError):
        theme_named(name)


def test_sign_is_told_by_hue_and_zero_by_paper() -> None:
    for theme in THEMES.values():
        fills = theme.fills(np.array([-1.0, 0.0, 1.0]), "result", 1.0)
        assert fills[1].tolist() == list(theme.cell)
        assert fills[0].tolist() != fills[2].tolist()


def test_the_signed_map_is_paper_in_the_middle() -> None:
    table = diverging_table((255, 255, 255, 255), (0, 114, 178, 255), (213, 94, 0, 255))
    assert table.shape == (256, 3)
    assert table[0].tolist() == [213, 94, 0]
    assert table[255].tolist() == [0, 114, 178]
    assert (table[127:129].min(axis=0) > 220).all()


def test_mixing() -> None:
    assert mix((0, 0, 0, 255), (100, 200, 50, 255), 0.5) == (50, 100, 25, 255)


def _opaque(value: list[int]) -> Colour:
    return (value[0], value[1], value[2], 255)


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_cells_below_a_window_have_the_hue_of_ones_own_kernel(shade: str) -> None:
    """Of a green kernel they are greener than red and blue; of the shipped orange, about as they ship."""
    green = themed(shade, "own-0072b2-00aa00-009e73-d55e00-8e5ba6").window
    assert green[1] > max(green[0], green[2]) + 20
    shipped = THEMES[shade]
    orange = "".join(f"{part:02x}" for part in shipped.roles["kernel"].line[:3])
    same = themed(shade, f"own-0072b2-{orange}-009e73-d55e00-8e5ba6").window
    assert max(abs(a - b) for a, b in zip(same[:3], shipped.window[:3], strict=True)) <= 24
