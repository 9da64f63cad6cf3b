"""The random drive of many seeds, each in a process of its own: ``python -m tests.drive --actions 1000 --seeds 0..49``.

Odd seeds are hasty: they do the next thing before the answer to the last one is there.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.drive.actions import Action, draw
from tests.drive.running import Finding, Setting, run, shrink

ROOT = Path(__file__).resolve().parents[2]
MARK = "finding: "


def main() -> int:
    """Drive; returns 1 if there were findings."""
    parser = argparse.ArgumentParser(prog="tests.drive", description="Random actions over the real window.")
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--seeds", default="0..4", help="such as 7 or 0..49")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--size", default="1280x800", help="of the window")
    parser.add_argument("--shrink", type=float, default=180, help="seconds for the search for a short list of actions")
    parser.add_argument("--replay", help="a file of actions, or - for the standard input; in this process")
    given = parser.parse_args()
    width, _, height = given.size.partition("x")
    size = int(width), int(height)
    if given.replay:
        setting = Setting(given.theme, size, os.environ.get("CONVGUI_DRIVE_HASTY") == "1")
        return _replay(given.replay, setting)
    first, _, last = given.seeds.partition("..")
    findings = 0
    for seed in range(int(first), int(last or first) + 1):
        begun = time.monotonic()
        setting, actions = Setting(given.theme, size, bool(seed % 2)), draw(seed, given.actions)
        found = in_a_process(actions, setting)
        said = f"seed {seed}: {given.actions} actions, {given.theme}, {given.size}, {time.monotonic() - begun:.0f} s"
        print(said, "well" if found is None else f"FINDING after {found.after}: {found.kind}", flush=True)
        if found is not None:
            findings += 1
            _explain(seed, actions, found, setting, given.shrink)
    print(f"{findings} findings")
    return 1 if findings else 0


def _explain(seed: int, actions: Sequence[Action], found: Finding, setting: Setting, seconds: float) -> None:
    def fails(fewer: Sequence[Action]) -> bool:
        again = in_a_process(fewer, setting)
        return again is not None and again.kind == found.kind

    least = shrink(actions[: found.after], fails, seconds)
    print(f"  {found.words}\n  seed {seed}, {len(least)} actions: {json.dumps(least)}", flush=True)


def in_a_process(actions: Sequence[Action], setting: Setting) -> Finding | None:
    """Run actions in a process of their own; that it dies is a finding."""
    own = {"QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1", "CONVGUI_DRIVE_HASTY": str(int(setting.hasty))}
    environment = {**os.environ, **own}
    size = f"{setting.size[0]}x{setting.size[1]}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.drive", "--replay", "-", "--theme", setting.theme, "--size", size],
        input=json.dumps(actions),
        capture_output=True,
        text=True,
        errors="replace",
        cwd=ROOT,
        env=environment,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            words, after = json.loads(line.removeprefix(MARK))
            return Finding(words, after)
    if done.returncode == 0:
        return None
    after = sum(line.startswith("doing ") for line in done.stdout.splitlines())
    words = done.stderr if done.returncode > 0 else f"{done.stderr}\nended by signal {-done.returncode}"
    return Finding(words[-6000:] + f"\nthe process died in {_where(done.stderr)}", after or len(actions))


def _where(details: str) -> str:
    """Return the innermost line of the program's own that a fault handler has named."""
    lines = [line.strip() for line in details.splitlines() if "convgui" in line and "line" in line]
    return lines[0] if lines else "nobody knows where"


def _replay(source: str, setting: Setting) -> int:
    faulthandler.enable()
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    found = run([(str(name), int(number)) for name, number in json.loads(text)], setting, tell=True)
    if found is not None:
        print(MARK + json.dumps((found.words, found.after)), flush=True)
    return 1 if found is not None else 0


if __name__ == "__main__":
    sys.exit(main())
