import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import Cancelled, ConvSpec, SpecError, block_means, convolve, update_tap
from tests.core.reference import Case, cases


@settings(max_examples=60)
@given(cases(), st.data())
def test_one_tap_changes_what_it_changes(case: Case, data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, n - 1)) for n in case.weight.shape)
    out = convolve(case.x, case.weight, case.bias, **case.keywords)
    region = tuple(slice(data.draw(st.integers(0, n - 1)), n, data.draw(st.integers(1, 3))) for n in out.shape[1:])
    part = out[(slice(None), *region)].copy()
    update_tap(part, case.x, case.spec, index, 0.75, region=region)
    weight = case.weight.copy()
    weight[index] += 0.75
    expected = convolve(case.x, weight, case.bias, region=region, **case.keywords)
    np.testing.assert_allclose(part, expected, atol=1e-12)


@settings(max_examples=60)
@given(cases(), st.data())
def test_block_means_answer_any_kernel(case: Case, data: st.DataObject) -> None:
    out = convolve(case.x, case.weight, case.bias, **case.keywords)
    factor = tuple(data.draw(st.integers(1, min(n, 4))) for n in out.shape[1:])
    means = block_means(case.x, case.spec, factor, dtype=np.float64)
    for axis, z in enumerate(factor, start=1):
        moved = np.moveaxis(out, axis, -1)
        whole = moved[..., : moved.shape[-1] // z * z]
        out = np.moveaxis(whole.reshape(*whole.shape[:-1], -1, z).mean(-1), -1, axis)
    np.testing.assert_allclose(means.apply(case.weight, case.bias), out, atol=1e-12)


def test_a_region_of_blocks() -> None:
    x = np.random.default_rng(0).integers(0, 256, (3, 50, 60)).astype(np.uint8)
    spec = ConvSpec.of(3, 2, (3, 3), padding=1)
    weight = np.random.default_rng(1).standard_normal(spec.weight_shape)
    whole = block_means(x, spec, 4)
    cut = (slice(2, 9), slice(3, 14, 2))
    part = block_means(x, spec, 4, region=cut)
    assert part.nbytes == 3 * 9 * 7 * 6 * 4
    np.testing.assert_allclose(part.apply(weight), whole.apply(weight)[(slice(None), *cut)], rtol=1e-5, atol=1e-3)


def test_refusals() -> None:
    x, spec = np.zeros((1, 5, 5)), ConvSpec.of(1, 1, (3, 3))
    with pytest.raises(SpecError, match="index"):
        update_tap(np.zeros((1, 3, 3)), x, spec, (0, 0, 3, 0), 1)
    with pytest.raises(SpecError, match="out"):
        update_tap(np.zeros((1, 2, 3)), x, spec, (0, 0, 0, 0), 1)
    with pytest.raises(SpecError, match="channels"):
        update_tap(np.zeros((1, 3, 3)), np.zeros((2, 5, 5)), spec, (0, 0, 0, 0), 1)
    with pytest.raises(SpecError, match="ordinary"):
        block_means(x, ConvSpec.of(1, 1, (3, 3), transposed=True), 2)
    with pytest.raises(SpecError, match="complete block"):
        block_means(x, spec, 4)
    with pytest.raises(Cancelled):
        block_means(x, spec, 1, cancel=lambda: True)
