"""Branches in code: what a layer reads is given a name where it is read again further on."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.export.code.text import Subject
from convgui.layers.joining import Joining
from convgui.model.sources import outputs


def wired(subject: Subject, calls: Sequence[Sequence[str]], library: str, form: str = "{}") -> list[str]:
    """Join the lines that turn ``x`` into what each layer makes, and return what no layer reads.

    Parameters
    ----------
    library : str
        ``"np"``, ``"jnp"``, ``"tf"`` or ``"torch"``.
    form : str
        How a result is returned, with ``{}`` for its name; several are a tuple.
    """
    count = len(subject.layers)
    results = outputs(subject.sources, count)
    kept = set(results) - {count}
    for index in range(count):
        reads = subject.reads(index)
        kept |= set(reads) if reads != (index,) else set()
    lines = ["x0 = x"] if 0 in kept else []
    for index, (layer, call) in enumerate(zip(subject.layers, calls, strict=True)):
        reads = subject.reads(index)
        if isinstance(layer, Joining) and len(reads) > 1:
            lines.append(f"x = {layer.joined([f'x{n}' for n in reads], library)}")
        else:
            # What stands in x already needs no name.
            lines += [*([] if reads == (index,) else [f"x = x{reads[0]}"]), *call]
        lines += [f"x{index + 1} = x"] if index + 1 in kept else []
    values = [form.format("x" if n == count else f"x{n}") for n in results]
    return [*lines, f"return {', '.join(values)}"]
