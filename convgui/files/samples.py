"""The pictures that ship with convgui; their licences are in resources/samples/LICENSES.md."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from convgui.files.errors import LoadError
from convgui.files.load import load
from convgui.files.resources import resource
from convgui.model.sample import Sample
from convgui.words import tr


@dataclass(frozen=True)
class SampleInfo:
    """A bundled sample, known without opening it.

    Attributes
    ----------
    id : str
        As in ``sample:camera``.
    title : str
        What the user reads.
    path : Path
        The file.
    licence, credit : str
        Under what terms it ships and whom to thank, a sentence.
    """

    id: str
    title: str
    path: Path
    licence: str
    credit: str


def samples() -> tuple[SampleInfo, ...]:
    """Return all bundled samples in the order of a menu."""
    folder = resource("samples")
    entries = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    return tuple(SampleInfo(e["id"], tr(e["title"]), folder / e["file"], e["licence"], e["credit"]) for e in entries)


def load_sample(sample_id: str) -> Sample:
    """Open a bundled sample.

    Raises
    ------
    LoadError
        If there is no sample of that id.
    """
    known = samples()
    for info in known:
        if info.id == sample_id:
            return replace(load(info.path), name=info.title, source=f"sample:{info.id}", note="")
    names = ", ".join(info.id for info in known)
    raise LoadError(f"sample:{sample_id}", tr("no sample has that name"), tr("choose one of {names}", names=names))
