"""The measurements of the program's own window: that they measure what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from convgui.bench import opening
from convgui.bench.painted import measure


def test_edits_are_measured_until_they_are_painted() -> None:
    painted, memory, traces = measure(600, True, (3,), 1, movements=4)
    assert [(one.view, one.edit) for one in painted] == [
        ("whole", "tap"), ("whole", "kernel"), ("1:1", "tap"), ("1:1", "kernel")
    ]  # fmt: skip
    assert all(0 < one.median <= one.full for one in painted)
    assert memory.data == pytest.approx(1.08)
    assert 0 < memory.own < memory.peak
    assert [trace.what for trace in traces] == ["dragging a tap", "panning at 1:1"]
    assert all(trace.frames and trace.longest_silence > 0 for trace in traces)
    assert "every value" in painted[2].line


def test_opening_is_measured_until_the_whole_output_is_there(tmp_path: Path) -> None:
    path = tmp_path / "picture.npy"
    opening._write(path, 300)
    found = opening.measure(path)
    assert found.data == pytest.approx(0.27)
    assert 0 < found.loaded <= found.painted <= found.complete
