from __future__ import annotations

import pytest

from convgui.session.preferences import Preferences


def test_what_differs_makes_the_same_again() -> None:
    chosen = Preferences(shade="dark", colours="own" + 5 * "-0a1b2c", size=125, decimals=5, restore=False, memory=512)
    assert Preferences().with_changes(chosen.differing()) == chosen
    assert Preferences().differing() == {}


@pytest.mark.parametrize(
    "changes",
    [{"shade": "pink"}, {"size": 10_000}, {"memory": -5}, {"memory": "much"}, {"speed": None}, {"nothing": 1}],
)
def test_what_cannot_be_is_left_as_it_was(changes: dict[str, object]) -> None:
    assert Preferences().with_changes({**changes, "decimals": 2}) == Preferences(decimals=2)
