"""The command line: open the window, or render, list, check and measure without one. The only wiring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from convgui import __version__
from convgui.cli.arguments import OneSentence, UsageError

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status, 2 for what the user can mend."""
    # NumPy's own threads would fight ours over two cores; this has to be said before NumPy is imported.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    arguments = list(sys.argv[1:] if argv is None else argv)
    from convgui.export.whole import ExportError
    from convgui.files.errors import LoadError

    try:
        return _run(arguments)
    except (UsageError, LoadError, ExportError, ValueError) as error:
        print(f"convgui: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("convgui: cancelled; what was being written is gone.", file=sys.stderr)
        return 130


def _window(arguments: list[str]) -> int:
    parser = OneSentence(
        prog="convgui",
        description="See what convolution does.",
        epilog="Without a window: convgui render, apply, lessons and bench; each has its own --help.",
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="a .convgui document, an image, an array, a volume, or a folder"
    )
    parser.add_argument("--version", action="version", version=f"convgui {__version__}")
    parser.add_argument("--self-test", action="store_true", help="list scenes and lessons, draw one, and exit")
    parser.add_argument("--first-window", action="store_true", help="say how long the first window takes, and exit")
    chosen = parser.parse_args(arguments)
    if chosen.self_test:
        from convgui.cli.self_test import self_test

        return self_test()
    if chosen.first_window:
        if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from convgui.qt.first_window import first_window

        age = first_window()
        if age is None:
            raise UsageError("the window showed no picture.")
        print(f"first window after {1000 * age[0]:.0f} ms, counted from {age[1]}")
        return 0
    if chosen.file is not None and not chosen.file.exists():
        raise UsageError(
            f"there is no file {chosen.file}; give the path of a document, an image, an array or a volume."
        )
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        raise UsageError("there is no screen to open a window on; use `convgui render`, or set DISPLAY.")
    from convgui.qt.app import run

    return run(chosen.file)


def _run(arguments: list[str]) -> int:
    """Run a command; each is imported only when it is asked for."""
    command, rest = arguments[:1], arguments[1:]
    if command == ["render"]:
        from convgui.cli.render import render

        return render(rest)
    if command == ["lessons"]:
        from convgui.cli.lessons import lessons

        return lessons(rest)
    if command == ["apply"]:
        from convgui.cli.apply import apply

        return apply(rest)
    if command == ["bench"]:
        from convgui.bench import run

        return run(rest)
    return _window(arguments)


if __name__ == "__main__":
    sys.exit(main())
