"""TensorFlow with Keras layers, channels last inside, channels first outside."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled, refuse_rescaling


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "TensorFlow")
    steps = zip(subject.layers, subject.shapes, array_suffixes(subject), strict=False)
    above, body, given = assembled(subject, [layer.keras(shape, mark) for layer, shape, mark in steps], "np")
    if subject.missing == "zero":
        body.insert(0, "x = tf.where(tf.math.is_nan(x), tf.zeros_like(x), x)  # missing values count as 0")
    rank = subject.rank
    inside, outside = (*range(1, rank + 1), 0), (rank, *range(rank))
    lines = [subject.head, "import keras", "import numpy as np", "import tensorflow as tf", ""]
    lines += ['keras.backend.set_floatx("float64")', "", *above, "", f"def run(x{given}):"]
    lines += [f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines += [f"    x = tf.constant(np.transpose(np.asarray(x, dtype=np.float64), {inside}))[None]"]
    lines += [*(f"    {line}" for line in body), f"    return np.transpose(x[0], {outside})", ""]
    return "\n".join(lines)
