"""The public face: what it offers, that it is cheap and typed, that its examples are true, and what it refuses."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convgui
import convgui.api

NUMPY_MA: Any = np.ma
MASKED = NUMPY_MA.masked_array(np.zeros((1, 2)), [[True, False]])

ROOT = Path(convgui.__file__).parent
FUNCTIONS = sorted(name for name in convgui.__all__ if inspect.isfunction(getattr(convgui, name)))
PHOTO = np.arange(30.0).reshape(1, 5, 6) % 7
TAPS = np.array([[1.0, 2.0], [3.0, -4.0]])
CHEAP = """
import sys
import convgui
heavy = {"numpy", "PySide6", "typing", "importlib.metadata", "convgui.api"} & set(sys.modules)
assert not heavy, heavy
from convgui import core
assert "convgui.api" not in sys.modules
for name in ("PySide6", "pyqtgraph", "shiboken6"):
    sys.modules[name] = None
assert set(convgui.__all__) <= set(dir(convgui))
picture = convgui.render(convgui.load_lesson("single-channel"))
convgui.save_picture(picture, sys.argv[1])
"""


def test_importing_it_imports_nothing_and_drawing_needs_no_qt(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    done = subprocess.run([sys.executable, "-c", CHEAP, str(path)], cwd=ROOT.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "<text" in path.read_text(encoding="utf-8")


def test_all_that_is_offered_is_there_and_nothing_else() -> None:
    assert sorted([*convgui.api.__all__, "__version__"]) == sorted(convgui.__all__)
    assert all(getattr(convgui, name) is getattr(convgui.api, name) for name in convgui.api.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = vars(sys.modules["convgui"])["__getattr__"]("nothing")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_are_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    function = getattr(convgui, name)
    (test,) = doctest.DocTestFinder(recurse=False).find(function, name, globs={"convgui": convgui, "np": np})
    assert test.examples, f"{name} has no example"
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert outcome.failed == 0, "".join(said)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes(name: str) -> None:
    function = getattr(convgui, name)
    told = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name not in ("document", "picture", "id", "path", "name"):
            assert parameter.name in told, parameter.name
        assert parameter.annotation is not inspect.Parameter.empty
    mentions = ("Error" in told) or name.startswith("list_") or name in ("svg", "pixels", "feature_maps")
    assert mentions, f"{name} does not say what it raises"


def test_the_guide_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The section on Python is run as it stands, on a photo of that name."""
    text = (ROOT / "GUIDE.md").read_text(encoding="utf-8")
    section = text[text.index("## From Python") :].split("\n## ")[0]
    program = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
    monkeypatch.chdir(tmp_path)
    convgui.save_picture(convgui.render(convgui.load_lesson("single-channel")), "photo.png", 0.25)
    made: dict[str, Any] = {}
    exec(compile(ast.parse(program), "GUIDE.md", "exec"), made)
    assert made["edges"].shape == (3, 198, 298)
    assert made["maps"][-1].shape == (3, 99, 149)
    assert {path.name for path in tmp_path.iterdir()} >= {"edges.svg", "edges.gif", "edges.convgui"}


def test_a_stack_computes_what_sums_of_windows_do() -> None:
    layers = (convgui.convolution(TAPS, [0.5]), convgui.ReLU(), convgui.Pool("max", (2, 2)))
    document = convgui.document(PHOTO, *layers)
    sums = np.einsum("yxij,ij->yx", np.lib.stride_tricks.sliding_window_view(PHOTO[0], (2, 2)), TAPS) + 0.5
    positive = np.where(sums > 0, sums, 0)
    pooled = positive[:4, :4].reshape(2, 2, 2, 2).max(axis=(1, 3))
    first, second, third = convgui.feature_maps(document)
    for made, wanted in ((first, sums), (second, positive), (third[..., :2], pooled)):
        np.testing.assert_allclose(made[0], wanted, atol=1e-12)
    np.testing.assert_array_equal(convgui.compute(document), third)
    np.testing.assert_array_equal(convgui.compute(document, 0), first)
    np.testing.assert_array_equal(convgui.compute(document, -2), second)


def test_feature_maps_make_of_missing_values_what_compute_does() -> None:
    holes = PHOTO.copy()
    holes[0, 2, 2] = np.inf
    for missing in ("spread", "rescale", "zero"):
        document = convgui.document(holes, convgui.convolution("box"), convgui.ReLU(), missing=missing)
        assert document.sample.nonfinite == 1
        np.testing.assert_array_equal(convgui.feature_maps(document)[-1], convgui.compute(document))
    assert np.isinf(holes).any(), "what was given is not written to"


@pytest.mark.parametrize(
    ("arguments", "shape", "made"),
    [
        ({"weight": TAPS}, (1, 1, 2, 2), (1, 4, 5)),
        ({"weight": TAPS, "in_channels": 1, "out_channels": 3}, (3, 1, 2, 2), (3, 4, 5)),
        ({"weight": np.ones((4, 1, 3, 3)), "padding": "same"}, (4, 1, 3, 3), (4, 5, 6)),
        ({"weight": np.ones((1, 2, 3, 3)), "transposed": True, "stride": 2}, (1, 2, 3, 3), (2, 11, 13)),
        ({"weight": np.ones((2, 1, 3, 3)), "kernel_size": 3, "dilation": 2}, (2, 1, 3, 3), (2, 1, 2)),
    ],
)
def test_a_convolution_reads_its_sizes_from_the_weights(
    arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...]
) -> None:
    layer = convgui.convolution(**arguments)
    assert layer.weight.shape == shape
    assert layer.output_shape((1, 5, 6)) == made


def test_a_kernel_alone_is_repeated_for_every_group() -> None:
    layer = convgui.convolution(TAPS, groups=3)
    assert layer.weight.shape == (3, 1, 2, 2)
    assert all(np.array_equal(kernel[0], TAPS) for kernel in layer.weight)
    assert convgui.convolution("gaussian-3d").spec.rank == 3


REFUSALS: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: convgui.load("not here.png"), convgui.LoadError, "not here.png"),
    (lambda: convgui.load("a.npy", index=["time"]), convgui.LoadError, "AXIS=POSITION"),
    (lambda: convgui.from_array(np.zeros(3)), convgui.LoadError, "1 to 3 spatial axes"),
    (lambda: convgui.from_array(np.zeros((1, 0, 3))), convgui.LoadError, "no values"),
    (lambda: convgui.from_array([[1, 2], [3]]), convgui.LoadError, "array"),
    (lambda: convgui.from_array(np.zeros((1, 2), complex)), convgui.LoadError, "complex"),
    (lambda: convgui.from_array(np.array([["a", "b"]])), convgui.LoadError, "text"),
    (lambda: convgui.from_array(np.zeros((1, 2, 2)), spacing=(1,)), convgui.LoadError, "spacing"),
    (lambda: convgui.from_array(MASKED), convgui.LoadError, "mask"),
    (lambda: convgui.load_sample("nobody"), convgui.LoadError, "camera"),
    (lambda: convgui.load_lesson("nobody"), convgui.LoadError, "nobody"),
    (lambda: convgui.load_document("nobody.convgui"), convgui.LoadError, "nobody"),
    (lambda: convgui.convolution("nobody"), convgui.SpecError, "sobel-x"),
    (lambda: convgui.convolution("box", stride=0), convgui.SpecError, "stride"),
    (lambda: convgui.convolution(np.ones((1, 1, 3, 3)), in_channels=2), convgui.SpecError, "weight"),
    (lambda: convgui.convolution([["1", "x"]]), convgui.SpecError, "no number"),
    (lambda: convgui.convolution([[1, np.nan]]), convgui.SpecError, "finite"),
    (lambda: convgui.convolution(3.0), convgui.SpecError, "axes"),
    (lambda: convgui.convolution("box", [1, 2]), convgui.SpecError, "bias"),
    (lambda: convgui.document(PHOTO), convgui.SpecError, "at least one layer"),
    (lambda: convgui.document(PHOTO, convgui.PixelShuffle(2)), convgui.SpecError, "channels"),
    (lambda: convgui.compute(lesson(), 5), convgui.SpecError, "layer"),
    (lambda: convgui.render(lesson(), "nobody"), convgui.SceneError, "slide"),
    (lambda: convgui.render(lesson(), "volume"), convgui.SceneError, "Volume"),
    (lambda: convgui.render(lesson(), step=10_000), convgui.SceneError, "step"),
    (lambda: convgui.render(lesson(), theme="mauve"), convgui.SceneError, "light"),
    (lambda: convgui.render(lesson(), "cost", options={"scale": "x"}), convgui.SceneError, "log"),
    (lambda: convgui.render(lesson(), "cost", options={"x": "log"}), convgui.SceneError, "scale"),
    (lambda: convgui.save(lesson(), "a.bmp"), convgui.ExportError, "bmp"),
    (lambda: convgui.save(lesson(), "no folder/a.convgui"), convgui.WriteError, "a.convgui"),
    (lambda: convgui.save(lesson(), "a.svg", size=(10**6, 10**6)), convgui.ExportError, "pixels"),
]


def lesson() -> convgui.Document:
    return convgui.load_lesson("single-channel")


@pytest.mark.parametrize("place", range(len(REFUSALS)))
def test_what_cannot_be_done_is_one_sentence(place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tried, kind, words = REFUSALS[place]
    with pytest.raises(kind) as caught:
        tried()
    assert isinstance(caught.value, convgui.ConvguiError)
    said = str(caught.value)
    assert words in said
    assert "\n" not in said
    assert said.endswith((".", "?"))


def test_every_error_is_one_of_convgui() -> None:
    errors = {name for name in convgui.__all__ if name.endswith("Error")}
    assert all(issubclass(getattr(convgui, name), convgui.ConvguiError) for name in errors)
    told = inspect.getdoc(convgui.api) or ""
    assert all(name in told for name in errors)


@pytest.mark.parametrize("ending", ["png", "gif", "npy", "onnx", "pdf", "svg", "convgui"])
def test_saving_goes_by_the_ending(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    assert convgui.save(lesson(), path, size=(300, 200), steps=(0, 1), glide=False) == ""
    assert path.stat().st_size > 100
    if ending == "npy":
        np.testing.assert_array_equal(np.load(path), convgui.compute(lesson()))
    if ending == "convgui":
        assert convgui.load_document(path).makes_the_same(lesson()) or convgui.load_document(path).layers


@pytest.mark.parametrize("given", [{}, {"groups": "3"}, {"then": "two"}, {"groups": "3", "then": "two"}])
def test_options_that_are_given_leave_the_documents_other_ones(given: dict[str, str]) -> None:
    own = {"groups": "9", "then": "shuffle"}
    document = convgui.load_lesson("grouped")
    plain = replace(document, view=replace(document.view, scene="groups", options={}))
    chosen = replace(plain, view=replace(plain.view, options=own))
    wanted = convgui.render(plain, "groups", options={**own, **given})
    found = convgui.render(chosen, "groups", options=given)
    assert convgui.svg(found, fonts=False) == convgui.svg(wanted, fonts=False)
    assert convgui.svg(found, fonts=False) != convgui.svg(convgui.render(plain, "groups"), fonts=False)
