"""What is mistyped is answered with what was meant."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from convgui.__main__ import main
from convgui.cli.arguments import count, steps
from convgui.cli.documents import with_options
from convgui.model.document import View
from convgui.scenes import scene
from convgui.words.near import near
from tests.documents import random_document


@pytest.mark.fault
@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("lesons", "lessons"),
        ("rendr single-channel -o a.png", "render"),
        ("aply box x.npy -o out", "apply"),
        ("Bench", "bench"),
        ("lessons --jsno", "--json"),
        ("render x.npy --outptu a.png", "--output"),
        ("render x.npy -o a.png --sclae 2", "--scale"),
        ("render x.npy -o a.png --theem=dark", "--theme"),
        ("render x.npy -o a.png --theme drak", "dark"),
        ("render x.npy -o a.pgn", ".png"),
        ("render x.npy -o a.svgg", ".svg"),
        ("render x.npy -o - --format wepb", "webp"),
        ("render sobel-foto -o a.png", "sobel-photo"),
        ("render single_channel -o a.png", "single-channel"),
        ("render x.npy -o a.png --scene slyde", "slide"),
        ("render x.npy -o a.png --kernel sobelx", "sobel-x"),
        ("render multi-channel-sum -o a.png --option chanels=sum", "channels"),
        ("render multi-channel-sum -o a.png --option channels=summ", "sum"),
        ("apply gausian-3 x.npy -o out", "gaussian-3"),
        ("apply sobel-foto x.npy -o out", "sobel-photo"),
        ("apply box x.npy -o out --format nii.zg", "nii.gz"),
        ("bench --qiuck", "--quick"),
        ("--selftest", "--self-test"),
    ],
)
def test_a_near_miss_is_answered(
    line: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.zeros((4, 4)))
    try:
        status: object = main(line.split())
    except SystemExit as ended:
        status = ended.code
    error = capsys.readouterr().err
    assert status == 2
    assert f"did you mean {meant}?" in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.npy"]


def test_what_is_like_nothing_is_no_near_miss() -> None:
    assert near("photograph.tif", ("render", "apply", "lessons", "bench")) == ""
    assert near("SOBEL-X", ("sobel-x",)) == "; did you mean sobel-x?"


@pytest.mark.fault
@pytest.mark.parametrize("text", ["²", "1²", "-1", "+2", "1.0", "", "0", "65"])
def test_what_is_no_count_is_one_sentence(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a number of files at a time from 1 to 64"):
        count(1, 64, "a number of files at a time")(text)


def test_one_step_is_a_range_of_one() -> None:
    assert [steps(text) for text in ("3", "-1", "0..8", "2..-1")] == [(3, 3), (-1, -1), (0, 8), (2, -1)]


def test_an_option_leaves_those_before_it() -> None:
    """Those of the document, and those that were given."""
    volume = random_document(1, 1, (4, 5, 6), (2, 2, 2)).with_view(View(scene="volume", options={"kept": "so"}))
    chosen = with_options(volume, scene("volume"), ["view=projection", "rays=alpha"])
    assert chosen.view.options == {"kept": "so", "view": "projection", "rays": "alpha"}
