"""macOS: the bundle's property list and the disk image. It can only be built on a Mac; the workflow does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from installers import facts, sbom
from installers.running import run

IDENTITY = "CONVGUI_SIGN_MACOS"
"""The environment variable that names the identity to sign with; without it the bundle is signed ad hoc."""

ENTITLEMENTS = facts.PACKAGING / "macos" / "entitlements.plist"


def info_plist() -> dict[str, Any]:
    """Return what Finder has to know: the kind of document, the type it is known by, and whose program opens it."""
    kind = facts.IDENTIFIER + ".document"
    return {
        "CFBundleName": facts.TITLE,
        "CFBundleDisplayName": facts.TITLE,
        "CFBundleShortVersionString": facts.release(),
        "CFBundleVersion": facts.release(),
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": facts.DOCUMENT,
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [kind],
            },
            {
                "CFBundleTypeName": "Image or volume",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.image", "org.nema.dicom"],
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": kind,
                "UTTypeDescription": facts.DOCUMENT,
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [facts.ENDING.lstrip(".")],
                    "public.mime-type": [facts.MIME_TYPE],
                },
            }
        ],
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": "12.0",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT licence. Qt under the LGPL 3; see About.",
        "NSRequiresAquaSystemAppearance": False,
    }


def disk_image(folder: Path) -> Path:
    """Put the bundle, beside a link to Applications, into a .dmg."""
    target = facts.DIST / f"{facts.NAME}-{facts.version()}-macos-{os.uname().machine}.dmg"
    staged = facts.BUILD / "dmg"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    # Links inside the bundle have to stay links: its signature covers them.
    shutil.copytree(folder.parent / f"{facts.NAME}.app", staged / f"{facts.NAME}.app", symlinks=True)
    (staged / "Applications").symlink_to("/Applications")
    shutil.copy(folder / sbom.NAME, staged)
    made = ["hdiutil", "create", "-volname", facts.TITLE, "-srcfolder", str(staged), "-ov", "-format", "ULFO"]
    run([*made, str(target)])
    identity = os.environ.get(IDENTITY)
    if identity:
        run(["codesign", "--sign", identity, "--timestamp", str(target)])
    return target
