"""TensorFlow with Keras layers, channels last inside, channels first outside."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled, refuse_rescaling
from convgui.export.code.wiring import wired


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "TensorFlow")
    steps = zip(subject.layers, subject.incoming, array_suffixes(subject), strict=True)
    programs = [layer.keras(shape, mark) for layer, shape, mark in steps]
    above, given = assembled(subject, programs, "np")
    rank = subject.rank
    inside, outside = (*range(1, rank + 1), 0), (rank, *range(rank))
    form = f"np.transpose({{}}[0], {outside})"
    body = wired(subject, [program.lines for program in programs], "tf", form)
    if subject.missing == "zero":
        body.insert(0, "x = tf.where(tf.math.is_nan(x), tf.zeros_like(x), x)  # missing values count as 0")
    lines = [subject.head, "import keras", "import numpy as np", "import tensorflow as tf", ""]
    lines += ['keras.backend.set_floatx("float64")', "", *above, "", f"def run(x{given}):"]
    lines += [f'    """{subject.given} -> {subject.made}."""']
    lines += [f"    x = tf.constant(np.transpose(np.asarray(x, dtype=np.float64), {inside}))[None]"]
    lines += [*(f"    {line}" for line in body), ""]
    return "\n".join(lines)
