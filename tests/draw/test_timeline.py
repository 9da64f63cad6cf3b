"""The axis of a signal: ticks lie in view, in round steps, and are told apart; places are written in their unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convgui.draw.timeline import Timeline, clock


@given(
    st.floats(1e-6, 10), st.floats(0, 1e8), st.floats(2, 1e8), st.integers(1, 12), st.sampled_from(["s", "px", "mm"])
)  # fmt: skip
def test_ticks_lie_in_view_and_are_told_apart(spacing: float, first: float, long: float, most: int, unit: str) -> None:
    line = Timeline(spacing if unit != "px" else 1.0, unit)
    ticks = line.ticks(first, first + long, most)
    assert len(ticks) <= most + 1
    assert len({text for _, text in ticks}) == len(ticks)
    slack = 1e-6 * (first + long)
    assert all(first - slack <= place <= first + long + slack for place, _ in ticks)


def test_an_hour_has_minutes_and_a_moment_its_digits() -> None:
    sound = Timeline(1 / 48_000, "s")
    assert [text for _, text in sound.ticks(0, 172_800_000, 6)] == [
        "0:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00"
    ]  # fmt: skip
    assert sound.scale(0, 172_800_000)[1] == "min:s"
    near = sound.ticks(70_000, 70_015, 4)
    assert [text for _, text in near] == ["1.4584", "1.4585", "1.4586"]
    assert sound.scale(70_000, 70_015) == (1.0, "s")
    assert sound.scale(0, 40) == (1e-6, "µs")


def test_lengths_and_rates_are_written_in_words_of_the_field() -> None:
    sound = Timeline(1 / 16_000, "s")
    assert sound.lasting(16) == "1 ms"
    assert sound.lasting(1024) == "64 ms"
    assert sound.rate == "16 kHz"
    assert Timeline(1 / 44_100, "s").rate == "44.1 kHz"
    assert Timeline(1 / 250, "s").rate == "250 Hz"
    assert Timeline().lasting(16) == ""
    assert Timeline(0.5, "mm").lasting(4) == "2 mm"
    assert clock(3725) == "1:02:05"


def test_indices_are_whole() -> None:
    assert [text for _, text in Timeline().ticks(-2.5, 5.5, 8)] == ["−2", "−1", "0", "1", "2", "3", "4", "5"]
