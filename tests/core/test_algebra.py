"""What must hold whatever the numbers are: equivalences between calls."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import convolve, convolve_transposed
from tests.core.reference import Case, cases


@given(cases(), st.floats(-4, 4), st.floats(-4, 4))
def test_it_is_linear_in_the_input(case: Case, a: float, b: float) -> None:
    y = np.random.default_rng(5).standard_normal(case.x.shape)
    together = convolve(a * case.x + b * y, case.weight, **case.keywords)
    apart = a * convolve(case.x, case.weight, **case.keywords) + b * convolve(y, case.weight, **case.keywords)
    np.testing.assert_allclose(together, apart, atol=1e-11)


@given(cases(), st.floats(-4, 4), st.floats(-4, 4))
def test_it_is_linear_in_the_weight(case: Case, a: float, b: float) -> None:
    other = np.random.default_rng(5).standard_normal(case.weight.shape)
    together = convolve(case.x, a * case.weight + b * other, **case.keywords)
    apart = a * convolve(case.x, case.weight, **case.keywords) + b * convolve(case.x, other, **case.keywords)
    np.testing.assert_allclose(together, apart, atol=1e-11)


@given(cases(transposed=True))
def test_transposed_is_the_transpose(case: Case) -> None:
    # <T x, y> = <x, C y>: with the same arguments one call is the transpose of the other's matrix.
    up = convolve_transposed(case.x, case.weight, **case.keywords)
    y = np.random.default_rng(6).standard_normal(up.shape)
    keywords = {name: value for name, value in case.keywords.items() if name != "output_padding"}
    down = convolve(y, case.weight, **keywords)
    cut = tuple(slice(0, n) for n in case.x.shape)
    assert np.isclose((up * y).sum(), (case.x * down[cut]).sum(), atol=1e-9)


@given(st.integers(0, 999), st.integers(1, 9), st.integers(1, 9), st.sampled_from(["same", "full", "valid"]))
def test_an_outer_product_is_one_pass_an_axis(seed: int, height: int, width: int, padding: str) -> None:
    rng = np.random.default_rng(seed)
    x, column, row = rng.standard_normal((1, 30, 25)), rng.standard_normal(height), rng.standard_normal(width)
    whole = convolve(x, np.multiply.outer(column, row)[None, None], padding=padding)
    first = convolve(x, column[None, None, :, None], padding=padding)
    np.testing.assert_allclose(whole, convolve(first, row[None, None, None, :], padding=padding), atol=1e-11)


@given(st.integers(0, 999), st.integers(1, 7), st.integers(1, 7), st.lists(st.integers(1, 9), min_size=1, max_size=3))
def test_one_by_one_is_a_matrix_product_a_pixel(seed: int, c_in: int, c_out: int, spatial: list[int]) -> None:
    rng = np.random.default_rng(seed)
    x, weight = rng.standard_normal((c_in, *spatial)), rng.standard_normal((c_out, c_in))
    got = convolve(x, weight.reshape(c_out, c_in, *(1,) * len(spatial)))
    np.testing.assert_allclose(got, np.tensordot(weight, x, 1), atol=1e-12)


@given(st.integers(0, 999))
def test_two_layers_of_full_padding_are_one(seed: int) -> None:
    # Correlating with a and then with b is correlating once with a fully convolved with b.
    rng = np.random.default_rng(seed)
    x, a, b = rng.standard_normal((1, 12, 9)), rng.standard_normal((3, 2)), rng.standard_normal((2, 4))
    twice = convolve(convolve(x, a[None, None], padding="full"), b[None, None], padding="full")
    joined = convolve(a[None], b[None, None, ::-1, ::-1], padding="full")[None]
    np.testing.assert_allclose(twice, convolve(x, joined, padding="full"), atol=1e-11)


@given(cases(), st.data())
def test_groups_are_layers_side_by_side(case: Case, data: st.DataObject) -> None:
    groups, per_in = case.spec.groups, case.spec.in_channels // case.spec.groups
    per_out = case.spec.out_channels // groups
    g = data.draw(st.integers(0, groups - 1))
    keywords = {**case.keywords, "groups": 1}
    alone = convolve(case.x[g * per_in : (g + 1) * per_in], case.weight[g * per_out : (g + 1) * per_out], **keywords)
    whole = convolve(case.x, case.weight, **case.keywords)
    np.testing.assert_allclose(whole[g * per_out : (g + 1) * per_out], alone, atol=1e-12)
