"""One surface drawn by OpenGL. Making a pane imports pyqtgraph and PyOpenGL, and needs a real context."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from math import atan, degrees, radians, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QSurfaceFormat, QVector3D
from PySide6.QtWidgets import QWidget

from convgui.draw import surface
from convgui.draw.mesh import Mesh
from convgui.draw.pose import upright
from convgui.draw.theme import Theme
from convgui.qt.widgets.fonts import font
from convgui.qt.widgets.paint import qcolor
from convgui.scenes.volume.meshes import Solid

Matrix = NDArray[np.float64]
FIELD = 20.0
"""Degrees that are seen of the narrower side: little perspective, as in the scene's own picture."""
FILLED = 1.1
TO_WORLD = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
"""From a picture (right, down, away) to pyqtgraph's world, in which z is up and y away."""
AXES = ("depth", "height", "width")
STEEPEST = 90.0
NEAR, FAR = 0.1, 6.0
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
_VERTEX = """
uniform mat4 u_mvp;
uniform mat3 u_normal;
attribute vec4 a_position;
attribute vec3 a_normal;
attribute vec4 a_color;
varying vec4 v_color;
varying vec3 v_normal;
void main() {
    v_normal = u_normal * a_normal;
    v_color = a_color;
    gl_Position = u_mvp * a_position;
}
"""
_FRAGMENT = """
#ifdef GL_ES
precision mediump float;
#endif
varying vec4 v_color;
varying vec3 v_normal;
void main() {{
    vec3 light = vec3({light});
    vec3 normal = normalize(v_normal);
    normal = normal.z < 0.0 ? -normal : normal;
    float shade = {ambient} + {diffuse} * max(dot(normal, light), 0.0);
    float gloss = {shine} * pow(max(dot(normal, normalize(light + vec3(0.0, 0.0, 1.0))), 0.0), {hard});
    gl_FragColor = vec4(min(v_color.rgb * shade + gloss, 1.0), 1.0);
}}
"""


@dataclass(frozen=True)
class Camera:
    """From where both sides are seen.

    Attributes
    ----------
    turn : tuple of float
        As in the document's view: how far the volume is turned about its upright axis, and towards the reader.
    far : float
        Distance as a share of the one from which the whole is seen.
    centre : tuple of float
        What is in the middle, in world units.
    """

    turn: tuple[float, float] = (30.0, 20.0)
    far: float = 1.0
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def turned(self, right: float, down: float) -> Camera:
        """Return the camera after dragging by degrees."""
        over = min(max(self.turn[1] + down, -STEEPEST), STEEPEST)
        return replace(self, turn=((self.turn[0] + right + 180) % 360 - 180, over))

    def zoomed(self, factor: float) -> Camera:
        """Return the camera nearer by a factor."""
        return replace(self, far=min(max(self.far / factor, NEAR), FAR))


def lit() -> Any:
    """Make the shader: the light of the scene's own surface, on the graphics card."""
    shaders = import_module("pyqtgraph.opengl.shaders")
    x, y, z = surface.LIGHT.tolist()
    words = {
        "light": f"{x:.6f}, {-y:.6f}, {-z:.6f}",
        "ambient": surface.AMBIENT,
        "diffuse": surface.DIFFUSE,
        "shine": surface.SHINE,
        "hard": surface.GLOSS,
    }
    parts = [shaders.VertexShader(_VERTEX), shaders.FragmentShader(_FRAGMENT.format(**words))]
    return shaders.ShaderProgram("convgui surface", parts)


class Pane:
    """A view of one side; `view` is its widget."""

    def __init__(self, shader: Any, samples: int) -> None:
        self._gl = import_module("pyqtgraph.opengl")
        self._shader = shader
        self.view: Any = self._gl.GLViewWidget()
        wanted = QSurfaceFormat.defaultFormat()
        wanted.setDepthBufferSize(24)
        wanted.setSamples(samples)
        self.view.setFormat(wanted)
        self._names: list[Any] = []
        self._edges: list[Matrix] = []
        self._longest = 1.0

    @property
    def widget(self) -> QWidget:
        """The view, for layouts."""
        assert isinstance(self.view, QWidget)
        return self.view

    def show(
        self, solid: Solid, theme: Theme, role: int, directions: tuple[tuple[str, str], ...], longest: float
    ) -> None:
        """Draw the surfaces of one side in its box, with the names of its axes; `longest` is what must be seen."""
        self.view.clear()
        self._longest = longest
        stands = TO_WORLD @ upright(directions)
        half = np.array(solid.extent) / 2
        for mesh, colour in zip(solid.meshes, solid.colours(theme, role), strict=True):
            if len(mesh.faces):
                self.view.addItem(self._surface(mesh, stands, half, [c / 255 for c in colour]))
        corners = np.array(list(np.ndindex(2, 2, 2)))
        corners_seen = (corners * 2 - 1) * half @ stands.T
        pairs = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(corners[a] - corners[b]).sum() == 1]
        ends = np.array([corners_seen[list(pair)] for pair in pairs], dtype=np.float32)
        line = [c / 255 for c in theme.muted[:3]] + [0.6]
        self.view.addItem(
            self._gl.GLLinePlotItem(
                pos=ends.reshape(-1, 3), color=line, width=1.0, mode="lines", antialias=True, glOptions="translucent"
            )
        )
        along = [int(np.flatnonzero(corners[a] != corners[b])[0]) for a, b in pairs]
        self._edges = [ends[np.array(along) == axis].astype(np.float64) for axis in range(3)]
        self._names = [
            self._gl.GLTextItem(
                text=text, color=qcolor(theme.muted), font=font(12), glOptions="translucent", alignment=_MIDDLE
            )
            for text in (end for axis in range(3) for end in (directions[axis] if directions else (AXES[axis],)))
        ]
        for name in self._names:
            self.view.addItem(name)
        self.view.setBackgroundColor(qcolor(theme.background))

    def _surface(self, mesh: Mesh, stands: Matrix, half: Matrix, colour: list[float]) -> Any:
        data = self._gl.MeshData(
            vertexes=np.ascontiguousarray((mesh.points - half) @ stands.T, dtype=np.float32), faces=mesh.faces
        )
        # It would compute them point by point in Python; ours are the same, weighted by area.
        data._vertexNormals = np.ascontiguousarray(mesh.normals @ stands.T, dtype=np.float32)
        return self._gl.GLMeshItem(meshdata=data, color=colour, shader=self._shader, smooth=True, glOptions="opaque")

    def clear(self) -> None:
        """Show nothing."""
        self._names, self._edges = [], []
        self.view.clear()

    def look(self, camera: Camera) -> None:
        """See the side from a camera."""
        wide, high = max(1, self.view.width()), max(1, self.view.height())
        half = tan(radians(FIELD / 2))
        self.view.setCameraParams(
            fov=2 * degrees(atan(half * wide / min(wide, high))),
            distance=self._longest / 2 / half / FILLED * camera.far,
            azimuth=-90 - camera.turn[0],
            elevation=camera.turn[1],
            center=QVector3D(*camera.centre),
        )
        self._name_axes()

    def moved(self, camera: Camera, right: float, down: float) -> Camera:
        """Return a camera after dragging what this side shows by pixels."""
        self.view.pan(right, down, 0, relative="view")
        centre = self.view.opts["center"]
        return replace(camera, centre=(centre.x(), centre.y(), centre.z()))

    def _name_axes(self) -> None:
        """Put the names beside the outermost edge of each axis, below and to the left where they are equal."""
        region = self.view.getViewport()
        seen = self.view.projectionMatrix(region, region) * self.view.viewMatrix()
        names = iter(self._names)
        each = len(self._names) // 3
        for edges in self._edges:
            middles = edges.mean(axis=1)
            points = [seen.map(QVector3D(*middle)) for middle in middles.tolist()]
            away = np.array([(p.x(), -p.y()) for p in points])
            best = int((np.hypot(*away.T) + 0.3 * away[:, 1] - 0.2 * away[:, 0]).argmax())
            edge, out = edges[best], middles[best]
            out = out / max(float(np.linalg.norm(out)), 1e-9) * self._longest * 0.04
            for share in (0.06, 0.94) if each == 2 else (0.5,):
                next(names).setData(pos=edge[0] + (edge[1] - edge[0]) * share + out)
