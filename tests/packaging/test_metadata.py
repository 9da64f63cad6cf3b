"""What is said of the project in several places is said alike, and leads somewhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from email.utils import parseaddr
from pathlib import Path

import pytest
import yaml

from convgui import __version__
from convgui.scenes import scenes
from convgui.version import NEXT
from installers import facts, linux

README = (facts.ROOT / "README.md").read_text(encoding="utf-8")
CHANGES = (facts.PACKAGING / "CHANGELOG.md").read_text(encoding="utf-8")
METADATA = (facts.ROOT / "pyproject.toml").read_text(encoding="utf-8")
RESERVED = ("invalid", "example", "test", "localhost")
TEXTS = sorted(
    path
    for folder in (".", ".github", ".github/ISSUE_TEMPLATE", "convgui", "packaging", "tests")
    for path in (facts.ROOT / folder).glob("*.md")
)


def test_the_version_is_written_in_one_place() -> None:
    assert facts.version() == __version__
    written = [
        path for path in facts.PACKAGING.rglob("*") if path.suffix in {".py", ".spec", ".nsi", ".desktop", ".xml"}
    ]
    assert [path.name for path in written if re.search(rf'"{re.escape(NEXT)}"', path.read_text("utf-8"))] == []


def test_what_is_worked_on_is_the_newest_in_the_change_log() -> None:
    assert re.findall(r"^## (\S+)", CHANGES, re.MULTILINE)[0] == NEXT


@pytest.mark.parametrize(
    ("version", "packaged"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2.4.dev5+g512bcc2", "1.2.4~dev5+g512bcc2"),
        ("2.0.0rc1", "2.0.0~rc1"),
        ("2.0.0rc2.dev3+gabc1b2", "2.0.0~rc2~dev3+gabc1b2"),
        ("0.1.0.dev0", "0.1.0~dev0"),
    ],
)
def test_packages_sort_what_comes_before_a_release_before_it(
    version: str, packaged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "version", lambda: version)
    assert facts.package_version() == packaged
    assert facts.release() == version[:5]


def test_the_change_log_says_what_it_runs_on() -> None:
    ((oldest, newest),) = re.findall(r'"PySide6-Essentials>=([\d.]+),.*<6\.(\d+)"', METADATA)
    ((below, python),) = re.findall(r"\"PySide6-Essentials<6\.(\d+); python_version < '3\.(\d+)'\"", METADATA)
    (numpy,) = re.findall(r'"numpy>=([\d.]+)"', METADATA)
    (first,) = re.findall(r'requires-python = ">=3\.(\d+)"', METADATA)
    older = " and ".join(f"3.{minor}" for minor in range(int(first), int(python)))
    assert (
        f"with NumPy {numpy} or newer and PySide6 {oldest} to 6.{int(newest) - 1} "
        f"(to 6.{int(below) - 1} on Python {older})."
    ) in CHANGES


def test_somebody_can_be_written_to() -> None:
    name, address = parseaddr(facts.MAINTAINER)
    assert name == facts.PUBLISHER
    assert re.fullmatch(r"[a-z]+@([a-z0-9-]+\.)+[a-z]{2,}", address)
    assert address.rsplit(".", 1)[1] not in RESERVED
    assert not address.endswith(("example.com", "example.org", "example.net"))


def test_software_centres_have_pictures_and_a_page() -> None:
    found = ET.fromstring(linux.metainfo())
    pages = {url.get("type"): url.text for url in found.findall("url")}
    assert pages == {
        "homepage": facts.page("Homepage"),
        "bugtracker": facts.page("Issues"),
        "vcs-browser": facts.page("Source"),
    }
    prefix = f"{facts.page('Source')}/raw/HEAD/"
    pictures = [image.text or "" for image in found.iter("image")]
    assert len(pictures) >= 3
    assert all(picture.startswith(prefix) and (facts.ROOT / picture[len(prefix) :]).is_file() for picture in pictures)
    assert [shot.get("type") for shot in found.iter("screenshot")].count("default") == 1
    assert found.findtext("project_license") == facts.LICENCES
    assert "@" not in linux.metainfo()


def test_those_who_cite_it_find_the_same() -> None:
    cited = yaml.safe_load((facts.ROOT / ".github" / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["repository-code"] == facts.page("Source")
    assert cited["title"] == facts.NAME
    assert cited["license"] == "MIT"
    assert cited["authors"] == [{"name": facts.PUBLISHER}]
    assert cited["cff-version"] == "1.2.0"


def test_readme_names_every_scene() -> None:
    table = set(re.findall(r"^\| ([A-Z][\w ]+?) \|", README, re.MULTILINE))
    assert table == {scene.title for scene in scenes()}


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 70


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(facts.ROOT)))
def test_links_between_the_texts_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?![a-z]+:)([^)\s#]+)", text):
        assert (path.parent / target).exists(), target


def test_pre_commit_runs_the_tools_that_the_tests_run() -> None:
    hooks = yaml.safe_load((facts.ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    locks = "".join(path.read_text(encoding="utf-8") for path in facts.PACKAGING.glob("*requirements*.txt"))
    (version,) = set(re.findall(r"^ruff==(\S+)", locks, re.MULTILINE))
    used = [hook["additional_dependencies"] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert used == [[f"ruff=={version}"]] * len(used)


def test_the_map_names_what_is_there() -> None:
    text = (facts.ROOT / "convgui" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]*)*(?:\.py|/))`", text))
    assert {"qt/stage/presenter.py", "scenes/cost/", "draw/"} <= named
    roots = (facts.ROOT / "convgui", facts.ROOT / "convgui" / "qt", facts.ROOT)
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
    rooms = {path.name for path in roots[0].iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}
    assert {f"{room}/" for room in rooms} <= named
