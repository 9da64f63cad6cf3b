"""The command line: open the window, or render, list, check and measure without one. The only wiring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from convgui.version import __version__

if TYPE_CHECKING:
    from convgui.cli.arguments import OneSentence
    from convgui.cli.terminal import Stream

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
COMMANDS = ("render", "apply", "lessons", "network", "bench", "completion")
REFUSED, INTERRUPTED = 2, 130
ARENAS = -8
"""What mallopt calls M_ARENA_MAX."""
LEAST = 340 << 20
"""Bytes that the window has to be able to address; with fewer, libraries end the process without a word to anybody."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status, as `convgui.cli.arguments.EXITS` says."""
    # NumPy's own threads would fight ours over two cores; this has to be said before NumPy is imported.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    _spare_addresses()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        from convgui.cli.terminal import standard_streams

        with standard_streams() as out:
            try:
                return _written(out, _answered(arguments))
            except SystemExit:
                if _written(out, 0):
                    return REFUSED
                raise
    except KeyboardInterrupt:
        print("convgui: cancelled; what was being written is gone.", file=sys.stderr)
        return INTERRUPTED


def _spare_addresses() -> None:
    """Have threads share one heap where addresses are limited: each of its own would take 64 MB of them."""
    if _addresses() is not None:
        import ctypes

        with suppress(AttributeError, OSError):  # another C library than GNU's
            ctypes.CDLL(None).mallopt(ARENAS, 1)


def _addresses() -> int | None:
    """Return the bytes that the process may address; None where nobody has limited them."""
    if sys.platform != "linux":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _answered(arguments: list[str]) -> int:
    """Run the program; what goes wrong is one sentence on standard error."""
    from convgui.cli.arguments import UsageError, plain
    from convgui.cli.language import spoken
    from convgui.core.memory import in_words, out_of_memory
    from convgui.export.atomic_write import ExportError
    from convgui.files.errors import LoadError, WriteError
    from convgui.plugins import listen
    from convgui.words import tr

    listen(lambda sentence: print(f"convgui: {plain(sentence)}", file=sys.stderr))
    try:
        with spoken(arguments) as others:
            try:
                return _run(others)
            except KeyboardInterrupt:
                print(f"convgui: {tr('cancelled; what was being written is gone.')}", file=sys.stderr)
                return INTERRUPTED
    except (UsageError, LoadError, WriteError, ExportError, ValueError) as error:
        said = str(error)
    except MemoryError as error:
        said = in_words(error)
    except ImportError as error:
        if "failed to map" not in str(error):
            raise
        said = out_of_memory()
    except OSError as error:
        said = f"{error.filename or 'the system'}: {error.strerror or error}."
    print(f"convgui: {plain(said)}", file=sys.stderr)
    return REFUSED


def _written(out: Stream, status: int) -> int:
    """Return the status, after making sure that standard output took everything; a reader that left had enough."""
    out.flush()
    if out.failure is None:
        return status
    print(f"convgui: standard output cannot be written: {out.failure.strerror}.", file=sys.stderr)
    return status or REFUSED


def parsers() -> dict[str, OneSentence]:
    """Build the parsers of all commands; that of the window, and of what stands alone, is called ``""``."""
    from convgui.bench.cli import parser as bench_parser
    from convgui.cli.apply import apply_parser
    from convgui.cli.completion import completion_parser
    from convgui.cli.lessons import lessons_parser
    from convgui.cli.network import network_parser
    from convgui.cli.render import render_parser

    files = (render_parser, apply_parser, lessons_parser, network_parser)
    builders = (_window_parser, *files, bench_parser, completion_parser)
    return dict(zip(("", *COMMANDS), (build() for build in builders), strict=True))


def _window_parser() -> OneSentence:
    from convgui.cli.arguments import EXITS, OneSentence
    from convgui.words import tr

    listed = tr("{some} and {last}", some=", ".join(COMMANDS[:-1]), last=COMMANDS[-1])
    without = tr("Without a window: {commands}; each has its own --help.", commands=listed)
    parser = OneSentence("", tr("See what convolution does."), f"{without} {tr(EXITS)}")
    parser.add_argument("file", nargs="?", help=tr("a .convgui document, an image, an array, a volume, or a folder"))
    version = tr("show which version this is, and exit")
    parser.add_argument("--version", action="version", version=f"convgui {__version__}", help=version)
    parser.add_argument("--self-test", action="store_true", help=tr("list scenes and lessons, draw one, and exit"))
    parser.add_argument("--first-window", action="store_true", help=tr("say how long the first window takes, and exit"))
    return parser


def _window(arguments: list[str]) -> int:
    from convgui.cli.arguments import UsageError
    from convgui.files.installation import command
    from convgui.words import tr
    from convgui.words.near import near

    meant = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    if meant and not Path(meant).exists() and near(meant, COMMANDS):
        raise UsageError(tr("there is no command or file {name}{hint}", name=meant, hint=near(meant, COMMANDS)))
    chosen = _window_parser().parse_args(arguments)
    if chosen.self_test:
        from convgui.cli.self_test import self_test

        return self_test()
    if chosen.first_window:
        return _first_window()
    if chosen.file == "-":
        raise UsageError(
            tr("the window opens no standard input; name a file, or use `{render}`.", render=command("render -"))
        )
    if chosen.file is not None and not Path(chosen.file).exists():
        raise UsageError(
            tr(
                "there is no file {name}; give the path of a document, an image, an array or a volume.",
                name=chosen.file,
            )
        )
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        raise UsageError(
            tr("there is no screen to open a window on; use `{render}`, or set DISPLAY.", render=command("render"))
        )
    addresses = _addresses()
    if addresses is not None and addresses < LEAST:
        raise UsageError(
            tr(
                "the window needs {least} MB of addresses, and {allowed} MB are allowed; raise `ulimit -v`.",
                least=LEAST >> 20,
                allowed=addresses >> 20,
            )
        )
    from convgui.qt.app import run

    return run(None if chosen.file is None else Path(chosen.file))


def _first_window() -> int:
    from convgui.cli.arguments import UsageError

    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from convgui.bench.first_window import first_window
    from convgui.words import tr

    age = first_window()
    if age is None:
        raise UsageError(tr("the window showed no picture."))
    print(f"first window after {1000 * age[0]:.0f} ms, counted from {age[1]}")
    return 0


def _run(arguments: list[str]) -> int:
    """Run a command; each is imported only when it is asked for."""
    command, rest = arguments[:1], arguments[1:]
    if command == ["render"]:
        from convgui.cli.render import render

        return render(rest)
    if command == ["network"]:
        from convgui.cli.network import network

        return network(rest)
    if command == ["lessons"]:
        from convgui.cli.lessons import lessons

        return lessons(rest)
    if command == ["apply"]:
        from convgui.cli.apply import apply

        return apply(rest)
    if command == ["bench"]:
        from convgui.bench import run

        return run(rest)
    if command == ["completion"]:
        from convgui.cli.completion import completion

        return completion(rest, parsers())
    return _window(arguments)


if __name__ == "__main__":
    sys.exit(main())
