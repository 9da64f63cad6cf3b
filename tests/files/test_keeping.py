"""Every kind of number is kept exactly, inside a document and outside it; JSON is written in one place."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convgui
from convgui.files import LoadError, archive, load, recovery
from convgui.files.documents import ENDING, read_document, read_stored_document, write_document
from convgui.files.errors import LoadCancelledError, WriteError
from convgui.files.json_text import json_text
from convgui.files.lessons import load_lesson
from convgui.files.links import link_to
from convgui.files.recovery import RecoverySlot, lost_copies
from convgui.model.sample import Sample
from convgui.session import edits

TYPES = ("?", "i1", "u1", "<i2", ">u2", "<i4", ">u4", "<i8", ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "g")
SHAPES = ((17,), (9, 8), (6, 5, 3), (6, 7, 8))


def numbers(kind: str, shape: tuple[int, ...]) -> Any:
    array = np.random.default_rng(5).integers(0, 2 if kind == "?" else 90, shape).astype(kind)
    if np.dtype(kind).kind == "f":
        array.flat[1], array.flat[2] = np.nan, np.inf
    return array


def about(sample: Sample) -> tuple[object, ...]:
    return sample.data.dtype, sample.data.shape, sample.data.tobytes(), sample.nonfinite, sample.name, sample.units


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", TYPES)
def test_every_type_inside_linked_and_recovered(tmp_path: Path, kind: str, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "a.npy", numbers(kind, shape))
    sample = load(tmp_path / "a.npy")
    if np.dtype(kind).kind == "f":
        assert sample.nonfinite == 2
    document = edits.with_sample(load_lesson("single-channel"), sample)
    path = tmp_path / "a.convgui"
    for links in ({}, {sample: link_to(sample)}, {sample: link_to(sample, quick=True)}):
        write_document(document, path, links=links)
        assert about(read_document(path).sample) == about(sample)
    slot = RecoverySlot.create(tmp_path / "recovery")
    slot.save(document)
    assert about(read_document(slot.path).sample) == about(sample)
    slot.discard()


@pytest.mark.fault
def test_a_copy_that_is_stopped_is_not_written_and_the_next_one_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "EMBED_UP_TO", 0)
    np.save(tmp_path / "a.npy", numbers("<f4", (9, 8)))
    document = edits.with_sample(load_lesson("single-channel"), load(tmp_path / "a.npy"))
    slot = RecoverySlot.create(tmp_path / "recovery")
    with pytest.raises(LoadCancelledError):
        slot.save(document, cancel=lambda: True)
    assert not slot.path.exists()
    slot.save(document)
    assert read_stored_document(slot.path).linked
    slot.discard()


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((5, 5), complex))
    with pytest.raises(LoadError, match="complex numbers"):
        load(tmp_path / "a.npy")


SCALARS = (np.bool_(1), *(np.dtype(kind).type(3) for kind in TYPES if kind != "?"))


@pytest.mark.parametrize("scalar", SCALARS, ids=lambda scalar: type(scalar).__name__)
def test_a_scalar_of_numpy_is_a_number(scalar: object) -> None:
    assert json_text({"a": [scalar], "b": (scalar,)}, None) in (
        '{"a": [3], "b": [3]}', '{"a": [3.0], "b": [3.0]}', '{"a": [true], "b": [true]}'
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [np.ones(2), Path("a"), {1: 2}, {1, 2}, b"a", 1j, object()], ids=lambda w: type(w).__name__
)
def test_what_json_does_not_hold_is_refused_with_its_place(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"^content\.a\[1\] "):
        json_text({"a": [1, wrong]})


def test_no_number_that_json_does_not_know() -> None:
    for number in (np.nan, np.float32(np.inf)):
        with pytest.raises(ValueError, match="JSON"):
            json_text([number])


def test_json_is_written_in_one_place() -> None:
    root = Path(convgui.__file__).parent
    writers = re.compile(r"\bjson\.(dump|dumps|JSONEncoder)\b|from json import")
    found = [path.name for path in root.rglob("*.py") if writers.search(path.read_text(encoding="utf-8"))]
    assert found == ["json_text.py"]


@pytest.mark.skipif(os.name != "posix", reason="needs names of bytes")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.npy"))
    np.save(path, np.ones((9, 9)))
    document = edits.with_sample(load_lesson("single-channel"), load(path))
    for links in ({}, {document.sample: link_to(document.sample)}):
        write_document(document, tmp_path / "a.convgui", links=links)
        assert read_document(tmp_path / "a.convgui").sample.source == str(path)


NAN, INF = float("nan"), float("inf")
LOOKS: tuple[dict[str, Any], ...] = (
    {"zoom": np.float64(3)},
    {"zoom": 1e12},
    {"zoom": INF},
    {"levels": (NAN, 1.0)},
    {"levels": (1.0, 1.0)},
    {"centre": (INF, 0.0)},
    {"turn": (NAN, 0.0)},
    {"step": np.int64(3), "layer": np.int64(0)},
)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_no_way_of_looking_prevents_saving(tmp_path: Path, look: dict[str, Any]) -> None:
    document = load_lesson("single-channel")
    write_document(document.with_view(replace(document.view, **look)), tmp_path / "a.convgui")
    assert read_document(tmp_path / "a.convgui").layers[0].title == document.layers[0].title


@pytest.mark.fault
def test_what_could_not_be_opened_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = load_lesson("single-channel")
    path = tmp_path / "a.convgui"
    write_document(document, path)
    before = path.read_bytes()
    for name, most, says in (
        ("LARGEST_TEXT", 100, "notes"),
        ("REFUSE_BYTES", 17 << 20, "GiB"),
        ("MOST_MEMBERS", 2, "arrays"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(archive, name, most)
            big = edits.with_sample(document, Sample(np.ones((1, 600, 600)), "big")) if says == "GiB" else document
            with pytest.raises(WriteError, match=says):
                write_document(big, path)
        assert path.read_bytes() == before


def test_lost_work_is_offered_newest_first(tmp_path: Path) -> None:
    ages = {"b": 300, "d": 20, "a": 4000, "c": 0}
    for name, age in ages.items():
        path = tmp_path / f"{name}{ENDING}"
        write_document(load_lesson("single-channel"), path)
        os.utime(path, (1_700_000_000 - age,) * 2)
    found = lost_copies(tmp_path)
    assert [one.path.stem for one in found] == ["c", "d", "b", "a"]
    assert [one.when for one in found] == sorted((one.when for one in found), reverse=True)
    for one in found:
        one.leave()
