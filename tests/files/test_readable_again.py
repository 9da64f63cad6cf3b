"""What is written can be read again: numbers that no reader takes are refused where they arise, and by the writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core.spec import SpecError
from convgui.files.documents import read_document, write_document
from convgui.files.errors import UnreadableError
from convgui.layers import choices, kinds
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.layer import Layer
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.scale import Scale
from convgui.model import limits
from convgui.model.document import Caption, Document, Lesson, View
from convgui.model.sample import Alpha, Sample
from convgui.session import edits
from convgui.session.pasted import parse, put
from convgui.session.stack import rewritings, rewritten
from tests.documents import textbook

EXTREME = (np.nan, np.inf, -np.inf, 1e400, 1.7976931348623157e308, -1e308, 1e300, 5e-324, 1e-309, 1e-300, 0.0, 1.0)
NUMBERS = st.sampled_from(EXTREME) | st.floats()


def assert_kept(document: Document, path: Path) -> None:
    """Write a document and read it; where it is not written, nothing is there."""
    path.unlink(missing_ok=True)
    try:
        write_document(document, path)
    except UnreadableError:
        assert not path.exists()
        return
    read = read_document(path)
    assert all(one.alike(other) for one, other in zip(read.layers, document.layers, strict=True))
    assert read.sample.data.tobytes() == document.sample.data.tobytes()


@pytest.mark.parametrize("init", ["1e400", "-1e400"])
def test_a_pasted_slope_that_is_infinite_is_refused(init: str) -> None:
    with pytest.raises(ValueError, match="holds numbers that are not finite"):
        put(textbook(), parse(f"nn.PReLU(init={init})"))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_every_edit_of_a_weight_refuses_what_is_not_finite(value: float) -> None:
    document = textbook()
    every: tuple[Callable[[], Document], ...] = (
        lambda: edits.set_bias(document, value),
        lambda: edits.set_tap(document, (0, 0), value, every_channel=False),
        lambda: edits.set_input(document, (0, 0, 0), value),
        lambda: edits.change_kernel(document, lambda kernel: kernel * value, every_channel=True),
    )
    for edit in every:
        with pytest.raises(SpecError):
            edit()


@pytest.mark.parametrize("eps", [5e-324, 1e-300])
@pytest.mark.parametrize("before", ["nn.Conv2d(1, 1, 3)", "nn.BatchNorm2d(1)", "nn.ConvTranspose2d(1, 1, 2)"])
def test_folding_an_extreme_norm_is_not_offered(eps: float, before: str, tmp_path: Path) -> None:
    document, _ = put(textbook(), parse(f"{before}\nnn.BatchNorm2d(1)"))
    norm = BatchNorm(np.full(1, 1e300), np.zeros(1), np.full(1, 1e300), np.zeros(1), eps)
    document = replace(document, layers=(document.layers[0], norm), view=View(layer=1))
    assert rewritings(document) == ()
    plain = replace(document, layers=(document.layers[0], BatchNorm.plain(1)))
    assert len(rewritings(plain)) == 1
    assert_kept(rewritten(plain, rewritings(plain)[0]), tmp_path / "a.convgui")


@pytest.mark.parametrize("divisor", [5e-324, 1e-310])
def test_dividing_by_next_to_nothing_is_refused(divisor: float) -> None:
    with pytest.raises(SpecError, match="not finite"):
        Scale.from_onnx(OnnxNode("Div", {}, (np.array([divisor]),)))
    kind = next(kind for kind in kinds() if "Clip" in kind.onnx_names)
    with pytest.raises(SpecError):
        kind.from_onnx(OnnxNode("Clip", {"min": 0.0, "max": divisor}))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_written_can_be_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Every kind of layer, with any numbers in any of its arrays and fields."""
    folder = tmp_path_factory.getbasetemp()
    layer: Layer = data.draw(st.sampled_from(choices())).build((4, 6, 7))
    names = [*layer.parameters, *(name for name, value in layer.to_json().items() if isinstance(value, float))]
    sample = Sample(np.zeros((4, 6, 7)), "zeros")
    try:
        for name in names:
            old = getattr(layer, name)
            number = data.draw(NUMBERS)
            if isinstance(old, np.ndarray):
                wrong = old.copy()
                wrong.flat[data.draw(st.integers(0, old.size - 1))] = number
                changed: dict[str, Any] = {name: wrong}
            else:
                changed = {name: number}
            layer = replace(layer, **changed)
        sample = sample.with_value((0, 1, 2), data.draw(NUMBERS))
    except (SpecError, ValueError):
        return
    assert_kept(Document(sample, (layer,), View()), folder / "any.convgui")


def _with(layer: Layer, **values: Any) -> Layer:
    """Return a layer that was made without being asked, as another package's may be."""
    for name, value in values.items():
        object.__setattr__(layer, name, value)
    return layer


ONES = np.ones((1, 5, 5))
NOTE = Caption("A note.", 0, {}, state=replace(textbook(), sample=Sample(np.full((1, 5, 5), np.inf), "inf")))
UNREADABLE: dict[str, Callable[[], Document]] = {
    "weight": lambda: replace(textbook(), layers=(_with(textbook().layer, weight=np.full((1, 1, 3, 3), np.inf)),)),
    "single": lambda: replace(textbook(), layers=(_with(textbook().layer, bias=np.zeros(1, np.float32)),)),
    "shape": lambda: replace(textbook(), layers=(_with(textbook().layer, bias=np.zeros(2)),)),
    "epsilon": lambda: replace(textbook(), layers=(_with(BatchNorm.plain(1), eps=np.nan),)),
    "input": lambda: replace(textbook(), sample=Sample(np.full((1, 5, 5), np.inf), "inf")),
    "complex": lambda: replace(textbook(), sample=Sample(np.ones((1, 5, 5), complex), "complex")),
    "objects": lambda: replace(textbook(), sample=Sample(np.ones((1, 5, 5), object), "objects")),
    "alpha": lambda: replace(textbook(), sample=Sample(ONES, "a", alpha=Alpha(np.full((5, 5), np.nan)))),
    "channels": lambda: replace(textbook(), sample=Sample(ONES, "two names", channels=("a", "b"))),
    "does not fit": lambda: replace(textbook(), sample=Sample(np.ones((1, 2, 2)), "small")),
    "note": lambda: replace(textbook(), lesson=Lesson("", "A lesson", "", (NOTE,))),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_not_written_and_the_old_file_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.convgui"
    write_document(textbook(), path)
    old = path.read_bytes()
    with pytest.raises(UnreadableError, match=r"is not written, since it could not be opened again: .+; undo") as said:
        write_document(UNREADABLE[name](), path)
    assert said.value.reason
    assert path.read_bytes() == old
    assert [found.name for found in tmp_path.iterdir()] == ["a.convgui"]


def test_an_affine_is_finite() -> None:
    with pytest.raises(ValueError, match="affine"):
        Sample(np.ones((1, 2, 2, 2)), "a", affine=((1.0, 0.0, 0.0, np.inf),) * 3)


def test_work_is_written_though_memory_has_become_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "default_budget", lambda: 1)
    write_document(textbook(), tmp_path / "a.convgui")
    assert (tmp_path / "a.convgui").exists()
