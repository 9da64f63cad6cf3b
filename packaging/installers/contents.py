"""What the frozen program carries, and what PyInstaller would carry for nothing. Pure: the spec applies it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

EXCLUDED_MODULES = (
    "tkinter",
    "PIL.ImageTk",
    "PIL._imagingtk",
    "PIL._avif",
    "PIL._imagingcms",
    "PIL._imagingft",
    "PySide6.QtTest",
    "setuptools",
    "pkg_resources",
    "hatchling",
    "PyInstaller",
    "lib2to3",
    "ensurepip",
    "idlelib",
    "test",
    "sqlite3",
    "_ssl",
    "ssl",
    # Python has checksums of its own; with these come five megabytes of OpenSSL.
    "_hashlib",
    "readline",
    "_curses",
    "numpy.f2py",
    "numpy.tests",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pydicom.data.test_files",
)
"""Modules that nothing in the program imports. (Without pydoc pyqtgraph does not start, so that stays.)"""

LANGUAGES = ("zh_CN",)
"""What the program speaks besides English; Qt's own words come along in these. As in resources/translations."""

HIDDEN_MODULES = ("pyqtgraph.opengl", "pyqtgraph.opengl.shaders")
"""Modules that are imported by a name computed at run time."""

RESOURCES = ("fonts", "icons", "lessons", "samples")
"""What the program must find in resources/; whatever else is there comes along, except LEFT_OUT."""
LEFT_OUT = ("readme",)
"""Folders of resources/ that only the README shows."""

# Plug-ins that the program never uses: Pillow and tifffile read pictures, Qt only icons and what is on the clipboard.
_QT_PLUGINS = (
    "egldeviceintegrations",
    "generic",
    "imageformats/qicns",
    "imageformats/qtga",
    "imageformats/qtiff",
    "imageformats/qwbmp",
    "imageformats/qwebp",
    "networkinformation",
    "platforminputcontexts/qtvirtualkeyboard",
    "platforms/qeglfs",
    "platforms/qlinuxfb",
    "platforms/qminimalegl",
    "platforms/qvkkhrdisplay",
    "platforms/qvnc",
    "platforms/qdirect2d",
    "platformthemes/qgtk3",
    "qmltooling",
    "tls",
    "virtualkeyboard",
)
_QT_PARTS = (
    "Qt(6|)(Network|Qml|QmlMeta|QmlModels|QmlWorkerScript|Quick|QuickWidgets|VirtualKeyboard|VirtualKeyboardQml)"
    "(?![A-Za-z])"
    "|Qt6EglF[Ss]|Qt(6|)Pdf"
)
# Libraries that every Linux with a desktop has, and that have to be its own: the drivers of OpenGL are loaded beside
# libstdc++, the fonts follow fontconfig's files, GLib and D-Bus talk to services of the same version.
_SYSTEM = (
    r"lib(stdc\+\+|gcc_s|glib-2\.0|gthread-2\.0|gobject-2\.0|gio-2\.0|gmodule-2\.0|dbus-1|systemd|fontconfig|freetype"
    r"|expat|X11|X11-xcb|Xau|Xdmcp|uuid|z|drm|gbm|selinux|mount|blkid|cap|gcrypt|gpg-error|xkbcommon|com_err)\.so"
)
_NEVER = r"lib(gtk-3|gdk-3|gdk_pixbuf|pango|cairo|atk|krb5|gssapi_krb5|k5crypto|cups|avif)[-.\w]*\.so"

_DROPPED = re.compile(
    r"(^|/)(?:"
    + "|".join(f"plugins/{plugin}".replace("/", "/(?:lib)?") for plugin in _QT_PLUGINS)
    + rf"|(lib)?({_QT_PARTS})|{_NEVER})"
)
# Libraries that came in a wheel keep their own folder and their hashed names; only loose ones are the system's.
_LOOSE = re.compile(rf"^{_SYSTEM}")
_TRANSLATION = re.compile(rf"(^|/)translations/(?!qtbase_({'|'.join(LANGUAGES)})\.)[^/]+\.qm$")
# RECORD, which is what pip has installed, has sums of commands that name the folder they are in: with it no two
# builds were the same.
_UNREAD = re.compile(
    r"(^|/)(tests|test_files|examples)/|^pyqtgraph/icons/peegee/|\.po$|^convgui/.*\.md$|\.dist-info/RECORD$"
)


def carried(destination: str) -> bool:
    """Tell whether a file goes into the frozen program; `destination` is its path there."""
    path = PurePosixPath(destination.replace("\\", "/"))
    text = str(path)
    if any(found.search(text) for found in (_DROPPED, _TRANSLATION, _UNREAD)):
        return False
    return not (len(path.parts) == 1 and _LOOSE.search(text))


def resource_folders(names: Iterable[str]) -> list[str]:
    """Return the folders of resources/ that are carried, out of those that are there.

    Raises
    ------
    ValueError
        If one that the program needs is missing.
    """
    present = sorted(set(names) - set(LEFT_OUT))
    missing = sorted(set(RESOURCES) - set(present))
    if missing:
        raise ValueError(f"resources/ lacks {', '.join(missing)}, which the program cannot do without.")
    return present
