"""Many files: each result is the plain definition's, and one that fails does not stop the others."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Any

import numpy as np
import pytest

from convgui.__main__ import main
from convgui.core import preset
from convgui.export import batch
from convgui.export.arrays import output
from convgui.export.atomic_write import ExportError
from convgui.export.batch import FileResult, Prepare, run_batch, targets, with_layers, with_preset
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from tests.documents import INPUT, OUTPUT, random_document, textbook
from tests.export.films import names

TraceFunction = Any
ndimage: Any = import_module("scipy.ndimage")


def arrays(folder: Path, count: int) -> list[Path]:
    """Save pictures of whole numbers, of different sizes."""
    rng = np.random.default_rng(5)
    paths = [folder / f"in{i}.npy" for i in range(count)]
    for i, path in enumerate(paths):
        np.save(path, rng.integers(0, 256, (3, 20 + i, 31)).astype(np.uint8))
    return paths


def test_a_preset_filters_each_channel_by_itself(tmp_path: Path) -> None:
    sources = arrays(tmp_path, 5)
    done = list(run_batch(with_preset("sobel-x"), sources, tmp_path / "out", workers=3))
    assert sorted(d.source for d in done) == sources
    kernel = preset("sobel-x").weights()
    for one in done:
        assert not one.failure
        data, result = np.load(one.source).astype(float), np.load(one.target)
        want = [ndimage.correlate(channel, kernel, mode="nearest") for channel in data]
        assert np.array_equal(result, want)


def test_a_documents_layers_take_the_channels_there_are(tmp_path: Path) -> None:
    np.save(tmp_path / "book.npy", np.array(INPUT))
    (one,) = run_batch(with_layers(textbook()), [tmp_path / "book.npy"], tmp_path / "out")
    assert np.load(one.target)[0].tolist() == OUTPUT
    three = arrays(tmp_path, 1)
    (one,) = run_batch(with_layers(textbook()), three, tmp_path / "out")
    assert np.load(one.target).shape == (1, 18, 29)


def test_one_that_fails_is_named_and_the_others_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = arrays(tmp_path, 3)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    np.save(tmp_path / "line.npy", np.arange(9.0))
    given = [*sources[:2], tmp_path / "broken.png", tmp_path / "line.npy", tmp_path / "none.npy", sources[2]]
    assert main(["apply", "gaussian-3", *map(str, given), "-o", str(tmp_path / "out"), "--jobs", "2"]) == 1
    printed = capsys.readouterr()
    assert names(tmp_path / "out") == ["in0.npy", "in1.npy", "in2.npy"]
    assert len(printed.out.splitlines()) == 3
    lines = printed.err.splitlines()
    assert len(lines) == 4
    for name in ("broken.png", "line.npy", "none.npy"):
        assert sum(f"{name} failed: " in line for line in lines) == 1
    assert lines[-1] == "convgui: 3 of 6 files failed; the others are done."


@pytest.mark.fault
def test_one_that_fails_on_the_way_to_standard_output_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    assert main(["apply", "sobel-x", str(tmp_path / "broken.png"), "-o", "-"]) == 2
    first, *others = capsys.readouterr().err.splitlines()
    assert "broken.png failed: " in first
    assert others == ["convgui: 1 of 1 files failed; nothing was written."]


def test_formats_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = arrays(tmp_path, 1)
    for form in ("png", "tif", "npz"):
        assert main(["apply", "box", str(source), "-o", str(tmp_path / "out"), "--format", form]) == 0
    assert names(tmp_path / "out") == ["in0.npz", "in0.png", "in0.tif"]
    assert "(value = " in capsys.readouterr().out
    assert main(["apply", "box", str(source), "-o", str(tmp_path / "out"), "--format", "nii"]) == 2
    assert "NIfTI is for volumes" in capsys.readouterr().err


def test_names_that_would_meet_are_numbered(tmp_path: Path) -> None:
    found = targets([Path("a/x.png"), Path("b/x.jpg"), Path("b/y.jpg")], tmp_path, "npy")
    assert [path.name for path in found] == ["x.npy", "x-2.npy", "y.npy"]
    # Some file systems take names for the same that differ in capitals only.
    found = targets([Path("X.png"), Path("x.jpg"), Path("Straße.png"), Path("STRASSE.jpg")], tmp_path, "npy")
    assert [path.name for path in found] == ["X.npy", "x-2.npy", "Straße.npy", "STRASSE-2.npy"]


@pytest.mark.fault
def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    sources = arrays(tmp_path, 1)
    before = sources[0].read_bytes()
    with pytest.raises(ExportError, match="is one of the inputs and would be overwritten"):
        list(run_batch(with_preset("box"), sources, tmp_path))
    assert sources[0].read_bytes() == before


@pytest.mark.fault
def test_the_memory_budget_is_kept(tmp_path: Path) -> None:
    sources = arrays(tmp_path, 4)
    need = 3 * 23 * 31 * 17
    for budget, failed in ((need + 1, 0), (need // 2, 4)):
        done = list(run_batch(with_preset("box"), sources, tmp_path / "out", workers=4, budget=budget))
        assert sum(bool(d.failure) for d in done) == failed
    assert "of memory, and" in done[0].failure


@pytest.mark.fault
def test_a_batch_can_be_given_up(tmp_path: Path) -> None:
    sources = arrays(tmp_path, 12)
    work = run_batch(with_preset("box"), sources, tmp_path / "out", workers=1)
    next(work)
    work.close()
    done = names(tmp_path / "out")
    assert 1 <= len(done) < 12
    assert not [name for name in done if name.startswith(".")]


def held_back(prepare: Prepare, go: Event) -> Prepare:
    """Let the first file through, and the others when `go` is set."""
    first = iter([True])

    def held(sample: Sample) -> Document:
        if not next(first, False):
            assert go.wait(30)
        return prepare(sample)

    return held


@pytest.mark.fault
def test_what_is_given_up_leaves_no_thread_behind(tmp_path: Path) -> None:
    go = Event()
    work = run_batch(held_back(with_preset("box"), go), arrays(tmp_path, 6), tmp_path / "out", workers=2)
    next(work)
    # Closing waits for the file that is being prepared, so that one has to come to an end meanwhile.
    later = threading.Timer(0.05, go.set)
    later.start()
    work.close()
    assert not [one.name for one in threading.enumerate() if one.name.startswith("convgui-batch")]
    later.join()


@pytest.mark.fault
def test_a_folder_made_for_nothing_goes_when_the_work_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_one", lambda *_: "written elsewhere")
    work = run_batch(with_preset("box"), arrays(tmp_path, 4), tmp_path / "out", workers=1)
    next(work)
    assert (tmp_path / "out").is_dir()
    work.close()
    assert not (tmp_path / "out").exists()


@pytest.mark.fault
def test_a_file_that_fails_gives_its_memory_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, given = list[int](), list[int]()
    monkeypatch.setattr(batch._Memory, "take", lambda _, need, stop: taken.append(need))
    monkeypatch.setattr(batch._Memory, "give", lambda _, need: given.append(need))
    done = list(run_batch(with_preset("box"), arrays(tmp_path, 3), tmp_path / "out", "nii", workers=1))
    assert all("NIfTI is for volumes" in one.failure for one in done)
    assert given == taken
    assert len(taken) == 3


def test_two_that_do_not_fit_together_are_worked_on_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = arrays(tmp_path, 4)
    busy, most = list[int](), list[int]()
    meeting = threading.Barrier(2)

    def watched(*given: Any) -> Any:
        busy.append(1)
        with pytest.raises(threading.BrokenBarrierError):
            # Nobody comes: the other would have to be at work at the same time.
            meeting.wait(0.05)
        meeting.reset()
        most.append(len(busy))
        busy.pop()
        return output(*given)

    monkeypatch.setattr(batch, "output", watched)
    # The largest alone: 3 x 23 x 31 uint8, and twice as many float64.
    list(run_batch(with_preset("box"), sources, tmp_path / "out", workers=4, budget=3 * 23 * 31 * 17))
    assert most == [1] * 4


@pytest.mark.fault
def test_what_failed_is_named_after_ctrl_c_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = arrays(tmp_path, 1)[0]

    def interrupted(_: Any, paths: Any, folder: Path, *__: Any, **___: Any) -> Iterator[FileResult]:
        yield FileResult(paths[0], folder / "in0.npy", failure="it is broken.")
        raise KeyboardInterrupt

    monkeypatch.setattr("convgui.cli.apply.run_batch", interrupted)
    assert main(["apply", "box", str(source), "-o", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err.splitlines()[0] == f"convgui: {source} failed: it is broken."


@pytest.mark.fault
@pytest.mark.parametrize("line", range(1, 40, 3))
def test_ctrl_c_between_any_two_lines_leaves_nothing_waiting(tmp_path: Path, line: int) -> None:
    sources, lines, ended = arrays(tmp_path, 1) * 40, 0, list[int]()

    def interrupt(frame: FrameType, event: str, _: object) -> TraceFunction:
        nonlocal lines
        lines += event == "line"
        if lines == line:
            sys.settrace(None)
            raise KeyboardInterrupt
        return interrupt

    def batch() -> None:
        work = run_batch(with_preset("box"), sources, tmp_path / "out", workers=1)
        next(work)
        sys.settrace(interrupt)
        try:
            list(work)
        except KeyboardInterrupt:
            ended.append(line)
        finally:
            sys.settrace(None)

    one = Thread(target=batch, daemon=True)
    one.start()
    one.join(60)
    assert ended == [line]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing", "a.npy", "-o", "out"], "nothing is neither a preset, a lesson nor a file"),
        (["sobel-z", "a.npy", "-o", "out"], "did you mean sobel-y?"),
        (["max-poolin", "a.npy", "-o", "out"], "did you mean max-pooling?"),
        (["box", "a.npy", "-o", "a.npy"], "cannot be made"),
    ],
)
def test_wrong_use_exits_with_two(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.zeros((4, 4)))
    assert main(["apply", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_volume_goes_through_a_preset_for_volumes(tmp_path: Path) -> None:
    document = random_document(1, 1, (6, 7, 8), (3, 3, 3))
    np.save(tmp_path / "v.npy", document.sample.data[0].astype(np.int16))
    assert main(["apply", "gaussian-3d", str(tmp_path / "v.npy"), "-o", str(tmp_path / "o"), "--format", "nii.gz"]) == 0
    assert names(tmp_path / "o") == ["v.nii.gz"]


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_all_layers_are_applied_whichever_is_chosen(chosen: int, tmp_path: Path) -> None:
    np.save(tmp_path / "book.npy", np.array(INPUT))
    layers = (textbook().layer, ReLU(), Pool("max", (2, 2), (1, 1)))
    stack = Document(textbook().sample, layers, View(layer=chosen))
    (one,) = run_batch(with_layers(stack), [tmp_path / "book.npy"], tmp_path / "out")
    windows = np.lib.stride_tricks.sliding_window_view(np.maximum(OUTPUT, 0), (2, 2))
    assert np.load(one.target)[0].tolist() == windows.max(axis=(2, 3)).tolist()
