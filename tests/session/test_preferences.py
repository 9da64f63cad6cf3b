from __future__ import annotations

import pytest

from convgui.session.preferences import Preferences


def test_what_differs_makes_the_same_again() -> None:
    chosen = Preferences(shade="dark", colours="own" + 5 * "-0a1b2c", size=125, decimals=5, restore=False, memory=512)
    assert Preferences().with_changes(chosen.differing()) == chosen
    assert Preferences().differing() == {}


@pytest.mark.parametrize(
    "changes",
    [
        *({"shade": "pink"}, {"size": 10_000}, {"memory": -5}, {"memory": "much"}, {"speed": None}, {"nothing": 1}),
        *({"decimals": 3.0}, {"size": 125.0}, {"memory": False}, {"restore": 0}, {"speed": True}),
    ],
)
def test_what_cannot_be_is_left_as_it_was(changes: dict[str, object]) -> None:
    assert Preferences().with_changes({"decimals": 2, **changes}) == Preferences(
        decimals=3 if "decimals" in changes else 2
    )
    assert Preferences().with_changes({"speed": 2}).speed == 2.0
