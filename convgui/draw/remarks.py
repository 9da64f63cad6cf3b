"""What is said below a picture, whatever the scene: the longest of some texts that there is room for."""

from __future__ import annotations

from convgui.words import mark

TURNED = (
    mark(
        "True convolution: each kernel is turned by 180° before it is used. Deep learning's "
        "“convolution” does not turn it: that is cross-correlation."
    ),
    mark("True convolution: each kernel is turned by 180° before it is used; cross-correlation does not turn it."),
    mark("Turned by 180°: convolution, not cross-correlation."),
)
"""What every scene says where a kernel is turned; the longest that there is room for."""
BEYOND = (
    mark("Numbers beyond the largest that a computer counts with are shown as ∞, and ∞ − ∞ as NaN."),
    mark("∞ is beyond the largest number; ∞ − ∞ is NaN."),
)
"""What every scene says where sums overflow."""
INVERTED = (
    mark("Greys run from white (low) to black (high), as the file asks; the numbers are those of the file."),
    mark("Greys run from white (low) to black (high), as the file asks."),
    mark("Low values are white, as in the file."),
)
"""What every scene that shows values says where those of the input are looked at as X-rays are; as `TURNED`."""
