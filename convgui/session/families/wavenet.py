"""WaveNet's stack of dilated causal convolutions (van den Oord et al., arXiv 1609.03499)."""

from __future__ import annotations

import numpy as np

from convgui.core.spec import ConvSpec
from convgui.layers.arguments import Arguments
from convgui.layers.convolution import Convolution
from convgui.session.modules import Module, block, in_row, layer
from convgui.session.written import Setting

LAYERS = 10
"""Dilations 1, 2, 4, ..., 512: a field of 1,024 samples."""
INNER, SKIPPED = 32, 128
"""Channels that go on, and that are led out."""


def wavenet(channels: int = 1, classes: int = 256) -> Module:
    """Return one stack of gated layers with what leads past each of them, and the two 1 x 1 layers at its end.

    Each layer's zeros are on the left alone, so that no sample sees a later one.
    """
    parts, flow = [layer("first", f"Conv1d({channels}, {INNER}, 1)")], ["h0 = x > first"]
    for n in range(LAYERS):
        parts += [
            block(f"gated{n}", "Gated", _causal("filter", 2**n), _causal("gate", 2**n)),
            layer(f"skip{n}", f"Conv1d({INNER}, {SKIPPED}, 1)"),
        ]
        flow += [f"z = h{n} > gated{n}", f"z > skip{n}"]
        if n < LAYERS - 1:
            # What the last layer would send on is read by nobody.
            parts.append(layer(f"on{n}", f"Conv1d({INNER}, {INNER}, 1)"))
            flow += [f"r = z > on{n}", f"h{n + 1} = h{n} + r"]
    last = f"Conv1d({SKIPPED}, {classes}, 1)"
    parts.append(in_row("end", "ReLU()", f"Conv1d({SKIPPED}, {SKIPPED}, 1)", "ReLU()", last))
    return Module("", "WaveNet", tuple(parts), flow="; ".join([*flow, "+ > end"]))


def _causal(name: str, dilation: int) -> Module:
    """Return a convolution that reads the sample of each position, and the one `dilation` samples before it."""
    spec = ConvSpec.of(INNER, INNER, (2,), padding=[[dilation, 0]], dilation=dilation)
    own = Convolution(spec, np.broadcast_to(0.5, spec.weight_shape), np.zeros(INNER))
    return Module(name, "Conv1d", setting=Setting("Conv1d", 1, Arguments({}), own=own))
