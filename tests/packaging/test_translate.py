"""The catalogues say everything that the program says, in every number form, with the same values."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from convgui.files.pseudo_language import lengthened
from convgui.files.translations import ENGLISH, LANGUAGES, best_language, speak_language
from convgui.words import speak, tr, trn

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != ENGLISH])
def test_every_text_of_the_program_is_translated(script: ModuleType, code: str) -> None:
    path = script.FOLDER / f"{code}.po"
    catalogue = script.read(path)
    assert {message.id for message in catalogue if message.id} == set(script.collected())
    assert list(script.faults(catalogue)) == []
    assert not any(message.fuzzy for message in catalogue if message.id)
    assert path.read_bytes() == script.written(script.updated(catalogue))
    assert path.with_suffix(".mo").read_bytes() == script.compiled(catalogue)


def test_what_is_missing_or_has_other_values_is_found(script: ModuleType) -> None:
    catalogue = Catalog("zh_CN")
    catalogue.add("Step {n} of {all}", "第 {n} 步")
    catalogue.add("Kernel", "")
    catalogue.add("Stride", "步幅", flags=["fuzzy"])
    catalogue.add(("{n} row", "{n} rows"), ("{n} 行",))
    assert [fault.partition(":")[0].partition(" than")[0] for fault in script.faults(catalogue)] == [
        "other values",
        "not translated",
        "not translated",
    ]


def test_texts_inside_f_strings_and_number_forms_are_collected(script: ModuleType) -> None:
    found = script.collected()
    assert "convgui/draw/arithmetic.py" in found["bias"]
    assert ("{n} row", "{n} rows") in found
    assert "resources/lessons/single-channel.json" in found["Single channel"]


def test_a_catalogue_is_spoken() -> None:
    try:
        speak_language("zh_CN")
        assert tr("Kernel") == "卷积核"
        assert trn("{n} row", "{n} rows", 1) == "1 行"
        assert (
            tr("{name} cannot be opened: {reason}; {remedy}.", name="a", reason="b", remedy="c") == "无法打开 a：b；c。"
        )
        speak_language("xx")
        assert trn("{n} row", "{n} rows", 3).startswith("3 róws")
    finally:
        speak()


def test_the_trial_language_is_longer_and_keeps_values_and_letters() -> None:
    text = lengthened("Layer {place} ({title}) would not fit: ")
    assert "{place}" in text
    assert "{title}" in text
    plain = "The output is one channel deep"
    assert 1.35 <= len(lengthened(plain)) / len(plain) <= 1.45
    assert lengthened("&Open…").startswith("&O")
    assert lengthened("1 × 1") == "1 × 1"


def test_the_desktops_languages_choose() -> None:
    assert best_language(["zh-Hans-CN", "en"]) == "zh_CN"
    assert best_language(["zh-Hant-TW", "en"]) == "en"
    assert best_language(["de-DE", "zh-CN"]) == "zh_CN"
    assert best_language(["C"]) == "en"
