"""convgui apply: run a kernel or layers over files."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from convgui.cli.arguments import OneSentence, add_axes, number
from convgui.cli.documents import chosen_axes, layers
from convgui.export.batch import run_batch


def apply(arguments: list[str]) -> int:
    """Filter the files; returns the exit status, 1 when one of them failed."""
    parser = OneSentence(
        prog="convgui apply",
        description="Run a kernel or layers over files, several at a time.",
        epilog="A preset filters each channel by itself, keeps the size and repeats the border; "
        "a document's layers do what they do in the window.",
    )
    parser.add_argument("kernel", metavar="KERNEL", help="a preset such as sobel-x, a lesson's id, or a document")
    parser.add_argument("inputs", metavar="INPUT", type=Path, nargs="+", help="images or arrays")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, required=True)
    parser.add_argument("--format", choices=("npy", "npz", "tif", "png", "nii", "nii.gz"), default="npy")
    parser.add_argument("--jobs", metavar="N", type=number(1, 64, "a number of files at a time"))
    parser.add_argument("--memory", metavar="MB", type=number(1, 1e9, "a memory budget"), help="for all of them")
    add_axes(parser)
    parser.add_argument("--quiet", action="store_true", help="say only what failed")
    chosen = parser.parse_args(arguments)
    prepare, choose = layers(chosen.kernel), chosen_axes(chosen.channels, chosen.index)
    jobs = int(chosen.jobs) if chosen.jobs else None
    budget = int(chosen.memory * 2**20) if chosen.memory else None
    failed = 0
    work = run_batch(prepare, chosen.inputs, chosen.output, chosen.format, workers=jobs, budget=budget, choose=choose)
    with closing(work):
        for place, done in enumerate(work, start=1):
            if done.failure:
                failed += 1
                print(f"convgui: {done.source} failed: {done.failure}", file=sys.stderr)
            elif not chosen.quiet:
                print(f"{place}/{len(chosen.inputs)} {done.source} -> {done.target}{done.note and f' ({done.note})'}")
    if failed:
        print(f"convgui: {failed} of {len(chosen.inputs)} files failed; the others are done.", file=sys.stderr)
    return 1 if failed else 0
