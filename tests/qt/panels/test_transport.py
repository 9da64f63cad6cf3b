"""The transport where there is little room."""

from __future__ import annotations

from dataclasses import replace

from tests.qt.conftest import Opened


def test_a_slider_that_cannot_be_taken_hold_of_is_left_out(opened: Opened) -> None:
    transport = opened.window.transport
    transport.resize(1000, transport.height())
    assert not transport.scrub.isHidden()
    assert transport.scrub.maximum() == 8
    player = replace(opened.window.presenter.player, steps=99_960_004)
    transport.resize(500, transport.height())
    transport.show_player(player)
    assert not transport.scrub.isHidden()
    assert transport.counter.text().strip() == "0", "of how many is said where there is room"
    assert "…" in transport.counter.toolTip()
    transport.resize(360, transport.height())
    assert transport.scrub.isHidden()
    transport.resize(900, transport.height())
    assert not transport.scrub.isHidden()
    assert "…" in transport.counter.text()


def test_a_short_count_gives_its_room_to_the_slider(opened: Opened) -> None:
    transport, player = opened.window.transport, opened.window.presenter.player
    transport.resize(700, transport.height())
    transport.show_player(replace(player, steps=9))
    narrow = transport.counter.minimumWidth()
    transport.show_player(replace(player, steps=260_100))
    assert transport.counter.minimumWidth() > narrow
    transport.show_player(replace(player, steps=9))
    assert transport.counter.minimumWidth() == narrow
