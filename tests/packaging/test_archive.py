"""install.sh and uninstall.sh of the archive: what they put, and that they take all of it away again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from installers import linux

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the scripts are for Linux")

PREFIXES = ("home/.local", "a folder & more")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An unpacked archive, with a script in place of the program."""
    folder = tmp_path / "convgui-1.2.3-linux-x86_64"
    (folder / "_internal" / "deep").mkdir(parents=True)
    (folder / "_internal" / "deep" / "library.so").write_text("x", encoding="utf-8")
    (folder / "convgui").write_text('#!/bin/sh\necho "ran: $*"\n', encoding="utf-8")
    (folder / "convgui").chmod(0o755)
    for name in ("install.sh", "uninstall.sh"):
        shutil.copy(linux.SOURCES / name, folder)
    for path, text in linux.desktop_files().items():
        linux.written(folder / "share" / path.relative_to(linux.SHARE), text)
    linux.written(folder / "share/icons/hicolor/48x48/apps/convgui.png", b"x")
    return folder


def run(*words: str | Path, home: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path + os.environ["PATH"], "HOME": str(home)}
    return subprocess.run(list(map(str, words)), env=environment, capture_output=True, encoding="utf-8", check=False)


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("prefix", PREFIXES)
def test_all_that_is_installed_is_removed(prefix: str, unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    target = tmp_path / prefix
    # What is there already stays.
    (target / "bin").mkdir(parents=True)
    (target / "bin" / "mine").touch()
    (target / "share" / "applications").mkdir(parents=True)
    (target / "share" / "applications" / "other.desktop").write_text("[Desktop Entry]\n", encoding="utf-8")
    before = listing(target)
    installed = run(unpacked / "install.sh", "--prefix", target, home=home)
    assert (installed.returncode, installed.stderr) == (0, "")
    for path in ("bin/convgui", "share/applications/convgui.desktop", "share/mime/packages/convgui.xml"):
        assert (target / path).is_file()
    assert run(target / "bin" / "convgui", "a b", home=home).stdout == "ran: a b\n"
    entry = (target / "share/applications/convgui.desktop").read_text(encoding="utf-8")
    assert f'\nExec="{target}/bin/convgui" %f\n' in entry
    removed = run(target / "lib" / "convgui" / "uninstall.sh", home=home)
    assert (removed.returncode, removed.stderr) == (0, "")
    cache = "share/applications/mimeinfo.cache"
    assert [path for path in listing(target) if path != cache] == before


def test_without_a_prefix_a_users_own_folder_is_taken(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    somebody = tmp_path / "somebody" / "id"
    linux.written(somebody, b"#!/bin/sh\necho 1000\n")
    somebody.chmod(0o755)
    assert run(unpacked / "install.sh", home=home, path=f"{somebody.parent}:").returncode == 0
    assert (home / ".local/bin/convgui").is_file()
    assert run(home / ".local/lib/convgui/uninstall.sh", home=home).returncode == 0
    assert listing(home) == []


def test_a_newer_one_takes_the_olders_place(unpacked: Path, tmp_path: Path) -> None:
    target = tmp_path / "prefix"
    assert run(unpacked / "install.sh", "--prefix", target, home=tmp_path).returncode == 0
    (unpacked / "_internal" / "deep" / "library.so").rename(unpacked / "_internal" / "deep" / "newer.so")
    assert run(unpacked / "install.sh", "--prefix", target, home=tmp_path).returncode == 0
    assert listing(target / "lib/convgui/_internal") == ["deep", "deep/newer.so"]
    assert run(target / "lib/convgui/uninstall.sh", home=tmp_path).returncode == 0
    assert listing(target) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--prefix"], "--prefix needs a folder."),
        (["--somewhere"], "--somewhere is not known"),
        (["--prefix", "/proc/convgui"], "/proc/convgui cannot be written to"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(words: list[str], said: str, unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked / "install.sh", *words, home=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"install.sh: {said}")
    assert len(done.stderr.splitlines()) == 1


def test_another_program_of_the_name_is_left_alone(unpacked: Path, tmp_path: Path) -> None:
    other = tmp_path / "prefix" / "bin" / "convgui"
    other.parent.mkdir(parents=True)
    other.write_text("another", encoding="utf-8")
    done = run(unpacked / "install.sh", "--prefix", tmp_path / "prefix", home=tmp_path)
    assert done.returncode == 1
    assert "is another program" in done.stderr
    assert listing(tmp_path / "prefix") == ["bin", "bin/convgui"]
    assert other.read_text(encoding="utf-8") == "another"


@pytest.mark.parametrize("there", [True, False])
def test_a_link_to_another_program_is_left_alone(there: bool, unpacked: Path, tmp_path: Path) -> None:
    target, pipx = tmp_path / "prefix", tmp_path / "pipx" / "convgui"
    (target / "bin").mkdir(parents=True)
    (target / "bin" / "convgui").symlink_to(pipx)
    if there:
        linux.written(pipx, b"another")
    done = run(unpacked / "install.sh", "--prefix", target, home=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is another program" in done.stderr
    assert listing(target) == ["bin", "bin/convgui"]
    assert (target / "bin" / "convgui").readlink() == pipx


def test_everybody_can_run_what_a_careful_root_installs(unpacked: Path, tmp_path: Path) -> None:
    target = tmp_path / "prefix"
    for path in unpacked.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    command = [str(unpacked / "install.sh"), "--prefix", str(target)]
    subprocess.run(command, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, umask=0o077, check=True)
    for path in (target, *target.rglob("*")):
        mode = path.stat().st_mode
        assert mode & 0o044 == 0o044, path
        assert mode & 0o011 == (0o011 if path.is_dir() or path.name in ("convgui", "uninstall.sh") else 0), path
        assert not mode & 0o022, path


def test_the_scripts_can_be_run() -> None:
    for name in ("install.sh", "uninstall.sh"):
        assert (linux.SOURCES / name).stat().st_mode & stat.S_IXUSR
