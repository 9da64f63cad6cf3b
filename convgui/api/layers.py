"""Convolutions, and what layers make of an input."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.infinities import overflowing
from convgui.core.spec import ConvSpec, PaddingLike, PerAxis, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.limits import check_spec
from convgui.layers.presets import preset, presets
from convgui.model.document import Document
from convgui.model.flow import all_values, value_of
from convgui.words import tr


def list_kernels() -> tuple[str, ...]:
    """Return the names of known kernels, such as ``"sobel-x"``, for `convolution`.

    Examples
    --------
    >>> convgui.list_kernels()[:2]
    ('identity', 'box')
    """
    return tuple(presets())


def convolution(
    weight: str | ArrayLike,
    bias: ArrayLike | None = None,
    *,
    in_channels: int | None = None,
    out_channels: int | None = None,
    kernel_size: PerAxis | None = None,
    stride: PerAxis = 1,
    padding: PaddingLike = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    transposed: bool = False,
    output_padding: PerAxis = 0,
    flip: bool = False,
) -> Convolution:
    """Make a convolution, plain or transposed, of its weights.

    Parameters
    ----------
    weight : array_like or str
        ``(out_channels, in_channels / groups, *kernel_size)``, transposed ``(in_channels, out_channels / groups,
        *kernel_size)``, as in PyTorch; kept as float64. A kernel of one or two axes alone, or the name of one
        (`list_kernels`), is repeated for all channels and filters.
    bias : array_like, optional
        ``(out_channels,)``; zeros if left out.
    in_channels, out_channels, kernel_size : int, optional
        What the weights have to fit. They are read from the weights; of a kernel alone, the channels are `groups`.
    stride, dilation, output_padding : int or sequence of int
        One number, or one a spatial axis.
    padding : int, sequence or str
        A number, one an axis, (before, after) for each axis, or ``"valid"``, ``"same"``, ``"same_upper"``,
        ``"same_lower"``, ``"full"``; of one axis also ``"causal"`` and ``"causal_stride"``.
    padding_mode : str
        ``"zeros"``, ``"reflect"``, ``"replicate"`` or ``"circular"``.
    flip : bool
        Whether the kernel is turned by 180 degrees, as in the textbook's convolution.

    Returns
    -------
    Convolution
        Frozen.

    Raises
    ------
    SpecError
        Naming the parameter and what it may be.

    Notes
    -----
    An axis of n cells becomes ``(n + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1``: V. Dumoulin and
    F. Visin, "A guide to convolution arithmetic for deep learning" (arXiv 1603.07285).

    Examples
    --------
    >>> convgui.convolution(np.ones((8, 3, 5, 5)), padding=2).output_shape((3, 32, 32))
    (8, 32, 32)
    >>> convgui.convolution("sobel-x", groups=3).weight.shape
    (3, 1, 3, 3)
    """
    array = _weights(weight)
    alone = isinstance(weight, str) or array.ndim < 3
    kernel = array.shape if alone else array.shape[2:]
    if kernel_size is not None:
        kernel = (kernel_size,) * len(kernel) if isinstance(kernel_size, int) else tuple(kernel_size)
    first, second = (groups, 1) if alone else array.shape[:2]
    read_in, read_out = (first, second * groups) if transposed else (second * groups, first)
    spec = ConvSpec.of(
        read_in if in_channels is None else in_channels,
        read_out if out_channels is None else out_channels,
        kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        padding_mode=padding_mode,
        transposed=transposed,
        output_padding=output_padding,
    )
    check_spec(spec)
    if alone and array.shape == spec.kernel_size:
        array = np.broadcast_to(array, spec.weight_shape).copy()
    return Convolution(spec, array, np.zeros(spec.out_channels) if bias is None else _numbers("bias", bias), flip)


def _weights(weight: str | ArrayLike) -> NDArray[np.float64]:
    if not isinstance(weight, str):
        return _numbers("weight", weight)
    try:
        return preset(weight).weights()
    except KeyError as error:
        raise SpecError("weight", str(error.args[0])) from error


def _numbers(field: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.array(values, np.float64)
    except (TypeError, ValueError) as error:
        raise SpecError(field, tr("holds something that is no number ({error}).", error=error)) from error
    if not np.isfinite(array).all():
        raise SpecError(field, tr("holds numbers that are not finite."))
    return array


def compute(document: Document, layer: int = -1) -> NDArray[Any]:
    """Compute the output of one layer of a stack.

    Parameters
    ----------
    layer : int
        Its index as in a list, the last one by default; ``document.view.layer`` is the chosen one.

    Returns
    -------
    ndarray
        ``(C, *spatial)``: float64 for inputs of up to 65,536 values; of larger ones float32, or float64 where the
        input is that or float32 would not hold it.

    Raises
    ------
    SpecError
        If there is no such layer, or the result needs more memory than there is.

    Examples
    --------
    >>> document = convgui.document(np.eye(3)[None], convgui.convolution([[1, 2], [3, 4]]))
    >>> convgui.compute(document)
    array([[[5., 3.],
            [2., 5.]]])
    """
    count = len(document.layers)
    if not -count <= layer < count:
        words = tr("is {layer}; the document has the layers 0 to {last}.", layer=layer, last=count - 1)
        raise SpecError("layer", words, -1 if layer < 0 else count - 1)
    return value_of(document, layer % count + 1)


@overflowing
def feature_maps(document: Document) -> tuple[NDArray[Any], ...]:
    """Compute the output of every layer of a stack, in order; as `compute`.

    Examples
    --------
    >>> document = convgui.document(np.eye(4)[None] - 0.5, convgui.ReLU(), convgui.Pool("max", (2, 2)))
    >>> [maps.shape for maps in convgui.feature_maps(document)]
    [(1, 4, 4), (1, 2, 2)]
    """
    return tuple(all_values(document)[1:])
