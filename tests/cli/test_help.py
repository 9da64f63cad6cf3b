"""What is said about the commands: the manual page, completion, the language, and no colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from convgui.__main__ import COMMANDS, main, parsers
from convgui.cli.columns import columns, padded, wrapped
from convgui.export.batch import duration
from convgui.files.translations import speak_language
from convgui.words import language
from tests.cli.test_streams import PROGRAM, ROOT, posix, shell

MANUAL = (ROOT / "packaging" / "linux" / "convgui.1").read_text(encoding="utf-8").replace("\\-", "-")


def options() -> list[tuple[str, str]]:
    """Return every long option of every command."""
    return [
        (command, option)
        for command, parser in parsers().items()
        for action in parser.listed()
        for option in action.option_strings
        if option.startswith("--")
    ]


@pytest.mark.parametrize(("command", "option"), options())
def test_every_option_is_in_the_manual(command: str, option: str) -> None:
    part = MANUAL.split(f".TP\n.B {command}\n")[-1].split(".TP")[0] if command else MANUAL
    assert option in part or (option in ("--help", "--lang") and option in MANUAL)


def test_the_manual_names_every_command_and_exit_status() -> None:
    statuses = MANUAL.split(".SH EXIT STATUS")[1].split(".SH")[0]
    assert [line[3:] for line in statuses.splitlines() if line.startswith(".B ")] == ["0", "1", "apply", "2", "130"]
    for command in COMMANDS:
        assert f".B convgui {command}\n" in MANUAL


def test_every_help_names_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("", "render", "apply", "lessons", "completion"):
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), "--help"])
        assert ended.value.code == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "Exit status: 0 all done; 1 some inputs failed; 2 wrong usage" in said


@posix
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", "apply render lessons --version"),
        ("ren", "render"),
        ("render sobel-p", "sobel-photo"),
        ("render --theme li", "light light-solarized"),
        ("render x --form", "--format"),
        ("render --format we", "webp webm"),
        ("render --scene sl", "slide"),
        ("apply gaussian-", "gaussian-3 gaussian-5"),
        ("apply --format ni", "nii nii.gz"),
        ("bench --qu", "--quick"),
        ("completion f", "fish"),
    ],
)
def test_bash_completes(typed: str, offered: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    words = ["convgui", *typed.split(" ")]
    given = " ".join(f"'{word}'" for word in words)
    line = f'{script}\nCOMP_WORDS=({given}); COMP_CWORD={len(words) - 1}; _convgui; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert set(offered.split()) <= set(done.stdout.split())
    assert done.stderr == ""
    assert all(word.startswith(words[-1]) for word in done.stdout.split())


def test_fish_and_zsh_know_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "fish"])
    fish = capsys.readouterr().out
    for command, option in options():
        where = f"__fish_seen_subcommand_from {command}'" if command else "__fish_use_subcommand"
        assert any(where in line and f" -l {option[2:]} " in f"{line} " for line in fish.splitlines()), (
            command,
            option,
        )
    main(["completion", "zsh"])
    assert "bashcompinit" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "zh_CN", "lessons"],
        ["lessons", "--lang=zh_CN"],
        ["--lang", "zh", "lessons"],
        ["--lang=zh-CN", "lessons"],
    ],
)
def test_a_language_is_spoken_for_one_run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert "单通道" in capsys.readouterr().out
    assert language() == "en"
    assert "CONVGUI_LANGUAGE" not in os.environ
    assert main(["lessons"]) == 0
    assert "Single channel" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("system", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "单通道"),
        ({"LC_ALL": "zh_CN", "LANG": "en_US.UTF-8"}, "单通道"),
        ({"LANGUAGE": "zh_CN:en", "LANG": "de_DE.UTF-8"}, "单通道"),
        ({"LANG": "zh_TW.UTF-8"}, "Single channel"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}, "Single channel"),
        ({"LANG": "zh_CN.UTF-8", "CONVGUI_LANGUAGE": "en"}, "Single channel"),
    ],
)
def test_without_a_choice_the_systems_language_is_spoken(system: dict[str, str], spoken: str) -> None:
    """In a process of its own: the C library keeps what it has once said in a language."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "CONVGUI_LANGUAGE")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **system}
    run = subprocess.run([*PROGRAM, "lessons"], capture_output=True, env=environment, check=True)
    assert spoken in run.stdout.decode("utf-8")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_is_in_the_language_spoken(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    english = parsers()[command]
    speak_language("zh_CN")
    try:
        chinese = parsers()[command]
    finally:
        speak_language("en")
    for one, other in zip(english.listed(), chinese.listed(), strict=True):
        # The names of shells and of what stands for a number are the same everywhere.
        assert one.help != other.help or one.dest == "shell"
    assert english.description != chinese.description
    with pytest.raises(SystemExit):
        main(["--lang", "zh_CN", *command.split(), "--help"])
    said = capsys.readouterr().out
    assert said.startswith("用法：")
    assert "usage:" not in said
    # What can be chosen stands on one line, as long as it is.
    assert max(columns(line) for line in said.splitlines() if "{" not in line) <= 80
    assert not [line for line in said.splitlines() if line.strip()[:1] in "；，。、）" and line.strip()]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["apply"], "缺少以下参数：-o/--output"),
        (["apply", "--bogus"], "无法识别的参数：--bogus"),
        (["render", "x", "-o", "a.png", "--size", "3"], "'3' 不是 1200x800 那样的大小"),
        (["render", "x", "-o"], "需要一个值"),
        (["render", "x", "-o", "a.png", "--step", "y"], "'y' 不是整数"),
        (["render", "no-lesson-at-all-99", "-o", "a.png"], "既不是文件也不是课程"),
        (["apply", "-", "-", "-o", "x"], "标准输入（-）只是一张图片"),
    ],
)
def test_errors_are_in_the_language_spoken(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: object = main(["--lang", "zh_CN", *given])
    except SystemExit as ended:
        status = ended.code
    assert status == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_usage_is_whole_where_options_stand_among_words() -> None:
    speak_language("zh_CN")
    try:
        parser = parsers()["apply"]
        before = parser.format_usage()
        parser.parse_intermixed_args(["box", "a.png", "-o", "out", "b.png"])
        assert parser.format_usage() == before
    finally:
        speak_language("en")


def test_wide_characters_are_wrapped_between_them_and_words_are_not() -> None:
    assert wrapped("卷积核大小 kernel_size，步幅。", 12) == ["卷积核大小", "kernel_size，", "步幅。"]
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert padded("卷积", 6) == "卷积  "


@pytest.mark.fault
@pytest.mark.parametrize("given", [["--lang", "zh_CM"], ["--lang=xyz"], ["--lang"]])
def test_a_language_that_is_not_spoken_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", *given]) == 2
    error = capsys.readouterr().err
    assert "is no language; " in error
    assert "zh_CN" in error
    assert error.count("\n") == 1


def terminal(arguments: list[str], folder: Path, **variables: str) -> str:
    """Run the program on a terminal and return all that it shows."""
    import pty

    try:
        main_end, end = pty.openpty()
    except OSError:
        pytest.skip("this system gives no terminals")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **variables}
    run = subprocess.Popen([*PROGRAM, *arguments], cwd=folder, env=environment, stdin=end, stdout=end, stderr=end)
    os.close(end)
    shown = b""
    # Linux ends a terminal that nobody has open any more with an error, other systems with nothing.
    try:
        while part := os.read(main_end, 65536):
            shown += part
    except OSError:
        pass
    os.close(main_end)
    run.wait(timeout=60)
    return shown.decode("utf-8")


@posix
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}])
def test_on_a_terminal_apply_shows_how_far_it_is_and_nothing_has_a_colour(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    shown = terminal(["apply", "box", "bad.png", "bad.png", "-o", "out"], tmp_path, **variables)
    assert "1 of 2 done, about 1 s left\r" in shown
    assert "\x1b" not in shown
    assert shown.rstrip().splitlines()[-1].endswith("2 of 2 files failed; nothing was written.")
    assert "\x1b" not in terminal(["render", "--help"], tmp_path, **variables)


@posix
@pytest.mark.fault
def test_a_terminal_is_neither_a_picture_nor_takes_one(tmp_path: Path) -> None:
    assert "standard output is a terminal" in terminal(["render", "single-channel", "-o", "-"], tmp_path)
    assert "nothing is piped into it" in terminal(["render", "-", "-o", "a.png"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_times_are_said_in_words() -> None:
    assert [duration(seconds) for seconds in (0.1, 59.6, 125, 3725)] == ["1 s", "1 min 0 s", "2 min 5 s", "1 h 2 min"]


def test_the_manual_is_well_formed(tmp_path: Path) -> None:
    if sys.platform == "win32" or shell("command -v groff", tmp_path).returncode:
        pytest.skip("groff is not installed")
    done = shell(f"groff -man -Tutf8 -ww '{ROOT / 'packaging' / 'linux' / 'convgui.1'}' > out", tmp_path)
    assert done.stderr == ""


def test_an_unknown_option_is_named_before_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["apply", "--bogus"])
    said = capsys.readouterr().err
    assert "unrecognized arguments: --bogus" in said
    assert "required" not in said


def test_where_nothing_is_written_no_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert main(["apply", "box", str(tmp_path / "a.png"), "-o", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    (tmp_path / "kept").mkdir()
    assert main(["apply", "box", str(tmp_path / "a.png"), "-o", str(tmp_path / "kept")]) == 2
    assert (tmp_path / "kept").exists(), "what was there stays"
