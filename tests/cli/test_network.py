"""convgui network: what stands in a file of weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convgui.__main__ import main
from convgui.files.resources import resource


def test_the_layers_of_a_file_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", str(resource("networks", "pnet.pt"))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["conv1", "Conv2d", *["10", "×", "3", "×", "3", "×", "3,", "bias", "10", "280"]]
    assert lines[-1] == "PyTorch: 8 layers, 8 of them can be shown, 6,632 parameters"


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", str(resource("networks", "silero_vad_16k.safetensors")), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["form"], told["parameters"], len(told["layers"])) == ("safetensors", 309_633, 10)
    first = told["layers"][0]
    assert first["name"] == "stft_conv"
    assert first["shapes"] == {"weight": [258, 1, 256]}
    assert first["supported"]


@pytest.mark.fault
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x02cos\nsystem\n.", b"hello", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_network_is_one_sentence(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.pt"
    path.write_bytes(content)
    assert main(["network", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "a.pt cannot be opened: " in err
    assert err.count("\n") == 1
    assert main(["network", str(tmp_path / "none.pt")]) == 2
