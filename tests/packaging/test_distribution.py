"""The wheel and the source distribution: what they say, what they carry, and that they are the same for the same."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from email.message import Message
from pathlib import Path

import pytest

import distribution
from convgui import __version__
from installers import facts

SOURCE = "https://example.org/a/b"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![a](resources/readme/x.png)", f"![a]({SOURCE}/raw/v1.2.3/resources/readme/x.png)"),
        ("[map](convgui/README.md)", f"[map]({SOURCE}/blob/v1.2.3/convgui/README.md)"),
        ("[map](convgui/README.md#rooms) (aside)", f"[map]({SOURCE}/blob/v1.2.3/convgui/README.md#rooms) (aside)"),
        ('![a](x.svg "title")', f'![a]({SOURCE}/raw/v1.2.3/x.svg "title")'),
        ("[a](#below), [b](https://c.d/e), [f](mailto:g@h)", "[a](#below), [b](https://c.d/e), [f](mailto:g@h)"),
        ("`x[0](y)` and [no link] (z)", f"`x[0]({SOURCE}/blob/v1.2.3/y)` and [no link] (z)"),
    ],
)
def test_links_lead_to_where_the_project_lives(written: str, shown: str) -> None:
    assert distribution.absolute(written, SOURCE, "v1.2.3") == shown


@pytest.mark.parametrize(
    ("version", "named"), [("1.2.3", "v1.2.3"), ("1.0.0rc1", "v1.0.0rc1"), ("0.1.0.dev0+gabc", "HEAD")]
)
def test_links_lead_to_the_tag(version: str, named: str) -> None:
    assert distribution.reference(version) == named


def copy(folder: Path, umask: int, age: float) -> Path:
    """Copy what the distributions are made of, as somebody else's checkout would have it."""
    before = os.umask(umask)
    try:
        skipped = shutil.ignore_patterns("__pycache__", "bench", "qt", "scenes", "tests", "trials")
        folder.mkdir(parents=True)
        for name in ("convgui", "packaging", "resources"):
            shutil.copytree(facts.ROOT / name, folder / name, ignore=skipped, copy_function=shutil.copyfile)
        for name in ("README.md", "LICENSE", "pyproject.toml"):
            shutil.copyfile(facts.ROOT / name, folder / name)
    finally:
        os.umask(before)
    (folder / "convgui" / "VERSION").write_text(facts.written_version(), encoding="utf-8")
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - age,) * 2)
    return folder


def build(folder: Path, *targets: str, **environment: str) -> dict[str, Path]:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder / "dist")]
    for target in targets:
        command += ["-t", target]
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SOURCE_DATE_EPOCH")}
    done = subprocess.run(
        command, cwd=folder, env={**kept, **environment}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return {path.suffix: path for path in (folder / "dist").iterdir()}


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        name = next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(opened.read(name))


def each(found: Message, field: str) -> list[str]:
    """Return every value of a field."""
    return [str(value) for value in found.get_all(field) or ()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = copy(tmp_path_factory.mktemp("one") / "convgui", 0o022, 10)
    return build(folder, "wheel", "sdist", SOURCE_DATE_EPOCH="1700000000", PYTHONHASHSEED="1")


def test_two_builds_are_the_same(built: dict[str, Path], tmp_path: Path) -> None:
    folder = copy(tmp_path / "another, longer folder", 0o077, 90_000)
    again = build(folder, "wheel", "sdist", SOURCE_DATE_EPOCH="1700000000", PYTHONHASHSEED="2", TZ="Asia/Shanghai")
    assert built.keys() == again.keys() == {".whl", ".gz"}
    for suffix, path in built.items():
        assert path.read_bytes() == again[suffix].read_bytes(), suffix


def test_the_index_is_told_whose_it_is_and_under_which_licences(built: dict[str, Path]) -> None:
    found = metadata(built[".whl"])
    assert found["Version"] == __version__
    assert found["Author"] == facts.PUBLISHER
    assert set(found["License-Expression"].split(" AND ")) >= {"MIT", "OFL-1.1", "CC0-1.0"}
    pages = {pair.partition(", ")[0]: pair.partition(", ")[2] for pair in each(found, "Project-URL")}
    assert pages.keys() == {"Homepage", "Source", "Issues", "Changelog"}
    assert {name: facts.page(name) for name in pages} == pages
    files = each(found, "License-File")
    assert "LICENSE" in files
    assert {Path(file).name for file in files} >= {"OFL-Inter.txt", "OFL-NotoSansCJK.txt", "LICENSE-brain.txt"}
    classifiers = each(found, "Classifier")
    with zipfile.ZipFile(built[".whl"]) as opened:
        assert "convgui/py.typed" in opened.namelist()
    assert ("Typing :: Typed" in classifiers) == (facts.ROOT / "convgui" / "py.typed").is_file()
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15)} <= set(classifiers)


def test_the_index_shows_readme_with_its_pictures(built: dict[str, Path]) -> None:
    text = str(metadata(built[".whl"]).get_payload())
    pictures = sorted((facts.ROOT / "resources" / "readme").glob("*.png"))
    for picture in pictures:
        assert (
            f"]({facts.page('Source')}/raw/{distribution.reference(__version__)}/resources/readme/{picture.name})"
            in text
        )
    assert "](resources" not in text


def test_the_wheel_carries_its_version_its_licences_and_its_list(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built[".whl"]) as opened:
        names = {name.partition("/")[2]: name for name in opened.namelist()}
        assert opened.read("convgui/VERSION").decode().split() == [__version__, "1700000000"]
        listed = json.loads(opened.read(names["sboms/sbom.cdx.json"]))
        parts = {part["name"]: part for part in listed["components"]}
        assert {"Inter", "JetBrains Mono", "Noto Sans CJK SC", "MNI152 T1 template"} <= parts.keys()
        carried = {file["name"] for part in parts.values() for file in part["components"]}
        assert carried <= set(opened.namelist())
        fonts = {name for name in opened.namelist() if name.endswith((".otf", ".ttf"))}
        assert fonts
        assert fonts <= carried
        assert "README.md" not in names


def test_an_installed_wheel_knows_its_version_and_its_own_licence(built: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(built[".whl"]) as opened:
        opened.extractall(tmp_path)
    asked = "import convgui; from convgui.files.licences import own; print(convgui.__version__); print(own().text)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    version, _, text = done.stdout.partition("\n")
    assert version == __version__
    assert text.strip() == (facts.ROOT / "LICENSE").read_text(encoding="utf-8").strip()


def test_a_wheel_made_from_the_source_distribution_is_the_same(built: dict[str, Path], tmp_path: Path) -> None:
    with tarfile.open(built[".gz"]) as opened:
        # Debian 12's Python 3.11.2 has no filters yet, and newer ones warn without.
        opened.extraction_filter = getattr(tarfile, "data_filter", None)
        opened.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    again = build(folder, "wheel", SOURCE_DATE_EPOCH="1700000000")
    assert again[".whl"].read_bytes() == built[".whl"].read_bytes()


def test_files_without_a_history_are_dated_by_what_they_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(facts, "ROOT", tmp_path)
    monkeypatch.setattr(facts, "WRITTEN", tmp_path / "VERSION")
    with pytest.raises(SystemExit, match="set SOURCE_DATE_EPOCH"):
        facts.moment()
    (tmp_path / "VERSION").write_text("1.2.3\n1700000000\n", encoding="utf-8")
    assert facts.moment() == 1_700_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert facts.moment() == 5
