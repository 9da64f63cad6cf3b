"""Learn a kernel: gradient descent finds the layer's kernel again from the input and the output alone."""

from __future__ import annotations

from convgui.draw.picture import Hit, Picture
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.learn.descent import MOST, STEPS, Descent, descent, too_large
from convgui.scenes.learn.frame import draw_frame
from convgui.scenes.learn.layout import LearnLayout, lay_out
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Cancel, Focus, Option, Scene
from convgui.words import mark, tr

METHOD = Option("method", mark("Method"), (("sgd", "SGD"), ("momentum", mark("Momentum")), ("adam", mark("Adam"))))
PACES = {"1": "good", "0.2": "small", "2.1": "large"}
"""The ids that documents hold are those of plain descent."""
PACE = Option("rate", mark("Learning rate"), (("1", mark("Good")), ("0.2", mark("Small")), ("2.1", mark("Too large"))))
HIDDEN = Option("hidden", mark("Kernel"), (("hide", mark("Hidden")), ("show", mark("Shown"))))


class Learn(Scene[Descent, LearnLayout]):
    """The descent towards the layer's own kernel, from zeros."""

    id = "learn"
    title = mark("Learn")
    order = 100
    lesson = "learn-kernel"
    needs = Needs(rank=(1, 2), transposed=False, fits=False)

    def refusal(self, document: Document) -> str:
        if max(document.layer.spec.kernel_size) > 9:
            return tr("Learn takes kernels up to 9 cells a side; choose a smaller one.")
        if not document.layer.effective_weight[document.view.filter].any():
            return tr("The kernel is zero, so there is nothing to find; choose another kernel.")
        if too_large(document):
            return tr("Learn squares its errors, which numbers above {most:g} are too large for.", most=MOST)
        return ""

    def options(self, document: Document) -> tuple[Option, ...]:
        return (METHOD, PACE, HIDDEN)

    def hides_kernel(self, document: Document) -> bool:
        return HIDDEN.chosen(document.view) == "hide"

    def cost(self, document: Document) -> int:
        # Many small steps: what counts is their number, not their size.
        return STEPS * max(50_000, super().cost(document))

    def prepare(self, document: Document, cancel: Cancel | None = None) -> Descent:
        view = document.view
        return descent(document, METHOD.chosen(view), PACES[PACE.chosen(view)], cancel)

    def steps(self, prepared: Descent) -> int:
        return STEPS + 1

    def lay_out(self, prepared: Descent, view: View, canvas: Canvas) -> LearnLayout:
        lit = view.options.get("lit", "")
        return lay_out(prepared, canvas, view.channel, HIDDEN.chosen(view) == "show", lit)

    def picture(self, layout: LearnLayout, at: float, focus: Focus) -> Picture:
        return draw_frame(layout, at, focus)

    def step_of(self, layout: LearnLayout, hit: Hit) -> int | None:
        return None


SCENE = Learn()
