"""The player: arithmetic of time."""

from hypothesis import given
from hypothesis import strategies as st

from convgui.session.player import GLIDE, PERIOD, SPEEDS, Player


def test_a_step_glides_and_lands() -> None:
    player = Player(steps=5).forward()
    assert player.at == 0
    halfway = player.advance(GLIDE / 2)
    assert 0 < halfway.at < 1
    assert halfway.moving
    landed = halfway.advance(GLIDE)
    assert landed.at == 1
    assert not landed.moving


def test_playing_reaches_the_end_and_stops() -> None:
    player = Player(steps=4).toggle()
    for _ in range(400):
        player = player.advance(0.016)
    assert player.target == 3
    assert not player.playing
    assert player.toggle().target == 0


def test_looping_begins_again() -> None:
    player = Player(steps=3, loop=True).toggle()
    seen = set()
    for _ in range(600):
        player = player.advance(0.016)
        seen.add(player.target)
    assert player.playing
    assert seen == {0, 1, 2}


@given(st.sampled_from(SPEEDS), st.integers(2, 1000))
def test_speed_is_steps_a_second(speed: float, frames: int) -> None:
    player = Player(steps=10**9, speed=speed).toggle()
    for _ in range(frames):
        player = player.advance(0.016)
    assert abs(player.target - frames * 0.016 * speed / PERIOD) <= 1


@given(st.integers(1, 20), st.integers(-30, 30))
def test_no_jump_leaves_the_steps(steps: int, target: int) -> None:
    player = Player(steps=steps)
    assert 0 <= player.jump(target).target < steps
    assert 0 <= player.with_steps(steps, target).target < steps
    assert 0 <= player.back().target < steps
    assert player.with_steps(steps, -1).target == steps - 1


def test_reduced_motion_does_not_glide() -> None:
    assert Player(steps=3, still=True).forward().at == 1


def test_playing_waits_where_it_is_told_and_goes_on_from_there() -> None:
    for speed in SPEEDS:
        player = Player(steps=9, speed=speed, loop=True, pause_at=5).toggle()
        while player.moving:
            player = player.advance(0.016)
        assert (player.target, player.playing) == (5, False)
        player = player.toggle()
        while player.target == 5:
            player = player.advance(0.016)
        assert player.playing


def test_a_film_goes_frame_by_frame_at_the_same_place() -> None:
    # Four frames of six cells.
    player = Player(steps=24, target=8, stride=6, period=0.04)
    assert player.forward().target == 14
    assert player.back().target == 2
    assert player.back().back().target == 2
    played, seen = player.toggle(), [8]
    for _ in range(40):
        played = played.advance(0.016)
        if played.target != seen[-1]:
            seen.append(played.target)
        assert played.at == played.target
    assert seen == [8, 14, 20]
    assert not played.playing
    assert played.toggle().target == 2
    looping = Player(steps=24, target=20, stride=6, period=0.04, loop=True)
    assert looping.forward().target == 2
    assert looping.toggle().advance(0.1).playing


@given(
    st.integers(1, 30),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(0, 40)),
    st.sampled_from(SPEEDS),
    st.booleans(),
    st.lists(st.sampled_from(["forward", "back", "toggle", "advance", "late"]), max_size=12),
)
def test_no_step_is_shown_that_is_not_there(
    steps: int, target: int, pause_at: int | None, speed: float, loop: bool, moves: list[str]
) -> None:
    """Also where playing is to wait at a step that a picture does not have, for another scene is looked at."""
    player = Player(steps, min(target, steps - 1), speed=speed, loop=loop, pause_at=pause_at)
    for move in moves:
        ways = {"advance": lambda p: p.advance(0.016), "late": lambda p: p.advance(2.0)}
        player = ways[move](player) if move in ways else getattr(player, move)()
        assert 0 <= player.target < steps
        assert 0 <= player.at <= steps - 1
