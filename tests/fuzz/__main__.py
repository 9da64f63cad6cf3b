"""The fuzzer: ``python -m tests.fuzz --mutations 10000 --seconds 60``, in processes of bounded memory."""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.mutations import damaged
from tests.fuzz.seeds import seeds
from tests.fuzz.trying import attempt, mutation

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 2 << 30
"""Bytes of addresses that a process may take."""
HANG = 30
"""Seconds after which a file counts as hanging, and the process is ended."""
AT_ONCE = 1000
"""Mutations of one process at the most: to start it costs as much as some hundred of them."""


def main() -> int:
    """Try; returns 1 if there were findings."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="Damaged files of every format.")
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutation")
    parser.add_argument("--format", default="", choices=("", *seeds()))
    parser.add_argument("--write", nargs=2, metavar=("NUMBER", "FOLDER"), help="write the files of one mutation")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        for name, content in damaged(*mutation(int(given.write[0]), given.format)).items():
            (Path(given.write[1]) / name).write_bytes(content)
        return 0
    if given.child:
        return _child(given.first, given.mutations, given.format)
    begun, before = time.monotonic(), os.times()
    end, workers = given.first + given.mutations, given.processes
    each = max(1, min(AT_ONCE, -(-given.mutations // workers)))
    until = begun + given.seconds
    with ThreadPoolExecutor(workers) as pool:
        chunks = [
            pool.submit(_chunk, at, min(at + each, end), given.format, until) for at in range(given.first, end, each)
        ]
        done = [chunk.result() for chunk in chunks]
    tried, findings = (sum(column) for column in zip(*done, strict=True))
    seconds, after = time.monotonic() - begun, os.times()
    used = sum(after[:4]) - sum(before[:4])
    print(f"{tried} mutations in {seconds:.0f} s ({used:.0f} s of {workers} processors), {findings} findings")
    return 1 if findings else 0


def _chunk(first: int, end: int, only: str, until: float) -> tuple[int, int]:
    """Try some mutations until a time has come, going on behind one that ends its process; returns counts."""
    at, findings = first, 0
    while at < end and time.monotonic() < until:
        at, found = _process(at, end - at, only)
        findings += found
    return at - first, findings


def _process(first: int, count: int, only: str) -> tuple[int, int]:
    """Try some mutations in a process of their own; returns where to go on, and how many findings there were."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", "--child", "--first", str(first), "--mutations", str(count)]
            + (["--format", only] if only else []),
            capture_output=True,
            text=True,
            errors="replace",
            cwd=ROOT,
            env={**os.environ, "TMPDIR": folder, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            check=False,
        )
    at, findings = first, 0
    for line in done.stdout.splitlines():
        number, words = json.loads(line)
        at = number
        if words:
            findings += 1
            print(f"{number} {' '.join(map(str, mutation(number, only)))}: {words}", flush=True)
    if done.returncode == 0:
        return first + count, findings
    print(f"{at} {' '.join(map(str, mutation(at, only)))}: the process died ({done.returncode}) {done.stderr[-3000:]}")
    return at + 1, findings + 1


def _child(first: int, count: int, only: str) -> int:
    # What is printed is listened to; what is said at the end comes out all the same.
    last_words = os.fdopen(os.dup(2), "w")
    faulthandler.enable(last_words)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = Path(tempfile.mkdtemp())
    for number in range(first, first + count):
        print(json.dumps((number, "")), flush=True)
        faulthandler.dump_traceback_later(HANG, exit=True, file=last_words)
        found = attempt(*mutation(number, only), folder)
        if found is not None:
            print(json.dumps((number, found.words)), flush=True)
    faulthandler.cancel_dump_traceback_later()
    return 0


if __name__ == "__main__":
    sys.exit(main())
