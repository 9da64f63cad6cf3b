import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgui.core import Cancelled, ConvSpec, SpecError, convolve, read_windows
from tests.core.reference import Case, cases

SPEC = ConvSpec.of(3, 1, (7, 7), padding=3)


@settings(max_examples=60)
@given(cases(), st.data())
def test_any_kernel_is_a_product_on_its_windows(case: Case, data: st.DataObject) -> None:
    assume(case.spec.groups == 1)
    shape = case.spec.output_shape(case.x.shape[1:])
    region = tuple(slice(data.draw(st.integers(0, n - 1)), n, data.draw(st.integers(1, 4))) for n in shape)
    windows = read_windows(case.x, case.spec, region, dtype=np.float64)
    expected = convolve(case.x, case.weight, case.bias, region=region, **case.keywords)
    np.testing.assert_allclose(windows.apply(case.weight, case.bias), expected, atol=1e-12)


@pytest.mark.parametrize("step", [1, 3, 17])
def test_many_tiles_of_a_picture(step: int) -> None:
    x = np.random.default_rng(0).integers(0, 256, (3, 700, 900), dtype=np.uint8)
    region = (slice(5, 690, step), slice(0, 900, step))
    windows = read_windows(x, SPEC, region, threads=2)
    cells = len(range(5, 690, step)) * len(range(0, 900, step))
    assert windows.columns.shape == (3 * 49, cells)
    assert windows.columns.dtype == np.float32
    assert windows.nbytes == 3 * 49 * cells * 4
    weight = np.random.default_rng(1).integers(-9, 9, (2, 3, 7, 7))
    expected = convolve(x, weight, padding=3, region=region)
    assert (windows.apply(weight) == expected).all()
    assert (windows.apply(weight[:1]) == expected[:1]).all()


def test_the_input_is_copied_and_left_alone() -> None:
    x = np.ones((3, 40, 40), np.float32)
    x.setflags(write=False)
    windows = read_windows(x, SPEC)
    assert not np.shares_memory(windows.columns, x)


def test_refusals() -> None:
    x = np.zeros((3, 2000, 2000), np.float32)
    with pytest.raises(SpecError, match="one ordinary convolution"):
        read_windows(x, ConvSpec.of(3, 3, (3, 3), groups=3))
    with pytest.raises(SpecError, match="one ordinary convolution"):
        read_windows(x, ConvSpec.of(3, 1, (3, 3), transposed=True))
    with pytest.raises(SpecError, match="region"):
        read_windows(x, SPEC, (slice(9, 9), slice(0, 1)))
    with pytest.raises(SpecError, match=r"budget: .* needs"):
        read_windows(np.broadcast_to(np.float32(1), (3, 10**6, 10**6)), SPEC)
    with pytest.raises(SpecError, match=r"weight: has shape \(1, 3, 3, 3\)"):
        read_windows(x, SPEC, (slice(0, 2), slice(0, 2))).apply(np.zeros((1, 3, 3, 3)))
    with pytest.raises(Cancelled):
        read_windows(x, SPEC, (slice(0, 2000, 9), slice(0, 2000, 9)), cancel=lambda: True)
