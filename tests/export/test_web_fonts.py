"""Fonts that travel with a picture: what another reader of fonts makes of them is what it makes of ours."""

from __future__ import annotations

import base64
import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from convgui.draw.svg import CHINESE, Face
from convgui.export.web_fonts import font_faces, woff
from convgui.files.resources import resource

WORDS = "Input 3 × 3 − 0.25 Σ"
FILES: dict[Face, tuple[str, str]] = {
    ("Inter", False): ("Inter-Regular.otf", WORDS),
    ("Inter", True): ("Inter-SemiBold.otf", WORDS),
    ("JetBrains Mono", False): ("JetBrainsMono-Regular.ttf", WORDS),
    ("JetBrains Mono", True): ("JetBrainsMono-Bold.ttf", WORDS),
    (CHINESE, False): ("NotoSansCJKsc-Regular.otf", "卷积"),
    (CHINESE, True): ("NotoSansCJKsc-Bold.otf", "卷积"),
}


def written(font: bytes, words: str) -> list[list[int]]:
    """Write words with FreeType, which reads WOFF."""
    paper = Image.new("L", (360, 60))
    ImageDraw.Draw(paper).text((4, 4), words, 255, ImageFont.truetype(BytesIO(font), 28))
    found: list[list[int]] = np.asarray(paper).tolist()
    return found


@pytest.mark.parametrize("face", FILES)
def test_a_packed_font_writes_as_the_font_does(face: Face) -> None:
    name, words = FILES[face]
    font = resource("fonts", name).read_bytes()
    (rule,) = font_faces([face]).splitlines()
    (data,) = re.findall("base64,([^)]*)", rule)
    packed = base64.b64decode(data)
    assert len(packed) < len(font)
    assert f"font-family:'{face[0]}';font-weight:{600 if face[1] else 400}" in rule
    assert int.from_bytes(packed[8:12], "big") == len(packed)
    assert int.from_bytes(packed[16:20], "big") == len(font)
    assert written(packed, words) == written(font, words)
    assert max(map(max, written(font, words))) > 200


def test_tables_that_do_not_shrink_are_kept_as_they_are() -> None:
    noise = np.random.default_rng(1).bytes(41)
    font = b"\0\1\0\0" + (1).to_bytes(2, "big") + bytes(6)
    font += b"glyf" + bytes(4) + (28).to_bytes(4, "big") + (41).to_bytes(4, "big") + noise
    assert noise in woff(font)
