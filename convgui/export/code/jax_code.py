"""JAX: a function on `jax.lax`."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled, refuse_rescaling


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "JAX")
    steps = zip(subject.layers, subject.shapes, array_suffixes(subject), strict=False)
    above, body, given = assembled(subject, [layer.jax(shape, mark) for layer, shape, mark in steps], "jnp")
    if subject.missing == "zero":
        body.insert(0, "x = jnp.where(jnp.isnan(x), 0, x)  # missing values count as 0")
    lines = [subject.head, "import jax", "import jax.numpy as jnp", "from jax import lax", ""]
    lines += ['jax.config.update("jax_enable_x64", True)', "", *above, "", f"def run(x{given}):"]
    lines += [f'    """{subject.shapes[0]} -> {subject.shapes[-1]}."""']
    lines += [
        "    x = jnp.asarray(x, dtype=jnp.float64)[None]",
        *(f"    {line}" for line in body),
        "    return x[0]",
        "",
    ]
    return "\n".join(lines)
