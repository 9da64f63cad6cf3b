import numpy as np
import pytest

from convgui.core import PRESETS, preset


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_builds_and_says_what_it_does(name: str) -> None:
    found = preset(name)
    weights = found.weights()
    assert weights.ndim == found.rank
    assert weights.dtype == np.float64
    assert np.isfinite(weights).all()
    assert found.id == name
    assert found.sentence.endswith(".")
    weights[...] = 9
    assert (found.weights() != 9).any(), "a caller's array is the caller's own"


@pytest.mark.parametrize("name", [p for p in PRESETS if p.split("-")[0] in ("sobel", "prewitt", "scharr", "laplacian")])
def test_derivatives_ignore_flat_areas(name: str) -> None:
    assert abs(preset(name).weights().sum()) < 1e-12


@pytest.mark.parametrize("name", ["identity", "box", "gaussian-3", "gaussian-5", "motion-blur", "sharpen", "unsharp"])
def test_these_keep_the_brightness(name: str) -> None:
    assert preset(name).weights().sum() == pytest.approx(1)


def test_known_numbers() -> None:
    assert preset("sobel-x").weights().tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert preset("emboss").weights().tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert preset("laplacian-26").weights()[1, 1, 1] == -26
    assert preset("gaussian-5").weights()[2, 2] == 36 / 256


def test_parameters() -> None:
    assert preset("gabor").weights(size=15, angle=90).shape == (15, 15)
    np.testing.assert_allclose(preset("gabor").weights(angle=90), preset("gabor").weights(angle=0).T, atol=1e-12)
    np.testing.assert_allclose(preset("motion-blur").weights(size=5)[2], np.full(5, 0.2), atol=0.06)
    with pytest.raises(ValueError, match="wavelength is 0"):
        preset("gabor").weights(wavelength=0)
    with pytest.raises(ValueError, match="no parameter"):
        preset("sobel-x").weights(angle=3)


def test_an_unknown_preset_names_the_known() -> None:
    with pytest.raises(KeyError, match="sobel-x"):
        preset("nothing")
