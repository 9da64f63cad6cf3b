"""The .rpm, for Fedora, openSUSE and others."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path

from installers import facts, libraries, linux
from installers.running import run, tool


def package(folder: Path) -> Path:
    """Make an .rpm of a frozen program and return it."""
    tree = linux.stage(folder)
    top = facts.BUILD / "rpm"
    shutil.rmtree(top, ignore_errors=True)
    specification = top / "convgui.spec"
    linux.written(specification, recipe(tree, libraries.needs(folder).rpm).encode())
    machine = linux.machine()[1]
    built = ["--define", f"_topdir {top}", "--target", machine, "--buildroot", str(top / "root")]
    run([tool("rpmbuild", "rpm"), "-bb", *built, str(specification)])
    target = facts.DIST / f"convgui-{facts.package_version()}-1.{machine}.rpm"
    shutil.copy(top / "RPMS" / machine / target.name, target)
    return linux.finished(target)


def recipe(tree: Path, asked: Sequence[str]) -> str:
    """Return what rpmbuild is told; the tree is packed as it is, nothing is compiled, stripped or searched."""
    files = [f"/{path.relative_to(tree)}" for path in sorted((tree / linux.SHARE).rglob("*")) if path.is_file()]
    header = {
        "Name": facts.NAME,
        "Version": facts.package_version(),
        "Release": "1",
        "Summary": facts.SUMMARY,
        "License": facts.LICENCES,
        "Vendor": facts.PUBLISHER,
        "Packager": facts.MAINTAINER,
        "URL": facts.page("Homepage"),
        "AutoReqProv": "no",
        # It owns the folders that the icons lie in.
        "Requires": ", ".join([*asked, "hicolor-icon-theme"]),
    }
    return "\n".join(
        [
            "%global __os_install_post %{nil}",
            "%global debug_package %{nil}",
            "%global _binary_payload w6T0.xzdio",
            "%global _build_id_links none",
            "%global _buildhost localhost",
            "%global use_source_date_epoch_as_buildtime 1",
            "%global clamp_mtime_to_source_date_epoch 1",
            *(f"{name}: {value}" for name, value in header.items()),
            "%description",
            *textwrap.wrap(facts.DESCRIPTION, 78),
            "%install",
            f"mkdir -p '%{{buildroot}}' && cp -a '{tree}/usr' '%{{buildroot}}/'",
            "%files",
            "%defattr(-,root,root)",
            "/usr/lib/convgui",
            "/usr/bin/convgui",
            f"%dir /{linux.DOCUMENTS}",
            *files,
            "",
        ]
    )
