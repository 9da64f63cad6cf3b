"""The command line: the contract that scripts depend on."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from convgui import __version__
from convgui.__main__ import main
from convgui.bench.first_window import process_age
from convgui.cli.documents import with_options
from convgui.files.documents import write_document
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.load import load
from convgui.scenes import scene
from tests.documents import OUTPUT, textbook
from tests.files.phantom import phantom, stored, write_series
from tests.files.refusing import refuse

ROOT = Path(__file__).resolve().parents[2]


def test_lessons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in listed] == [lesson.id for lesson in lesson_index()]
    assert set(listed[0]) == {"id", "title", "chapter"}
    assert main(["lessons"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(listed)


def test_render_a_lesson_at_a_size_and_scale(tmp_path: Path, qapp: object) -> None:
    out = tmp_path / "a.png"
    assert (
        main(["render", "single-channel", "-o", str(out), "--size", "640x400", "--scale", "1.5", "--step", "-1"]) == 0
    )
    with Image.open(out) as image:
        assert image.size == (960, 600)
    main(["render", "single-channel", "-o", str(tmp_path / "b.png"), "--theme", "dark", "--size", "640x400"])
    with Image.open(tmp_path / "b.png") as image:
        corner = image.getpixel((2, 2))
        assert isinstance(corner, tuple)
        assert max(corner) < 60


@pytest.mark.parametrize(("asked", "shown"), [(None, 4), (0, 0), (1, 1), (4, 4), (-1, 8), (-9, 0)])
def test_the_step_that_is_asked_for_is_drawn_and_else_the_documents_own(
    asked: int | None, shown: int, tmp_path: Path
) -> None:
    document = textbook()
    write_document(document.with_view(replace(document.view, step=4)), tmp_path / "book.convgui")
    more = [] if asked is None else ["--step", str(asked)]
    assert main(["render", str(tmp_path / "book.convgui"), "-o", str(tmp_path / "a.svg"), *more]) == 0
    row, column = divmod(shown, 3)
    said = ElementTree.parse(tmp_path / "a.svg").findtext("{http://www.w3.org/2000/svg}title", "")
    assert said.startswith(f"out[{row}, {column}] = ")
    assert f" = {OUTPUT[row][column]}" in said


def test_render_an_image_and_an_array_as_svg(tmp_path: Path) -> None:
    Image.fromarray(np.arange(3600, dtype=np.uint8).reshape(60, 60)).save(tmp_path / "x.png")
    assert main(["render", str(tmp_path / "x.png"), "-o", str(tmp_path / "x.svg"), "--scene", "slide"]) == 0
    assert "1 × 60 × 60" in (tmp_path / "x.svg").read_text(encoding="utf-8")
    np.save(tmp_path / "y.npy", np.arange(25.0).reshape(5, 5))
    arguments = ["render", str(tmp_path / "y.npy"), "-o", str(tmp_path / "y.svg"), "--kernel", "box"]
    assert main(arguments) == 0
    assert ">24<" in (tmp_path / "y.svg").read_text(encoding="utf-8")


def test_a_volume_is_drawn_by_a_scene_that_can(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.arange(8 * 9 * 10.0).reshape(8, 9, 10))
    assert main(["render", str(tmp_path / "v.npy"), "-o", str(tmp_path / "v.svg")]) == 0
    assert "<text" in (tmp_path / "v.svg").read_text(encoding="utf-8")
    assert main(["render", str(tmp_path / "v.npy"), "-o", str(tmp_path / "w.svg"), "--scene", "slide"]) == 2


@pytest.mark.parametrize("view", ["blocks", "slices", "projection", "surface"])
def test_a_volume_is_rendered_in_all_four_ways(view: str, tmp_path: Path, qapp: object) -> None:
    np.save(tmp_path / "v.npy", np.arange(8 * 9 * 10.0).reshape(8, 9, 10))
    what, out = str(tmp_path / "v.npy"), tmp_path / f"{view}.png"
    common = ["render", what, "--kernel", "sobel-3d-x", "--option", f"view={view}", "--size", "600x400"]
    assert main([*common, "-o", str(out)]) == 0
    with Image.open(out) as image:
        drawn = np.asarray(image)
    assert drawn.std() > 5
    assert main([*common, "-o", str(tmp_path / "turned.png"), "--turn", "100,-30"]) == 0
    with Image.open(tmp_path / "turned.png") as image:
        assert np.array_equal(np.asarray(image), drawn) == (view in ("blocks", "slices"))
    assert main([*common, "-o", str(tmp_path / "v.svg")]) == 0


def test_an_option_may_belong_to_another_option(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.arange(8 * 9 * 10.0).reshape(8, 9, 10))
    arguments = ["render", str(tmp_path / "v.npy"), "-o", str(tmp_path / "v.svg"), "--option"]
    assert main([*arguments, "view=projection", "--option", "rays=alpha"]) == 0
    assert main([*arguments, "rays=alpha"]) == 2


def test_a_folder_of_slices_and_one_of_them_are_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    paths = write_series(folder, *stored(phantom(), "SPL"))
    # A file that is named is that file; its series is the folder's.
    for what, size in ((folder, "5 × 6 × 7"), (paths[1], "1 × 6 × 7")):
        out = tmp_path / "v.svg"
        assert main(["render", str(what), "-o", str(out), "--scene", "cost"]) == 0
        assert size in out.read_text(encoding="utf-8")
        out.unlink()


def test_render_a_lesson_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(
        (ROOT / "resources" / "lessons" / "single-channel.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert main(["render", str(own), "-o", str(tmp_path / "own.svg")]) == 0
    assert ">12<" in (tmp_path / "own.svg").read_text(encoding="utf-8")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["render", "single-channel", "-o", "a.doc"], "a.doc ends in .doc"),
        (["render", "single-channel", "-o", "a.mp4", "--transparent"], "no transparent background"),
        (["render", "single-channel", "-o", "a.gif", "--steps", "5..2"], "run backwards"),
        (["render", "single-channel", "-o", "a.gif", "--steps", "0..99"], "0 to 8"),
        (["render", "single-channel", "-o", "a.nii"], "NIfTI is for volumes"),
        (["render", "single-channel", "-o", "a.png", "--size", "16000x16000"], "too large"),
        (["render", "nothing", "-o", "a.png"], "neither a file nor a lesson"),
        (["render", "single-channel", "-o", "a.png", "--step", "99"], "0 to 8"),
        (["render", "single-channel", "-o", "a.png", "--scene", "x"], "there is no scene"),
        (["render", "single-channel", "-o", "a.png", "--kernel", "x"], "there is no preset"),
        (["render", "single-channel", "-o", "a.png", "--option", "view=x"], "its options are none (NAME=VALUE)"),
        (["render", "multi-channel-sum", "-o", "a.png", "--option", "channels=x"], "it is one of sum, apart"),
        (["render", "single-channel", "-o", "missing/a.svg"], "cannot be written"),
        (["render", "empty.png", "-o", "a.png"], "empty.png cannot be opened"),
        (["render", ".", "-o", "a.png"], "a folder without DICOM images"),
        (["nothing.png"], "there is no file nothing.png"),
    ],
)
def test_errors_are_one_sentence_and_no_file(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.png").touch()
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["empty.png"]


def test_render_animations_numbers_and_models(tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--size", "320x240", "--steps", "1..3"]
    for name in ("a.gif", "a.webp", "a.apng", "frames"):
        arguments = ["render", "single-channel", "-o", str(tmp_path / name), *common, "--no-glide", "--progress"]
        assert main(arguments) == 0
        assert f"{name}: 100 %" in capsys.readouterr().err
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((320, 240), 3)
    assert main(["render", "single-channel", "-o", str(tmp_path / "n.npy")]) == 0
    assert np.load(tmp_path / "n.npy")[0, 0].tolist() == [12, 12, 17]
    assert main(["render", "single-channel", "-o", str(tmp_path / "n.png"), "--array"]) == 0
    assert capsys.readouterr().out.startswith("value = 6.0 + 13.0")
    assert main(["render", "single-channel", "-o", str(tmp_path / "n.onnx")]) == 0
    assert main(["render", "single-channel", "-o", str(tmp_path / "t.png"), "--transparent", "--no-captions"]) == 0
    with Image.open(tmp_path / "t.png") as image:
        assert image.mode == "RGBA"
    assert main(["render", "single-channel", "-o", str(tmp_path / "a.pdf")]) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.fault
def test_control_c_leaves_nothing(
    tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from convgui.export.apng import ApngWriter

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ApngWriter, "add", interrupted)
    assert main(["render", "single-channel", "-o", str(tmp_path / "a.apng")]) == 130
    assert "cancelled" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.fault
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "there is no screen" in capsys.readouterr().err


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="addresses are limited by ulimit")
@pytest.mark.parametrize("hard", [-1, 1 << 40])
def test_with_too_few_addresses_no_window_is_begun(
    hard: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import resource

    monkeypatch.setattr("convgui.qt.app.run", lambda _: 0)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300 << 20, hard))
    assert main([]) == 2
    assert "and 300 MB are allowed" in capsys.readouterr().err


@pytest.mark.fault
@pytest.mark.parametrize(
    "arguments",
    [
        ["render"],
        ["render", "x", "-o", "a.png", "--size", "big"],
        ["--nonsense"],
        ["render", "x", "-o", "y", "--scale", "0"],
        ["render", "x", "-o", "y", "--turn", "30"],
    ],
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_module_version_and_self_test_in_a_process_of_their_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convgui", "--self-test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for lesson in lesson_index():
        assert f"lesson {lesson.id}" in done.stdout
    assert "scene  slide" in done.stdout
    for part in ("licences", "wrote  a GIF of 3 steps", "opened a window of 1280 x 800 pixels"):
        assert part in done.stdout
    version = subprocess.run(
        [sys.executable, "-m", "convgui", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert version.stdout == f"convgui {__version__}\n"


def test_the_age_of_a_process_is_counted_from_its_start() -> None:
    before = process_age()[0]
    assert 0 < before <= process_age()[0]
    if sys.platform == "linux":
        code = "from convgui.bench.first_window import process_age; print(process_age()[0])"
        began = time.monotonic()
        age = float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout)
        assert 0 < age <= time.monotonic() - began + 0.02


@pytest.mark.parametrize(
    ("missing", "wanted"), [("spread", [np.nan, np.nan]), ("rescale", [2.0, 4.0]), ("zero", [4 / 3, 8 / 3]), ("", None)]
)
def test_what_becomes_of_missing_values_is_an_option(missing: str, wanted: list[float] | None, tmp_path: Path) -> None:
    # Under a box of 3, in the middle of rows of one missing value between 1 and 3, and 3 and 5.
    x = np.repeat([[1.0, np.nan, 3.0, np.nan, 5.0]], 3, axis=0)
    np.save(tmp_path / "x.npy", x)
    option = ["--missing", missing] if missing else []
    assert main(["apply", "box", str(tmp_path / "x.npy"), "-o", str(tmp_path), "--format", "tif", *option]) == 0
    made = load(tmp_path / "x.tif").data[0, 1, [1, 3]]
    expected = [np.nan, np.nan] if wanted is None else wanted
    np.testing.assert_allclose(np.asarray(made, np.float64), np.array(expected), rtol=1e-6)


@pytest.mark.fault
@pytest.mark.parametrize("command", [[], ["render", "-o", "a.png"], ["apply", "sobel-x", "-o", "out"], ["network"]])
def test_a_file_in_a_folder_that_is_locked_is_not_said_to_be_missing(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "a.npy").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    refuse(monkeypatch, locked, errno.EACCES)
    assert main([*command, str(locked / "a.npy")]) in (1, 2)
    said = capsys.readouterr().err
    assert "a.npy" in said
    assert "Permission denied" in said or "may not read it" in said


def test_apply_ends_with_1_where_some_files_fail_and_with_2_where_all_do(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.npy", tmp_path / "bad.npy"
    np.save(good, np.ones((5, 5)))
    bad.write_bytes(b"no numbers")
    out = str(tmp_path / "out")
    assert main(["apply", "box", str(good), str(bad), "-o", out]) == 1
    assert main(["apply", "box", str(bad), "-o", out]) == 2
    assert main(["apply", "box", str(good), "-o", str(tmp_path / "whole")]) == 0


def said_by(arguments: str, tmp_path: Path) -> str:
    """Return all text of what `convgui render` draws, its summary first."""
    assert main(["render", *arguments.split(), "-o", str(tmp_path / "a.svg"), "--size", "1000x700"]) == 0
    return " ".join("".join(part.itertext()) for part in ElementTree.parse(tmp_path / "a.svg").getroot())


def test_a_caption_is_drawn_with_the_layer_that_it_is_about(tmp_path: Path) -> None:
    """The sixth sentence of the lesson changes the kernel: its sum is not that of the Sobel kernel."""
    assert "rank 2" in said_by("spatially-separable --caption 6", tmp_path)
    assert "rank 2" not in said_by("spatially-separable --caption 5", tmp_path)


def test_a_caption_that_asks_does_not_tell(tmp_path: Path) -> None:
    assert " = 22" not in said_by("dilation --caption 2", tmp_path)
    assert " = 22" in said_by("dilation --caption 3", tmp_path)


@pytest.mark.parametrize("lesson", [lesson.id for lesson in lesson_index()])
def test_each_choice_that_a_lesson_makes_is_one_for_render(lesson: str) -> None:
    document = load_lesson(lesson)
    assert document.lesson is not None
    for options in (document.view.options, *(caption.options for caption in document.lesson.captions)):
        for name, value in options.items():
            chosen = with_options(document, scene(document.view.scene), [f"{name}={value}"])
            assert chosen.view.options[name] == value


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dilation --caption 0", "1 to 5"),
        ("dilation --caption 6", "1 to 5"),
        ("dilation --caption 2 --kernel box", "--kernel"),
        ("x.npy --caption 1", "lessons"),
    ],
)
def test_a_caption_that_is_not_there_is_one_sentence(
    line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.zeros((4, 4)))
    assert main(["render", *line.split(), "-o", "a.svg"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not Path("a.svg").exists()
