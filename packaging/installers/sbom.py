"""The list of what a program is made of (SBOM), as CycloneDX writes it.

Standard library alone, for the wheel is built where nothing else is installed than what hatchling needs.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "sbom.cdx.json"
"""What the file is called inside an installer."""
_SPECIFICATION = "1.6"
_PROGRAM = "convgui"


@dataclass(frozen=True)
class Component:
    """Something that is carried.

    Attributes
    ----------
    name, version : str
        What it is, and which; the version is "" where it has none.
    terms : str
        An SPDX expression, or what its makers call their licence.
    files : Mapping[str, str]
        The SHA-256 of each of its files, by the file's path in what is carried.
    purl : str
        Its package URL; "" where no package is meant.
    kind : str
        CycloneDX's word: library, data, platform ...
    """

    name: str
    version: str
    terms: str
    files: Mapping[str, str] = field(default_factory=dict)
    purl: str = ""
    kind: str = "library"


SHIPPED = (
    ("Inter", "3.019", "OFL-1.1", "fonts/Inter-*.otf"),
    ("JetBrains Mono", "2.242", "OFL-1.1", "fonts/JetBrainsMono-*.ttf"),
    ("Noto Sans CJK SC", "2.004", "OFL-1.1", "fonts/NotoSansCJKsc-*.otf"),
    ("Sample pictures", "", "CC0-1.0 AND LicenseRef-public-domain", "samples/*.png"),
    ("Rocket", "", "LicenseRef-public-domain", "samples/*.jpg"),
    ("P-Net of facenet-pytorch", "2.6.0", "MIT", "networks/pnet.pt"),
    ("Basic Pitch", "0.4.0", "Apache-2.0", "networks/basic_pitch.onnx"),
    ("Silero VAD", "6.2.3", "MIT", "networks/silero_vad_16k.safetensors"),
    ("MNI152 T1 template", "2009a", "LicenseRef-MNI-template AND BSD-3-Clause", "samples/*.nii.gz"),
)
"""What lies in resources/ and was made by others: name, version, licence, files."""


def shipped(resources: Path, prefix: str) -> list[Component]:
    """Return the fonts and samples of a folder of resources, their files named from `prefix` on."""
    found = []
    for name, version, terms, pattern in SHIPPED:
        files = {f"{prefix}{path.relative_to(resources).as_posix()}": digest(path) for path in resources.glob(pattern)}
        found.append(Component(name, version, terms, files, kind="data"))
    return found


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def document(version: str, moment: int, carried: Iterable[Component]) -> str:
    """Write the list for one form of the program; the same content gives the same bytes.

    Parameters
    ----------
    version : str
        The program's.
    moment : int
        The second that dates it.
    carried : iterable of Component
        What it is made of besides itself.
    """
    root = f"{_PROGRAM}@{version}"
    parts = [_entry(each) for each in sorted(carried, key=lambda each: (each.name.lower(), each.version))]
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": _SPECIFICATION,
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": _PROGRAM,
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": root, "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(body, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{serial}", **body}, ensure_ascii=False, indent=1) + "\n"


def _entry(component: Component) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": component.kind, "bom-ref": f"{component.name}@{component.version}"}
    entry["name"] = component.name
    if component.version:
        entry["version"] = component.version
    if component.terms:
        entry["licenses"] = _licences(component.terms)
    if component.purl:
        entry["purl"] = component.purl
    if component.files:
        entry["components"] = [_file(path, found) for path, found in sorted(component.files.items())]
    return entry


def _file(path: str, found: str) -> dict[str, Any]:
    return {"type": "file", "bom-ref": path, "name": path, "hashes": [{"alg": "SHA-256", "content": found}]}


def _licences(terms: str) -> Sequence[Mapping[str, Any]]:
    """Return a licence as an SPDX expression where it is one, and by its name where it is not."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return [{"expression": str(canonicalize_license_expression(terms))}]
    except InvalidLicenseExpression:
        return [{"license": {"name": terms}}]
