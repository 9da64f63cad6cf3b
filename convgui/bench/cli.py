"""The command line of the bench, and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convgui.bench.measure import OURS, Result, measure
from convgui.bench.peers import installed
from convgui.bench.rows import ROWS
from convgui.cli.arguments import OneSentence, UsageError, count
from convgui.files.json_text import json_text
from convgui.words import tr
from convgui.words.near import near_or_all


def parser() -> OneSentence:
    """Build the parser of ``convgui bench``."""
    threads, repeats = count(1, 64, tr("a number of threads")), count(1, 10_000, tr("a number of turns"))
    parsed = OneSentence("bench", tr("Measure convolutions against installed peers."))
    parsed.add_argument("--quick", action="store_true", help=tr("a quarter of each side, three turns"))
    parsed.add_argument("--json", action="store_true", help=tr("print one JSON document instead of tables"))
    parsed.add_argument(
        "--latency", action="store_true", help=tr("measure edit to painted in the program's window instead")
    )
    parsed.add_argument(
        "--core", action="store_true", help=tr("with --latency: only the core's part, without the window")
    )
    parsed.add_argument("--opening", action="store_true", help=tr("measure opening files of 100 megapixels instead"))
    parsed.add_argument(
        "--cancel", action="store_true", help=tr("measure how soon a call ends that is cancelled instead")
    )
    parsed.add_argument("--life", action="store_true", help=tr("measure starting, idling and memory instead"))
    parsed.add_argument(
        "--networks", action="store_true", help=tr("measure whole networks beside ONNX Runtime instead")
    )
    parsed.add_argument(
        "--file", type=Path, metavar="FILE", help=tr("with --networks: measure the network of this ONNX file too")
    )
    parsed.add_argument("--only", metavar="TEXT", default="", help=tr("only rows whose name contains TEXT"))
    parsed.add_argument("--threads", type=threads, nargs="+", default=[1, 2], metavar="N", help=tr("default: 1 2"))
    parsed.add_argument("--repeats", type=repeats, default=0, metavar="N", help=tr("turns of each contestant"))
    parsed.add_argument("--no-peers", action="store_true", help=tr("measure convgui alone"))
    return parsed


def main(argv: Sequence[str]) -> int:
    """Run the bench; UsageError if no row is left."""
    options = parser().parse_args(argv)
    repeats = options.repeats or (3 if options.quick else 7)
    if options.latency and options.core:
        from convgui.bench.latency import report

        print(report(quick=options.quick, as_json=options.json, repeats=repeats))
        return 0
    if options.latency:
        from convgui.bench.painted import report as report_painted

        print(report_painted(quick=options.quick, as_json=options.json, repeats=repeats))
        return 0
    if options.opening:
        from convgui.bench.opening import report as report_opening

        print(report_opening(quick=options.quick, as_json=options.json))
        return 0
    if options.cancel:
        from convgui.bench.cancel import report as report_cancel

        print(report_cancel(options.threads, options.quick, options.json, repeats, options.only))
        return 0
    if options.life:
        from convgui.bench.living import report as report_life

        print(report_life(quick=options.quick, as_json=options.json))
        return 0
    if options.networks:
        from convgui.bench.networks import report as report_networks

        beside = not options.no_peers
        print(
            report_networks(as_json=options.json, repeats=repeats, only=options.only, path=options.file, peers=beside)
        )
        return 0
    rows = [row for row in ROWS if options.only in row.name]
    if not rows:
        names = [row.name for row in ROWS]
        hint = near_or_all(options.only, names, tr("rows are"))
        raise UsageError(tr("no row contains {text!r}{hint}", text=options.only, hint=hint))
    peers = {} if options.no_peers else dict.fromkeys(installed(), True)
    results = []
    for threads in options.threads:
        for row in rows:
            results.append(measure(row.shrunk(4) if options.quick else row, threads, peers, repeats))
            if not options.json:
                print(line(results[-1], first=len(results) % len(rows) == 1 or len(rows) == 1), flush=True)
    if options.json:
        print(json_text([as_dict(result) for result in results]))
    else:
        print(summary(results))
    return 0


COLUMNS = (OURS, "opencv", "onnxruntime", "torch", "scipy")


def line(result: Result, first: bool) -> str:
    """Write one line of the table, with a heading above the first."""
    names = " ".join(f"{name:>11}" for name in COLUMNS)
    heading = (
        f"\n{result.threads} thread(s), medians in ms\n{'work':44} {names}   /best  algorithm    error  scratch  goals"
    )
    times = " ".join(
        f"{result.milliseconds[name]:11.1f}" if name in result.milliseconds else " " * 11 for name in COLUMNS
    )
    best = result.ratio("best")
    ratio = f"{best:7.2f}" if best is not None else " " * 7
    memory = f"{result.scratch:5.1f} MB" if result.scratch is not None else ""
    goals = ", ".join(_goal(result, peer, met) for peer, met in result.verdicts().items())
    text = f"{result.row.name:44} {times} {ratio}  {result.algorithm:10} {result.error:7.2f} {memory}  {goals}"
    return f"{heading}\n{text}" if first else text


def _goal(result: Result, peer: str, met: bool) -> str:
    return f"{peer} {result.ratio(peer):.2f} {'<=' if met else '> MISSED'} {result.row.goals[peer]:g}"


def summary(results: Sequence[Result]) -> str:
    """Count the goals and name the largest scratch."""
    verdicts = [met for result in results for met in result.verdicts().values()]
    most = max((result.scratch or 0.0 for result in results), default=0.0)
    return (
        f"\nGoals met: {sum(verdicts)} of {len(verdicts)}. Largest scratch: {most:.1f} MB. "
        "Error in units of 2^-24 of the largest sum |w||x|."
    )


def as_dict(result: Result) -> dict[str, Any]:
    """Return a result as plain data."""
    return {
        "row": result.row.name,
        "threads": result.threads,
        "milliseconds": result.milliseconds,
        "ratio_to_best": result.ratio("best"),
        "algorithm": result.algorithm,
        "error_in_2^-24": result.error,
        "scratch_mb": result.scratch,
        "goals": {peer: {"limit": result.row.goals[peer], "met": met} for peer, met in result.verdicts().items()},
    }
