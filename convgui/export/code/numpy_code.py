"""NumPy: a function that needs nothing else."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``."""
    steps = zip(subject.layers, subject.shapes, array_suffixes(subject), strict=False)
    leaves_out = subject.missing == "rescale"
    programs = [(layer.numpy_present if leaves_out else layer.numpy)(shape, mark) for layer, shape, mark in steps]
    above, body, given = assembled(subject, programs, "np")
    if subject.missing == "zero":
        body.insert(0, "x = np.where(np.isnan(x), 0, x)  # missing values count as 0")
    lines = [subject.head, "import numpy as np", "", *above, ""]
    lines += [f"def run(x{given}):", f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines += ["    x = np.asarray(x, dtype=np.float64)", *(f"    {line}" for line in body), "    return x", ""]
    return "\n".join(lines)
