"""The mesh of a sphere lies on the sphere, is closed, faces outwards and follows the spacing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.control import Cancelled
from convgui.draw.mesh import Mesh, joined_for, means, surface_nets

SPACING = (3.0, 1.0, 0.5)


def ball(shape: tuple[int, int, int], spacing: tuple[float, float, float], radius: float) -> NDArray[Any]:
    """Return a field that is `radius` minus the distance from the volume's middle."""
    middle = np.array(shape) * np.array(spacing) / 2
    places = (np.moveaxis(np.indices(shape), 0, -1) + 0.5) * np.array(spacing)
    return np.asarray(radius - np.linalg.norm(places - middle, axis=-1), dtype=np.float32)


def edges(mesh: Mesh) -> NDArray[Any]:
    """Return how many triangles share each edge."""
    pairs = np.concatenate([mesh.faces[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    return np.asarray(np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)[1])


def enclosed(mesh: Mesh) -> float:
    """Return the volume inside, by the divergence theorem; negative if the triangles face inwards."""
    a, b, c = (mesh.points[mesh.faces[:, k]].astype(float) for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def test_a_sphere_s_mesh_lies_on_the_sphere_and_is_closed() -> None:
    mesh = surface_nets(ball((24, 26, 22), (1, 1, 1), 8), 0, (1, 1, 1))
    away = mesh.points - np.array([12, 13, 11])
    assert np.abs(np.linalg.norm(away, axis=1) - 8).max() < 0.5
    assert (edges(mesh) == 2).all()
    assert len(mesh.points) - len(edges(mesh)) + len(mesh.faces) == 2, "Euler: one closed surface without holes"
    assert enclosed(mesh) == pytest.approx(4 / 3 * np.pi * 8**3, rel=0.02)
    assert (np.einsum("ij,ij->i", mesh.normals, away / np.linalg.norm(away, axis=1, keepdims=True)) > 0.97).all()


def test_spacing_stretches_the_mesh_and_a_sphere_in_millimetres_stays_one() -> None:
    shape = (12, 30, 60)
    field = ball(shape, SPACING, 10)
    mesh, cells = surface_nets(field, 0, SPACING), surface_nets(field, 0, (1, 1, 1))
    assert np.allclose(mesh.points, cells.points * SPACING, atol=1e-5)
    away = np.linalg.norm(mesh.points - np.array(shape) * SPACING / 2, axis=1)
    assert np.abs(away - 10).max() < max(SPACING) / 2
    assert enclosed(mesh) == pytest.approx(4 / 3 * np.pi * 1000, rel=0.04)


def test_a_volume_that_is_all_inside_is_closed_by_its_own_faces() -> None:
    mesh = surface_nets(np.full((3, 4, 5), 7, dtype=np.uint8), 7, (2, 1, 1))
    assert (edges(mesh) == 2).all()
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    assert np.allclose(low, 0, atol=0.34 * 2)
    assert np.allclose(high, (6, 4, 5), atol=0.34 * 2)
    assert mesh.points[:, 0].max() == pytest.approx(6, abs=1e-5), "the middle of a face lies on the volume's end"


def test_nothing_inside_gives_no_triangles() -> None:
    mesh = surface_nets(np.zeros((4, 4, 4)), 1, (1, 1, 1))
    assert mesh.points.shape == (0, 3)
    assert mesh.faces.shape == (0, 3)


def test_joined_cells_are_their_means_and_as_few_as_needed() -> None:
    values = np.random.default_rng(1).integers(0, 255, (7, 6, 9), dtype=np.uint8)
    found = means(values, 2)
    assert found.shape == (4, 3, 5)
    expected = [[[values[i : i + 2, j : j + 2, k : k + 2].mean() for k in range(0, 9, 2)] for j in range(0, 6, 2)]
                for i in range(0, 7, 2)]  # fmt: skip
    assert np.allclose(found, expected, rtol=1e-6)
    assert joined_for((7, 6, 9), 378) == 1
    assert joined_for((7, 6, 9), 377) == 2


@pytest.mark.fault
def test_a_mesh_that_nobody_wants_any_more_is_given_up() -> None:
    with pytest.raises(Cancelled):
        surface_nets(np.ones((8, 8, 8)), 1, (1, 1, 1), lambda: True)
    with pytest.raises(Cancelled):
        means(np.ones((8, 8, 8)), 2, lambda: True)


@pytest.mark.parametrize("joined", [1, 2])
@pytest.mark.parametrize("foot", [-2e9, 0.0, 1e6, 2e9])
def test_a_surface_lies_where_it_lies_however_large_the_values_are(foot: float, joined: int) -> None:
    field = np.round(ball((12, 14, 16), (1.0, 1.0, 1.0), 5.0).astype(np.float64), 3)
    near = surface_nets(means(field, joined), 0.4, (1.0, 1.0, 1.0))
    far = surface_nets(means(foot + field, joined), foot + 0.4, (1.0, 1.0, 1.0))
    assert np.array_equal(near.faces, far.faces)
    np.testing.assert_allclose(far.points, near.points, atol=1e-4)


def test_what_is_missing_is_outside() -> None:
    field = np.full((3, 3, 5), 2.0)
    field[:, :, 3:] = np.nan
    mesh = surface_nets(means(field, 1), 1.0, (1.0, 1.0, 1.0))
    assert np.isfinite(mesh.points).all()
    # Half way from the last cell that is there, whose middle lies at 2.5, to the first that is missing.
    assert mesh.points[:, 2].max() == 3
    assert set(edges(mesh)) == {2}
