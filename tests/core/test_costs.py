import pytest

from convgui.core import ConvSpec, SpecError, costs


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
    with pytest.raises(SpecError, match="ordinary"):
        costs.flattened(ConvSpec.of(1, 1, (3,), transposed=True), (5,))
