"""Which version a checkout, a clone without tags and an unpacked archive say they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import convgui
from convgui import version

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ("v1.2.3-0-g512bcc2", "1.2.3"),
        ("v1.2.3-5-g512bcc2", "1.2.4.dev5+g512bcc2"),
        ("v1.9.9-1-gabc", "1.9.10.dev1+gabc"),
        ("v2.0.0rc1-0-g512bcc2", "2.0.0rc1"),
        ("v2.0.0rc1-3-g512bcc2", "2.0.0rc2.dev3+g512bcc2"),
        ("v2.0.0b9-12-g512bcc2", "2.0.0b10.dev12+g512bcc2"),
        ("512bcc2", f"{version.NEXT}.dev0+g512bcc2"),
        ("", f"{version.NEXT}.dev0"),
        # Tags of other kinds name no version.
        ("vacation-3-g512bcc2", f"{version.NEXT}.dev0"),
    ],
)
def test_the_tag_gives_the_version(described: str, said: str) -> None:
    assert version.from_description(described) == said


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("v1.2.3-0-ga", "v1.2.3-1-ga"),
        ("v1.2.3-1-ga", "v1.2.3-2-ga"),
        ("v1.2.3-9-ga", "v1.2.4-0-ga"),
        ("v1.2.0rc1-4-ga", "v1.2.0rc2-0-ga"),
        ("v1.2.0rc1-0-ga", "v1.2.0rc1-4-ga"),
        ("v1.2.0rc2-4-ga", "v1.2.0-0-ga"),
    ],
)
def test_later_commits_sort_later(earlier: str, later: str) -> None:
    from packaging.version import Version

    assert Version(version.from_description(earlier)) < Version(version.from_description(later))


def git(folder: Path, *words: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env={**os.environ, **who, **alone})


def checkout(folder: Path) -> Path:
    """Make a folder with just enough of the program to say its version."""
    (folder / "convgui").mkdir(parents=True)
    for name in ("__init__.py", "version.py"):
        shutil.copy(Path(convgui.__file__).with_name(name), folder / "convgui")
    return folder


def says(folder: Path, **environment: str) -> str:
    command = [sys.executable, "-c", "import convgui; print(convgui.__version__)"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, encoding="utf-8", check=True
    )
    assert not done.stderr
    return done.stdout.strip()


@needs_git
def test_a_checkout_goes_by_its_tag(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "checkout")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "one")
    assert says(folder).startswith(f"{version.NEXT}.dev0+g")
    git(folder, "tag", "v3.2.1")
    assert says(folder) == "3.2.1"
    # Inside a hook of git's, variables name a repository; it may be another one.
    assert says(folder, GIT_DIR=str(tmp_path / "none")) == "3.2.1"
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "two")
    assert says(folder).startswith("3.2.2.dev1+g")


@needs_git
def test_files_inside_another_checkout_do_not_take_its_version(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "one")
    git(tmp_path, "tag", "v9.9.9")
    assert says(checkout(tmp_path / "vendored")) == f"{version.NEXT}.dev0"


def test_a_build_has_written_it_down(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    (folder / "convgui" / "VERSION").write_text("4.5.6\n1700000000\n", encoding="utf-8")
    assert says(folder, PATH="") == "4.5.6"


def test_without_git_there_is_a_version_too(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    (folder / ".git").mkdir()
    assert says(folder, PATH="") == f"{version.NEXT}.dev0"
