import numpy as np
import pytest
from hypothesis import given

from convgui.core import ConvSpec, SpecError, index_table
from tests.core.reference import Case, cases, plain_convolve, plain_transposed


def _by_table(case: Case) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Convolve by reading the index table alone."""
    spec, x = case.spec, case.x.reshape(case.x.shape[0], -1)
    table = index_table(spec, case.x.shape[1:])
    values = np.where(table.source >= 0, x[:, np.maximum(table.source, 0)], 0.0)
    per_in, per_out = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    out = np.zeros((spec.out_channels, table.source.shape[0]))
    for f in range(spec.out_channels):
        for c in range(per_in):
            base = f // per_out * per_in + c
            tap = case.weight[base, f % per_out] if spec.transposed else case.weight[f, c]
            out[f] += values[base] @ tap.reshape(-1)
        out[f] += 0 if case.bias is None else case.bias[f]
    return out.reshape((spec.out_channels, *table.output_shape))


@given(cases())
def test_the_table_tells_a_convolution(case: Case) -> None:
    np.testing.assert_allclose(_by_table(case), plain_convolve(case.x, case.weight, case.bias, case.spec), atol=1e-12)


@given(cases(transposed=True))
def test_the_table_tells_a_transposed_convolution(case: Case) -> None:
    expected = plain_transposed(case.x, case.weight, case.bias, case.spec)
    np.testing.assert_allclose(_by_table(case), expected, atol=1e-12)


@given(cases())
def test_both_directions_agree(case: Case) -> None:
    table = index_table(case.spec, case.x.shape[1:])
    forward = {(i, o, t) for o in range(table.source.shape[0]) for i, t in table.inputs_of(o)}
    cells = int(np.prod(table.input_shape))
    backward = {(i, o, t) for i in range(cells) for o, t in table.outputs_of(i)}
    assert forward == backward


def test_padding_is_marked_and_named() -> None:
    zeros = index_table(ConvSpec.of(1, 1, (3,), padding=1), (3,))
    assert zeros.source.tolist() == [[-1, 0, 1], [0, 1, 2], [1, 2, -1]]
    assert zeros.padded.sum() == 2
    mirror = index_table(ConvSpec.of(1, 1, (3,), padding=1, padding_mode="reflect"), (3,))
    assert mirror.source.tolist() == [[1, 0, 1], [0, 1, 2], [1, 2, 1]]
    assert (mirror.padded == zeros.padded).all()


@pytest.mark.parametrize(
    ("kernel", "stride", "counts"),
    [
        (2, 1, [2]),
        (3, 1, [3]),
        (2, 2, [1, 1]),
        (4, 2, [2, 2]),
        (6, 3, [2, 2, 2]),
        (3, 2, [1, 2]),
        (5, 2, [2, 3]),
        (4, 3, [1, 1, 2]),
        (5, 3, [1, 2, 2]),
    ],
)
def test_overlap_in_the_interior(kernel: int, stride: int, counts: list[int]) -> None:
    overlap = index_table(ConvSpec.of(1, 1, (kernel,), stride=stride, transposed=True), (12,)).overlap()
    inner = overlap[kernel : kernel + stride]
    assert sorted(inner.tolist()) == counts


def test_overlap_in_two_axes_is_the_product() -> None:
    spec = ConvSpec.of(1, 1, (3, 3), stride=2, transposed=True)
    assert set(index_table(spec, (5, 5)).overlap()[2:-2, 2:-2].ravel().tolist()) == {1, 2, 4}


def test_a_table_beyond_looking_at_is_refused() -> None:
    with pytest.raises(SpecError, match="entries"):
        index_table(ConvSpec.of(1, 1, (31, 31)), (4096, 4096))
