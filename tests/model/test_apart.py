"""How far apart cells lie: products of strides and sizes of cells stay within the numbers there are, or are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.draw.theme import LIGHT
from convgui.files.documents import read_document, write_document
from convgui.files.errors import LoadError, UnreadableError
from convgui.files.load import load
from convgui.layers.pooling import Pool
from convgui.layers.rearrange import Rearrange
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.geometry import output_geometry
from convgui.model.limits import MOST_APART, check_document
from convgui.model.sample import Sample
from convgui.scenes import scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw, reason_against
from convgui.session import edits
from convgui.session.formulas import stack_totals
from convgui.session.pasted import parse, put
from convgui.session.stack import add_layer
from tests.documents import textbook

GRID = Document(Sample(np.arange(400.0).reshape(1, 20, 20), "grid"), textbook().layers, View())
LONG = "nn.Conv2d(1, 1, 1, stride={})"


def drawn_everywhere(document: Document) -> int:
    count = 0
    for shown in scenes():
        looked = document.with_view(replace(document.view, scene=shown.id))
        if not reason_against(shown, looked):
            assert draw(shown, looked, Canvas(880, 640, LIGHT)).items
            count += 1
    return count


@pytest.mark.parametrize("count", [2, 53, 60])
@pytest.mark.parametrize("line", [LONG.format(1_000_000), "nn.MaxPool2d(1, stride=1000000)"])
def test_strides_that_multiply_beyond_all_sense_are_refused(line: str, count: int) -> None:
    with pytest.raises(ValueError, match=r"cells of the input apart.*up to 1,000,000,000 can be told"):
        put(GRID, parse("\n".join([line] * count)))


def test_up_to_the_limit_every_scene_and_panel_shows_it() -> None:
    document, _ = put(GRID, parse("\n".join([LONG.format(1_000_000), LONG.format(1_000)])))
    for layer in (0, 1):
        chosen = document.with_view(replace(document.view, layer=layer))
        assert drawn_everywhere(chosen) > 5
        assert stack_totals(chosen)
        assert output_geometry(chosen, layer + 1).spacing[0] in (1e6, MOST_APART)


def test_enlarging_and_cutting_again_and_again_is_refused() -> None:
    tiny = replace(GRID, sample=Sample(np.ones((1, 1, 1)), "tiny"))
    lines = ["nn.Upsample(scale_factor=64)", "nn.MaxPool2d(64, stride=1)"] * 8
    with pytest.raises(ValueError, match=r"cells on one of the input"):
        put(tiny, parse("\n".join(lines)))


def test_every_edit_asks() -> None:
    document, _ = put(GRID, parse("\n".join([LONG.format(1_000_000), LONG.format(1_000)])))
    document = document.with_view(replace(document.view, layer=1))
    with pytest.raises(SpecError, match="would not fit"):
        edits.change_spec(document, stride=1_001)
    wider = edits.change_spec(document, padding=256)
    wider = edits.change_spec(wider, stride=256)
    assert wider.shapes[-1] == (1, 3, 3)
    for _ in range(2):
        wider = edits.change_spec(add_layer(wider, "convolution"), kernel_size=(1, 1), padding=1)
    with pytest.raises(SpecError, match="would not fit"):
        edits.change_spec(wider, stride=4)


def test_a_document_of_such_layers_is_neither_written_nor_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = replace(GRID, layers=(Pool("max", (1, 1), (1_000_000,) * 2, (0, 0)),) * 3)
    with pytest.raises(SpecError, match="can be told"):
        check_document(document)
    with pytest.raises(UnreadableError):
        write_document(document, tmp_path / "a.convgui")
    monkeypatch.setattr("convgui.model.limits.MOST_APART", 10**30)
    write_document(document, tmp_path / "a.convgui")
    monkeypatch.undo()
    with pytest.raises(LoadError, match="does not fit its input"):
        read_document(tmp_path / "a.convgui")


@pytest.mark.parametrize("fields", ["spacings: 1e308 1e308 1e308", "spacings: 1e-320 1 1"])
def test_a_file_whose_cells_have_no_length_says_so(fields: str, tmp_path: Path) -> None:
    head = f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 5 5\n{fields}\nencoding: raw\nendian: little\n\n"
    (tmp_path / "a.nrrd").write_bytes(head.encode() + bytes(range(125)))
    sample = load(tmp_path / "a.nrrd")
    assert sample.spacing == (1.0, 1.0, 1.0)
    assert set(sample.units) == {"px"}
    assert "no length" in sample.note
    document, _ = put(replace(GRID, sample=sample), parse("nn.Conv3d(1, 1, 1, stride=2)\nnn.ReLU()"))
    assert drawn_everywhere(document.with_view(replace(document.view, layer=1)))


def test_directions_beyond_all_numbers_are_damaged(tmp_path: Path) -> None:
    turns = "space: left-posterior-superior\nspace directions: (1e308,0,0) (0,1e308,0) (0,0,1e308)\n"
    head = f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 5 5\n{turns}encoding: raw\nendian: little\n\n"
    (tmp_path / "a.nrrd").write_bytes(head.encode() + bytes(range(125)))
    assert load(tmp_path / "a.nrrd").spacing == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("size", [1e-31, 1e31, 0.0, np.inf, np.nan])
def test_a_sample_has_cells_of_some_length(size: float) -> None:
    with pytest.raises(ValueError, match="spacing of a sample"):
        Sample(np.ones((1, 2, 2)), "a", spacing=(1.0, size))


@pytest.mark.parametrize("shape", [(1, 4), (1, 4, 3), (2, 3, 2, 4)])
def test_behind_a_layer_that_swaps_axes_every_scene_shows_the_next(shape: tuple[int, ...]) -> None:
    layers = (Rearrange.axes_swapped(shape), ReLU(), Upsample((2,) * (len(shape) - 1)))
    document = Document(Sample(np.arange(float(np.prod(shape))).reshape(shape), "t"), layers, View(layer=1))
    assert min(output_geometry(document, 1).spacing) > 0
    for layer in (1, 2):
        assert drawn_everywhere(document.with_view(replace(document.view, layer=layer))) or len(shape) > 3
