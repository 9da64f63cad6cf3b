import json

import numpy as np
import pytest

from convgui.bench import run
from convgui.bench.cancel import delays
from convgui.bench.cli import as_dict, line, summary
from convgui.bench.latency import edits, median
from convgui.bench.measure import OURS, Result, measure, scratch, spec_of
from convgui.bench.peers import scipy
from convgui.bench.rows import ROWS, Row
from convgui.cli.arguments import UsageError
from convgui.core import Cancelled, ConvSpec
from convgui.core.control import CancelCheck

SMALL = Row("small", (1, 40, 40), (1, 1, 3, 3), padding=1, goals={"scipy": 2.0, "best": 1.0})


def test_a_row_is_measured() -> None:
    result = measure(SMALL, 1, {}, 1)
    assert result.milliseconds[OURS] > 0
    assert result.error < 8, "the promise, in units of 2^-24"
    assert result.verdicts() == {}
    assert "small" in line(result, first=True)
    assert json.dumps(as_dict(result))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_is_legal(row: Row) -> None:
    small = row.shrunk(64)
    assert spec_of(small).weight_shape == small.weight
    assert scratch(small, *small.data(), 2) < 32


def test_goals_are_judged_by_ratio() -> None:
    result = Result(SMALL, 2, {OURS: 3.0, "scipy": 2.0, "opencv": 4.0})
    assert result.verdicts() == {"scipy": True, "best": False}
    assert "best 1.50 > MISSED 1" in line(result, first=False)
    assert "1 of 2" in summary([result])


def test_the_peer_that_tests_need_anyway_does_the_same_work() -> None:
    x, weight = SMALL.data()
    call = scipy(SMALL, x, weight, 1)
    assert call is not None
    call()
    two = Row("two", (2, 9, 9), (1, 2, 3, 3))
    assert scipy(two, *two.data(), 1) is None


def test_the_command_line() -> None:
    with pytest.raises(UsageError, match="no row contains 'nothing like it'; rows are"):
        run(["--only", "nothing like it"])
    with pytest.raises(SystemExit):
        run(["--help"])


def test_latency_measures_near_and_far() -> None:
    x, weight = np.zeros((3, 1000, 1000), np.uint8), np.ones((1, 3, 3, 3), np.float32)
    spec = ConvSpec.of(3, 1, (3, 3), padding=1)
    names = [name for name, _, _ in edits(x, weight, spec)]
    assert "one tap, 1:1" in names
    assert "new kernel, zoomed out 2:1, every sample" in names
    assert median(lambda: None, 3) >= 0


def test_delays_of_cancelling() -> None:
    def call(cancel: CancelCheck | None) -> None:
        for _ in range(2000):
            if cancel is not None and cancel():
                raise Cancelled

    found = delays("loop", 1, call, 3)
    assert found.whole > 0
    assert len(found.delays) <= 3
    assert found.worst >= found.median >= 0
    assert run(["--cancel", "--quick", "--threads", "2", "--only", "stride 2"]) == 0
