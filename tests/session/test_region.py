"""Parts of pictures: what is said of their values."""

from __future__ import annotations

import re

import numpy as np
import pytest

from convgui.model.sample import Sample
from convgui.session.region import Region, measured


@pytest.mark.parametrize("scale", [1.0, 1e200, -3e307])
def test_mean_and_deviation_are_those_of_the_part_at_any_size(scale: float) -> None:
    """Found by the random drive: squares of the largest numbers are more than there is."""
    small = np.random.default_rng(4).random((1, 9, 11))
    said = measured(Sample(small * scale, "big"), Region(2, 3, 7, 9)).replace("\N{MINUS SIGN}", "-")
    part = small[0, 2:7, 3:9]
    mean, deviation = (float(found) for found in re.findall(r"(?:mean|deviation) (\S+),", said))
    assert mean == pytest.approx(part.mean() * scale, rel=6e-3)
    assert deviation == pytest.approx(part.std() * abs(scale), rel=6e-3)
