"""Damaged files, a few of every format; ``python -m tests.fuzz`` goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.mutations import damaged
from tests.fuzz.seeds import seeds
from tests.fuzz.trying import attempt, judge

pytestmark = pytest.mark.fault
EACH = 20


@pytest.mark.parametrize("kind", seeds())
def test_damaged_files_open_or_are_refused_in_one_sentence(kind: str, tmp_path: Path) -> None:
    for number in range(EACH):
        found = attempt(kind, number, tmp_path)
        assert found is None, f"python -m tests.fuzz --format {kind!r} --first {number} --mutations 1: {found.words}"


@pytest.mark.parametrize("kind", seeds())
def test_whole_files_open_and_damage_is_always_the_same(kind: str, tmp_path: Path) -> None:
    for files in seeds()[kind]:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        assert not judge(kind, files, tmp_path, refused=False)
    assert damaged(kind, 5) == damaged(kind, 5)
    assert any(damaged(kind, number) not in seeds()[kind] for number in range(5))
