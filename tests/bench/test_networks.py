"""Whole networks are measured as they are, whether there is a peer or not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convgui.bench import networks, run
from convgui.bench.measure import OURS
from convgui.bench.networks import PEER, Contest, Network
from convgui.cli.arguments import UsageError
from convgui.export.onnx_file import onnx_bytes
from convgui.model.flow import value_of
from tests.documents import random_document, textbook


def test_the_networks_are_those_that_are_promised() -> None:
    pnet, resnet = networks.networks()
    assert (pnet.shape, resnet.shape) == ((3, 480, 640), (3, 224, 224))
    small = pnet.build((3, 24, 36))
    # A face detector that sees 12 x 12 at every second pixel, with two answers of two.
    assert small.shapes[-1] == (2, 7, 13)
    assert resnet.build((3, 40, 40)).shapes[-1] == (1000, 1, 1)


def test_one_is_timed_and_run_to_its_end(tmp_path: Path) -> None:
    small = Network("small", (3, 24, 36), networks.networks()[0].build)
    milliseconds, error = networks._timed((OURS,), small, tmp_path / "none", 1)
    assert milliseconds[OURS] > 0
    assert error is None
    call = networks._call(OURS, small, tmp_path / "none")
    document = small.build(small.shape)
    assert np.array_equal(np.asarray(call()), value_of(document, len(document.layers)))
    assert networks._peak(OURS, small, tmp_path / "none") > -1000


def test_the_network_of_a_file_is_the_one_in_it(tmp_path: Path) -> None:
    document = random_document(2, 3, (9, 11), (3, 3), padding=1)
    path = tmp_path / "a.onnx"
    path.write_bytes(onnx_bytes(document))
    own = networks.networks(path)[-1]
    assert own.name == "a.onnx, 2 x 9 x 11"
    made = own.build(own.shape)
    assert made.shapes[-1] == (3, 9, 11)
    assert np.allclose(made.layer.weight, document.layer.weight, atol=1e-6)
    other = tmp_path / "b.npy"
    np.save(other, np.zeros((2, 2, 3, 3)))
    with pytest.raises(UsageError, match="holds no graph; give an ONNX file"):
        networks.networks(other)


def test_goals_are_judged_by_ratio() -> None:
    both = Contest("a", 2, {OURS: 31.0, PEER: 10.0}, {OURS: 150.0, PEER: 100.0}, 1e-6)
    assert "3.10 > MISSED 3  1.50 <= 2" in both.line
    alone = Contest("a", 2, {OURS: 31.0}, {OURS: 150.0}, None)
    assert "no peer" in alone.line


def test_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="no row contains 'nothing like it'; rows are P-Net"):
        run(["--networks", "--only", "nothing like it"])
    small = (Network("small", (1, 5, 5), lambda _: textbook()),)
    monkeypatch.setattr(networks, "networks", lambda _: small)
    monkeypatch.setattr(networks, "_alone", lambda work, *arguments: work(*arguments))
    assert run(["--networks", "--no-peers", "--repeats", "1", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["network"] == "small"
    assert found["milliseconds"][OURS] > 0
    assert run(["--networks", "--no-peers", "--repeats", "1"]) == 0
    assert "whole networks" in capsys.readouterr().out
