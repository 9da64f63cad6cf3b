"""Matrix: the layer as one matrix product, row by row in step with the sliding window.

The input is flattened, multiplied and reshaped. The transpose of the matrix is the transposed convolution: it brings
the shape back, not the values (Dumoulin and Visin, arXiv 1603.07285, section 4.1).
"""

from __future__ import annotations

from math import prod

from convgui.draw.number import grouped
from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.matrix import frame, panels
from convgui.scenes.matrix.panels import MatrixLayout
from convgui.scenes.matrix.product import MODES, MOST_ENTRIES, MOST_NUMBERS, Product, entry_count, product
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

SHOWN = Option("matrix", mark("Matrix"), (("c", "C"), ("ct", "Cᵀ"), ("ctc", "CᵀC")))
SHOWN_LARGE = Option("matrix", mark("Matrix"), (("c", "C"), ("ct", "Cᵀ")))


class Matrix(Scene[Product, MatrixLayout]):
    """The layer as a matrix."""

    id = "matrix"
    title = mark("Matrix")
    order = 40
    lesson = "convolution-matrix"

    def refusal(self, document: Document) -> str:
        entries, cells = entry_count(document), document.sample.data[0].size * document.layer.spec.in_channels
        if document.layer.spec.rank == 3 and cells > MOST_NUMBERS:
            return tr(
                "Of three spatial axes Matrix shows up to {most} cells; this input has {cells}.",
                most=MOST_NUMBERS,
                cells=grouped(cells),
            )
        if entries > MOST_ENTRIES:
            return tr(
                "The matrix would hold {entries} weights; choose an input of fewer cells or channels.",
                entries=grouped(entries),
            )
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        size = document.sample.data[0].size * document.layer.spec.in_channels
        return (SHOWN if size <= MOST_NUMBERS else SHOWN_LARGE,)

    def cost(self, document: Document) -> int:
        # Of a transposed layer every output cell is looked up for every weight, most of which do not reach it.
        spec = document.layer.spec
        return max(super().cost(document), prod(spec.output_shape(document.sample.spatial)) * spec.taps)

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Product:
        chosen = self.options(document)[0].chosen(document.view)
        return product(document, next(mode for mode in MODES if mode == chosen), cancel)

    def steps(self, prepared: Product) -> int:
        return prepared.shape[0]

    def lay_out(self, prepared: Product, view: View, canvas: Canvas) -> MatrixLayout:
        return panels.lay_out(prepared, canvas)

    def picture(self, layout: MatrixLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: MatrixLayout, hit: Hit) -> int | None:
        return frame.step_of(layout, hit)


SCENE = Matrix()
