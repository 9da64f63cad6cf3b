"""An animation shows what the window shows: the player's own moments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.draw.picture import Label, Picture, Rects
from convgui.draw.theme import LIGHT
from convgui.export.atomic_write import ExportError
from convgui.export.frames import HOLD, Shot, Timing, film, shots, still
from convgui.qt.export.raster import rasterise
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.session.player import PERIOD, Player
from tests.documents import textbook


@pytest.mark.parametrize(("speed", "rate"), [(0.5, 25), (1.0, 25), (4.0, 30), (64.0, 25)])
def test_the_moments_are_those_of_the_player(speed: float, rate: int) -> None:
    player, seen = replace(Player(9, speed=speed), playing=True), list[float]()
    while player.target < 8 or player.glide < 1:
        seen += [player.at] * (not seen or seen[-1] != player.at)
        player = player.advance(1 / rate)
    made = shots(9, Timing(speed=speed, rate=rate))
    assert [shot.at for shot in made] == [*seen, 8.0]
    playing = sum(shot.seconds for shot in made) - made[-1].seconds
    assert playing == pytest.approx(8 * PERIOD / speed, abs=0.2 + 2 / rate)
    assert made[-1].seconds >= HOLD


def test_a_range_and_one_picture_a_step() -> None:
    made = shots(9, Timing(2, -3, glide=False, speed=3))
    assert [shot.at for shot in made] == [2, 3, 4, 5, 6]
    assert made[0].seconds == PERIOD / 3
    assert shots(9, Timing(4, 4)) == (Shot(4.0, HOLD),)
    assert shots(9, Timing(3, 5))[0].at == 3


@pytest.mark.fault
@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(5, 2), "run backwards"),
        (Timing(0, 9), "step 9 is outside this scene's steps, 0 to 8"),
        (Timing(-10, 2), "step -10 is outside"),
        (Timing(speed=0.001), "more|at most 20,000 are written; choose fewer steps"),
    ],
)
def test_what_cannot_be_filmed_is_said(timing: Timing, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        shots(9, timing)


def test_pictures_are_the_scenes_own() -> None:
    document, slide = textbook(), scene("slide")
    canvas = Canvas(500, 400, LIGHT)
    made = film(document, slide, canvas, Timing(0, 2))
    layout = slide.lay_out(slide.prepare(document), document.view, canvas)
    for (picture, _), shot in zip(made.frames(), made.shots, strict=True):
        assert picture.summary == slide.picture(layout, shot.at, Focus()).summary
    assert [picture.summary for picture in made.sampled(2)] == [
        made.picture(0.0).summary,
        made.picture(2.0).summary,
    ]


def test_without_background_and_captions() -> None:
    document, slide = textbook(), scene("slide")
    clear = still(document, slide, Canvas(500, 400, LIGHT), 3, transparent=True)
    assert clear.background == (255, 255, 255, 0)
    plain = still(document, slide, Canvas(500, 400, LIGHT, captions=False), 3, transparent=False)

    def labels(items: object) -> int:
        return sum(isinstance(item, Label) for item in items)  # type: ignore[attr-defined]

    assert labels(plain.items) < labels(clear.items)


def test_what_stays_empty_around_all_steps_is_left_out(qapp: object) -> None:
    document, slide = textbook(), scene("slide")
    canvas = Canvas(1400, 1000, LIGHT, captions=False)
    whole, part = (film(document, slide, canvas, Timing(glide=False), crop=crop) for crop in (False, True))
    sizes = {(picture.width, picture.height) for picture, _ in part.frames()}
    assert len(sizes) == 1, "an animation has one size"
    ((width, height),) = sizes
    assert width < 1400
    assert height < 1000
    for (large, _), (small, _) in zip(whole.frames(), part.frames(), strict=True):
        shown, cut = rasterise(large)[..., :3].astype(int), rasterise(small)[..., :3].astype(int)
        assert np.abs(shown - shown[0, 0]).sum() == np.abs(cut - shown[0, 0]).sum(), "nothing that is drawn is lost"
        assert (cut[[0, -1]] == shown[0, 0]).all()
    (first, _), (second, _), *_ = part.frames()
    assert first.base is second.base, "what does not move is painted once"


def test_a_step_stays_until_it_is_read() -> None:
    timing = Timing(speed=2, reading=True)
    made = film(textbook(), scene("slide"), Canvas(500, 400, LIGHT), timing)
    plain = film(textbook(), scene("slide"), Canvas(500, 400, LIGHT), Timing(speed=2))
    stays = dict(zip((shot.at for shot in made.shots), (seconds for _, seconds in made.frames()), strict=True))
    before = dict(zip((shot.at for shot in plain.shots), (seconds for _, seconds in plain.frames()), strict=True))
    assert stays[4.0] == len(made.picture(4.0).summary) / 60
    assert stays[4.0] > before[4.0]
    assert {at: seconds for at, seconds in stays.items() if at % 1} == {at: s for at, s in before.items() if at % 1}
    assert max(before.values()) == before[8.0], "without it only the last step stays"


@pytest.mark.fault
def test_a_scene_that_cannot_says_so() -> None:
    with pytest.raises(ExportError):
        film(textbook(), scene("transposed"), Canvas(500, 400, LIGHT))


def test_what_only_a_later_step_draws_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A square that goes to the right: every moment counts for what stays empty."""
    slide = scene("slide")

    def going(_layout: object, at: float, _focus: object) -> Picture:
        return Picture(
            900, 300, LIGHT.background, (), (Rects(np.array([(100 + 60 * at, 50.0, 20, 20)]), fill=LIGHT.text),)
        )

    monkeypatch.setattr(type(slide), "picture", lambda _self, *given: going(*given))
    part = film(textbook(), slide, Canvas(900, 300, LIGHT), Timing(glide=False), crop=True)
    lefts = []
    for picture, _ in part.frames():
        (square,) = (item for item in picture.items if isinstance(item, Rects))
        x, _, wide, _ = square.boxes[0]
        assert 0 <= x <= picture.width - wide
        lefts.append(x)
    assert len(set(lefts)) == len(lefts) > 2
