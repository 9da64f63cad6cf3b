"""Pipes, closed streams, `-` and exit statuses, all with processes of their own: what a shell's user meets."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgui.__main__ import main
from tests.export.films import names

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "convgui"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which `convgui` is this program; its status is that of the first command of a pipe."""
    start = " ".join(f"'{word}'" for word in PROGRAM)
    script = f'convgui() {{ {start} "$@"; }}\n{line}\nexit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of four small pictures and one that is damaged."""
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (9, 8)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"p{number}.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    return tmp_path


@posix
@pytest.mark.fault
@pytest.mark.parametrize(
    "line",
    [
        "convgui lessons | head -1",
        "convgui --help | true",
        "convgui --version | true",
        "convgui completion bash | true",
        "convgui --self-test | head -1",
        "convgui bench --quick --no-peers --only separable --threads 1 --repeats 1 | true",
        "convgui render single-channel -o - | head -c 4 | wc -c",
        "convgui render single-channel -o a.npy --progress 2>&1 | true",
        "convgui lessons >&- 2>&-",
        "convgui --help >&-",
    ],
)
def test_a_reader_that_goes_away_is_no_error(line: str, tmp_path: Path) -> None:
    done = shell(line, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@posix
@pytest.mark.fault
@pytest.mark.parametrize(
    ("end", "status"),
    [("| head -1", 0), ("2>&1 | true", 0), (">&- 2>&-", 0), ("bad.png 2>&1 | true", 1), ("bad.png >&- 2>&-", 1)],
)
def test_apply_does_its_work_whoever_reads(photos: Path, end: str, status: int) -> None:
    done = shell(f"convgui apply box p0.png p1.png p2.png p3.png -o out {end}", photos)
    assert done.returncode == status
    assert names(photos / "out") == ["p0.npy", "p1.npy", "p2.npy", "p3.npy"]
    for number in range(4):
        assert np.load(photos / "out" / f"p{number}.npy").shape == (1, 9, 8)


@pytest.mark.fault
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("line", ["lessons", "--help", "apply box p0.png -o out", "render p0.png -o - --format svg"])
def test_output_that_cannot_be_written_is_said(photos: Path, line: str) -> None:
    done = shell(f"convgui {line} > /dev/full", photos)
    assert done.returncode == 2
    assert done.stderr == "convgui: standard output cannot be written: No space left on device.\n"


@posix
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("convgui apply box p0.png -o out", 0),
        ("convgui apply box p0.png bad.png -o out", 1),
        ("convgui render bad.png -o a.png", 2),
        ("convgui apply bxo p0.png -o out", 2),
        ("convgui apply box p0.png -o p0.png", 2),
        ("convgui apply box p0.png", 2),
        ("convgui bench --threads 0", 2),
        ("convgui lessons --sheet a.doc", 2),
        ("convgui none.png", 2),
    ],
)
def test_exit_statuses(photos: Path, line: str, status: int) -> None:
    done = shell(line, photos)
    assert done.returncode == status
    if status == 2:
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("convgui")


@posix
@pytest.mark.fault
def test_an_interrupted_batch_ends_with_130_and_keeps_what_is_done(photos: Path) -> None:
    inputs = [str(photos / "p0.png")] * 400
    run = subprocess.Popen(
        [*PROGRAM, "apply", "gaussian-5", *inputs, "-o", str(photos / "out"), "--jobs", "1"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test that runs in the background ignores interrupts, and its children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stdout is not None
    assert run.stdout.readline().startswith("1/400 ")
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130
    assert error == "convgui: cancelled; what was being written is gone.\n"
    done = names(photos / "out")
    assert 1 <= len(done) < 400
    assert not [name for name in done if name.startswith(".")]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("png", b"\x89PNG"),
        ("svg", b"<svg"),
        ("pdf", b"%PDF"),
        ("gif", b"GIF89a"),
        ("webp", b"RIFF"),
        ("apng", b"\x89PNG"),
        ("npy", b"\x93NUMPY"),
        ("npz", b"PK"),
        ("tif", b"II*"),
        ("onnx", b"\x08"),
    ],
)
def test_a_dash_is_standard_output_for_every_single_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    form: str,
    begins: bytes,
) -> None:
    monkeypatch.chdir(tmp_path)
    small = ["--size", "96x96", "--steps", "0..1", "--no-glide"]
    assert main(["render", "single-channel", "-o", "-", "--format", form, *small]) == 0
    written = capfdbinary.readouterr()
    assert written.out.startswith(begins)
    assert written.err == b""
    assert names(tmp_path) == []


@posix
def test_a_dash_is_standard_input_for_images(photos: Path) -> None:
    want = shell("convgui apply sobel-x p2.png -o want", photos)
    assert want.returncode == 0
    done = shell("cat p2.png | convgui apply sobel-x - -o - > got.npy; (exit ${PIPESTATUS[1]})", photos)
    assert (done.returncode, done.stderr) == (0, "")
    assert np.array_equal(np.load(photos / "got.npy"), np.load(photos / "want" / "p2.npy"))
    done = shell("convgui render - -o - < p2.png > drawn.png", photos)
    assert done.returncode == 0
    with Image.open(io.BytesIO((photos / "drawn.png").read_bytes())) as image:
        assert image.size == (1200, 800)
    assert shell("convgui apply box - p1.png -o out < p0.png", photos).returncode == 0
    assert names(photos / "out") == ["p1.npy", "standard-input.npy"]


@posix
@pytest.mark.fault
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("render - -o a.png < /dev/null", "standard-input cannot be opened: it is empty"),
        ("render - -o a.png <&-", "nothing is piped into it"),
        ("render - -o a.png < text", "standard-input cannot be opened: its line 1 is no row of numbers"),
        ("render p0.png -o - >&-", "standard output, which is closed"),
        ("render p0.png -o a.png --format svg", "--format is for standard output"),
        ("apply box p0.png p1.png -o -", "standard output (-) takes one result, and there are 2"),
        ("apply box - - -o out", "standard input (-) is one image"),
        ("apply - p0.png -o out", "standard input (-) is one image"),
        ("-", "the window opens no standard input"),
        ("lessons --sheet - --format gif", "cannot be gif; it is one of png, svg, pdf"),
    ],
)
def test_a_dash_that_cannot_be_is_one_sentence_and_no_file(photos: Path, line: str, words: str) -> None:
    (photos / "text").write_text("no picture")
    before = names(photos)
    done = shell(f"convgui {line}", photos)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert names(photos) == before


@posix
def test_a_file_that_is_called_dash_is_written_and_read(photos: Path) -> None:
    (photos / "p0.png").rename(photos / "-")
    assert shell("convgui apply box ./- -o out", photos).returncode == 0
    assert names(photos / "out") == ["-.npy"]


@posix
@pytest.mark.fault
def test_names_never_command_the_terminal(photos: Path) -> None:
    evil = ["a\x1b[31mred.png", "b\nnext.png", "c\x07\x7f.png", "d\u202eturned.png", "e\x9b1m.png"]
    for name in evil:
        (photos / name).write_bytes((photos / "p0.png").read_bytes())
    (photos / "f\x1b[2J.png").write_bytes(b"nothing")
    done = shell(
        "convgui apply box ?*[!0-9].png -o out; convgui $'\\e[5m'; convgui render p1.png --scale $'\\e[5m' -o x", photos
    )
    said = done.stdout + done.stderr
    assert said.count("->") == len(evil)
    assert not [c for c in said if c in "\x07\x1b\x7f\x9b\u202e"]
    assert len(done.stdout.splitlines()) == len(evil)
    assert "a\\u001b[31mred.png" in done.stdout


@posix
def test_the_lessons_of_others_never_command_the_terminal(tmp_path: Path) -> None:
    code = (
        "import sys; from convgui.__main__ import main; from convgui.model.document import Lesson\n"
        "import convgui.cli.lessons as l; l.all_lessons = lambda: (Lesson('my:x', 'T\\x1b[31m\\n', 'C\\x9b'),)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    for option in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-c", code, "lessons", *option], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert not [c for c in done.stdout if c in "\x1b\x9b"]
        assert "T\\u001b[31m" in done.stdout
