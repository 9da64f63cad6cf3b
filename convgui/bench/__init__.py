"""Measuring: ``convgui bench`` against the peers that are installed, and ``convgui bench --latency``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def run(argv: Sequence[str]) -> int:
    """Run ``convgui bench`` with its arguments; return the exit status."""
    if "numpy" not in sys.modules:
        # Our threads share the work out themselves; peers get their number of threads by their own settings.
        for name in BLAS_THREADS:
            os.environ.setdefault(name, "1")
    from convgui.bench.cli import main

    return main(argv)
