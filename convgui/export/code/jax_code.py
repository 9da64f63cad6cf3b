"""JAX: a function on `jax.lax`."""

from __future__ import annotations

from convgui.export.code.text import Subject, array_suffixes, assembled, refuse_rescaling
from convgui.export.code.wiring import wired


def generate(subject: Subject) -> str:
    """Write a module with a function ``run``, in float64."""
    refuse_rescaling(subject, "JAX")
    steps = zip(subject.layers, subject.incoming, array_suffixes(subject), strict=True)
    programs = [layer.jax(shape, mark) for layer, shape, mark in steps]
    above, given = assembled(subject, programs, "jnp")
    body = wired(subject, [program.lines for program in programs], "jnp", "{}[0]")
    if subject.missing == "zero":
        body.insert(0, "x = jnp.where(jnp.isnan(x), 0, x)  # missing values count as 0")
    lines = [subject.head, "import jax", "import jax.numpy as jnp", "from jax import lax", ""]
    lines += ['jax.config.update("jax_enable_x64", True)', "", *above, "", f"def run(x{given}):"]
    lines += [f'    """{subject.given} -> {subject.made}."""']
    lines += ["    x = jnp.asarray(x, dtype=jnp.float64)[None]", *(f"    {line}" for line in body), ""]
    return "\n".join(lines)
