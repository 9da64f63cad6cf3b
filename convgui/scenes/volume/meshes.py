"""Input and output as surfaces of triangles, for a graphics card; the scene's own pictures need none of this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convgui.draw.colour import Colour, mix
from convgui.draw.levels import Levels
from convgui.draw.mesh import Mesh, joined_for, means, surface_nets
from convgui.draw.number import times, within
from convgui.draw.theme import Theme
from convgui.model.memo import Key, Work
from convgui.scenes.volume.layer import Volume
from convgui.scenes.volume.looks import threshold_value
from convgui.scenes.volume.turned import BONE
from convgui.scenes.volume.words import input_detail, output_detail
from convgui.words import tr

MOST = 4_000_000
"""Cells from which a mesh is made at most; of a larger volume, cells are joined. Below a second's work."""


@dataclass(frozen=True, eq=False)
class Solid:
    """One side: what its surfaces are made from, and the surfaces.

    Attributes
    ----------
    field : ndarray
        The volume ``(D, H, W)``, or means of its cells, in a type that holds them.
    joined : int
        Cells a side of the volume that are one in `field`.
    extent : tuple of float
        How long the volume is on each axis, in units of its spacing.
    threshold : float
        Where the surface lies, on the scale of the volume.
    meshes : tuple of Mesh
        The surface; of a signed volume the one at plus the threshold and the one at minus.
    """

    levels: Levels
    field: NDArray[Any]
    joined: int
    extent: tuple[float, float, float]
    threshold: float
    meshes: tuple[Mesh, ...]

    @property
    def words(self) -> str:
        """Say where the surface lies and what it is made from."""
        value = within(self.threshold, self.levels.low, self.levels.high)
        parts = [
            tr("surface at ±{value}", value=value) if self.levels.signed else tr("surface at {value}", value=value)
        ]
        if self.joined > 1:
            parts.append(tr("from means of {size} cells", size=times(self.joined, self.joined, self.joined)))
        if not any(len(mesh.faces) for mesh in self.meshes):
            parts.append(tr("nothing reaches it"))
        return " · ".join(parts)

    def colours(self, theme: Theme, role: int) -> tuple[Colour, ...]:
        """Return a colour for each mesh: those of the scene's own surface."""
        if self.levels.signed:
            white = (255, 255, 255, 255)
            return mix(theme.role("result").positive, white, 0.3), mix(theme.role("result").negative, white, 0.22)
        return (mix((*BONE, 255), theme.role("result").positive, 0.25 if role else 0.0),)


@dataclass(frozen=True, eq=False)
class Surfaces:
    """Input and output of a layer."""

    volume: Volume
    threshold: str
    sides: tuple[Solid, Solid]

    @property
    def details(self) -> tuple[str, str]:
        """Describe both sides in a few words."""
        return input_detail(self.volume), output_detail(self.volume)


def surfaces(v: Volume, threshold: str, work: Work) -> Surfaces:
    """Make the surfaces of what comes into a layer and of what it makes.

    Parameters
    ----------
    threshold : str
        ``"auto"`` (Otsu's, on each side its own), or a percentage of each side's scale.

    Raises
    ------
    Cancelled
        Soon after `work` is to stop.
    """
    given = _solid((v.sample.data, v.first + v.channel), v.data[v.channel], v.input_scale, v.spacing, threshold, work)
    return Surfaces(v, threshold, (given, _solid((v.output,), v.output, v.levels, v.spacing_out, threshold, work)))


def _solid(
    source: Key,
    values: NDArray[Any],
    levels: Levels,
    spacing: tuple[float, float, float],
    threshold: str,
    work: Work,
) -> Solid:
    """Make one side's surface, or find it: `source` is the key of the values."""
    joined = joined_for(values.shape, MOST)
    field = work.pieces.piece(("means", *source), lambda: means(values, joined, work))
    at = threshold_value(values, levels, threshold)

    def make() -> Solid:
        steps = tuple(size * joined for size in spacing)
        ways = (field, -field) if levels.signed else (field,)
        meshes = tuple(surface_nets(way, at, steps, work) for way in ways)
        d, h, w = (n * size for n, size in zip(values.shape, spacing, strict=True))
        return Solid(levels, field, joined, (d, h, w), at, meshes)

    return work.pieces.piece(("solid", *source, levels, spacing, at), make)
