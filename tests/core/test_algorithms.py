"""Every algorithm, forced in turn, against the plain definition, with the accuracy promise as the tolerance."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import ConvSpec, SpecError, convolve, convolve_transposed
from convgui.core.algorithms import ALGORITHMS
from convgui.core.execution import chosen
from tests.core.reference import AnyArray, Case, cases, plain_convolve, plain_transposed

NAMES = list(ALGORITHMS)
RNG = np.random.default_rng(7)


def _forced(name: str, case: Case, transposed: bool = False, **more: Any) -> AnyArray | None:
    """Call with one algorithm; None where it does not apply to this layer."""
    call = convolve_transposed if transposed else convolve
    try:
        return call(case.x, case.weight, case.bias, algorithm=name, **case.keywords, **more)
    except SpecError as error:
        if error.field != "algorithm":
            raise
        return None


def _bound(case: Case, name: str) -> float:
    """The promise of accuracy: 2^-21 of the largest sum |w||x| (of sum |w| max |x| for FFT), 1e-13 in float64."""
    weight, bias = np.abs(case.weight), None if case.bias is None else np.abs(case.bias)
    plain = plain_transposed if case.spec.transposed else plain_convolve
    reach = float(plain(np.abs(case.x), weight, bias, case.spec).max())
    if name == "fft":
        axes = (0, *range(2, weight.ndim)) if case.spec.transposed else tuple(range(1, weight.ndim))
        reach = float(weight.sum(axis=axes).max() * np.abs(case.x).max()) + (0 if bias is None else float(bias.max()))
    return reach * (2.0**-21 if case.x.dtype == np.float32 else 1e-13)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_algorithm_keeps_the_promise(name: str, dtype: type) -> None:
    met = []

    @settings(max_examples=60)
    @given(cases(dtype=dtype, largest=16), st.sampled_from([1, 2]))
    def check(case: Case, threads: int) -> None:
        got = _forced(name, case, threads=threads)
        if got is not None:
            met.append(1)
            expected = plain_convolve(case.x, case.weight, case.bias, case.spec)
            assert got.dtype == dtype
            assert np.abs(got - expected).max() <= _bound(case, name)

    check()
    assert met, "the algorithm has to have been tried"


@pytest.mark.parametrize("name", [n for n in NAMES if n != "pointwise"])
def test_each_algorithm_serves_the_phases_of_a_transposed_convolution(name: str) -> None:
    @settings(max_examples=40)
    @given(cases(transposed=True, dtype=np.float32))
    def check(case: Case) -> None:
        got = _forced(name, case, transposed=True)
        if got is not None:
            expected = plain_transposed(case.x, case.weight, case.bias, case.spec)
            assert np.abs(got - expected).max() <= _bound(case, name)

    check()


@pytest.mark.parametrize("name", ["direct", "row_stack", "separable", "fft", "shift_add"])
@pytest.mark.parametrize(
    ("shape", "kernel", "keywords"),
    [
        ((1, 150, 5000), (1, 1, 3, 3), {"padding": 1}),
        ((1, 301, 307), (1, 1, 9, 9), {"padding": "same", "padding_mode": "reflect"}),
        ((3, 170, 333), (2, 3, 5, 5), {"padding": 2, "stride": 2}),
        ((2, 100, 700), (2, 1, 7, 7), {"groups": 2, "dilation": (4, 3), "padding": 9, "padding_mode": "circular"}),
        ((2, 300, 433), (3, 2, 5, 9), {"stride": (40, 17), "dilation": (1, 2)}),
        ((1, 40, 44, 90), (1, 1, 3, 3, 3), {"padding": 1}),
        ((2, 20, 33, 60), (5, 2, 3, 2, 4), {"padding": "full", "stride": (2, 1, 3), "dilation": (1, 2, 1)}),
        ((2, 12, 33, 60), (1, 2, 2, 2, 2), {"dilation": (3, 1, 2), "stride": (2, 3, 1)}),
        ((1, 70000), (2, 1, 31), {"padding": 15}),
        ((40, 60, 70), (33, 40, 3, 3), {"padding": 1}),
    ],
)
def test_many_tiles(name: str, shape: tuple[int, ...], kernel: tuple[int, ...], keywords: dict[str, Any]) -> None:
    x = RNG.standard_normal(shape).astype(np.float32)
    vectors = [RNG.standard_normal((*kernel[:2], n)) for n in kernel[2:]]
    weight = vectors[0]
    for v in vectors[1:]:
        weight = weight[..., None] * v.reshape((*v.shape[:2], *(1,) * (weight.ndim - 2), v.shape[-1]))
    try:
        got = convolve(x, weight.astype(np.float32), algorithm=name, threads=2, **keywords)
    except SpecError as error:
        if error.field != "algorithm":
            raise
        pytest.skip("does not apply")
    expected = convolve(x.astype(np.float64), weight.astype(np.float32), algorithm="shift_add", **keywords)
    size = np.abs(weight).sum(axis=tuple(range(1, weight.ndim))).max() * np.abs(x).max()
    assert np.abs(got - expected).max() <= size * 2.0**-21


@pytest.mark.parametrize("name", ["direct", "row_stack", "fft", "separable"])
def test_integers_are_exact_by_every_algorithm(name: str) -> None:
    x = RNG.integers(0, 256, (1, 300, 200)).astype(np.uint8)
    weight = np.multiply.outer(RNG.integers(-9, 9, 9), RNG.integers(1, 9, 9))[None, None]
    expected = convolve(x, weight, algorithm="shift_add")
    got = convolve(x, weight, algorithm=name)
    assert got.dtype == np.int64
    assert (got == expected).all()
    small = weight.clip(-3, 3).astype(np.float32)
    if name != "separable":
        assert (convolve(x, small, algorithm=name) == convolve(x, small.astype(int), algorithm="shift_add")).all()


@pytest.mark.parametrize("name", ["direct", "row_stack", "fft", "separable", None])
def test_infinity_stays_where_it_belongs(name: str | None) -> None:
    x = np.ones((1, 60, 60), np.float32)
    x[0, 30, 30], x[0, 5, 5] = np.inf, np.nan
    got = convolve(x, np.ones((1, 1, 3, 3), np.float32), padding=1, algorithm=name)
    expected = np.ones((60, 60), bool)
    expected[29:32, 29:32] = expected[4:7, 4:7] = False
    assert (np.isfinite(got[0]) == expected).all()


@pytest.mark.parametrize(("channels", "filters", "groups"), [(2, 5, 1), (5, 2, 1), (3, 3, 1), (4, 6, 2), (6, 6, 6)])
@pytest.mark.parametrize("threads", [1, 2])
def test_spectra_are_added_in_either_order(channels: int, filters: int, groups: int, threads: int) -> None:
    rng = np.random.default_rng(channels * filters)
    x = rng.normal(size=(channels, 90, 70)).astype(np.float32)
    w = rng.normal(size=(filters, channels // groups, 17, 13)).astype(np.float32)
    made = convolve(x, w, groups=groups, algorithm="fft", threads=threads)
    direct = convolve(x.astype(np.float64), w.astype(np.float64), groups=groups, algorithm="direct")
    np.testing.assert_allclose(made, direct, atol=1e-3)


def test_many_filters_of_many_channels_go_through_spectra() -> None:
    """64 to 64 channels of 31 x 31: 4,096 kernels, whose spectra threads share, take a twentieth of their products."""
    x, w = np.zeros((64, 512, 512), np.float32), np.ones((64, 64, 31, 31), np.float32)
    assert chosen(ConvSpec.of(64, 64, (31, 31)), x, w, np.dtype(np.float32)) == "fft"
