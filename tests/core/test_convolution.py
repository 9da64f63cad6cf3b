import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import Cancelled, SpecError, convolve, convolve_transposed
from tests.core.reference import Case, cases, plain_convolve, plain_transposed


@given(cases())
def test_convolve_is_the_definition(case: Case) -> None:
    got = convolve(case.x, case.weight, case.bias, **case.keywords)
    np.testing.assert_allclose(got, plain_convolve(case.x, case.weight, case.bias, case.spec), atol=1e-12)


@given(cases(transposed=True))
def test_transposed_is_the_definition(case: Case) -> None:
    got = convolve_transposed(case.x, case.weight, case.bias, **case.keywords)
    np.testing.assert_allclose(got, plain_transposed(case.x, case.weight, case.bias, case.spec), atol=1e-12)


@given(cases(), st.data())
def test_a_region_is_a_cut_of_the_whole(case: Case, data: st.DataObject) -> None:
    whole = convolve(case.x, case.weight, case.bias, **case.keywords)
    region = tuple(data.draw(_cut(n)) for n in whole.shape[1:])
    part = convolve(case.x, case.weight, case.bias, region=region, **case.keywords)
    np.testing.assert_allclose(part, whole[(slice(None), *region)], atol=1e-12)


@given(cases(transposed=True), st.data())
def test_a_region_of_a_transposed_is_a_cut_of_the_whole(case: Case, data: st.DataObject) -> None:
    whole = convolve_transposed(case.x, case.weight, case.bias, **case.keywords)
    region = tuple(data.draw(_cut(n)) for n in whole.shape[1:])
    part = convolve_transposed(case.x, case.weight, case.bias, region=region, **case.keywords)
    np.testing.assert_allclose(part, whole[(slice(None), *region)], atol=1e-12)


def _cut(n: int) -> st.SearchStrategy[slice]:
    return st.builds(
        lambda start, length, step: slice(start, min(start + length, n), step),
        st.integers(0, n - 1),
        st.integers(1, n),
        st.integers(1, 4),
    )


def test_the_books_numbers() -> None:
    x = np.array([[[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]])
    w = np.array([[[[0, 1, 2], [2, 2, 0], [0, 1, 2]]]])
    plain = convolve(x, w)
    assert plain.dtype == np.int64
    assert plain[0].tolist() == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    assert convolve(x, w, padding=1, stride=2)[0].tolist() == [[6, 17, 3], [8, 17, 13], [6, 4, 4]]


def test_types() -> None:
    w = np.ones((1, 1, 3))
    assert convolve(np.ones((1, 5), np.float32), w).dtype == np.float32
    assert convolve(np.ones((1, 5)), w.astype(np.float32)).dtype == np.float64
    assert convolve(np.ones((1, 5), np.uint8), w.astype(np.float32)).dtype == np.float32
    assert convolve(np.ones((1, 5), np.uint8), w).dtype == np.float64
    assert convolve(np.ones((1, 5), np.uint8), w, dtype=np.float32).dtype == np.float32
    assert convolve(np.ones((1, 5), ">f4"), w).dtype == np.dtype(np.float32)


def test_integers_are_exact_or_refused() -> None:
    big = np.array([[2**50, 1, 2**50, 1]])
    assert convolve(big, np.array([[[1, 3]]]))[0].tolist() == [2**50 + 3, 1 + 3 * 2**50, 2**50 + 3]
    with pytest.raises(SpecError, match="2\\*\\*53"):
        convolve(big, np.array([[[8, 3]]]))


def test_inputs_of_any_memory_layout_are_read_and_left_alone() -> None:
    rng = np.random.default_rng(1)
    base = rng.standard_normal((9, 2, 8))
    x = base.transpose(1, 2, 0)[:, ::2, ::-1]
    x.flags.writeable = False
    w = rng.standard_normal((2, 2, 3, 3))
    before = base.copy()
    got = convolve(x, w, padding=1)
    np.testing.assert_allclose(got, convolve(np.ascontiguousarray(x), w, padding=1))
    np.testing.assert_allclose(got, convolve(x.astype(">f8"), w, padding=1))
    assert (base == before).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros((1, 4, 4), complex)}, "x: holds complex128"),
        ({"x": np.zeros(4)}, "x: has shape"),
        ({"x": np.zeros((1, 0, 4))}, "x: has shape"),
        ({"weight": np.zeros((1, 1, 3))}, "weight: has shape"),
        ({"weight": np.zeros((1, 2, 3, 3))}, "weight: has shape"),
        ({"bias": np.zeros(2)}, "bias: has shape"),
        ({"stride": 0}, "stride: on the height axis is 0"),
        ({"dilation": (1, 10**9)}, "dilation: on the width axis"),
        ({"groups": 3}, "groups: is 3, which does not divide \\d+ input channels"),
        ({"weight": np.zeros((1, 1, 5, 3))}, "kernel_size: on the height axis covers 5"),
        ({"region": (slice(0, 1),)}, "region: has 1 axes"),
        ({"region": (slice(0, 1), slice(7, 9))}, "region: on the width axis"),
        ({"dtype": np.int32}, "dtype: is int32"),
    ],
)
def test_wrong_arguments_are_named(change: dict[str, object], message: str) -> None:
    call: dict[str, object] = {"x": np.zeros((1, 4, 4)), "weight": np.zeros((1, 1, 3, 3)), **change}
    with pytest.raises(SpecError, match=message):
        convolve(call.pop("x"), call.pop("weight"), **call)  # type: ignore[arg-type]  # wrong on purpose


def test_cancel_and_progress() -> None:
    x, w = np.zeros((1, 700, 700)), np.ones((1, 1, 3, 3))
    told: list[float] = []
    convolve(x, w, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        convolve(x, w, cancel=lambda: True)
