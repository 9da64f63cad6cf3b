"""What the installers are made from: the parts that can be checked without building one."""

from __future__ import annotations

import plistlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from convgui.files.licences import DISTRIBUTIONS
from installers import appimage, contents, debian, facts, freezing, icons, libraries, linux, macos, rpm, windows
from installers.licences import BUILD_ONLY
from installers.running import BuildError

PROJECT = (facts.ROOT / "pyproject.toml").read_text(encoding="utf-8")
SCRIPT = windows.SCRIPT.read_text(encoding="utf-8")
LOCKS = {
    name: (facts.PACKAGING / f"{name}.txt").read_text(encoding="utf-8")
    for name in ("requirements", "build-requirements")
}


def locked(name: str) -> dict[str, set[str]]:
    """Return the versions that a lock names, by distribution; there may be one for each Python."""
    found: dict[str, set[str]] = {}
    for distribution, version in re.findall(r"^([a-z0-9-]+)==([\w.]+)", LOCKS[name], re.MULTILINE):
        found.setdefault(distribution, set()).add(version)
    return found


# --- the locks ---


def test_the_build_lock_names_no_host_and_hashes_everything() -> None:
    text = LOCKS["build-requirements"]
    assert not re.search(r"https?:|file:|--index|--find-links|--extra-index|@ ", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_installers_carry_the_versions_that_the_tests_ran_with() -> None:
    tested, carried = locked("requirements"), locked("build-requirements")
    both = tested.keys() & carried.keys()
    assert {"numpy", "pyside6-essentials", "pyqtgraph", "pillow", "pydicom", "pyopengl"} <= both
    assert all(carried[name] == tested[name] for name in both)


def test_the_licence_of_everything_locked_is_collected() -> None:
    # PyInstaller's own licence is collected for the starter that it puts in front.
    tools = {"altgraph", "hatchling", "macholib", "packaging", "pathspec", "pefile", "pluggy", "pyinstaller"}
    tools |= {"pyinstaller-hooks-contrib", "pywin32-ctypes", "setuptools", "tomli", "tomlkit", "trove-classifiers"}
    known = {name.lower() for name in DISTRIBUTIONS}
    assert locked("build-requirements").keys() - tools == known - set(BUILD_ONLY)


def test_gpl_video_stays_out() -> None:
    assert "av" not in locked("build-requirements")
    assert '"convgui[volumes,gl]"' in re.findall(r"^package = .*$", PROJECT, re.MULTILINE)[0]


# --- the frozen program's contents ---


@pytest.mark.parametrize(
    "destination",
    [
        "libQt6Core.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "PySide6/Qt/lib/libQt6OpenGLWidgets.so.6",
        "PySide6/QtWidgets.abi3.so",
        "pillow.libs/libfreetype-57f805ba.so.6.20.6",
        "libxcb-cursor.so.0",
        "resources/samples/astronaut.png",
        "resources/translations/zh_CN.mo",
    ],
)
def test_what_the_program_needs_is_carried(destination: str) -> None:
    assert contents.carried(destination)


@pytest.mark.parametrize(
    "destination",
    [
        "libstdc++.so.6",
        "libfontconfig.so.1",
        "libgtk-3.so.0",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6\\plugins\\tls\\qschannelbackend.dll",
        "PySide6/Qt/lib/libQt6Network.so.6",
        "PySide6/Qt/lib/QtNetwork.framework/Versions/A/QtNetwork",
        "PySide6\\Qt6Quick.dll",
        "PySide6/Qt/lib/libQt6QmlModels.so.6",
        "PySide6/Qt/translations/qtwebengine_de.qm",
        "PySide6/Qt/translations/qtbase_de.qm",
        "pydicom/data/test_files/CT_small.dcm",
        "resources/translations/zh_CN.po",
        "numpy-2.4.6.dist-info/RECORD",
        "pydicom-3.0.2.dist-info\\RECORD",
    ],
)
def test_what_it_does_not_need_is_left_out(destination: str) -> None:
    assert not contents.carried(destination)


def test_every_folder_of_resources_goes_into_the_frozen_program_and_the_wheel() -> None:
    present = [path.name for path in (facts.ROOT / "resources").iterdir() if path.is_dir()]
    carried = contents.resource_folders(present)
    assert "readme" not in carried
    in_wheel = re.findall(r'^"resources/(\w+)" = "convgui/_resources/(\w+)"$', PROJECT, re.MULTILINE)
    assert sorted(in_wheel) == [(name, name) for name in carried]
    with pytest.raises(ValueError, match="lacks lessons"):
        contents.resource_folders(set(present) - {"lessons"})


def test_qts_own_words_come_in_the_languages_of_the_program() -> None:
    catalogues = (facts.ROOT / "resources" / "translations").glob("*.mo")
    assert sorted(contents.LANGUAGES) == sorted(path.stem for path in catalogues)


def test_an_unresolved_library_fails_the_build() -> None:
    plugins = "/x/lib/python3/site-packages/PySide6/Qt/plugins"
    line = "59 WARNING: Library not found: could not resolve '{}', dependency of '{}'.\n"
    left_out = line.format("libgtk-3.so.0", f"{plugins}/platformthemes/libqgtk3.so")
    freezing.refuse_unresolved("12 INFO: fine\n" + left_out)
    with pytest.raises(BuildError, match=r"could not find libxcb-icccm\.so\.4;"):
        freezing.refuse_unresolved(left_out + line.format("libxcb-icccm.so.4", f"{plugins}/platforms/libqxcb.so"))


# --- what Linux has to bring ---

DUMP = """
Dynamic Section:
  NEEDED               libQt6Core.so.6
  NEEDED               libEGL.so.1
  NEEDED               libc.so.6
  RUNPATH              $ORIGIN

Version References:
  required from libc.so.6:
    0x06969189 0x00 05 GLIBC_2.9
    0x06969196 0x00 04 GLIBC_2.34
  required from libstdc++.so.6:
    0x0297f870 0x00 03 GLIBCXX_3.4.30
"""


def test_packages_ask_for_what_is_not_carried() -> None:
    needs = libraries.asked([DUMP, "  NEEDED   libstdc++.so.6\n"], {"libQt6Core.so.6"})
    assert needs.debian == ["libc6 (>= 2.34)", "libegl1", "libstdc++6 (>= 12)"]
    assert "libEGL.so.1()(64bit)" in needs.rpm
    assert "libc.so.6(GLIBC_2.34)(64bit)" in needs.rpm


def test_a_library_that_nobody_knows_fails_the_build() -> None:
    with pytest.raises(BuildError, match=r"libodd\.so\.1"):
        _ = libraries.asked(["  NEEDED   libodd.so.1\n"]).debian


def test_libraries_that_only_left_out_ones_wanted_go_too() -> None:
    asked = {"program": ["liba"], "liba": [], "libb": ["libc"], "libc": []}
    assert libraries.unneeded(asked, {"liba", "libb", "libc"}) == {"libb", "libc"}


# --- Linux's desktop ---


def test_the_desktop_entry_opens_documents() -> None:
    lines = (linux.SOURCES / "convgui.desktop").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    entry = dict(line.split("=", 1) for line in lines[1:])
    assert entry["Exec"] == "convgui %f"
    assert entry["Icon"] == "convgui"
    assert entry["Terminal"] == "false"
    assert facts.MIME_TYPE in entry["MimeType"].split(";")


def test_the_mime_type_and_the_metainfo_agree_with_the_rest() -> None:
    files = linux.desktop_files()
    mime = ET.fromstring(files[linux.SHARE / "mime/packages/convgui.xml"])
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = mime.find(f"{space}mime-type")
    assert kind is not None
    assert kind.get("type") == facts.MIME_TYPE
    assert [glob.get("pattern") for glob in kind.iter(f"{space}glob")] == [f"*{facts.ENDING}"]
    about = ET.fromstring(files[linux.SHARE / f"metainfo/{facts.IDENTIFIER}.metainfo.xml"])
    assert about.findtext("id") == facts.IDENTIFIER
    assert about.findtext("launchable") == "convgui.desktop"
    assert [release.get("version") for release in about.iter("release")] == [facts.package_version()]


def test_debian_and_rpm_are_told_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    control = dict(line.split(": ", 1) for line in debian.control_file(["libc6"], 2048).splitlines() if line[0] != " ")
    assert control["Version"] == debian.version()
    assert control["Installed-Size"] == "2"
    assert control["Architecture"] == "amd64"
    recipe = rpm.recipe(Path("/tree"), ["libEGL.so.1()(64bit)", "libGL.so.1()(64bit)"])
    assert "Requires: libEGL.so.1()(64bit), libGL.so.1()(64bit), hicolor-icon-theme" in recipe.splitlines()
    assert f"Version: {facts.package_version()}" in recipe.splitlines()


def test_only_appimages_runtime_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    places = [tmp_path / "build", tmp_path / "cache" / "appimage"]
    monkeypatch.setattr(appimage, "usual_places", lambda: iter([place / appimage.file_name() for place in places]))
    with pytest.raises(BuildError, match=r"--runtime FILE, or put runtime-aarch64 into one of .*build"):
        appimage.runtime(None)
    (tmp_path / "other").write_bytes(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00")
    with pytest.raises(BuildError, match="is not a type-2 runtime"):
        appimage.runtime(tmp_path / "other")
    with pytest.raises(BuildError, match="is not a type-2 runtime"):
        appimage.runtime(tmp_path / "missing")
    start = b"\x7fELF\x02\x01\x01\x00AI\x02"
    places[1].mkdir(parents=True)
    (places[1] / "runtime-aarch64").write_bytes(start)
    assert appimage.runtime(None) == start


def test_both_processors_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for machine, names in (("x86_64", ("amd64", "x86_64")), ("aarch64", ("arm64", "aarch64"))):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        assert linux.machine() == names
    for linker in ("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"):
        needs = libraries.asked([f"  NEEDED   {linker}\n  NEEDED   libGL.so.1\n"])
        assert needs.debian == ["libc6", "libgl1"]
        assert needs.rpm == ["libGL.so.1()(64bit)"]
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(BuildError, match="riscv64"):
        linux.machine()


@pytest.mark.parametrize("places", ["/root/.pyenv/versions/3.11.7/lib", "$ORIGIN/../lib:/opt/x"])
def test_no_library_looks_into_a_folder_of_the_build_machine(places: str) -> None:
    libraries.refuse_own_folders(Path("a.so"), "  RUNPATH              $ORIGIN:$ORIGIN/../lib\n")
    for word in ("RPATH", "RUNPATH"):
        with pytest.raises(BuildError, match=r"a\.so looks for libraries in /"):
            libraries.refuse_own_folders(Path("a.so"), f"  {word}              {places}\n")


# --- Windows ---


def section(name: str) -> str:
    """Return a section of the NSIS script."""
    return SCRIPT.split(f'Section "{name}"')[1].split("SectionEnd")[0]


def test_windows_uninstaller_takes_away_what_was_installed() -> None:
    install, uninstall = section("Install"), section("Uninstall")
    for name in (*windows.KNOWN, "uninstall.exe"):
        assert f'"$INSTDIR\\{name}"' in uninstall
    for shortcut in re.findall(r"CreateShortcut (\S+)", install):
        assert f"Delete {shortcut}" in uninstall
    keys = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', install))
    assert len(keys) >= 5
    removed = re.findall(r'DeleteRegKey HKCU "([^"]+)"', uninstall)
    assert all(any(key.startswith(gone) for gone in removed) for key in keys)
    assert 'RMDir /r "$INSTDIR"' not in SCRIPT
    assert "Target amd64-unicode" in SCRIPT


def test_windows_payload_holds_what_the_uninstaller_knows(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"lacks convgui-cli\.exe, convgui\.exe"):
        windows.check(tmp_path)
    for name in windows.PROGRAMS:
        (tmp_path / name).touch()
    windows.check(tmp_path)
    (tmp_path / "stray.txt").touch()
    with pytest.raises(BuildError, match=r"stray\.txt"):
        windows.check(tmp_path)


# --- macOS ---


def test_macos_knows_the_document() -> None:
    plist = plistlib.loads(plistlib.dumps(macos.info_plist()))
    (kind,) = plist["UTExportedTypeDeclarations"]
    assert kind["UTTypeTagSpecification"]["public.filename-extension"] == ["convgui"]
    assert plist["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert plist["CFBundleShortVersionString"] == facts.release()
    assert plistlib.loads(macos.ENTITLEMENTS.read_bytes())


# --- the icon ---


def test_the_icon_keeps_to_the_pixels_of_the_smallest_size(tmp_path: Path) -> None:
    small = icons.drawn(16)
    # The frame, an input cell, the output cell: flat colours, not mixed with their neighbours.
    assert [small.getpixel(at) for at in ((2, 2), (4, 4), (12, 12))] == [
        (0xF5, 0xA8, 0x00, 255),
        (0x56, 0xB4, 0xE9, 255),
        (0x2F, 0xCB, 0x8E, 255),
    ]
    assert icons.ico(tmp_path / "a.ico").read_bytes()[:4] == b"\0\0\1\0"
    assert icons.icns(tmp_path / "a.icns").read_bytes()[:4] == b"icns"
