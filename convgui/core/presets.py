"""Kernels worth knowing, each with one sentence on what it finds.

All are meant as they meet the input (correlated, not turned). Sources of the numbers: Sobel and Feldman 1968 (Sobel),
Prewitt 1970, Scharr 2000 (3, 10, 3), Roberts 1963, Gabor 1946, Marr and Hildreth 1980 (Laplacian of Gaussian).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from convgui.core.kernel_shapes import fixed, gabor, laplacian_of_gaussian, motion_blur, outer, unsharp
from convgui.core.named_kernel import Parameter as Parameter
from convgui.core.named_kernel import Preset as Preset
from convgui.core.presets_1d import averages, changes, waves
from convgui.words import mark, tr

_SIDE = Parameter("size", mark("Size"), 9, 3, 31, 2)
_ANGLE = Parameter("angle", mark("Angle in degrees"), 0, 0, 180, 1)


def _smoothing() -> list[Preset]:
    delta = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    return [
        Preset(
            "identity",
            mark("Identity"),
            mark("Copies the input: only the cell under the middle counts."),
            2,
            fixed(delta),
        ),
        Preset(
            "box",
            mark("Box blur"),
            mark("Takes the plain mean of nine neighbours, so fine detail and noise fade."),
            2,
            fixed(np.ones((3, 3)), 9),
        ),
        Preset(
            "gaussian-3",
            mark("Gaussian 3 × 3"),
            mark("Blurs gently: near neighbours count more than far ones."),
            2,
            lambda: outer([1, 2, 1], [1, 2, 1]) / 16,
        ),
        Preset(
            "gaussian-5",
            mark("Gaussian 5 × 5"),
            mark("Blurs more widely, with a bell that falls off smoothly to all sides."),
            2,
            lambda: outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256,
        ),
        Preset(
            "motion-blur",
            mark("Motion blur"),
            mark("Smears along one direction, as if the camera had moved during the exposure."),
            2,
            motion_blur,
            (_SIDE, _ANGLE),
        ),
    ]


def _sharpening() -> list[Preset]:
    return [
        Preset(
            "sharpen",
            mark("Sharpen"),
            mark("Adds each cell's difference from its four neighbours, so edges stand out."),
            2,
            fixed([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ),
        Preset(
            "unsharp",
            mark("Unsharp mask 5 × 5"),
            mark("Doubles the picture and takes a blurred copy away, which lifts detail above its surroundings."),
            2,
            unsharp,
        ),
        Preset(
            "outline",
            mark("Outline"),
            mark("Answers 0 on flat areas and strongly wherever a cell differs from its eight neighbours."),
            2,
            fixed([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        ),
        Preset(
            "laplacian",
            mark("Laplacian"),
            mark("Measures curvature: positive in a dip, negative on a bump, zero on a slope."),
            2,
            fixed([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        ),
        Preset(
            "laplacian-of-gaussian",
            mark("Laplacian of Gaussian"),
            mark("Finds blobs of one size: dark ones answer positive, bright ones negative."),
            2,
            laplacian_of_gaussian,
            (_SIDE, Parameter("sigma", mark("Sigma"), 1.4, 0.5, 6, 0.1)),
        ),
        Preset(
            "emboss",
            mark("Emboss"),
            mark("Lights the picture from one corner, so that brightness looks like height."),
            2,
            fixed([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        ),
    ]


_ACROSS = {
    "x": ("{} x", mark("Finds vertical edges: positive where it gets brighter to the right.")),
    "y": ("{} y", mark("Finds horizontal edges: positive where it gets brighter downwards.")),
    "down": (
        "{} ↘",
        mark("Finds edges across the falling diagonal: positive where it gets brighter to the lower right."),
    ),
    "up": ("{} ↗", mark("Finds edges across the rising diagonal: positive where it gets brighter to the upper right.")),
}
"""What an edge detector is called and finds, by the direction that it looks in; the names are its inventors'."""


def _edges() -> list[Preset]:
    families = (
        ("sobel", "Sobel", 1.0, 2.0, mark("Neighbours are smoothed 1 2 1.")),
        ("prewitt", "Prewitt", 1.0, 1.0, mark("All neighbours count alike.")),
        ("scharr", "Scharr", 3.0, 10.0, mark("The weights treat all directions nearly alike.")),
    )
    presets = []
    for name, family, side, middle, how in families:
        smooth, slope = [side, middle, side], [-1.0, 0.0, 1.0]
        kernels = {
            "x": outer(smooth, slope),
            "y": outer(slope, smooth),
            "down": [[-middle, -side, 0], [-side, 0, side], [0, side, middle]],
            "up": [[0, side, middle], [-side, 0, side], [-middle, -side, 0]],
        }
        for way, rows in kernels.items():
            title, finds = _ACROSS[way]
            presets.append(Preset(f"{name}-{way}", title.format(family), finds, 2, fixed(rows), how=how))
    return presets


def _lines() -> list[Preset]:
    def line(name: str, title: str, sentence: str, rows: list[list[float]]) -> Preset:
        return Preset(f"line-{name}", title, sentence, 2, fixed(rows))

    return [
        Preset(
            "roberts-down",
            "Roberts ↘",
            mark(
                "Two cells on the falling diagonal: positive where it gets darker to the lower right, unlike Sobel ↘."
            ),
            2,
            fixed([[1, 0], [0, -1]]),
        ),
        Preset(
            "roberts-up",
            "Roberts ↗",
            mark("Two cells on the rising diagonal: positive where it gets brighter to the upper right, as Sobel ↗."),
            2,
            fixed([[0, 1], [-1, 0]]),
        ),
        line(
            "horizontal",
            mark("Horizontal line"),
            mark("Finds horizontal lines one cell wide that are brighter than both sides."),
            [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
        ),
        line(
            "vertical",
            mark("Vertical line"),
            mark("Finds vertical lines one cell wide that are brighter than both sides."),
            [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
        ),
        line(
            "down",
            mark("Falling line"),
            mark("Finds falling diagonal lines one cell wide that are brighter than both sides."),
            [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
        ),
        line(
            "up",
            mark("Rising line"),
            mark("Finds rising diagonal lines one cell wide that are brighter than both sides."),
            [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
        ),
        Preset(
            "gabor",
            "Gabor",
            mark("Finds stripes of one spacing and one direction, wherever they are."),
            2,
            gabor,
            (
                _SIDE,
                Parameter("wavelength", mark("Wavelength in cells"), 4, 2, 20, 0.5),
                _ANGLE,
                Parameter("sigma", mark("Sigma"), 2, 0.5, 10, 0.1),
            ),
        ),
    ]


def _volumes() -> list[Preset]:
    slope, bell = [-1.0, 0.0, 1.0], [1.0, 2.0, 1.0]
    six = np.zeros((3, 3, 3))
    six[1, 1, :] = six[1, :, 1] = six[:, 1, 1] = 1
    six[1, 1, 1] = -6
    all26 = np.ones((3, 3, 3))
    all26[1, 1, 1] = -26
    presets = [
        Preset(
            "box-3d",
            mark("Box blur 3D"),
            mark("Takes the plain mean of 27 neighbours in all three directions."),
            3,
            fixed(np.ones((3, 3, 3)), 27),
        ),
        Preset(
            "gaussian-3d",
            mark("Gaussian 3D"),
            mark("Blurs a volume gently, the same in all three directions."),
            3,
            lambda: outer(bell, bell, bell) / 64,
        ),
        Preset(
            "laplacian-6",
            mark("Laplacian, 6 neighbours"),
            mark("Compares a cell with the six that share a face: zero inside even tissue, strong at its surface."),
            3,
            fixed(six),
        ),
        Preset(
            "laplacian-26",
            mark("Laplacian, 26 neighbours"),
            mark("Compares a cell with all 26 around it, so edges and corners of a surface count too."),
            3,
            fixed(all26),
        ),
    ]
    across = (
        ("z", mark("Finds surfaces that cross the z axis: positive where values grow deeper.")),
        ("y", mark("Finds surfaces that cross the y axis: positive where values grow downwards.")),
        ("x", mark("Finds surfaces that cross the x axis: positive where values grow to the right.")),
    )
    for axis, (name, sentence) in enumerate(across):
        sides = [slope if a == axis else bell for a in range(3)]
        presets.append(Preset(f"sobel-3d-{name}", f"Sobel 3D {name}", sentence, 3, fixed(outer(*sides))))
    along = (
        ("z", mark("Finds thin bright lines, such as vessels, that run along the z axis.")),
        ("y", mark("Finds thin bright lines, such as vessels, that run along the y axis.")),
        ("x", mark("Finds thin bright lines, such as vessels, that run along the x axis.")),
    )
    how = mark("It adds what lies on the line and takes away what lies around it, so that flat areas answer 0.")
    # Across the line a middle, the eight cells around it and the ring around those, as a negative Laplacian has them.
    across_it = np.full((5, 5), -1.0)
    across_it[1:4, 1:4] = 1
    across_it[2, 2] = 8
    for axis, (name, sentence) in enumerate(along):
        kernel = np.moveaxis(np.multiply.outer(np.ones(7), across_it), 0, axis)
        presets.append(Preset(f"line-3d-{name}", f"Line 3D {name}", sentence, 3, fixed(kernel), how=how))
    return presets


_GROUPS = (
    (mark("Smoothing"), _smoothing()),
    (mark("Sharpening and relief"), _sharpening()),
    (mark("Edges"), _edges()),
    (mark("Lines and corners"), _lines()),
    ("", _volumes()),
    (mark("Averages"), averages()),
    (mark("Differences and edges"), changes()),
    (mark("Waves and echoes"), waves()),
)
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {made.id: replace(made, group=group) for group, presets in _GROUPS for made in presets}
)
"""Every preset by id, in the order in which a menu shows them; it cannot be changed."""


def preset(id: str) -> Preset:
    """Look a preset up.

    Raises
    ------
    KeyError
        If there is none of that id.
    """
    if id not in PRESETS:
        raise KeyError(tr("No kernel preset is called {id!r}; there are {presets}.", id=id, presets=", ".join(PRESETS)))
    return PRESETS[id]
