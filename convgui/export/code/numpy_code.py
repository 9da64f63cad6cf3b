"""NumPy: a function that needs nothing else."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled
from convgui.export.code.wiring import wired


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``."""
    steps = zip(subject.layers, subject.incoming, array_suffixes(subject), strict=True)
    leaves_out = subject.missing == "rescale"
    programs = [(layer.numpy_present if leaves_out else layer.numpy)(shape, mark) for layer, shape, mark in steps]
    above, given = assembled(subject, programs, "np")
    body = wired(subject, [program.lines for program in programs], "np")
    if subject.missing == "zero":
        body.insert(0, "x = np.where(np.isnan(x), 0, x)  # missing values count as 0")
    lines = [subject.head, "import numpy as np", "", *above, ""]
    lines += [f"def run(x{given}):", f'    """{subject.given} -> {subject.made}."""']
    lines += ["    x = np.asarray(x, dtype=np.float64)", *(f"    {line}" for line in body), ""]
    return "\n".join(lines)
