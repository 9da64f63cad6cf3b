"""What other packages add is found next to what is built in; what is broken is named in one sentence and left out."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import convgui
from convgui import plugins
from convgui.__main__ import main
from convgui.core import PRESETS
from convgui.core.spec import SpecError
from convgui.files.load import load
from convgui.files.own_lessons import all_lessons, open_lesson
from convgui.files.readers import Reader, readers
from convgui.layers import choices, json_kinds, kinds
from convgui.layers.presets import presets, presets_so_far
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import fitting, scene, scenes
from convgui.scenes.scene import reason_against
from convgui.session.stack import add_layer

ROOT = Path(__file__).parents[2]
GRID = np.array([[[1.0, 2, 3], [4, 5, 6], [7, 8, 10]]])
START = """
import sys
from convgui.qt.app import make_application
from convgui import plugins
from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.app.unattended import wait_for_picture
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow
app = make_application(["convgui"])
window = MainWindow(load_lesson(lesson_index()[0].id), Remembered())
window._on_shown = lambda: None
assert wait_for_picture(app, window)
assert "importlib.metadata" not in sys.modules and plugins._doors.entries is None
window.hide()
"""


def grid(*layers: convgui.Layer, scene: str = "slide") -> Document:
    return Document(Sample(GRID, "grid"), layers, View(scene))


def everything() -> None:
    """Ask for all that other packages add."""
    scenes(), kinds(), presets(), readers(), all_lessons()


def test_each_door_adds_its_own_behind_what_is_built_in(with_example: list[str], tmp_path: Path) -> None:
    assert [known.id for known in scenes()][-1] == "sums"
    assert "example_negate" in json_kinds()
    assert list(presets())[-1] == "kirsch-north"
    assert [reader.title for reader in readers()] == ["Portable graymaps"]
    assert [lesson.id for lesson in all_lessons()][-1] == "example-negative"
    assert "kirsch-north" not in PRESETS, "the mathematics stay NumPy's alone"
    assert with_example == []


def test_a_lesson_uses_scene_layer_and_kernel_of_its_package(with_example: list[str]) -> None:
    document = open_lesson("example-negative")
    made = convgui.compute(document)
    # Kirsch's kernel by hand: 5 (1 + 2 + 3) - 3 (4 + 6 + 7 + 8 + 10).
    np.testing.assert_array_equal(made, [[[75.0]]])
    assert convgui.render(document).summary == "Σ = 46"
    assert fitting(document).id == "sums"


def test_a_layer_is_added_saved_and_opened(with_example: list[str], tmp_path: Path) -> None:
    added = add_layer(grid(convgui.ReLU()), "example-negate")
    assert [layer.title for layer in added.layers] == ["ReLU", "Negate"]
    convgui.save(added, tmp_path / "a.convgui")
    again = convgui.load_document(tmp_path / "a.convgui")
    np.testing.assert_array_equal(convgui.compute(again), -GRID)


def test_a_reader_opens_what_nobody_else_does(with_example: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.unknown"
    path.write_bytes(b"P5 3 2 255\n" + bytes(range(6)))
    sample = load(path)
    np.testing.assert_array_equal(sample.data, np.arange(6, dtype=np.uint8).reshape(1, 2, 3))
    path.write_bytes(b"P5 3 2 255\n" + bytes(range(5)))
    with pytest.raises(convgui.LoadError, match="it holds 5 values and not 3 × 2"):
        load(path)
    path.write_bytes(b"\x93NUMPY")
    with pytest.raises(convgui.LoadError, match=r"numpy\.save|header"):
        load(path)


def test_what_is_not_installed_is_unknown(anew: list[str], tmp_path: Path) -> None:
    everything()
    assert anew == []
    with pytest.raises(convgui.SceneError, match="slide"):
        scene("sums")
    with pytest.raises(convgui.SpecError, match="kirsch"):
        convgui.convolution("kirsch-north")
    with pytest.raises(convgui.LoadError, match="no lesson"):
        open_lesson("example-negative")


LEFT_OUT = {
    "convgui.scenes": {
        "a-not-there": "No module named 'convgui_nowhere'",
        "b-no-name": "NOTHING",
        "c-ends": "SystemExit: 3",
        "d-type": "it is int",
        "e-taken": "'slide' already",
        "f-made": "ZeroDivisionError: planted",
        "g-abstract": "abstract",
    },
    "convgui.layers": {
        "a-not-there": "convgui_nowhere",
        "d-type": "it is int",
        "e-taken": "'relu' already",
        "f-made": "ZeroDivisionError: planted",
    },
    "convgui.kernels": {
        "a-not-there": "convgui_nowhere",
        "d-type": "it is int",
        "e-taken": "'box' already",
        "f-made": "ZeroDivisionError: planted",
        "g-shape": "(3,)",
    },
    "convgui.readers": {"a-not-there": "convgui_nowhere", "d-type": "it is int", "g-endings": "('end',)"},
    "convgui.lessons": {
        "a-not-there": "convgui_nowhere",
        "d-type": "it is int",
        "e-no-folder": "nowhere",
        "z-lessons": "a-damaged.json",
    },
}
ASK: dict[str, Callable[[], object]] = {
    "convgui.scenes": scenes,
    "convgui.layers": kinds,
    "convgui.kernels": presets,
    "convgui.readers": readers,
    "convgui.lessons": all_lessons,
}


@pytest.mark.fault
@pytest.mark.parametrize("group", ASK)
def test_each_broken_plug_in_is_named_in_a_sentence_and_left_out(group: str, with_broken: list[str]) -> None:
    ASK[group]()
    said = list(with_broken)
    for name, words in LEFT_OUT[group].items():
        (sentence,) = (
            one for one in said if f" {name} of the package convgui-broken" in one and "b-taken.json" not in one
        )
        assert words in sentence
        assert "is left out" in sentence
    assert len(said) == len(LEFT_OUT[group]) + (group == "convgui.lessons")
    assert all(one.endswith(".") and "\n" not in one for one in said)
    ASK[group]()
    assert with_broken == said, "each is told once"


@pytest.mark.fault
def test_what_is_left_out_is_not_there(with_broken: list[str]) -> None:
    everything()
    assert sorted({known.id for known in scenes()} & {"unmakeable", "late", "late-options"}) == ["late", "late-options"]
    assert [known.id for known in scenes()].count("slide") == 1
    assert {"broken_late", "relu"} <= set(json_kinds())
    assert "broken_unmakeable" not in json_kinds()
    assert not {"unmakeable", "shapeless"} & set(presets())
    assert [reader.title for reader in readers()] == ["Late files", "Wrong files"]
    assert {"broken-late", "broken-layer"} <= {lesson.id for lesson in all_lessons()}
    assert convgui.load_lesson("single-channel").layers


def assert_one_sentence(error: BaseException, *words: str) -> None:
    said = str(error)
    assert isinstance(error, convgui.ConvguiError)
    assert all(word in said for word in ("convgui-broken", *words)), said
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.fault
@pytest.mark.parametrize("method", ["prepare", "steps", "lay_out", "picture", "nothing"])
def test_a_scene_that_fails_later_is_a_sentence(
    method: str, with_broken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(scene("late")), "fails", method)
    with pytest.raises(plugins.PluginError) as caught:
        convgui.render(grid(convgui.ReLU()), "late")
    wanted = ("z-late", "NoneType" if method == "nothing" else "ZeroDivisionError: planted")
    assert_one_sentence(caught.value, *wanted)


@pytest.mark.fault
def test_a_scene_whose_options_fail_cannot_be_chosen(with_broken: list[str]) -> None:
    reason = reason_against(scene("late-options"), grid(convgui.ReLU()))
    assert "z-options" in reason
    assert "planted" in reason
    assert fitting(grid(convgui.ReLU(), scene="late-options")).id != "late-options"


@pytest.mark.fault
def test_a_layer_that_fails_later_is_a_sentence(with_broken: list[str]) -> None:
    document = add_layer(grid(convgui.ReLU()), "broken_late-choice")
    with pytest.raises(SpecError) as caught:
        convgui.compute(document)
    assert_one_sentence(caught.value, "kind of layer z-late", "ZeroDivisionError: planted")


@pytest.mark.fault
@pytest.mark.parametrize(("ending", "words"), [("late", "planted"), ("wrong", "made str, not Sample")])
def test_a_reader_that_fails_later_is_a_sentence(
    ending: str, words: str, with_broken: list[str], tmp_path: Path
) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(b"\x01\x02\x03\x04 nobody's")
    with pytest.raises(convgui.LoadError) as caught:
        load(path)
    assert_one_sentence(caught.value, path.name, words)


@pytest.mark.fault
def test_the_command_line_says_it_on_standard_error(
    with_broken: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons"]) == 0
    out, err = capfd.readouterr()
    assert "broken-late" in out
    assert len(err.splitlines()) == len(LEFT_OUT["convgui.lessons"]) + 1
    assert all(line.startswith("convgui: The folder of lessons") for line in err.splitlines())
    assert main(["render", "broken-layer", "-o", str(tmp_path / "a.npy")]) == 2
    assert "The kind of layer z-late of the package convgui-broken failed" in capfd.readouterr().err
    assert main(["render", "single-channel", "--scene", "late", "-o", str(tmp_path / "a.svg")]) == 2
    err = capfd.readouterr().err
    assert "The scene z-late of the package convgui-broken failed" in err
    assert "Traceback" not in err


def test_the_command_line_uses_what_is_added(
    with_example: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "a.pgm"
    picture.write_bytes(b"P5 4 4 255\n" + bytes(range(16)))
    assert main(["apply", "kirsch-north", str(picture), "-o", str(tmp_path / "out")]) == 0
    assert np.load(tmp_path / "out" / "a.npy").shape == (1, 4, 4)
    assert main(["render", "example-negative", "-o", str(tmp_path / "b.svg")]) == 0
    assert "Σ = 46" in (tmp_path / "b.svg").read_text(encoding="utf-8")
    assert main(["completion", "bash"]) == 0
    out, err = capfd.readouterr()
    assert all(name in out for name in ("sums", "kirsch-north", "example-negative"))
    assert err == ""


def test_python_is_warned(with_broken: list[str]) -> None:
    plugins.listen(None)
    with pytest.warns(plugins.PluginWarning, match="convgui-broken is left out"):
        convgui.list_kernels()


def test_threads_that_ask_at_once_load_each_once(with_broken: list[str]) -> None:
    threads = [threading.Thread(target=kinds) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(with_broken) == len(LEFT_OUT["convgui.layers"])
    assert len([entry for entry in choices() if entry.id == "broken_late-choice"]) == 1


def test_only_a_group_that_is_asked_for_is_loaded(with_example: list[str]) -> None:
    convgui.load_lesson("single-channel")
    convgui.convolution("sobel-x")
    scene("slide")
    assert presets_so_far() == tuple(PRESETS.values())
    assert not any(plugins.loaded(group) for group in plugins.NOUNS)
    assert not {name for name in sys.modules if name.startswith("convgui_example")}
    scenes()
    assert [group for group in plugins.NOUNS if plugins.loaded(group)] == ["convgui.scenes"]


def test_the_first_picture_does_not_wait_for_plug_ins(example: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{example}", "CONVGUI_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_map_names_every_door() -> None:
    text = (ROOT / "convgui" / "README.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `convgui.")}
    assert listed == set(plugins.NOUNS)
    for name in re.findall(r"`convgui\.([a-z_.]+)\.([A-Z]\w+)`", text):
        assert hasattr(importlib.import_module(f"convgui.{name[0]}"), name[1]), name


@pytest.mark.fault
def test_metadata_that_cannot_be_read_keep_nobody_else_out(
    with_example: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (("one", b"[convgui.scenes]\nx = \xff:y\n"), ("two", b"[convgui.scenes]\nnonsense\n")):
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [known.id for known in scenes()][-1] == "sums"
    assert with_example
    assert all(one.endswith(".") and "\n" not in one for one in with_example)


def test_of_two_packages_of_one_name_the_first_counts(
    with_example: list[str], example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(example, tmp_path / "again")
    monkeypatch.syspath_prepend(str(tmp_path / "again"))
    assert [known.id for known in scenes()].count("sums") == 1
    assert with_example == []


def test_an_ending_in_capitals_is_an_ending() -> None:
    reader = Reader("Numbers", (".numbers",), lambda source: Sample(np.zeros((1, 2, 2)), source.name))
    assert reader.reads("A.NUMBERS", b"")
    assert not reader.reads("A.TXT", b"")
