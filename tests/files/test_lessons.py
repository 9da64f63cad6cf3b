from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec, convolve
from convgui.files import lessons
from convgui.files.errors import LoadError
from convgui.files.lessons import lesson_index, load_lesson, read_lesson
from convgui.files.resources import resource
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.upsample import Upsample
from convgui.model.document import Document
from convgui.session.walking import caption_document

IDS = ["single-channel", "multi-channel-apart", "multi-channel-sum", "sobel-photo"]


def output(document: Document) -> Any:
    layer = document.layer
    return convolve(document.sample.data.astype(np.float64), layer.effective_weight, layer.bias)


def test_lessons_are_listed_in_order() -> None:
    assert [lesson.id for lesson in lesson_index()][:4] == IDS
    assert len({lesson.id for lesson in lesson_index()}) == len(lesson_index())


@pytest.mark.parametrize("lesson_id", [lesson.id for lesson in lesson_index()])
def test_every_lesson_loads_and_explains_itself(lesson_id: str) -> None:
    document = load_lesson(lesson_id)
    assert document.lesson is not None
    told = tuple(replace(caption, state=None) for caption in document.lesson.captions)
    assert replace(document.lesson, captions=told) in lesson_index()
    assert 2 <= len(document.lesson.captions) <= 8
    assert all(caption.text.endswith(".") for caption in document.lesson.captions)
    assert document.lesson.source
    assert (resource("lessons") / f"{lesson_id}.json").is_file()


def test_single_channel_has_the_numbers_of_the_source() -> None:
    assert output(load_lesson("single-channel")).tolist() == [[[12, 12, 17], [10, 17, 19], [9, 6, 14]]]


@pytest.mark.parametrize("lesson_id", ["multi-channel-apart", "multi-channel-sum"])
def test_multi_channel(lesson_id: str) -> None:
    document = load_lesson(lesson_id)
    assert document.sample.channels == ("R", "G", "B")
    assert document.view.options == {"channels": lesson_id.rpartition("-")[2]}
    assert output(document).tolist() == [[[13, 4, 2], [5, 0, 3], [9, 3, 1]]]


def test_what_the_sobel_captions_say_is_true() -> None:
    values = output(load_lesson("sobel-photo"))[0]
    assert values.shape == (510, 510)
    assert [values[divmod(step, 510)] for step in (116071, 116073, 10220, 106506)] == [851, -860, -5, -3]
    row, column = divmod(106506, 510)
    window = load_lesson("sobel-photo").sample.data[0, row : row + 3, column : column + 3].astype(float)
    assert window.mean(axis=1).round().tolist() == [176, 154, 77]
    assert (window * np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])).sum() == -395


def test_an_unknown_lesson() -> None:
    with pytest.raises(LoadError, match=r"^nothing cannot be opened: no lesson .*choose one of single-channel"):
        load_lesson("nothing")


def test_a_lesson_that_is_corrected_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [changed(("title",), title) for title in ("Befor", "After")]
    monkeypatch.setattr(lessons, "resource", lambda _: tmp_path)
    path = tmp_path / "own.json"
    for second, title in enumerate(("Befor", "After")):
        path.write_text(written[second], encoding="utf-8")
        os.utime(path, (second, second))
        assert [lesson.title for lesson in lesson_index()] == [title]


@pytest.mark.parametrize(
    ("written", "layer"),
    [
        ({"kind": "upsample", "scale_factor": [2, 3]}, Upsample((2, 3), "nearest")),
        ({"kind": "max_pool", "kernel_size": [3, 2]}, Pool("max", (3, 2), (3, 2), (0, 0))),
        ({"kind": "average_pool", "kernel_size": [3, 2], "stride": 1}, Pool("average", (3, 2), (1, 1), (0, 0))),
        ({"kind": "max_pool", "kernel_size": [2, 2], "padding": [0, 1]}, Pool("max", (2, 2), (2, 2), (0, 1))),
    ],
)
def test_what_an_author_leaves_out_is_pytorchs_default(written: dict[str, Any], layer: Layer, tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    path.write_text(changed(("layers",), [written]), encoding="utf-8")
    assert read_lesson(path).layers == (layer,)


def test_what_an_author_leaves_out_of_a_convolution(tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    least = {"in_channels": 1, "out_channels": 2, "kernel_size": [2, 2], "weight": [[1, 2], [3, 4]]}
    path.write_text(changed(("layers",), [least]), encoding="utf-8")
    (layer,) = read_lesson(path).layers
    assert isinstance(layer, Convolution)
    assert layer.spec == ConvSpec.of(1, 2, (2, 2))
    assert layer.weight.tolist() == [[[[1, 2], [3, 4]]]] * 2, "one kernel stands for all"
    assert (layer.bias.tolist(), layer.flip) == ([0, 0], False)


def test_a_caption_may_be_about_layers_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    other = {"in_channels": 1, "out_channels": 1, "kernel_size": [2, 2], "stride": 2, "weight": [[1, 2], [3, 4]]}
    path.write_text(changed(("captions", 1, "layers"), [other]), encoding="utf-8")
    document = read_lesson(path)
    assert document.lesson is not None
    first, second, *_ = document.lesson.captions
    assert first.state is None
    assert second.state is not None
    assert second.state.layer.weight.tolist() == [[[[1, 2], [3, 4]]]]
    assert second.state.sample is document.sample
    about = caption_document(document, 1)
    assert (about.view.step, about.view.scene) == (second.step, document.view.scene)
    assert caption_document(document, 2).layer is document.layer, "the next one is about the lesson's own again"


def test_the_layers_of_a_caption_may_branch(tmp_path: Path) -> None:
    content = json.loads(changed(("captions", 1, "layers"), [{"kind": "relu"}, {"kind": "relu"}]))
    content["captions"][1]["sources"] = [[0], [0]]
    path = tmp_path / "lesson.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    lesson = read_lesson(path).lesson
    assert lesson is not None
    state = lesson.captions[1].state
    assert state is not None
    assert [state.reads(n) for n in range(2)] == [(0,), (0,)]


@pytest.mark.fault
def test_branches_without_layers_are_a_slip_of_the_pen(tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    path.write_text(changed(("captions", 1, "sources"), [[0]]), encoding="utf-8")
    with pytest.raises(LoadError, match=r"captions\[1\].sources' is unknown"):
        read_lesson(path)


def changed(path: tuple[str | int, ...], value: Any) -> str:
    content = json.loads((resource("lessons") / "single-channel.json").read_text(encoding="utf-8"))
    target = content = copy.deepcopy(content)
    for key in path[:-1]:
        target = target[key]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return json.dumps(content)


LAYER = ("layers", 0)


def test_a_signal_has_one_axis_and_a_rate_and_weights_may_be_those_of_a_network_that_ships(tmp_path: Path) -> None:
    content = json.loads(changed(("sample",), {"signal": [[1, 2, 3], [4, 5, 6]], "rate": 8000, "channels": ["l", "r"]}))
    weight = {"tensor": "final_conv.weight", "network": "silero_vad_16k.safetensors"}
    content["layers"] = [
        {"in_channels": 2, "out_channels": 1, "kernel_size": [2]},
        {"in_channels": 128, "out_channels": 1, "kernel_size": [1], "weight": weight},
    ]
    content["layers"][0] |= {"out_channels": 128, "weight": [1, -1]}
    content["captions"] = content["captions"][:1]
    path = tmp_path / "lesson.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    document = read_lesson(path)
    assert document.sample.data.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (document.sample.spacing, document.sample.units) == ((1 / 8000,), ("s",))
    second = document.layers[1]
    assert isinstance(second, Convolution)
    held = (resource("networks") / "silero_vad_16k.safetensors").read_bytes()
    size = int.from_bytes(held[:8], "little")
    first, last = json.loads(held[8 : 8 + size])["final_conv.weight"]["data_offsets"]
    assert second.weight.ravel().tolist() == np.frombuffer(held[8 + size + first : 8 + size + last], "<f4").tolist()


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1, 2]", "not a JSON object"),
        ("{}", "'convgui_lesson' is missing"),
        (changed(("convgui_lesson",), 2), "format 2 and this convgui reads 1; update convgui"),
        (changed(("convgui_lesson",), 0), "does not exist"),
        (changed(("title",), None), "'title' is missing"),
        (changed(("title",), 5), "'title' is '5' and has to be a text"),
        (changed(("order",), True), "'order' is 'True' and has to be a whole number"),
        (changed(("titel",), "x"), "'titel' is unknown"),
        (changed(("captions", 1, "stepp"), 3), "'captions[1].stepp' is unknown"),
        (changed(("captions",), "x"), "'captions' is not a list"),
        (changed(("options",), {"channels": 1}), "'options.channels' is '1'"),
        (changed(("layers",), []), "'layers' is empty"),
        (changed(("captions", 1, "layers"), []), "'captions[1].layers' is empty"),
        (changed(("captions", 1, "layers"), 1), "'captions[1].layers' is not a list"),
        (changed(("captions", 1, "layers"), [{"kind": "max_pool", "kernel_size": [9, 9]}]), "does not fit its input"),
        (changed(("layers",), [3]), "'layers[0]' is not a JSON object"),
        (changed((*LAYER, "stride"), 0), "stride"),
        (changed((*LAYER, "stride"), "x"), "not legal"),
        (changed((*LAYER, "in_channels"), 2), "the layer takes 2 channels and gets 1"),
        (changed((*LAYER, "kernel_size"), 3), "not legal"),
        (changed((*LAYER, "kernel_size"), [7, 7]), "weight"),
        (changed((*LAYER, "weight"), [[1, 2], [3]]), "rows of one length"),
        (changed((*LAYER, "weight"), {"preset": "nothing"}), "No kernel preset"),
        (changed((*LAYER, "weight"), {"preset": "gabor", "parameters": {"size": 99}}), "99"),
        (changed((*LAYER, "bias"), [1, 2]), "bias"),
        (changed((*LAYER, "flip"), 1), "true or false"),
        (changed(("sample",), {"grid": [[1, 2], [3, 4]]}), "does not fit its input"),
        (changed(("sample",), {"grid": [1, 2]}), "levels"),
        (changed(("sample",), {"grid": [[[1]], [[2]]]}), "takes 1 channel and gets 2"),
        (changed(("sample",), {"grid": [[1e999]]}), "infinite"),
        (changed(("sample",), {"grid": [[1]], "channels": ["a", "b"]}), "names 2"),
        (changed(("sample",), {"sample": "nothing"}), "choose one of camera"),
        (changed(("sample",), {"signal": [[[1]]]}), "'signal' has 3 levels"),
        (changed(("sample",), {"signal": [1, 2], "rate": 0}), "'rate' is 0; samples a second are needed"),
        (changed(("sample",), {"signal": [1, 2], "rate": -1}), "'rate' is -1; samples a second are needed"),
        (changed(("sample",), {"signal": [1, 2], "rate": 1e999}), "'rate' is inf; samples a second are needed"),
        (changed(("sample",), {"signal": [1, 2], "rate": 1e308}), "'rate' is 1e+308; samples a second are needed"),
        (changed(("sample",), {"signal": [1, 2], "rate": 10**400}), "rate' is too large"),
        (changed((*LAYER, "weight"), {"tensor": "w", "network": "a" * 5000}), "no network 'aaa"),
        (changed((*LAYER, "weight"), {"tensor": "w", "network": ".."}), "no network '..'"),
        (changed(("sample",), {"signal": [1, 2], "channels": ["a", "b"]}), "names 2 and the signal has 1"),
        (changed((*LAYER, "weight"), {"tensor": "w", "network": "nothing.onnx"}), "no network 'nothing.onnx'"),
        (changed((*LAYER, "weight"), {"tensor": "w", "network": "../lessons/one-by-one.json"}), "no network"),
        (changed((*LAYER, "weight"), {"tensor": "w", "network": "pnet.pt"}), "pnet.pt has no tensor 'w'"),
    ],
)
def test_a_damaged_lesson_is_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        read_lesson(path)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith(("lesson.json", "sample:nothing"))


def test_a_caption_with_layers_of_its_own_sets_its_options_over_those_of_the_beginning(tmp_path: Path) -> None:
    content = json.loads(changed(("options",), {"channels": "sum", "numbers": "on"}))
    other = {"in_channels": 1, "out_channels": 1, "kernel_size": [2, 2], "weight": [[1, 0], [0, 1]]}
    content["captions"][1] |= {"layers": [other], "options": {"channels": "apart"}, "step": 2}
    path = tmp_path / "own.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    document = read_lesson(path)
    assert document.lesson is not None
    assert document.view.options == {"channels": "sum", "numbers": "on"}
    state = document.lesson.captions[1].state
    assert state is not None
    assert state.view.options == {"channels": "apart", "numbers": "on"}
    assert caption_document(document, 1).view.options == state.view.options
