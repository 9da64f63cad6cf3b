"""Causal layers of one axis: what the panel says of them, and the trimming that makes a transposed one causal."""

from __future__ import annotations

from convgui.core.spec import CAUSAL, ConvSpec, Pairs
from convgui.words import mark, tr, trn


def trimmed(spec: ConvSpec) -> Pairs:
    """Return the padding that trims a transposed layer of one axis on the right alone, to stride times the input.

    No output cell is then made of an input cell after it. Of a kernel that does not reach from one input cell to the
    next, nothing is trimmed.
    """
    return ((0, spec.causal_cells("causal_stride")),)


def is_trimmed(spec: ConvSpec) -> bool:
    """Whether a transposed layer of one axis is causal: trimmed on the right, by all that reaches beyond the input."""
    return spec.transposed and spec.rank == 1 and spec.padding == trimmed(spec) and not any(spec.output_padding)


def causal_words(spec: ConvSpec) -> str:
    """Say which causal padding a layer has, and what the other convention would be; empty of a layer that is not."""
    if spec.transposed:
        cells = spec.causal_cells("causal_stride")
        return trn(
            "Causal: {n} cell is trimmed on the right, so that no output cell is made of what comes after it.",
            "Causal: {n} cells are trimmed on the right, so that no output cell is made of what comes after it.",
            cells,
        ) if is_trimmed(spec) and cells else ""  # fmt: skip
    if spec.rank != 1 or (isinstance(spec.padding, str) and spec.padding not in CAUSAL):
        return ""
    if not any(before for before, _ in spec.pads((1,))) and spec.padding != "causal_stride":
        return ""
    whole, less = spec.causal_cells("causal"), spec.causal_cells("causal_stride")
    pads, both = spec.pads((1,)), {((whole, 0),): "causal", ((less, 0),): "causal_stride"}
    if not whole or pads not in both:
        return ""
    if whole == less:
        return trn(
            "Causal: d (k − 1) = {n} cell before, none after.",
            "Causal: d (k − 1) = {n} cells before, none after.",
            whole,
        )
    if both[pads] == "causal":
        words = mark(
            "Causal: d (k − 1) = {n} before, as in Keras; with the stride taken off, as in Encodec, it would be {m}."
        )
        return tr(words, n=whole, m=less)
    if not less:
        words = mark(
            "Causal: windows do not overlap, and none is put before, as in Encodec; in Keras, it would be {m} cells."
        )
        return tr(words, m=whole)
    words = mark(
        "Causal: d (k − 1) + 1 − s = {n} before, as in Encodec; without the stride, as in Keras, it would be {m}."
    )
    return tr(words, n=less, m=whole)
