"""The user's own folders are for nobody else, whoever could look into them before."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from convgui.files import user_folders
from convgui.files.user_folders import OVERRIDE, keep_private, make_private, recovery_folder, unfinished_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs permissions")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "data"))
    return tmp_path / "data"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("others", [0o770, 0o750, 0o710, 0o707, 0o701, 0o777])
def test_whoever_could_look_into_a_folder_cannot_any_more(data: Path, others: int) -> None:
    recovery_folder().mkdir(parents=True)
    recovery_folder().chmod(others)
    data.chmod(others)
    make_private(recovery_folder())
    assert mode(recovery_folder()) == 0o700
    assert mode(data) == others, "the user named it, and it stays as he made it"


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o666])
def test_what_was_kept_before_is_closed_to_others(data: Path, others: int) -> None:
    unfinished_folder().mkdir(parents=True)
    kept, elsewhere = unfinished_folder() / "a", data / "elsewhere"
    for path in (kept, elsewhere):
        path.write_bytes(b"")
        path.chmod(others)
    (unfinished_folder() / "link").symlink_to(elsewhere)
    keep_private()
    assert mode(kept) == 0o600
    assert mode(elsewhere) == others, "a link leads to what is not the program's"


def test_the_folder_of_all_is_private_where_the_system_chose_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(OVERRIDE)
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    whole = recovery_folder().parent
    whole.mkdir(parents=True)
    whole.chmod(0o755)
    make_private(recovery_folder())
    assert mode(whole) == mode(recovery_folder()) == 0o700


def test_no_other_module_knows_where_the_user_lives() -> None:
    """Nobody else reads the variables, asks Python or asks Qt; Qt keeps the settings, and that is asked once."""
    root = Path(user_folders.__file__).parents[1]
    asking = re.compile(r"Path\.home\(|expanduser|XDG_|APPDATA|QStandardPaths|Application Support|platformdirs")
    keeping = re.compile(r'QSettings\("convgui"')
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    assert [name for name, text in texts.items() if asking.search(text)] == ["files/user_folders.py"]
    assert [name for name, text in texts.items() if keeping.search(text)] == ["qt/settings.py"]
