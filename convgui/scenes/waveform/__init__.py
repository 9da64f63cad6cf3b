"""Waveform: a signal, the kernel at its place, and what comes out, on one shared axis; from the hour to the sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convgui.draw.picture import Hit, Item, Picture
from convgui.draw.viewport import Viewport
from convgui.model.document import Document, View
from convgui.model.memo import Pieces, Work, no_pieces
from convgui.scenes.canvas import Canvas
from convgui.scenes.needs import Needs
from convgui.scenes.scene import Focus, Scene
from convgui.scenes.waveform import frame, layout, wave
from convgui.scenes.waveform.layout import WaveLayout, port_of
from convgui.scenes.waveform.visible import Shown, columns_in, exact_trace, shown, trace_key
from convgui.scenes.waveform.wave import Wave
from convgui.words import mark

DRAWN_IN = 0.4
"""The part of its distance from the middle by which the window is drawn in when one zooms by a key."""
FAST = 4000
"""Samples from which one turn of the wheel magnifies twice as much."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A wave, and what a view shows of it where that was looked at."""

    wave: Wave
    shown: Shown | None = None


class WaveformScene(Scene[Seen, WaveLayout]):
    """Input, kernel, products and output of one axis."""

    id = "waveform"
    title = mark("Waveform")
    order = 12
    lesson = "echo"
    needs = Needs(rank=(1,), transposed=False, fits=False, tables=False)

    def prepare(self, document: Document, work: Work | None = None, /) -> Seen:
        return Seen(wave.wave(document, work or Work()))

    def remembers(self, document: Document, pieces: Pieces) -> bool:
        return wave.remembers(document, pieces)

    def steps(self, prepared: Seen) -> int:
        return prepared.wave.making.positions

    def look(self, prepared: Seen, view: View, canvas: Canvas, pieces: Pieces) -> Seen:
        port, _, _ = port_of(prepared.wave, view, canvas)
        return replace(prepared, shown=shown(prepared.wave, port, canvas.pixels, pieces))

    def lay_out(self, prepared: Seen, view: View, canvas: Canvas) -> WaveLayout:
        seen = prepared if prepared.shown is not None else self.look(prepared, view, canvas, no_pieces())
        assert seen.shown is not None
        return layout.lay_out(seen.wave, seen.shown, view, canvas)

    def rest(self, prepared: Seen) -> bool:
        return prepared.wave.output is None

    def complete(self, prepared: Seen, work: Work) -> Seen:
        return replace(prepared, wave=wave.completed(prepared.wave, work))

    def blurred(self, layout: WaveLayout) -> bool:
        return layout.blurred

    def sharpen(self, layout: WaveLayout, work: Work) -> None:
        making, count = layout.wave.making, columns_in(layout.port, layout.canvas.pixels)
        key = trace_key(making, layout.outputs, count)
        work.pieces.put(key, exact_trace(making, layout.outputs, count, work))

    def picture(self, layout: WaveLayout, at: float, focus: Focus) -> Picture:
        return frame.draw_frame(layout, at, focus)

    def step_of(self, layout: WaveLayout, hit: Hit) -> int | None:
        if hit.kind == "output":
            return hit.index[-1]
        return layout.wave.nearest(hit.index[-1]) if hit.kind == "input" else None

    def zoomable(self, prepared: Seen) -> bool:
        return True

    def ports(self, layout: WaveLayout) -> tuple[Viewport, ...]:
        return (layout.port,)

    def zoomed(self, layout: WaveLayout, view: View, at: tuple[float, float], factor: float) -> View:
        return super().zoomed(layout, view, at, factor**2 if layout.port.columns > FAST else factor)

    def held(self, layout: WaveLayout, step: int) -> tuple[float, float] | None:
        x, y, wide, _ = layout.port.frame
        at = layout.x(layout.wave.stands(step))
        # Farther from the middle than the window, so that this comes nearer to it with each zoom.
        return (at - DRAWN_IN * (x + wide / 2 - at), y)

    def aimed(self, layout: WaveLayout, view: View, hit: Hit) -> View:
        wide = layout.whole[2] if layout.whole is not None else 1.0
        return replace(view, centre=(0.5, min((hit.index[-1] + 0.5) / wide, 1.0)))

    def sounds_from(self, step: int, side: str, layout: WaveLayout) -> int:
        data = layout.wave
        return step if side == "output" else min(round(data.stands(step)), data.input.length - 1)

    def cursor(self, layout: WaveLayout, side: str, place: float) -> tuple[Item, ...]:
        return frame.cursor(layout, place if side == "input" else layout.wave.stands(place))


SCENE = WaveformScene()
