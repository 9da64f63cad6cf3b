from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = """
import tempfile
import warnings
from pathlib import Path

import pytest

def test_that_cleans_up(tmp_path):
    (tmp_path / "pytest removes it").touch()
    tempfile.TemporaryFile().close()

def test_that_does_not():
    (Path(tempfile.gettempdir()) / "forgotten").touch()

def test_warnings_are_errors():
    with pytest.raises(DeprecationWarning):
        warnings.warn("datetime.datetime.utcnow() is deprecated", DeprecationWarning)
"""


def test_nothing_is_left_in_the_temporary_folder_and_who_leaves_something_fails(tmp_path: Path) -> None:
    tests, temporary = tmp_path / "test_two.py", tmp_path / "temporary"
    temporary.mkdir()
    tests.write_text(TESTS, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)))
    options = ["-n", "1", "-p", "no:cacheprovider", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(ROOT), str(tests)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "left in the temporary folder: forgotten" in done.stdout
    assert "3 passed, 1 error" in done.stdout
    assert list(temporary.iterdir()) == []
