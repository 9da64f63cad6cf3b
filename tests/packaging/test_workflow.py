"""The workflow that makes releases: every system by the one command, none waiting for another, nothing that moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

import build
from installers import appimage, facts, linux, macos, windows

PATH = facts.ROOT / ".github" / "workflows" / "installers.yml"
WORKFLOW: dict[Any, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
SAID = {name: "\n".join(str(step.get("run", "")) for step in job["steps"]) for name, job in JOBS.items()}
BUILDERS = ("python", "linux", "windows", "macos")


def test_every_kind_is_built_by_the_one_command() -> None:
    called = {name: re.findall(r"packaging/build\.py ([\w ]+)", text) for name, text in SAID.items()}
    kinds = {kind for lines in called.values() for line in lines for kind in line.split()}
    assert kinds - {"setup"} == {kind for kinds in build.INSTALLERS.values() for kind in kinds}
    assert kinds <= set(build.KINDS)


@pytest.mark.parametrize("name", BUILDERS)
def test_what_is_built_is_tested_and_kept(name: str) -> None:
    steps = JOBS[name]["steps"]
    assert "--self-test" in SAID[name]
    kept = [step for step in steps if "upload-artifact" in step.get("uses", "")]
    assert len(kept) == 1
    assert kept[0]["with"]["if-no-files-found"] == "error"
    assert steps.index(kept[0]) > max(i for i, step in enumerate(steps) if "build.py" in step.get("run", ""))


@pytest.mark.parametrize("name", BUILDERS)
def test_no_system_waits_for_another(name: str) -> None:
    assert "needs" not in JOBS[name]


@pytest.mark.parametrize("name", [name for name, job in JOBS.items() if "strategy" in job])
def test_one_that_fails_stops_none_of_its_kind(name: str) -> None:
    assert JOBS[name]["strategy"]["fail-fast"] is False


@pytest.mark.parametrize("name", ["debian", "fedora", "release"])
def test_what_comes_after_goes_on_without_those_that_failed(name: str) -> None:
    assert "!cancelled()" in JOBS[name]["if"]
    assert "always()" not in JOBS[name]["if"]


def test_the_release_has_everything_with_its_sums() -> None:
    assert set(JOBS["release"]["needs"]) == JOBS.keys() - {"release", "index"}
    assert "sha256sum -- * >SHA256SUMS" in SAID["release"]


def test_actions_are_pinned_by_digest_with_their_version_beside() -> None:
    lines = [line for line in PATH.read_text(encoding="utf-8").splitlines() if re.search(r"uses:.*/", line)]
    assert len(lines) >= 4
    for line in lines:
        assert re.search(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line
    majors = {re.search(r"([\w-]+/[\w-]+)@", line)[1]: int(re.search(r"# v(\d+)", line)[1]) for line in lines}  # type: ignore[index]
    least = {"checkout": 7, "setup-python": 7, "upload-artifact": 7, "download-artifact": 8}
    assert {name: majors[f"actions/{name}"] >= major for name, major in least.items()} == dict.fromkeys(least, True)


def test_no_machine_is_asked_for_that_is_gone() -> None:
    asked = str(JOBS)
    for gone in ("macos-11", "macos-12", "macos-13", "macos-14", "ubuntu-20.04", "windows-2019"):
        assert gone not in asked
    assert JOBS["macos"]["strategy"]["matrix"]["system"] == ["macos-15", "macos-15-intel"]


def test_both_processors_of_linux_are_built_for() -> None:
    entries = JOBS["linux"]["strategy"]["matrix"]["include"]
    assert {entry["machine"] for entry in entries} == set(linux.MACHINES)
    assert all(entry["runner"].endswith("-arm") == (entry["machine"] == "aarch64") for entry in entries)


def test_the_runtime_that_is_fetched_is_the_one_that_is_meant() -> None:
    lines = (linux.SOURCES / "appimage-runtime.sha256").read_text(encoding="utf-8").splitlines()
    known = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert known.keys() == {f"runtime-{machine}" for machine in linux.MACHINES}
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in known.values())
    assert "appimage-runtime.sha256" in SAID["linux"]
    assert "/continuous/" not in SAID["linux"]
    assert facts.BUILD in {place.parent for place in appimage.usual_places()}


def test_signing_is_off_until_its_secrets_are_there() -> None:
    switches = {macos.IDENTITY, windows.SIGNING_COMMAND, linux.SIGNING_KEY}
    assert switches <= set(re.findall(r"CONVGUI_SIGN_\w+", str(WORKFLOW)))
    assert all(switch in str(build.__doc__) for switch in switches)


def test_publishing_is_off_until_it_is_allowed_and_needs_no_password() -> None:
    job = JOBS["index"]
    assert "vars.PUBLISH_TO_INDEX == 'true'" in job["if"]
    assert "startsWith(github.ref, 'refs/tags/v')" in job["if"]
    assert job["permissions"] == {"id-token": "write"}
    assert "secrets" not in str(job)
    assert job["environment"] == "index"


def test_the_version_can_be_read_from_the_tags() -> None:
    found = [step for job in JOBS.values() for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
    assert found
    assert all(step["with"] == {"fetch-depth": 0, "persist-credentials": False} for step in found)
    assert "safe.directory" in SAID["linux"]


def test_the_flatpak_is_this_program() -> None:
    manifest = yaml.safe_load((linux.SOURCES / "flatpak.yml").read_text(encoding="utf-8"))
    assert manifest["id"] == facts.IDENTIFIER
    assert manifest["command"] == facts.NAME
    assert manifest["rename-desktop-file"] == "convgui.desktop"
    (module,) = manifest["modules"]
    assert module["build-commands"][0] == "./install.sh --prefix /app"
    renamed = next(command for command in module["build-commands"] if command.startswith("mv "))
    assert renamed.endswith(f"/{facts.IDENTIFIER}.xml")
