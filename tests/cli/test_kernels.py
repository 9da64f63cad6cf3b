"""What stands for a kernel or a network on the command line: whatever lies at a path, the sentence about it is true."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convgui.__main__ import main
from convgui.core.errors import told
from convgui.files.documents import write_document
from tests.documents import textbook
from tests.files.weights.built import raw_safetensors, raw_zip

WEIGHTS: dict[str, Any] = {"conv.weight": np.ones((2, 3, 3, 3), np.float32), "conv.bias": np.zeros(2, np.float32)}
PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "photo.png": (lambda path: Image.new("RGB", (9, 9)).save(path), "it is none of the files of weights that are read"),
    "hello.txt": (lambda path: path.write_text("hello"), "it is none of the files of weights that are read"),
    "empty.pt": (lambda path: path.write_bytes(b""), "it is empty (0 bytes)"),
    "torn.pt": (lambda path: path.write_bytes(b"PK\x03\x04junk"), "its archive is damaged"),
    "text.npz": (lambda path: np.savez(path, a=np.array(["x"])), "it holds text"),
    "pipe": (lambda path: os.mkfifo(path), "it is a pipe, not a regular file"),
    "loop": (lambda path: path.symlink_to(path), "links"),
    "torn.json": (lambda path: path.write_text("{"), "it is not valid JSON"),
}


@pytest.fixture
def photo(tmp_path: Path) -> str:
    pixels = np.random.default_rng(1).integers(0, 256, (12, 14, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "input.png")
    return str(tmp_path / "input.png")


@pytest.mark.fault
@pytest.mark.skipif(os.name != "posix", reason="needs pipes")
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("command", ["apply", "render", "network"])
def test_what_is_no_kernel_is_said_to_be_what_it_is(
    command: str, name: str, tmp_path: Path, photo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, reason = PLACES[name]
    path = tmp_path / name
    make(path)
    line = {
        "apply": ["apply", str(path), photo, "-o", str(tmp_path / "out")],
        "render": ["render", str(path), "--input", photo, "-o", str(tmp_path / "out.png")],
        "network": ["network", str(path)],
    }[command]
    assert main(line) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    if name == "torn.json" and command != "apply":
        reason = "trained weights" if command == "render" else "none of the files of weights"
    assert reason in said
    assert name in said
    if name != "torn.json":
        assert "install" not in said


@pytest.mark.parametrize("form", [".npz", ".npy"])
def test_arrays_are_weights_where_it_is_said_what_they_are_put_on(
    form: str, tmp_path: Path, photo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"w{form}"
    if form == ".npz":
        np.savez(path, **WEIGHTS)
    else:
        np.save(path, WEIGHTS["conv.weight"])
    assert main(["apply", str(path), photo, "-o", str(tmp_path / "out")]) == 0
    assert np.load(tmp_path / "out" / "input.npy").shape == (2, 10, 12)
    assert main(["render", str(path), "--input", photo, "-o", str(tmp_path / "a.png")]) == 0
    assert main(["render", str(path), "-o", str(tmp_path / "b.png")]) == 0, "by themselves they are an input"
    capsys.readouterr()
    assert main(["network", str(path)]) == 0
    out = capsys.readouterr().out
    assert "NumPy: 1 layer, 1 of them can be shown" in out
    assert ("conv" if form == ".npz" else "weight") in out


@pytest.mark.fault
def test_an_empty_name_is_no_folder(tmp_path: Path, photo: str, capsys: pytest.CaptureFixture[str]) -> None:
    for line in (["network", ""], ["apply", "", photo, "-o", str(tmp_path)], ["render", "", "-o", "a.png"]):
        assert main(line) == 2
        said = capsys.readouterr().err
        assert "empty" in said
        assert "folder" not in said


def test_a_preset_and_a_lesson_come_before_a_file_or_folder_of_that_name(
    tmp_path: Path, photo: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "box").write_text("hello")
    (tmp_path / "single-channel").mkdir()
    assert main(["apply", "box", photo, "-o", "out"]) == 0
    assert main(["apply", "single-channel", photo, "-o", "out"]) == 0
    (tmp_path / "folder").mkdir()
    assert main(["apply", "folder", photo, "-o", "out"]) == 2
    assert "neither a preset, a lesson nor a file" in capsys.readouterr().err
    write_document(textbook(), tmp_path / "a.convgui")
    assert main(["render", "a.convgui", "--input", photo, "-o", "a.png"]) == 2
    assert "a.convgui is none" in capsys.readouterr().err


@pytest.mark.fault
def test_errors_of_libraries_give_no_advice_in_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = b'{"a":{"dtype":"F32","shape":[' + b"9" * 6000 + b'],"data_offsets":[0,4]}}'
    (tmp_path / "a.safetensors").write_bytes(raw_safetensors(header, b"abcd"))
    (tmp_path / "b.pt").write_bytes(raw_zip(b"", {}))
    for name, reason in (("a.safetensors", "a number of thousands of digits"), ("b.pt", "its pickle is cut off")):
        assert main(["network", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert reason in said
        assert "set_int_max" not in said
    assert told(KeyError("")) == "KeyError"
    assert told(ValueError()) == "ValueError"
    assert told(ValueError("too long")) == "too long"
