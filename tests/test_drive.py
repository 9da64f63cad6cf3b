"""A random user, for a few seeds; ``python -m tests.drive`` goes on."""

from __future__ import annotations

import pytest

from tests.drive.actions import Action, draw
from tests.drive.running import Setting, run, shrink

pytestmark = pytest.mark.fault


@pytest.mark.parametrize(
    ("seed", "setting"),
    [(11, Setting("light", (1280, 800))), (12, Setting("dark", (820, 600))), (13, Setting("dark", (1500, 950)))],
)
def test_whatever_is_done_the_window_shows_what_is_there(seed: int, setting: Setting) -> None:
    found = run(draw(seed, 100), setting)
    assert found is None, f"seed {seed}, after {found.after} actions: {found.words}"


def test_shrinking_keeps_what_is_needed() -> None:
    actions: list[Action] = [("wait", number) for number in range(40)]

    def fails(fewer: object) -> bool:
        assert isinstance(fewer, tuple)
        return {("wait", 7), ("wait", 31)} <= set(fewer)

    assert shrink(actions, fails, 60) == (("wait", 7), ("wait", 31))
