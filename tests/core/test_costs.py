import numpy as np
import pytest

from convgui.core import ConvSpec, costs


def test_the_articles_numbers() -> None:
    spec = ConvSpec.of(3, 128, (3, 3))
    assert costs.standard(spec, (7, 7)).multiplications == 86_400
    depth, point = costs.depthwise_separable(spec, (7, 7))
    assert (depth.multiplications, point.multiplications) == (675, 9_600)
    both = depth + point
    assert both.multiplications == 10_275
    assert both.multiplications / 86_400 == pytest.approx(1 / 128 + 1 / 9, rel=1e-9)


def test_spatially_separable() -> None:
    assert costs.standard(ConvSpec.of(1, 1, (3, 3)), (5, 5)).multiplications == 81
    assert costs.spatially_separable(ConvSpec.of(1, 1, (3, 3)), (5, 5)).multiplications == 45 + 27


def test_groups_divide_the_weights() -> None:
    one, two = (costs.standard(ConvSpec.of(4, 8, (3, 3), groups=g), (5, 5)) for g in (1, 2))
    assert one.weights == 2 * two.weights


def test_flattened() -> None:
    cost = costs.flattened(ConvSpec.of(3, 2, (3, 3)), (5, 5))
    assert cost.multiplications == 25 * 6 + 15 * 3 * 2 + 9 * 3 * 2
    assert cost.weights == 6 + 12


@pytest.mark.parametrize("spatial", [(5,), (4, 6), (3, 4, 5)])
def test_passes_of_a_transposed_layer_write_each_cell_once_a_weight(spatial: tuple[int, ...]) -> None:
    spec = ConvSpec.of(1, 1, (3,) * len(spatial), stride=2, padding=1, transposed=True)
    axes = range(len(spatial))[::-1]
    # Zeros that are written one after the other: one list an axis, of each cell and each weight.
    shape, writes = list(spatial), []
    for axis in axes:
        writes.append(len([0 for _ in np.ndindex(*shape) for _ in range(3)]))
        shape[axis] = 2 * (shape[axis] - 1) + 3 - 2
    found = costs.passes(spec, spatial, axes)
    assert [one.multiplications for one in found] == writes
    assert found[-1].cells == np.prod(shape) == np.prod(spec.output_shape(spatial))
    assert costs.spatially_separable(spec, spatial).multiplications == sum(writes)


def test_a_depthwise_separable_transposed_layer() -> None:
    spec = ConvSpec.of(3, 8, (4, 4), stride=2, padding=1, transposed=True)
    depth, point = costs.depthwise_separable(spec, (5, 5))
    assert (depth.multiplications, depth.weights, depth.cells) == (25 * 16 * 3, 16 * 3, 100 * 3)
    assert (point.multiplications, point.weights, point.cells) == (100 * 24, 24, 100 * 8)


@pytest.mark.parametrize(("kernel", "sides"), [(4, (2, 2)), (3, (2, 2)), (2, (1, 1)), (5, (3, 3))])
def test_a_pixel_shuffle_in_place_of_a_transposed_layer(kernel: int, sides: tuple[int, int]) -> None:
    spec = ConvSpec.of(3, 2, (kernel, kernel), stride=2, transposed=True)
    cost, found = costs.sub_pixel(spec, (5, 5))
    assert found == sides
    assert cost.weights == 4 * 2 * 3 * sides[0] ** 2
    assert cost.multiplications == 25 * cost.weights
    # Where the stride divides the kernel, it is the same work.
    assert (cost.multiplications == costs.standard(spec, (5, 5)).multiplications) == (kernel % 2 == 0)
