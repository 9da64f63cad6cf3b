"""A scene: the sum of each channel of the input."""

from convgui.draw.picture import Label, Picture, Run
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Cancel, Focus, Scene


class SumsScene(Scene[tuple[float, ...], tuple[tuple[float, ...], Canvas]]):
    """One channel a step, with its sum."""

    id = "sums"
    title = "Sums"
    order = 500
    reads_any = True

    def prepare(self, document: Document, cancel: Cancel | None = None) -> tuple[float, ...]:
        """Add up the channels."""
        return tuple(float(channel.sum()) for channel in document.sample.data)

    def steps(self, prepared: tuple[float, ...]) -> int:
        """Return one step a channel."""
        return len(prepared)

    def lay_out(self, prepared: tuple[float, ...], view: View, canvas: Canvas) -> tuple[tuple[float, ...], Canvas]:
        """Keep the canvas."""
        return prepared, canvas

    def picture(self, layout: tuple[tuple[float, ...], Canvas], at: float, focus: Focus) -> Picture:
        """Write the sum of the channel whose step it is."""
        sums, canvas = layout
        said = f"Σ = {sums[int(at)]:g}"
        label = Label(canvas.width / 2, canvas.height / 2, (Run(said, canvas.theme.text),), 40.0, anchor="middle")
        return Picture(canvas.width, canvas.height, canvas.theme.background, (label,), summary=said)


SCENE = SumsScene()
