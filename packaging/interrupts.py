"""Ctrl+C while another program runs: it has the key too, and gets the time to tidy up.

Like run.py this needs the standard library alone, and a Python of 3.9 can read it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Any

INTERRUPTED = 130


def call(command: Sequence[str], **named: Any) -> int:
    """Run a command and return its exit status.

    `subprocess.call` kills what has not ended a quarter of a second after Ctrl+C: pip and pytest would leave their
    temporary folders behind, and apt a package half installed. Here it takes the key a second time to do that.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl+C was pressed, after the command has ended.
    """
    process = subprocess.Popen(command, **named)
    try:
        return shell_status(process.wait())
    except KeyboardInterrupt:
        try:
            process.wait()
        except KeyboardInterrupt:
            process.kill()
            process.wait()
        raise


def shell_status(status: int) -> int:
    """Return the exit status as a shell says it: 128 and the signal for what a signal has ended."""
    return status if status >= 0 else 128 - status
