"""The two calls: `convolve` and `convolve_transposed`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convgui.core.arrays import Types, check_bias, check_weight, check_x, choose_types, refuse_masked
from convgui.core.control import CancelCheck, Control, Progress
from convgui.core.execution import run
from convgui.core.memory import check_budget
from convgui.core.problem import Piece, Ranges, forward_piece, transposed_pieces
from convgui.core.spec import AXES, ConvSpec, PaddingLike, PerAxis, SpecError
from convgui.core.spectra import Spectra
from convgui.words import tr

AnyArray = NDArray[Any]
Region: TypeAlias = Sequence[slice | range]


def convolve(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: PaddingLike = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    region: Region | None = None,
    dtype: DTypeLike | None = None,
    out: AnyArray | None = None,
    algorithm: str | None = None,
    threads: int | None = None,
    budget: int | None = None,
    spectra: Spectra | None = None,
    cancel: CancelCheck | None = None,
    progress: Progress | None = None,
) -> AnyArray:
    """Convolve (in deep learning's sense: correlate) channels of 1, 2 or 3 spatial axes.

    Parameters
    ----------
    x : array_like, shape (C_in, *spatial)
        The input; never written to. Non-contiguous, read-only, memory-mapped and big-endian arrays are fine.
    weight : array_like, shape (C_out, C_in / groups, *kernel)
        The filters.
    bias : array_like, shape (C_out,), optional
    stride, dilation : int or sequence of int
        One number, or one an axis.
    padding : int, str or sequence
        A number, one an axis, a pair (before, after) an axis, or a name of `PADDING_NAMES`.
    groups : int
        Divides both channel counts.
    padding_mode : str
        One of `PADDING_MODES`.
    region : sequence of slice or range, optional
        The output cells that are wanted, one slice an axis with any start, stop and positive step; all by default.
    dtype : float32 or float64, optional
        What to compute in and return. By default float32 gives float32, float64 gives float64, and integers alone give
        int64, exactly.
    out : ndarray, optional
        Filled and returned instead of a new array; of the result's shape and type.
    algorithm : str, optional
        Forces one of `convgui.core.algorithms`; the planner chooses by default.
    threads : int, optional
        How many threads work; by default one for small work, else as many as there are cores, four at most.
    budget : int, optional
        Bytes that the call may allocate for the result, by default three quarters of the machine's memory; more is
        refused before anything is allocated. An `out` of the right kind costs nothing.
    spectra : Spectra, optional
        A cache for calls that differ in the weights only; used by FFT.
    cancel : callable, optional
        Asked between tiles; once it returns True, `Cancelled` is raised.
    progress : callable, optional
        Told the finished part, 0 to 1.

    Returns
    -------
    ndarray, shape (C_out, *spatial_out)

    Raises
    ------
    SpecError
        Naming the argument, the axis, what was given and what is allowed.
    Cancelled
        If `cancel` returned True.
    """
    source = check_x(x)
    kernel = check_weight(weight, source.ndim - 1, "(C_out, C_in/groups, *kernel)")
    spec = ConvSpec.of(
        int(source.shape[0]),
        int(kernel.shape[0]),
        kernel.shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        padding_mode=padding_mode,
    )
    _check_channels(spec, source, kernel)
    offset = check_bias(bias, spec.out_channels)
    types = choose_types(source, kernel, offset, dtype)
    ranges = resolve_region(region, spec.output_shape(source.shape[1:]))
    _check_result(spec.out_channels, ranges, types, out, budget)
    cast = np.ascontiguousarray(kernel, dtype=types.compute)
    shift = None if offset is None else offset.astype(types.compute)
    piece = forward_piece(spec, source, cast, shift, ranges, types.reach, spectra)
    return _finish([piece], shift, spec.out_channels, ranges, types, out, algorithm, threads, cancel, progress)


def convolve_transposed(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: PaddingLike = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    region: Region | None = None,
    dtype: DTypeLike | None = None,
    out: AnyArray | None = None,
    algorithm: str | None = None,
    threads: int | None = None,
    budget: int | None = None,
    cancel: CancelCheck | None = None,
    progress: Progress | None = None,
) -> AnyArray:
    """Lay a kernel, scaled by each input cell, over the output, and add up: the transpose of `convolve`.

    Parameters
    ----------
    x : array_like, shape (C_in, *spatial)
    weight : array_like, shape (C_in, C_out / groups, *kernel)
    bias : array_like, shape (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `ConvSpec`; the output has
        ``(n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + output_padding`` cells an axis.
    region, dtype, out, algorithm, threads, budget, cancel, progress
        As for `convolve`.

    Returns
    -------
    ndarray, shape (C_out, *spatial_out)

    Raises
    ------
    SpecError, Cancelled
        As for `convolve`.
    """
    source = check_x(x)
    kernel = check_weight(weight, source.ndim - 1, "(C_in, C_out/groups, *kernel)")
    spec = ConvSpec.of(
        int(source.shape[0]),
        int(kernel.shape[1]) * (groups if groups > 0 else 1),
        kernel.shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        transposed=True,
        output_padding=output_padding,
    )
    _check_channels(spec, source, kernel)
    offset = check_bias(bias, spec.out_channels)
    types = choose_types(source, kernel, offset, dtype, transposed=True)
    ranges = resolve_region(region, spec.output_shape(source.shape[1:]))
    _check_result(spec.out_channels, ranges, types, out, budget)
    cast = np.ascontiguousarray(kernel, dtype=types.compute)
    shift = None if offset is None else offset.astype(types.compute)
    pieces = transposed_pieces(spec, source, cast, shift, ranges, types.reach)
    return _finish(pieces, shift, spec.out_channels, ranges, types, out, algorithm, threads, cancel, progress)


def _check_channels(spec: ConvSpec, x: AnyArray, weight: AnyArray) -> None:
    if weight.shape != spec.weight_shape:
        raise SpecError(
            "weight",
            tr(
                "has shape {shape}; {channels} channels in {groups} groups need {weight_shape}.",
                shape=weight.shape,
                channels=x.shape[0],
                groups=spec.groups,
                weight_shape=spec.weight_shape,
            ),
        )


def resolve_region(region: Region | None, shape: tuple[int, ...]) -> Ranges:
    """Turn the wanted region into one range of output cells an axis.

    Raises
    ------
    SpecError
        If an axis is missing, runs backwards or has no cell.
    """
    if region is None:
        return tuple(range(n) for n in shape)
    if len(region) != len(shape):
        raise SpecError("region", tr("has {given} axes, the output has {axes}.", given=len(region), axes=len(shape)))
    ranges = []
    for axis, cut, n in zip(AXES[len(shape)], region, shape, strict=True):
        given = slice(cut.start, cut.stop, cut.step)
        cells = range(n)[given] if given.step is None or given.step > 0 else range(0)
        if not cells:
            raise SpecError(
                "region",
                tr(
                    "on the {axis} axis is {cut}; it has no cell of 0 to {n} in forward order.",
                    axis=tr(axis),
                    cut=cut,
                    n=n - 1,
                ),
            )
        ranges.append(cells)
    return tuple(ranges)


def _is_direct(out: AnyArray | None, types: Types) -> bool:
    """Whether the result is computed in the caller's own array."""
    return out is not None and types.result == types.compute and out.flags.c_contiguous


def _check_result(filters: int, ranges: Ranges, types: Types, out: AnyArray | None, budget: int | None) -> None:
    """Refuse an array that does not take the result, or a result that would need more memory than is allowed.

    This comes before any plan is made: a plan for a result that is far too large is itself large.
    """
    shape = (filters, *(len(r) for r in ranges))
    refuse_masked("out", out)
    if out is not None and (out.shape != shape or out.dtype != types.result or not out.flags.writeable):
        raise SpecError(
            "out",
            tr(
                "is {dtype} of shape {shape}; a writable {result} of {needed} is needed.",
                dtype=out.dtype,
                shape=out.shape,
                result=types.result,
                needed=shape,
            ),
        )
    if not _is_direct(out, types):
        # Whole numbers are computed as floats and then converted: both are there for a moment.
        both = types.result.itemsize if out is None and types.result != types.compute else 0
        check_budget(shape, types.compute.itemsize + both, budget)


def _finish(
    pieces: list[Piece],
    bias: AnyArray | None,
    filters: int,
    ranges: Ranges,
    types: Types,
    out: AnyArray | None,
    algorithm: str | None,
    threads: int | None,
    cancel: CancelCheck | None,
    progress: Progress | None,
) -> AnyArray:
    """Run the pieces into the result, which is the caller's own array if one is given."""
    if threads is not None and threads < 1:
        raise SpecError("threads", tr("is {threads}; at least 1 is needed.", threads=threads), 1)
    shape = (filters, *(len(r) for r in ranges))
    direct = _is_direct(out, types)
    result = out if out is not None and direct else np.empty(shape, dtype=types.compute)
    lifted = result.reshape((filters, *(1,) * (4 - len(shape)), *shape[1:]))
    control = Control(cancel, progress, sum(p.problem.cells * p.problem.groups for p in pieces))
    run(pieces, lifted, bias, threads, algorithm, control)
    if out is None:
        return result.astype(types.result, copy=False)
    if not direct:
        out[...] = result
    return out
