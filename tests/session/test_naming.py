"""A file that something is exported to is called like what it is of, and what was done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.files.lessons import load_lesson
from convgui.layers import choices
from convgui.layers.presets import preset
from convgui.model.document import Document
from convgui.session.edits import change_kernel
from convgui.session.naming import export_name


def photo(document: Document, name: str = "photo.jpg") -> Document:
    return replace(document, lesson=None, sample=replace(document.sample, name=name))


def test_an_output_says_which_kernel_made_it() -> None:
    document = load_lesson("sobel-photo")
    own = photo(change_kernel(document, lambda _: preset("sobel-x").weights(), every_channel=True))
    assert export_name(own, "seen") == export_name(own, "array") == "photo_sobel-x"
    assert export_name(own, "picture") == "photo_slide"
    assert export_name(own, "model") == "photo"
    changed = change_kernel(own, lambda kernel: kernel + np.pi, every_channel=True)
    assert export_name(changed, "seen") == "photo_convolution"
    assert export_name(document, "picture") == document.lesson.title if document.lesson else ""


@pytest.mark.parametrize(("kind", "wanted"), [("max-pool", "max-pooling"), ("relu", "relu")])
def test_an_output_says_which_layer_made_it(kind: str, wanted: str) -> None:
    document = photo(load_lesson("single-channel"))
    layer = next(entry for entry in choices() if entry.id == kind).build(document.sample.data.shape)
    assert export_name(replace(document, layers=(layer,)), "seen") == f"photo_{wanted}"
