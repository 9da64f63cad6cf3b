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
from convgui.model.document import Document
from convgui.scenes.scene import Cancel
from convgui.scenes.volume import layer
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
    source : ndarray
        ``(D, H, W)``: what `field` was made from.
    field : ndarray
        The volume, or means of its cells, in a type that holds them.
    joined : int
        Cells a side of the volume that are one in `field`.
    extent : tuple of float
        How long the volume is on each axis, in units of its spacing.
    threshold : float
        Where the surface lies, on the scale of the volume.
    meshes : tuple of Mesh
        The surface; of a signed volume the one at plus the threshold and the one at minus.
    """

    source: NDArray[Any]
    levels: Levels
    field: NDArray[Any]
    joined: int
    spacing: tuple[float, float, float]
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
            return mix(theme.role("input").positive, white, 0.3), mix(theme.role("result").negative, white, 0.22)
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


def surfaces(
    document: Document, threshold: str, cancel: Cancel | None = None, before: Surfaces | Volume | None = None
) -> Surfaces:
    """Make the surfaces of a document's chosen layer, alone with its input, taking over what has not changed.

    Parameters
    ----------
    threshold : str
        ``"auto"`` (Otsu's, on each side its own), or a percentage of each side's scale.
    before : Surfaces or Volume, optional
        What was made for another threshold or a former document; what the scene prepared.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    old = before if isinstance(before, Surfaces) else None
    known = before.volume if isinstance(before, Surfaces) else before
    v = layer.volume(document, cancel, known)
    given = (
        (v.data[v.channel], v.entered, v.spacing),
        (v.output, v.levels, v.spacing_out),
    )
    first, second = (
        _solid(values, levels, spacing, threshold, cancel, old.sides[side] if old else None)
        for side, (values, levels, spacing) in enumerate(given)
    )
    return Surfaces(v, threshold, (first, second))


def _solid(
    values: NDArray[Any],
    levels: Levels,
    spacing: tuple[float, float, float],
    threshold: str,
    cancel: Cancel | None,
    old: Solid | None,
) -> Solid:
    joined = joined_for(values.shape, MOST)
    kept = old is not None and _shared(old.source, values)
    field = old.field if old is not None and kept else means(values, joined, cancel)
    at = threshold_value(values, levels, threshold)
    if old is not None and kept and (old.levels, old.spacing, old.threshold) == (levels, spacing, at):
        return old
    steps = tuple(size * joined for size in spacing)
    ways = (field, -field) if levels.signed else (field,)
    meshes = tuple(surface_nets(way, at, steps, cancel) for way in ways)
    d, h, w = (n * size for n, size in zip(values.shape, spacing, strict=True))
    return Solid(values, levels, field, joined, spacing, (d, h, w), at, meshes)


def _shared(old: NDArray[Any], new: NDArray[Any]) -> bool:
    """Tell whether two arrays are the same view of the same memory; arrays of documents are never written to."""
    same = old.dtype == new.dtype and (old.shape, old.strides) == (new.shape, new.strides)
    return bool(same and old.__array_interface__["data"] == new.__array_interface__["data"])
