"""Make resources/samples/vessels.npz: a tree of vessels that meanders through space, made up, and nobody's.

    python3 packaging/vessels.py

Two trunks enter from below, wind their way up and split; each branch is thinner than the one it leaves. Around them
lies faint noise, as around vessels in an angiography. The seed is fixed, so that the same numbers come out each time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "samples" / "vessels.npz"
SIDE, SEED = 64, 0
STEP, BEND, LASTS = 0.5, 0.035, 0.93
"""Cells from one point of a vessel to the next, how much its turning changes there, and how much of it lasts."""
RISE = np.array([-0.018, 0.0, 0.0])
"""Pull upwards, which keeps the tree from turning back to where it came from."""
TRUNK, THINNEST = 2.1, 0.85
"""Radii in cells: of the trunk, and of the thinnest branch that is still drawn."""
THINNER = 0.8
"""Radius of a branch by that of the vessel which it leaves."""
BRIGHT, NOISE, GRAIN = 210.0, 7.0, 6
"""Brightness of a vessel's middle, of the noise, and its step: few different values make a small file."""

Floats = NDArray[np.float64]


def tree(rng: np.random.Generator) -> list[tuple[Floats, float]]:
    """Return points ``(depth, height, width)`` on vessels, each with the radius there."""
    points: list[tuple[Floats, float]] = []
    roots = ((24.0, 22.0), (41.0, 44.0))
    open_ends = [(np.array([SIDE - 1.0, *root]), np.array([-1.0, 0.0, 0.0]), TRUNK) for root in roots]
    while open_ends:
        place, way, radius = open_ends.pop()
        turning: NDArray[np.float64] = np.zeros(3)
        for _ in range(int(rng.uniform(11, 22) / STEP)):
            points.append((place.copy(), radius))
            turning = LASTS * turning + rng.normal(0, BEND, 3)
            way = way + turning + RISE
            way /= np.linalg.norm(way)
            place = place + STEP * way
        inside = bool(((place > 3) & (place < SIDE - 4)).all())
        if not inside or radius * THINNER < THINNEST:
            continue
        aside = np.cross(way, rng.normal(size=3))
        aside /= np.linalg.norm(aside)
        for turn in (0.5, -0.7):
            branch = way + turn * aside
            open_ends.append((place.copy(), branch / np.linalg.norm(branch), radius * THINNER))
    return points


def volume() -> NDArray[np.uint8]:
    """Return the tree as uint8 ``(depth, height, width)``."""
    rng = np.random.default_rng(SEED)
    filled = np.zeros((SIDE, SIDE, SIDE))
    for place, radius in tree(rng):
        reach = int(np.ceil(radius)) + 2
        low, high = (np.clip(np.floor(place).astype(int) + way, 0, SIDE) for way in (-reach, reach + 1))
        if (high <= low).any():
            continue
        cut = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        axes = np.ogrid[cut]
        away = np.sqrt(sum((axis - p) ** 2 for axis, p in zip(axes, place, strict=True)))
        # A cell that the wall runs through is as bright as the share of it that lies inside.
        filled[cut] = np.maximum(filled[cut], np.clip(radius + 0.5 - away, 0, 1))
    noise = np.abs(rng.normal(0, NOISE, filled.shape)) // GRAIN * GRAIN
    return np.asarray(np.clip(np.rint(BRIGHT * filled + noise), 0, 255), dtype=np.uint8)


def main() -> None:
    """Write the file."""
    np.savez_compressed(TARGET, vessels=volume()[None])
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
