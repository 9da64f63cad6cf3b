"""A document over time: which moments an animation shows, for how long, and the picture of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import ceil, floor

from convgui.draw.compose import around, cropped, extent
from convgui.draw.picture import Item, Picture
from convgui.draw.prediction import hide_answer
from convgui.export.atomic_write import ExportError
from convgui.model.document import Document
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import AnyScene, Cancel, Focus, note, prepared_whole, reason_against
from convgui.session.player import PERIOD, Player
from convgui.words import tr

MOST_FRAMES = 20_000
"""More than a quarter of an hour; nobody watches that, so it is a slip of the pen."""
CHARACTERS = 30.0
"""Characters that are read in a second, at speed 1."""
SAMPLED, MARGIN = 12, 12.0
"""Moments that are looked at for what stays empty, and pixels that are left around the rest."""
HOLD = 1.25
"""Seconds that the last step stays, so that a loop can be read."""


@dataclass(frozen=True)
class Timing:
    """What of the steps is shown, and how fast.

    Attributes
    ----------
    first, last : int
        The range of steps, both included; negative counts from the end.
    speed : float
        As in the transport: at 1 a step takes `PERIOD` seconds.
    rate : int
        Frames a second while the window glides.
    glide : bool
        Whether the window glides from step to step; otherwise there is one picture a step.
    reading : bool
        Whether each step stays as long as it takes to read what is said about it, `CHARACTERS` a second at speed 1.
    """

    first: int = 0
    last: int = -1
    speed: float = 1.0
    rate: int = 25
    glide: bool = True
    reading: bool = False

    def stays(self, shot: Shot, words: str) -> float:
        """Return how many seconds a moment stays about which `words` are said: while the window moves, no longer."""
        rests = self.reading and float(shot.at).is_integer()
        return max(shot.seconds, len(words) / (CHARACTERS * self.speed)) if rests else shot.seconds


@dataclass(frozen=True)
class Shot:
    """A moment (as a scene's `picture` takes it) and the seconds that it stays."""

    at: float
    seconds: float


@dataclass(frozen=True)
class Film:
    """The moments of an animation and how one is drawn.

    Attributes
    ----------
    shots : tuple of Shot
        In order; neighbours differ.
    picture : callable
        Draws a moment.
    timing : Timing
        Its rate is that of formats with a fixed one.
    """

    shots: tuple[Shot, ...]
    picture: Callable[[float], Picture]
    timing: Timing = field(default_factory=Timing)

    def frames(self) -> Iterator[tuple[Picture, float]]:
        """Draw one moment after the other, each with its seconds."""
        for shot in self.shots:
            picture = self.picture(shot.at)
            yield picture, self.timing.stays(shot, picture.summary)

    def sampled(self, count: int) -> Iterator[Picture]:
        """Draw at most `count` moments, evenly spread from the first to the last."""
        last = len(self.shots) - 1
        picked = sorted({round(i * last / max(count - 1, 1)) for i in range(count)})
        for index in picked:
            yield self.picture(self.shots[index].at)


def film(
    document: Document,
    scene: AnyScene,
    canvas: Canvas,
    timing: Timing | None = None,
    *,
    transparent: bool = False,
    crop: bool = False,
    hidden: int | None = None,
    cancel: Cancel | None = None,
) -> Film:
    """Compute a document's arrays once and return its animation, in which the number of a `hidden` step is left out.

    Parameters
    ----------
    crop : bool
        Whether what stays empty around all of its pictures is left out.

    Raises
    ------
    ExportError
        If the scene cannot show the document, a step does not exist, or there would be too many frames.
    Cancelled
        If `cancel` returned True while the arrays were computed.
    """
    timing = timing or Timing()
    reason = reason_against(scene, document)
    if reason:
        raise ExportError(reason)
    prepared = prepared_whole(scene, document, cancel)
    below = note(scene, document, canvas, prepared)
    layout = scene.lay_out(prepared, document.view, below.room)
    asked = None if hidden is None else hidden % scene.steps(prepared)

    def picture(at: float) -> Picture:
        drawn = below.below(scene.picture(layout, at, Focus()))
        drawn = hide_answer(drawn, canvas.theme) if at == asked else drawn
        return without_background(drawn) if transparent else drawn

    film_of_all = Film(shots(scene.steps(prepared), timing), picture, timing)
    return _cropped(film_of_all) if crop else film_of_all


def _cropped(film: Film) -> Film:
    """Leave out what is empty in every moment that is looked at, but for a margin."""
    pictures = tuple(film.sampled(SAMPLED))
    x, y, wide, high = around(extent(picture) for picture in pictures)
    left, top = max(floor(x - MARGIN), 0), max(floor(y - MARGIN), 0)
    right, bottom = min(ceil(x + wide + MARGIN), pictures[0].width), min(ceil(y + high + MARGIN), pictures[0].height)
    box = (float(left), float(top), float(right - left), float(bottom - top))
    base: tuple[tuple[Item, ...], tuple[Item, ...]] = ((), ())

    def picture(at: float) -> Picture:
        nonlocal base
        whole = film.picture(at)
        part = cropped(whole, box)
        # Whoever paints it paints what does not move once, which it knows by being the same.
        base = base if base[0] is whole.base else (whole.base, part.base)
        return replace(part, base=base[1])

    return replace(film, picture=picture)


def still(
    document: Document,
    scene: AnyScene,
    canvas: Canvas,
    step: int | None,
    *,
    transparent: bool = False,
    crop: bool = False,
    hidden: int | None = None,
) -> Picture:
    """Draw one step (by default the document's own); as `film`."""
    wanted = document.view.step if step is None else step
    once = Timing(wanted, wanted)
    single = film(document, scene, canvas, once, transparent=transparent, crop=crop, hidden=hidden)
    return single.picture(single.shots[0].at)


def without_background(picture: Picture) -> Picture:
    """Return the picture on nothing, keeping the background's hue for formats that cannot blend."""
    red, green, blue, _ = picture.background
    return replace(picture, background=(red, green, blue, 0))


def shots(steps: int, timing: Timing) -> tuple[Shot, ...]:
    """Return the moments that the player shows when it plays the range, equal neighbours merged.

    Raises
    ------
    ExportError
        If a step does not exist, the range runs backwards, or there would be more than `MOST_FRAMES` frames.
    """
    first, last = (_step_index(step, steps) for step in (timing.first, timing.last))
    if last < first:
        raise ExportError(
            tr("the steps {first} to {last} run backwards; put the smaller one first.", first=first, last=last)
        )
    seconds = (last - first) * PERIOD / timing.speed
    count = seconds * timing.rate if timing.glide else last - first + 1
    if count > MOST_FRAMES:
        raise ExportError(
            tr(
                "these steps make {count:,.0f} frames, and at most {most_frames:,} are written; choose fewer steps "
                "or a higher speed.",
                count=count,
                most_frames=MOST_FRAMES,
            )
        )
    if timing.glide:
        return _played(first, last, timing)
    each = [Shot(float(step), PERIOD / timing.speed) for step in range(first, last)]
    return (*each, Shot(float(last), HOLD))


def _step_index(step: int, steps: int) -> int:
    if not -steps <= step < steps:
        raise ExportError(tr("step {step} is outside this scene's steps, 0 to {steps}.", step=step, steps=steps - 1))
    return step % steps


def _played(first: int, last: int, timing: Timing) -> tuple[Shot, ...]:
    player = replace(Player(last + 1, speed=timing.speed).jump(first), playing=True)
    tick = 1 / timing.rate
    moments: list[tuple[float, int]] = []
    while player.target < last or player.glide < 1:
        moments = _counted(moments, player.at)
        player = player.advance(tick)
    held = _counted(moments, float(last))
    *moving, (end, ticks) = held
    return (*(Shot(at, n * tick) for at, n in moving), Shot(end, max(HOLD, ticks * tick)))


def _counted(moments: list[tuple[float, int]], at: float) -> list[tuple[float, int]]:
    """Add one tick of a moment, in place."""
    if moments and moments[-1][0] == at:
        moments[-1] = (at, moments[-1][1] + 1)
    else:
        moments.append((at, 1))
    return moments
