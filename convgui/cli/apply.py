"""convgui apply: run a kernel or layers over files."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from convgui.cli.arguments import (
    EXITS,
    OneSentence,
    UsageError,
    add_axes,
    add_missing,
    add_values,
    count,
    number,
    plain,
)
from convgui.cli.columns import columns
from convgui.cli.documents import NetworkOptions, chosen_axes, layers, with_missing
from convgui.cli.terminal import STANDARD, read_from, write_to
from convgui.export.batch import FORMATS, FileResult, duration, run_batch
from convgui.export.seen import Seen
from convgui.files.regular import matching
from convgui.words import mark, tr

MEGABYTE = 1 << 20


def apply_parser() -> OneSentence:
    """Build the parser of ``convgui apply``."""
    about = tr(
        "A preset filters each channel by itself, keeps the size and repeats the border; a document's layers do what "
        "they do in the window. A file that fails does not stop the others; it is named at the end."
    )
    parser = OneSentence(
        "apply",
        tr("Run a kernel or layers over files, several at a time."),
        f"{about} {tr(EXITS)}",
    )
    kernel = tr("a preset such as sobel-x, a lesson's id, a document, or a file of trained weights")
    parser.add_argument("kernel", metavar="KERNEL", help=kernel)
    parser.add_argument("inputs", metavar="INPUT", nargs="+", help=tr("images or arrays; - for one on standard input"))
    where = tr("where the results go; - for standard output, of one input")
    parser.add_argument("-o", "--output", metavar="FOLDER", required=True, help=where)
    parser.add_argument("--format", choices=FORMATS, default="npy", help=tr("of the results (default: npy)"))
    as_seen = tr("as seen in the window, 8 or 16 bits a channel: .png, .tif or .jpg (default: the numbers)")
    parser.add_argument("--as-seen", metavar="BITS", type=int, choices=(8, 16), nargs="?", const=8, help=as_seen)
    kept = tr("with --as-seen: keep each input's profile and EXIF")
    parser.add_argument("--metadata", action="store_true", help=kept)
    parser.add_argument(
        "--jobs", metavar="N", type=count(1, 64, tr("a number of files at a time")), help=tr("files at a time")
    )
    parser.add_argument(
        "--memory", metavar="MB", type=number(1, 1e9, tr("a memory budget")), help=tr("for all of them")
    )
    add_axes(parser)
    add_missing(parser)
    parser.add_argument("--layer", metavar="NAME", help=tr("the last layer of such a file; see `convgui network`"))
    add_values(parser)
    parser.add_argument("--quiet", action="store_true", help=tr("say only what failed"))
    return parser


def apply(arguments: list[str]) -> int:
    """Filter the files; returns the exit status: 1 when some of them failed, 2 when all did."""
    chosen = apply_parser().parse_intermixed_args(arguments)
    if chosen.kernel == STANDARD or chosen.inputs.count(STANDARD) > 1:
        raise UsageError(tr("standard input (-) is one image; give KERNEL and the other inputs by name."))
    if chosen.output == STANDARD and len(chosen.inputs) > 1:
        raise UsageError(
            tr("standard output (-) takes one result, and there are {n}; name a folder.", n=len(chosen.inputs))
        )
    form = chosen.format
    if chosen.as_seen and form == "npy":
        form = chosen.format = "png"
    if chosen.metadata and not (chosen.as_seen or form == "jpg"):
        raise UsageError(tr("--metadata belongs to pictures; add --as-seen."))
    with ExitStack() as held:
        sources = {Path(held.enter_context(read_from(name))): name for name in chosen.inputs}
        target = held.enter_context(write_to(chosen.output, form))
        if chosen.output != STANDARD:
            return _run(chosen, sources, target)
        # The only result takes the name that is sent; where it could not be made, nothing is.
        folder = target.parent / "results"
        status = _run(chosen, sources, folder)
        for written in matching(folder, "*"):
            written.replace(target)
        return status


def _run(chosen: argparse.Namespace, sources: Mapping[Path, str], folder: Path) -> int:
    """Filter the files, and say on the way how far it is and at the end what failed; returns the exit status."""
    budget = int(chosen.memory * MEGABYTE) if chosen.memory else None
    paths = [path for path, name in sources.items() for _ in range(chosen.inputs.count(name))]
    work = run_batch(
        with_missing(
            layers(chosen.kernel, NetworkOptions(None, chosen.layer, chosen.values, chosen.resize)), chosen.missing
        ),
        paths,
        folder,
        chosen.format,
        workers=chosen.jobs,
        budget=budget,
        read=[Path(chosen.kernel)],
        choose=chosen_axes(chosen.channels, chosen.index),
        seen=Seen(chosen.as_seen or 8, chosen.metadata) if chosen.as_seen or chosen.format == "jpg" else None,
    )
    progress = Progress(len(paths), sys.stderr.isatty() and not chosen.quiet)
    failed: list[FileResult] = []
    try:
        with closing(work):
            for done in work:
                progress.clear()
                if done.failure:
                    failed.append(done)
                elif chosen.output != STANDARD and not chosen.quiet:
                    print(f"{progress.done + 1}/{len(paths)} {plain(_result_line(done, sources[done.source]))}")
                elif done.note and not chosen.quiet:
                    print(plain(done.note), file=sys.stderr)
                progress.step()
    finally:
        progress.clear()
        for done in failed:
            words = tr("{name} failed: {reason}", name=sources[done.source], reason=done.failure)
            print(f"convgui: {plain(words)}", file=sys.stderr)
    if failed:
        some = mark("{failed} of {all} files failed; the others are done.")
        none = mark("{failed} of {all} files failed; nothing was written.")
        said = tr(some if len(failed) < len(paths) else none, failed=len(failed), all=len(paths))
        print(f"convgui: {said}", file=sys.stderr)
    return 0 if not failed else 1 if len(failed) < len(paths) else 2


def _result_line(done: FileResult, name: str) -> str:
    return f"{name} -> {done.target}{done.note and f' ({done.note})'}"


class Progress:
    """How many files are done and how long the rest may take, on a terminal's last line.

    Parameters
    ----------
    shown : bool
        Whether anybody looks; otherwise files are only counted.
    """

    def __init__(self, count: int, shown: bool) -> None:
        self.done = 0
        self._count, self._shown, self._began, self._width = count, shown, time.monotonic(), 0

    def step(self) -> None:
        """Count one more file."""
        self.done += 1
        left = self._count - self.done
        if self._shown and left:
            seconds = (time.monotonic() - self._began) / self.done * left
            time_left = duration(seconds)
            words = tr("{done} of {count} done, about {time} left", done=self.done, count=self._count, time=time_left)
            self._width = columns(words)
            print(words, end="\r", file=sys.stderr)

    def clear(self) -> None:
        """Take the line away, so that another can be printed in its place."""
        if self._width:
            print(" " * self._width, end="\r", file=sys.stderr)
            self._width = 0
