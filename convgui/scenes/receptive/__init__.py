"""Receptive field: which part of the input one cell after each layer of the stack sees, and how strongly."""

from __future__ import annotations

from math import prod

from convgui.draw.picture import Hit, Picture
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.memo import Pieces, Work
from convgui.model.paths import widest_path
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.option import Option
from convgui.scenes.receptive import frame, inflated, layout, tree, tree_frame, tree_layout
from convgui.scenes.receptive.fields import DRAWS, Fields, fields
from convgui.scenes.receptive.inflated import Inflated, InflatedLayout
from convgui.scenes.receptive.layout import StackLayout
from convgui.scenes.receptive.tree import Tree
from convgui.scenes.receptive.tree_layout import TreeLayout
from convgui.scenes.scene import Cancel, Focus, work_of
from convgui.scenes.tab import AnyMode, Mode, Tab
from convgui.words import mark, tr

SHOWN = Option("shown", mark("Show"), (("stack", mark("The stack")), ("kernel", mark("One kernel, dilated"))))
OF_SIGNAL = Option(
    "shown",
    mark("Show"),
    (("tree", mark("The tree")), ("stack", mark("The stack")), ("kernel", mark("One kernel, dilated"))),
)
"""The same of one axis, which is drawn as a tree."""
WEIGHTS = Option(
    "weights", mark("Effective field of"), (("given", mark("These weights")), ("random", mark("Random weights")))
)

PLANES = {"hw": (1, 2), "dw": (0, 2), "dh": (0, 1)}
"""Of three axes the two that are drawn; the third is another row of the table's sizes."""
PLANE = Option("plane", mark("Axes"), (("hw", "H × W"), ("dw", "D × W"), ("dh", "D × H")))


def _volume(document: Document) -> bool:
    return len(document.sample.spatial) > 2


def _has_plane_kernel(document: Document) -> bool:
    """Whether the chosen layer has a kernel of one or two axes."""
    return isinstance(document.chosen, Convolution) and not _volume(document)


MOST_SAMPLES = 2_000_000
"""Samples of one axis through which all fields are followed; the tree needs only those of one output."""
MOST_STEPS = 64
"""Layers on a way whose fields are shown: each is run back through all before it."""


def _moved_or_deep(document: Document) -> str:
    """Return why no fields of a stack can be shown, however they are drawn."""
    path = widest_path(document, len(document.layers))
    moving = next((n for n in path if not document.layers[n].keeps_axes), None)
    if moving is not None:
        return tr(
            "Layer {n} ({title}) moves values to other axes, so that what is behind it sees no one part of the "
            "input.",
            n=moving + 1, title=document.layers[moving].title,
        )  # fmt: skip
    count = len(path)
    if count <= MOST_STEPS:
        return ""
    return tr(
        "The fields of up to {most} layers are shown, and the way to the last has {n}; take layers out.",
        most=MOST_STEPS,
        n=count,
    )


class FieldOfStack(Mode[Fields, StackLayout]):
    """The receptive fields of a stack of layers."""

    prepares, lays_out = Fields, StackLayout
    reads_stack = True

    def refusal(self, document: Document) -> str:
        spatial = document.sample.spatial
        if len(spatial) == 1 and spatial[0] > MOST_SAMPLES:
            most = MOST_SAMPLES // 10**6
            return tr("Fields are followed in up to {most} million samples; the tree shows longer signals.", most=most)
        return _moved_or_deep(document)

    def options(self, document: Document) -> tuple[Option, ...]:
        return (PLANE, WEIGHTS) if _volume(document) else (WEIGHTS,)

    def cost(self, document: Document) -> int:
        # Each layer is run once, and back from every later layer, on the part of the input that is seen; taps that lie
        # far apart take few multiplications, but all that is between them is walked over.
        pairs = tuple(zip(document.layers, document.incoming, strict=True))
        seen = [shape[0] * prod(layer.window(shape).extent) for layer, shape in pairs]
        costs = [max(work_of(*pair), cells) for pair, cells in zip(pairs, seen, strict=True)]
        draws = DRAWS if WEIGHTS.chosen(document.view) == "random" else 1
        return draws * sum(cost * (len(costs) - index + 1) for index, cost in enumerate(costs))

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Fields:
        return fields(document, WEIGHTS.chosen(document.view) == "random", cancel, PLANES[PLANE.chosen(document.view)])

    def steps(self, prepared: Fields) -> int:
        return len(prepared.layers)

    def lay_out(self, prepared: Fields, view: View, canvas: Canvas) -> StackLayout:
        return layout.lay_out(prepared, canvas)

    def picture(self, layout: StackLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: StackLayout, hit: Hit) -> int | None:
        return hit.index[-2] if hit.kind == "layer" else None


class TreeOfSignal(Mode[Tree, TreeLayout]):
    """The values that an output of a stack on one axis follows from, layer by layer."""

    prepares, lays_out = Tree, TreeLayout
    reads_stack = True

    def refusal(self, document: Document) -> str:
        return _moved_or_deep(document)

    def cost(self, document: Document) -> int:
        # What takes long is to look through a long input, once.
        return document.sample.spatial[0] // 8

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        given = pieces.get(("channel", document.sample.data, 0))
        return given is not None and pieces.get(("envelope", given)) is not None

    def prepare(self, document: Document, work: Work | None = None, /) -> Tree:
        return tree.tree(document, work or Work())

    def steps(self, prepared: Tree) -> int:
        return prepared.length(prepared.top)

    def first_step(self, document: Document) -> int:
        # The first outputs see more padding than samples.
        return min(tree.tree_field(document) - 1, document.shapes[-1][1] - 1)

    def lay_out(self, prepared: Tree, view: View, canvas: Canvas) -> TreeLayout:
        return tree_layout.lay_out(prepared, canvas)

    def picture(self, layout: TreeLayout, at: float, focus: Focus) -> Picture:
        return tree_frame.draw_frame(layout, at, focus)

    def step_of(self, layout: TreeLayout, hit: Hit) -> int | None:
        return tree_frame.step_of(layout, hit)


class DilatedKernel(Mode[Inflated, InflatedLayout]):
    """One kernel, and how far it reaches when it is dilated."""

    prepares, lays_out = Inflated, InflatedLayout
    reads_stack = True

    def cost(self, document: Document) -> int:
        return 0

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Inflated:
        return inflated.inflated(document)

    def steps(self, prepared: Inflated) -> int:
        return len(prepared.dilations)

    def lay_out(self, prepared: Inflated, view: View, canvas: Canvas) -> InflatedLayout:
        return inflated.lay_out(prepared, canvas)

    def picture(self, layout: InflatedLayout, at: float, focus: Focus) -> Picture:
        return inflated.draw_frame(layout, at)


class Receptive(Tab):
    """The receptive fields of a stack, and the inflated kernel of one layer."""

    id = "receptive"
    needs = Needs(tables=False)
    title = mark("Receptive field")
    order = 60
    lesson = "receptive-field"
    leaves_out = True
    reads_channel = True
    reads_stack = True
    modes = (FieldOfStack(), DilatedKernel(), TreeOfSignal())

    def mode(self, document: Document) -> AnyMode:
        """Return the one that is asked for, where the chosen layer has a kernel."""
        if SHOWN.chosen(document.view) == "kernel" and _has_plane_kernel(document):
            return self.modes[1]
        tree = len(document.sample.spatial) == 1 and OF_SIGNAL.chosen(document.view) == "tree"
        return self.modes[2 if tree else 0]

    def first_step(self, document: Document) -> int:
        return self.mode(document).first_step(document)

    def options(self, document: Document) -> tuple[Option, ...]:
        choice = (SHOWN,) if _has_plane_kernel(document) else ()
        if len(document.sample.spatial) == 1:
            choice = (OF_SIGNAL,)
        return (*choice, *super().options(document))


SCENE = Receptive()
