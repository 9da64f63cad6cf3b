"""What the tests of the build share: a day that what they make is dated by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def _dated() -> Iterator[None]:
    """Date what is made without asking git: an unpacked archive has no history, and a bare system has no git."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield
