"""The list of what is carried: what it says, and that it is the same for the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from convgui.files.licences import shipped
from installers import bundled, facts, sbom
from installers.bundled import Owner
from installers.running import BuildError
from installers.sbom import Component


def written(*carried: Component) -> dict[str, Any]:
    return dict(json.loads(sbom.document("1.2.3", 1_700_000_000, carried)))


def test_it_says_what_cyclonedx_asks_for() -> None:
    found = written(Component("numpy", "2.4.6", "BSD-3-Clause", {"a/b.so": "ab" * 32}, "pkg:pypi/numpy@2.4.6"))
    assert found["bomFormat"] == "CycloneDX"
    assert found["specVersion"] == "1.6"
    assert found["serialNumber"].startswith("urn:uuid:")
    assert found["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert found["metadata"]["component"]["version"] == "1.2.3"
    (part,) = found["components"]
    assert part["purl"] == "pkg:pypi/numpy@2.4.6"
    assert part["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert part["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert found["dependencies"] == [{"ref": "convgui@1.2.3", "dependsOn": [part["bom-ref"]]}]


@pytest.mark.parametrize(
    ("terms", "listed"),
    [
        ("MIT", [{"expression": "MIT"}]),
        ("LGPL-3.0-only OR GPL-2.0-only", [{"expression": "LGPL-3.0-only OR GPL-2.0-only"}]),
        ("see the text", [{"license": {"name": "see the text"}}]),
        ("BSD License", [{"license": {"name": "BSD License"}}]),
    ],
)
def test_licences_that_are_no_expressions_go_by_their_names(terms: str, listed: list[object]) -> None:
    assert written(Component("a", "1", terms))["components"][0]["licenses"] == listed


def test_the_order_of_what_is_carried_does_not_matter() -> None:
    one, two = Component("a", "1", "MIT", {"x": "0", "y": "1"}), Component("B", "2", "MIT")
    other = Component("a", "1", "MIT", {"y": "1", "x": "0"})
    assert sbom.document("1", 0, [one, two]) == sbom.document("1", 0, [two, other])
    assert sbom.document("1", 0, [one, two]) != sbom.document("1", 0, [one])


def test_every_font_sample_and_network_is_listed_with_its_licence() -> None:
    resources = facts.ROOT / "resources"
    found = sbom.shipped(resources, "resources/")
    listed = {path: digest for each in found for path, digest in each.files.items()}
    suffixes = {".otf", ".ttf", ".png", ".jpg", ".gz", ".pt", ".onnx", ".safetensors"}
    there = [
        path
        for name in ("fonts", "samples", "networks")
        for path in (resources / name).iterdir()
        if path.suffix in suffixes
    ]
    assert listed == {f"resources/{p.parent.name}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in there}
    versions = (resources / "fonts" / "README.md").read_text(encoding="utf-8")
    fonts = [each for each in found if each.terms == "OFL-1.1"]
    assert [each.name for each in fonts if f"| {each.version} |" not in versions or each.name not in versions] == []
    assert {each.name for each in fonts} == {each.name for each in shipped() if each.terms == "OFL-1.1"}


# --- whose what is carried is ---


def tables(work: Path, listed: list[tuple[str, str, str]], packed: list[tuple[str, str, str]]) -> Path:
    work.mkdir()
    (work / "COLLECT-00.toc").write_text(repr((listed,)), encoding="utf-8")
    (work / "PYZ-00.toc").write_text(repr(("x.pyz", packed)), encoding="utf-8")
    return work


def test_files_are_those_that_are_carried_still(tmp_path: Path) -> None:
    folder = tmp_path / "frozen"
    for name in ("convgui", "_internal/a.so", "_internal/resources/b.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    listed = [
        ("convgui", "/build/convgui", "EXECUTABLE"),
        ("a.so", "/lib/a.so", "BINARY"),
        ("pruned.so", "/lib/pruned.so", "BINARY"),
        ("link.so", "a.so", "SYMLINK"),
        ("resources/b.png", "/src/b.png", "DATA"),
    ]
    work = tables(tmp_path / "work", listed, [("json", "/lib/json.py", "PYMODULE"), ("odd", "-", "PYMODULE")])
    found = bundled.files(work, folder)
    assert found == {
        "convgui": Path("/build/convgui"),
        "_internal/a.so": Path("/lib/a.so"),
        "_internal/resources/b.png": Path("/src/b.png"),
    }
    assert list(bundled.modules(work)) == [Path("/lib/json.py")]
    (folder / "_internal/stray.so").touch()
    with pytest.raises(BuildError, match=r"_internal/stray\.so"):
        bundled.files(work, folder)


def test_owners_are_found_on_this_machine() -> None:
    import json as of_python

    import numpy as np

    assert bundled.owner(Path(np.__file__)) == Owner("pypi", "numpy", np.__version__)
    assert bundled.owner(Path(of_python.__file__)) == Owner("python", bundled.PYTHON)
    assert bundled.owner(facts.ROOT / "convgui" / "__init__.py").kind == "own"
    assert bundled.owner(facts.BUILD / "pyinstaller" / "convgui" / "base_library.zip").kind == "python"


def test_what_is_carried_without_its_licence_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {"a.so": Owner("deb", "liba1", "1:2-3"), "b.so": Owner("pypi", "Bee", "4"), "c": Owner("own", "convgui")}
    monkeypatch.setattr(bundled, "owner", lambda source: owners[source.name])
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "debian"})
    for name in owners:
        (tmp_path / name).write_bytes(name.encode())
    origins = {name: Path("/src") / name for name in owners}
    terms = {"liba1": ("1:2-3", "see the text"), "Bee": ("4", "MIT")}
    found = {each.name: each for each in bundled.components(origins, tmp_path, [Path("/src/b.so")], terms)}
    assert found["liba1"].purl == "pkg:deb/debian/liba1@1%3A2-3"
    assert found["Bee"].purl == "pkg:pypi/bee@4"
    assert found["Bee"].files == {"b.so": hashlib.sha256(b"b.so").hexdigest()}
    assert "convgui" not in found
    with pytest.raises(BuildError, match="Bee is carried, but its licence is not"):
        bundled.components(origins, tmp_path, [], {"liba1": ("1", "MIT")})
