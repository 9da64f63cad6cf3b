from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import PRESETS, ConvSpec, preset

signal: Any = import_module("scipy.signal")


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


ONE_AXIS = [name for name, found in PRESETS.items() if found.rank == 1]


def gain(name: str, frequency: float, **values: float) -> float:
    """Return how strong a wave comes out, by its share of the sample rate, as SciPy has it."""
    _, response = signal.freqz(preset(name).weights(**values), worN=[2 * np.pi * frequency])
    return float(abs(response[0]))


def test_one_axis_has_all_that_is_asked_for() -> None:
    wanted = {"moving-average", "exponential", "difference", "forward-difference", "edge-1d", "echo", "low-pass"}
    assert wanted | {"high-pass", "gabor-1d", "matched-chirp"} <= set(ONE_AXIS)
    assert all(preset(name).group for name in ONE_AXIS)


@pytest.mark.parametrize("size", [1, 2, 5, 64, 4096])
def test_a_moving_average_loses_the_waves_that_fit(size: int) -> None:
    assert preset("moving-average").weights(size=size).tolist() == [1 / size] * size
    assert size == 1 or gain("moving-average", 1 / size, size=size) < 1e-9


@pytest.mark.parametrize("cutoff", [0.01, 0.1, 0.25, 0.4])
@pytest.mark.parametrize("taps", [511, 4096])
def test_windowed_sincs_are_scipys_and_stop_what_they_should(cutoff: float, taps: int) -> None:
    odd = taps - 1 + taps % 2
    low, high = (preset(name).weights(size=taps, cutoff=cutoff) for name in ("low-pass", "high-pass"))
    np.testing.assert_allclose(low, signal.firwin(odd, cutoff, window="hamming", fs=1), atol=1e-12)
    assert low.size == high.size == odd
    assert abs(high.sum()) < 1e-12
    for name, passes, stops in (
        ("low-pass", cutoff - 0.008, cutoff + 0.008),
        ("high-pass", cutoff + 0.008, cutoff - 0.008),
    ):
        assert gain(name, passes, size=taps, cutoff=cutoff) == pytest.approx(1, abs=0.01)
        assert gain(name, stops, size=taps, cutoff=cutoff) < 0.01


def test_an_echo_is_the_past_weaker_each_time() -> None:
    kernel = preset("echo").weights(delay=3, strength=0.5, count=2)
    assert kernel.tolist() == [0.25, 0, 0, 0.5, 0, 0, 1]
    assert preset("echo").weights(delay=4095, strength=0.3, count=1).size == 4096
    with pytest.raises(ValueError, match="reach 8,190 cells back"):
        preset("echo").weights(delay=4095, count=2)


def test_an_exponential_average_is_the_recursion_of_the_book() -> None:
    """y = (1 - a) y + a x, cut off where nothing is left of it."""
    x = np.random.default_rng(1).normal(size=300)
    kernel = preset("exponential").weights(size=200, share=0.3)
    np.testing.assert_allclose(signal.lfilter(kernel[::-1], 1, x), signal.lfilter([0.3], [1, -0.7], x), atol=1e-12)


def test_differences_and_edges() -> None:
    assert preset("difference").weights().tolist() == [-0.5, 0, 0.5]
    assert preset("forward-difference").weights().tolist() == [-1, 1]
    assert preset("edge-1d").weights(size=5).tolist() == [-0.5, -0.5, 0, 0.5, 0.5]
    for name in ("difference", "forward-difference", "second-difference", "edge-1d", "gabor-1d", "high-pass"):
        assert abs(preset(name).weights().sum()) < 1e-12


def test_a_matched_filter_answers_most_to_its_tone() -> None:
    form = preset("matched-chirp").weights(size=128)
    assert (form**2).sum() == pytest.approx(1)
    noisy = np.random.default_rng(3).normal(0, 0.15, 2000)
    noisy[700:828] += form
    answer = np.correlate(noisy, form, "valid")
    assert answer.argmax() == 700


def test_a_gabor_finds_its_wavelength() -> None:
    waves = np.linspace(0.02, 0.45, 200)
    found = [gain("gabor-1d", wave, size=65, wavelength=8, sigma=8) for wave in waves]
    assert waves[int(np.argmax(found))] == pytest.approx(1 / 8, abs=0.003)


@pytest.mark.parametrize("name", ONE_AXIS)
@settings(max_examples=15)
@given(data=st.data())
def test_every_parameter_that_is_legal_makes_a_kernel_or_says_why(name: str, data: st.DataObject) -> None:
    found = preset(name)
    values = {p.name: data.draw(st.floats(p.least, p.most)) for p in found.parameters}
    if values.get("delay", 0) // 1 * (values.get("count", 0) // 1) >= 4096:
        with pytest.raises(ValueError, match="reach"):
            found.weights(**values)
        return
    weights = found.weights(**values)
    assert weights.ndim == 1
    assert 1 <= weights.size <= 4096
    assert np.isfinite(weights).all()


@pytest.mark.parametrize(("angle", "corners"), [(45, (0, -1)), (135, (0, 0))])
def test_a_camera_that_moves_up_to_the_right_blurs_along_that_line(angle: float, corners: tuple[int, int]) -> None:
    """Angles count from the right against the clock, as in mathematics: 45° leads to the upper right corner."""
    kernel = preset("motion-blur").weights(size=9, angle=angle)
    row, column = corners
    assert kernel[row, column] > 0
    assert kernel[-1 - row, -1 - column] > 0
    assert kernel[row, -1 - column] == 0


def test_a_chirp_runs_from_its_first_wave_to_its_last() -> None:
    """The phase is SciPy's of a linear sweep."""
    chirp: Any = import_module("scipy.signal").chirp
    made = preset("matched-chirp").weights(size=200, first=0.05, last=0.3)
    wanted = chirp(np.arange(200), 0.05, 200, 0.3) * np.hanning(202)[1:-1]
    assert np.allclose(made, wanted / np.sqrt((wanted**2).sum()), atol=1e-12)


def test_same_of_an_even_kernel_has_the_larger_part_behind() -> None:
    """PyTorch's nn.Conv2d: of an odd total, the cell that is left over stands on the right."""
    for name in ("same", "same_upper"):
        assert ConvSpec.of(1, 1, (4, 2), padding=name).pads((9, 9)) == ((1, 2), (0, 1))
    assert ConvSpec.of(1, 1, (4, 2), padding="same_lower").pads((9, 9)) == ((2, 1), (1, 0))


def test_a_gabors_waves_run_as_opencvs_do() -> None:
    """cv2.getGaborKernel: x' = x cos(theta) + y sin(theta), rows downwards; stripes of 45° lean with the diagonal."""
    kernel = preset("gabor").weights(size=15, wavelength=6, angle=45, sigma=3)
    y, x = np.mgrid[-7:8, -7:8]
    waves = {sign: float((kernel * np.cos(2 * np.pi * (x + sign * y) / np.sqrt(2) / 6)).sum()) for sign in (1, -1)}
    assert waves[1] > 10 * abs(waves[-1])


def test_a_laplacian_of_a_gaussian_is_scipys() -> None:
    ndimage: Any = import_module("scipy.ndimage")
    impulse = np.zeros((15, 15))
    impulse[7, 7] = 1
    wanted = ndimage.gaussian_laplace(impulse, 2.0)
    made = preset("laplacian-of-gaussian").weights(size=15, sigma=2.0)
    assert made[7, 7] < 0 < made[7, 12], "dark blobs answer positive"
    # SciPy takes derivatives of a sampled bell whose sum is made 1: the same but for the bell's cut-off ends.
    np.testing.assert_allclose(made, wanted - wanted.mean(), atol=2e-4)
