"""What a convolution layer is: its parameters, its shapes, and which values are legal.

Field names are PyTorch's. Shapes are ``(C, *spatial)`` with spatial rank 1, 2 or 3. The size formulas are those of
Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (arXiv 1603.07285), relationship 15 and the
PyTorch documentation's formulas for ``Conv2d`` and ``ConvTranspose2d``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, TypeAlias, get_args

from convgui.core.channels import Channels
from convgui.core.errors import ConvguiError
from convgui.words import mark, tr

PaddingName = Literal["valid", "same", "same_upper", "same_lower", "full", "causal", "causal_stride"]
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Pairs: TypeAlias = tuple[tuple[int, int], ...]
Padding: TypeAlias = PaddingName | Pairs
PerAxis: TypeAlias = int | Sequence[int]
PaddingLike: TypeAlias = int | str | Sequence[int] | Sequence[Sequence[int]]

_DEPTH, _HEIGHT, _WIDTH = mark("depth"), mark("height"), mark("width")
AXES = {1: (_WIDTH,), 2: (_HEIGHT, _WIDTH), 3: (_DEPTH, _HEIGHT, _WIDTH)}
PADDING_NAMES: tuple[PaddingName, ...] = get_args(PaddingName)
PADDING_MODES: tuple[PaddingMode, ...] = get_args(PaddingMode)
CAUSAL: tuple[PaddingName, ...] = ("causal", "causal_stride")
"""Padding before the input alone, so that no output cell sees what comes after it: ``dilation * (kernel_size - 1)``
cells (Keras, and PyTorch by hand), or those less the cells that the stride moves on by, ``stride - 1`` (Encodec)."""
LARGEST = 1_000_000
"""The largest stride, dilation, padding or kernel side that is accepted; beyond it only mistakes are found."""


class SpecError(ConvguiError, ValueError):
    """A parameter that no layer can have.

    Attributes
    ----------
    field : str
        The parameter's name, such as ``"stride"``.
    nearest : object
        The nearest value that is legal, or None where there is no single one.
    problem : str
        What is wrong with it, which goes on after its name: ``"is 0; at least 1 is needed."``
    """

    def __init__(self, field: str, message: str, nearest: object = None) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.nearest = nearest
        self.problem = message

    def within(self, where: str) -> SpecError:
        """Return the error with words before it, such as ``"In layer 2, "``; what is nearest is for that place only."""
        error = SpecError(self.field, self.problem)
        error.args = (f"{where}{self}",)
        return error


def per_axis(field: str, value: PerAxis, rank: int, least: int) -> tuple[int, ...]:
    """Spread one integer over all axes, or check one integer an axis.

    Raises
    ------
    SpecError
        If the number of values is not `rank`, or one is below `least`, above `LARGEST` or not an integer.
    """
    values = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(values) != rank:
        raise SpecError(
            field,
            tr("got {count} values for {rank} axes; give one number or one an axis.", count=len(values), rank=rank),
        )
    for axis, v in zip(AXES[rank], values, strict=True):
        if isinstance(v, bool) or v in (inf, -inf) or int(v) != v:
            raise SpecError(field, tr("on the {axis} axis is {v!r}; it has to be a whole number.", axis=tr(axis), v=v))
        if not least <= v <= LARGEST:
            nearest = min(max(int(v), least), LARGEST)
            raise SpecError(
                field,
                tr(
                    "on the {axis} axis is {v}; it has to be {least} to {largest}.",
                    axis=tr(axis),
                    v=v,
                    least=least,
                    largest=LARGEST,
                ),
                nearest,
            )
    return tuple(int(v) for v in values)


def _parse_padding(padding: PaddingLike, rank: int) -> Padding:
    if isinstance(padding, str):
        for name in PADDING_NAMES:
            if padding == name:
                return name
        raise SpecError(
            "padding",
            tr(
                "is {padding!r}; the names are {padding_names}.",
                padding=padding,
                padding_names=", ".join(PADDING_NAMES),
            ),
        )
    entries: Sequence[int | Sequence[int]] = (padding,) * rank if isinstance(padding, int) else padding
    if len(entries) != rank:
        raise SpecError(
            "padding",
            tr("got {count} values for {rank} axes; give one number, or one an axis.", count=len(entries), rank=rank),
        )
    pairs: list[tuple[int, int]] = []
    for axis, entry in zip(AXES[rank], entries, strict=True):
        both: tuple[int, ...] = (entry, entry) if isinstance(entry, int) else tuple(entry)
        if len(both) != 2:
            raise SpecError(
                "padding",
                tr("on the {axis} axis is {entry!r}; give a number or (before, after).", axis=tr(axis), entry=entry),
            )
        before, after = per_axis("padding", both[0], 1, 0)[0], per_axis("padding", both[1], 1, 0)[0]
        pairs.append((before, after))
    return tuple(pairs)


@dataclass(frozen=True)
class ConvSpec:
    """A validated layer: no instance holds an illegal combination. Build one with `ConvSpec.of`.

    Attributes
    ----------
    in_channels, out_channels, groups : int
        Channel counts; `groups` divides both.
    kernel_size, stride, dilation : tuple of int
        One value a spatial axis.
    padding : str or tuple of (int, int)
        A name of `PADDING_NAMES`, or (before, after) for each axis. Names are resolved by `pads`; those of `CAUSAL`
        are of one axis, which is time.
    padding_mode : str
        One of `PADDING_MODES`.
    transposed : bool
        Whether this is a transposed convolution; then `padding` is pairs and `output_padding` counts.
    output_padding : tuple of int
        Extra rows at the far end of each axis of a transposed convolution.
    """

    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: Padding
    dilation: tuple[int, ...]
    groups: int = 1
    padding_mode: PaddingMode = "zeros"
    transposed: bool = False
    output_padding: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        in_channels: int,
        out_channels: int,
        kernel_size: Sequence[int],
        *,
        stride: PerAxis = 1,
        padding: PaddingLike = 0,
        dilation: PerAxis = 1,
        groups: int = 1,
        padding_mode: str = "zeros",
        transposed: bool = False,
        output_padding: PerAxis = 0,
    ) -> ConvSpec:
        """Build a spec from PyTorch's spellings: a number for all axes, or one an axis.

        Raises
        ------
        SpecError
            Naming the parameter, the axis, what was given and what is allowed.
        """
        rank = len(kernel_size)
        if rank not in AXES:
            raise SpecError("kernel_size", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        modes = [mode for mode in PADDING_MODES if mode == padding_mode]
        if not modes:
            raise SpecError(
                "padding_mode",
                tr(
                    "is {padding_mode!r}; the modes are {padding_modes}.",
                    padding_mode=padding_mode,
                    padding_modes=", ".join(PADDING_MODES),
                ),
            )
        return cls(
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=per_axis("kernel_size", kernel_size, rank, 1),
            stride=per_axis("stride", stride, rank, 1),
            padding=_parse_padding(padding, rank),
            dilation=per_axis("dilation", dilation, rank, 1),
            groups=groups,
            padding_mode=modes[0],
            transposed=transposed,
            output_padding=per_axis("output_padding", output_padding, rank, 0),
        )

    def __post_init__(self) -> None:
        for field in ("in_channels", "out_channels", "groups"):
            per_axis(field, getattr(self, field), 1, 1)
        for count, words in (
            (self.in_channels, mark("is {groups}, which does not divide {n} input channels.")),
            (self.out_channels, mark("is {groups}, which does not divide {n} output channels.")),
        ):
            if count % self.groups:
                divisors = [g for g in range(1, count + 1) if count % g == 0]
                nearest = min(divisors, key=lambda g: abs(g - self.groups))
                raise SpecError(
                    "groups",
                    tr(words, groups=self.groups, n=count),
                    nearest,
                )
        if not self.output_padding:
            object.__setattr__(self, "output_padding", (0,) * self.rank)
        if self.transposed:
            self._check_transposed()
        elif any(self.output_padding):
            raise SpecError("output_padding", tr("belongs to a transposed convolution only; set it to 0."), 0)
        elif self.padding == "same" and any(s != 1 for s in self.stride):
            raise SpecError(
                "padding",
                tr("'same' needs stride 1 (as in PyTorch); choose 'same_upper' or 'same_lower'."),
                "same_upper",
            )
        elif self.padding in CAUSAL and self.rank != 1:
            raise SpecError(
                "padding",
                tr(
                    "{padding!r} is for one axis, which is time, and the layer has {rank}; give the cells before and "
                    "after.",
                    padding=self.padding,
                    rank=self.rank,
                ),
            )

    def _check_transposed(self) -> None:
        if isinstance(self.padding, str):
            raise SpecError(
                "padding", tr("is {padding!r}; a transposed convolution takes numbers.", padding=self.padding), 0
            )
        if self.padding_mode != "zeros":
            raise SpecError("padding_mode", tr("of a transposed convolution can only be 'zeros'."), "zeros")
        for axis, extra, s, d in zip(AXES[self.rank], self.output_padding, self.stride, self.dilation, strict=True):
            if extra >= max(s, d):
                raise SpecError(
                    "output_padding",
                    tr(
                        "on the {axis} axis is {extra}; it has to be below the larger of stride {s} and dilation {d}.",
                        axis=tr(axis),
                        extra=extra,
                        s=s,
                        d=d,
                    ),
                    max(s, d) - 1,
                )

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.kernel_size)

    @property
    def taps(self) -> int:
        """Number of taps of one kernel (the product of its sides)."""
        product = 1
        for k in self.kernel_size:
            product *= k
        return product

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """PyTorch's weight shape: ``(C_out, C_in/groups, *kernel)``, transposed ``(C_in, C_out/groups, *kernel)``."""
        if self.transposed:
            return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    @property
    def channels(self) -> Channels:
        """Which input channels make which output channels."""
        return Channels(self.in_channels, self.out_channels, self.groups, self.transposed)

    def one_filter(self, channels: int = 1) -> ConvSpec:
        """Return the spec of a single filter of so many channels, with the same windows."""
        return replace(self, in_channels=channels, out_channels=1, groups=1)

    @property
    def extent(self) -> tuple[int, ...]:
        """Cells from the first to the last tap, ``dilation * (kernel_size - 1) + 1``, for each axis."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel_size, strict=True))

    def pads(self, spatial: Sequence[int]) -> Pairs:
        """(before, after) for each axis, with names such as ``"same_upper"`` resolved for this input size."""
        if not isinstance(self.padding, str):
            return self.padding
        if self.padding in CAUSAL:
            return ((self.causal_cells(self.padding), 0),)
        pairs = []
        for n, extent, s in zip(spatial, self.extent, self.stride, strict=True):
            if self.padding == "valid":
                total = 0
            elif self.padding == "full":
                total = 2 * (extent - 1)
            elif self.padding == "same":
                total = extent - 1
            else:
                total = max((-(-n // s) - 1) * s + extent - n, 0)
            less, more = total // 2, total - total // 2
            pairs.append((more, less) if self.padding == "same_lower" else (less, more))
        return tuple(pairs)

    def causal_cells(self, name: PaddingName = "causal") -> int:
        """Return how many cells a causal padding of the last axis puts before the input, by either convention."""
        extent, s = self.extent[-1], self.stride[-1]
        return extent - 1 if name == "causal" else max(extent - s, 0)

    def output_shape(self, spatial: Sequence[int]) -> tuple[int, ...]:
        """Spatial output size for a spatial input size.

        Forward: ``floor((n + before + after - dilation * (k - 1) - 1) / stride) + 1``; transposed:
        ``(n - 1) * stride - before - after + dilation * (k - 1) + 1 + output_padding``.

        Raises
        ------
        SpecError
            If the input has another rank, or an output axis would have no cell.
        """
        if len(spatial) != self.rank:
            raise SpecError(
                "input", tr("has {count} spatial axes, the kernel has {rank}.", count=len(spatial), rank=self.rank)
            )
        out = []
        for a, (n, (before, after)) in enumerate(zip(spatial, self.pads(spatial), strict=True)):
            axis, extent, s = AXES[self.rank][a], self.extent[a], self.stride[a]
            if n < 1:
                raise SpecError(
                    "input", tr("has {n} cells on the {axis} axis; at least 1 is needed.", n=n, axis=tr(axis))
                )
            if self.transposed:
                size = (n - 1) * s - before - after + extent + self.output_padding[a]
                if size < 1:
                    raise SpecError(
                        "padding",
                        tr(
                            "on the {axis} axis removes {before} of {size} cells; none is left.",
                            axis=tr(axis),
                            before=before + after,
                            size=size + before + after,
                        ),
                    )
            else:
                self._check_axis(a, n, before, after)
                size = (n + before + after - extent) // s + 1
            out.append(size)
        return tuple(out)

    def _check_axis(self, a: int, n: int, before: int, after: int) -> None:
        axis, extent = AXES[self.rank][a], self.extent[a]
        if n + before + after < extent:
            raise SpecError(
                "kernel_size",
                tr(
                    "on the {axis} axis covers {extent} cells, the padded input has {n}; choose a smaller kernel or "
                    "dilation, or more padding.",
                    axis=tr(axis),
                    extent=extent,
                    n=n + before + after,
                ),
                max(1, (n + before + after - 1) // self.dilation[a] + 1),
            )
        limit = {"reflect": n - 1, "circular": n}.get(self.padding_mode)
        if limit is not None and max(before, after) > limit:
            raise SpecError(
                "padding",
                tr(
                    "on the {axis} axis is {before}; with mode '{padding_mode}' an input of {n} cells allows at "
                    "most {limit}.",
                    axis=tr(axis),
                    before=max(before, after),
                    padding_mode=self.padding_mode,
                    n=n,
                    limit=limit,
                ),
                limit,
            )

    def leftover(self, spatial: Sequence[int]) -> tuple[int, ...]:
        """Rows and columns of the padded input that no window reaches, because the floor drops a remainder."""
        if self.transposed:
            return (0,) * self.rank
        pads = self.pads(spatial)
        return tuple(
            (n + before + after - e) % s
            for n, (before, after), e, s in zip(spatial, pads, self.extent, self.stride, strict=True)
        )

    def multiply_adds(self, spatial: Sequence[int]) -> int:
        """Multiplications of the layer by its definition (padding counted as if it were data)."""
        cells = 1
        for n in spatial if self.transposed else self.output_shape(spatial):
            cells *= n
        channels = self.in_channels * self.out_channels // self.groups
        return cells * channels * self.taps
