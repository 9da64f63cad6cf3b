"""A damaged catalogue is one sentence, and the language stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from convgui.files import LoadError, translations
from convgui.files.resources import resource
from convgui.words import language, tr


def damaged() -> list[bytes]:
    whole = (resource("translations") / "zh_CN.mo").read_bytes()
    rng = np.random.default_rng(1)
    found = [b"", b"junk", whole[:10], whole[: len(whole) // 2], whole[:28] + b"\xff" * 400]
    for _ in range(60):
        torn = np.frombuffer(whole, np.uint8).copy()
        torn[rng.integers(0, 3000, 40)] = rng.integers(0, 256, 40)
        found.append(torn.tobytes())
    return [*found, whole.replace(b"charset=UTF-8", b"charset=XXX-9"), whole.replace(b"nplurals=1", b"nplurals=}")]


def tried() -> str:
    """Speak the language and English again; returns what was wrong."""
    try:
        translations.speak_language("zh_CN")
    except LoadError as error:
        return str(error) if language() == "en" else "and the language is another"
    finally:
        translations.speak_language("en")
    return ""


@pytest.mark.fault
def test_damaged_catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "resource", lambda *_: tmp_path)
    refused = 0
    for content in damaged():
        (tmp_path / "zh_CN.mo").write_bytes(content)
        said = tried()
        refused += bool(said)
        assert not said or "zh_CN.mo cannot be opened" in said
    assert refused >= 6


@pytest.mark.fault
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_no_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "resource", lambda *_: tmp_path)
    os.mkfifo(tmp_path / "zh_CN.mo")
    with pytest.raises(LoadError, match="not a regular file"):
        translations.speak_language("zh_CN")


@pytest.mark.fault
def test_a_translation_with_other_names_is_the_sentence_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def gettext(self, _: str) -> str:
            return "{missing} {0} {"

        def ngettext(self, *_: object) -> str:
            return "{missing}"

    monkeypatch.setattr("convgui.words._spoken.translations", Wrong())
    assert tr("Step {n}", n=3) == "Step 3"
