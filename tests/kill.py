"""The kill loop: ``python -m tests.kill --times 40`` ends a working program at random moments and starts it again.

The program edits, keeps copies, saves and exports all at once. After the kill the next start has to have everything, or
say why in one sentence; files hold one whole state, old or new; nothing half written is left.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 2.0
"""Seconds of work before the kill at most."""
BEHIND = 80
"""Edits that a copy may be behind, on a machine that is busy with something else."""


def killed(folder: Path, seconds: float) -> tuple[str, int]:
    """Let a program work in a folder, kill it and start it again; returns what is wrong, or "", and the parts swept."""
    folder.mkdir(exist_ok=True)
    with (folder / "errors").open("w+b") as errors:
        process = _start("busy", folder, errors)
        assert process.stdout is not None
        said = [process.stdout.readline()]
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
        process.communicate(timeout=60)
        if process.returncode != -signal.SIGKILL:
            errors.seek(0)
            return f"it ended by itself: {errors.read().decode(errors='replace')[-2000:]}", 0
    parts = len(_hidden(folder))
    # The last line may be cut off.
    done = [json.loads(line) for line in said if line.endswith("\n")]
    with (folder / "errors").open("w+b") as errors:
        again = _start("back", folder, errors)
        answer, _ = again.communicate(timeout=120)
        errors.seek(0)
        if again.returncode:
            return f"the next start failed: {errors.read().decode(errors='replace')[-2000:]}", parts
    return _judge(folder, done, json.loads(answer.splitlines()[-1])), parts


def _judge(folder: Path, done: list[dict[str, int]], found: dict[str, list[int]]) -> str:
    kept = max((one["kept"] for one in done), default=0)
    saved = max((one["saved"] for one in done), default=0)
    exported = max((one["exported"] for one in done), default=0)
    if kept > saved and max(found["windows"], default=0) < kept - BEHIND:
        return f"edit {kept} had been made, and {found['windows']} came back"
    if max(found["saved"], default=0) < saved:
        return f"edit {saved} was said to be saved, and the file has {found['saved']}"
    if exported and not found["exported"]:
        return "a picture that was written is gone or damaged"
    left = _hidden(folder)
    return f"half written and left: {left}" if left else ""


def _hidden(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".*"))


def _start(what: str, folder: Path, errors: IO[bytes]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CONVGUI_DATA": str(folder / "data"), "HOME": str(folder)}
    environment.update(QT_QPA_PLATFORM="offscreen", XDG_CONFIG_HOME=str(folder / "config"), TMPDIR=str(folder))
    # Fontconfig keeps what it found there, where the system has no cache that is up to date.
    environment["XDG_CACHE_HOME"] = str(folder / "cache")
    command = [sys.executable, "-m", "tests.working", what, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)


def main() -> int:
    """Kill; returns 1 if something was lost, torn or left."""
    parser = argparse.ArgumentParser(prog="tests.kill", description="Kill -9 in the middle of work, and start again.")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng, findings, torn = Random(given.seed), 0, 0
    for number in range(given.times):
        with tempfile.TemporaryDirectory() as folder:
            seconds = rng.uniform(0, LONGEST)
            wrong, parts = killed(Path(folder), seconds)
        torn += bool(parts)
        findings += bool(wrong)
        print(f"kill {number} after {seconds:.3f} s: {wrong or 'well'} ({parts} half-written files swept)", flush=True)
    print(f"{given.times} kills, {torn} of them in the middle of a write, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
