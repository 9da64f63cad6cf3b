"""A pooling written for other libraries."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convgui.layers.code import NoCounterpartError, OnnxGraph, Program, TorchModules, plain, torch_sides

Sizes = tuple[int, ...]
NUMPY_POOL = '''
def pool(x, kernel, stride, over, dilation=None):
    """Apply `over`, such as np.max, to each window of x (C, *spatial), without padding."""
    axes, apart = tuple(range(1, x.ndim)), dilation or (1,) * len(kernel)
    extent = tuple(d * (k - 1) + 1 for d, k in zip(apart, kernel))
    windows = np.lib.stride_tricks.sliding_window_view(x, extent, axes)
    windows = windows[(slice(None), *[slice(None, None, s) for s in (*stride, *apart)])]
    return over(windows, axis=tuple(a + len(axes) for a in axes))
'''
NUMPY_LARGEST_PRESENT = '''
def max_present(windows, axis):
    """Return the largest value that is there; NaN where none is."""
    most = np.where(np.isnan(windows), -np.inf, windows).max(axis=axis)
    return np.where(most == -np.inf, np.nan, most)
'''
NUMPY_MEAN_PRESENT = '''
def mean_present(windows, axis):
    """Return the mean of the values that are there; NaN where none is."""
    count = np.isfinite(windows).sum(axis=axis)
    return np.where(count, np.nansum(windows, axis=axis) / np.maximum(count, 1), np.nan)
'''
KERAS_POOL = '''
def pool(x, kernel, stride, over, dilation=None):
    """Apply `over` to each window of x (1, *spatial, C), in its own type, dilated or not."""
    apart = dilation or (1,) * len(kernel)
    size = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[1:], kernel, stride, apart)]
    taps = [[t * d for t, d in zip(tap, apart)] for tap in np.ndindex(*kernel)]
    cuts = [[slice(t, t + (n - 1) * s + 1, s) for t, n, s in zip(tap, size, stride)] for tap in taps]
    return over(tf.stack([x[(slice(None), *cut)] for cut in cuts]), axis=0)
'''
NUMPY_MEAN_LEFT = '''
def mean_left(total, counted, lost):
    """Return the mean of what is there; NaN where nothing is."""
    count = counted - lost
    return np.where(count, total / np.maximum(count, 1), np.nan)
'''


@dataclass(frozen=True)
class PoolCode:
    """A pooling on an input of a spatial shape.

    Attributes
    ----------
    title : str
        What the layer is called, where it is refused.
    largest : bool
        Whether the largest value is taken; otherwise the mean.
    beyond : tuple of int
        How many cells a last window may read beyond the padding.
    uneven : bool
        Whether a mean divides by less at the border.
    """

    title: str
    largest: bool
    spatial: Sizes
    kernel_size: Sizes
    stride: Sizes
    padding: Sizes
    beyond: Sizes
    dilation: Sizes
    ceil_mode: bool
    count_include_pad: bool
    uneven: bool

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.spatial)

    @property
    def dilated(self) -> bool:
        """Whether there are cells between those that a window reads."""
        return max(self.dilation) > 1

    @property
    def pads(self) -> tuple[tuple[int, int], ...]:
        """Cells before and after on each axis, those beyond the padding too."""
        return tuple((p, p + more) for p, more in zip(self.padding, self.beyond, strict=True))

    @property
    def padded(self) -> bool:
        """Whether there is anything around the input."""
        return any(any(pair) for pair in self.pads)

    @property
    def counted(self) -> tuple[Sizes, tuple[tuple[int, int], ...]]:
        """The block of cells that count in a mean, and what lies around it."""
        if not self.count_include_pad:
            return self.spatial, self.pads
        inner = tuple(n + 2 * p for n, p in zip(self.spatial, self.padding, strict=True))
        return inner, tuple((0, more) for more in self.beyond)

    def pytorch(self) -> TorchModules:
        """Write a module; NoCounterpartError for means that PyTorch does not take."""
        rank, size, stride = self.rank, plain(self.kernel_size), plain(self.stride)
        padding = f", padding={plain(self.padding)}" if any(self.padding) else ""
        up = ", ceil_mode=True" if self.ceil_mode else ""
        if self.largest:
            apart = f", dilation={plain(self.dilation)}" if self.dilated else ""
            return TorchModules([f"nn.MaxPool{rank}d({size}, stride={stride}{padding}{apart}{up})"])
        if self.dilated:
            raise NoCounterpartError(self.title, "PyTorch")
        if rank == 3 and any(n < k for n, k in zip(self.spatial, self.kernel_size, strict=True)):
            # AvgPool3d refuses an input that is smaller than its window before it is padded.
            if self.uneven:
                raise NoCounterpartError(self.title, "PyTorch")
            sides = torch_sides(self.pads)
            return TorchModules([f"nn.ZeroPad3d({sides})", f"nn.AvgPool3d({size}, stride={stride})"])
        without = "" if self.count_include_pad else ", count_include_pad=False"
        return TorchModules([f"nn.AvgPool{rank}d({size}, stride={stride}{padding}{up}{without})"])

    def keras(self) -> Program:
        """Write lines for TensorFlow."""
        name, fill = ("Max", "-np.inf") if self.largest else ("Average", "0.0")
        pad = [f"x = tf.pad(x, {[(0, 0), *self.pads, (0, 0)]}, constant_values={fill})"] if self.padded else []
        if self.uneven:
            inner, outer = self.counted
            lines = [
                f"counted = np.pad(np.ones((1, *{inner}, 1)), {[(0, 0), *outer, (0, 0)]})",
                f"x = {self._pool('x', 'tf.reduce_sum')} / {self._pool('counted', 'tf.reduce_sum')}",
            ]
            return Program([*pad, *lines], [KERAS_POOL])
        if self.rank == 3 or self.dilated:
            # Keras' own pools volumes in float32 alone, and dilates nothing.
            over = "tf.reduce_max" if self.largest else "tf.reduce_mean"
            return Program([*pad, f"x = {self._pool('x', over)}"], [KERAS_POOL])
        line = f"x = keras.layers.{name}Pooling{self.rank}D({self.kernel_size}, strides={self.stride})(x)"
        return Program([*pad, line])

    def jax(self) -> Program:
        """Write lines for JAX."""
        window, stride = (1, 1, *self.kernel_size), (1, 1, *self.stride)
        pads = ((0, 0), (0, 0), *self.pads)
        apart = f", window_dilation={(1, 1, *self.dilation)}" if self.dilated else ""
        start, over = ("-jnp.inf", "lax.max") if self.largest else ("0.0", "lax.add")
        line = f"x = lax.reduce_window(x, {start}, {over}, {window}, {stride}, {pads}{apart})"
        if self.largest:
            return Program([line])
        if not self.uneven:
            return Program([f"{line} / {prod(self.kernel_size)}"])
        inner, outer = self.counted
        around = ((0, 0), (0, 0), *outer)
        ones = f"jnp.ones((1, 1, *{inner}))"
        counted = f"lax.reduce_window({ones}, 0.0, lax.add, {window}, {stride}, {around}{apart})"
        return Program([f"counted = {counted}", f"{line} / counted"])

    def numpy(self) -> Program:
        """Write lines for NumPy."""
        if self.uneven:
            lines = [*self._sums("x"), "x = total / counted"]
            return Program(lines, [NUMPY_POOL])
        return self._plain_numpy("np.max" if self.largest else "np.mean")

    def numpy_present(self) -> Program:
        """Write lines for NumPy that leave missing values out."""
        if self.largest:
            return self._plain_numpy("max_present", NUMPY_LARGEST_PRESENT)
        if not self.uneven:
            return self._plain_numpy("mean_present", NUMPY_MEAN_PRESENT)
        lines = [
            *self._sums("np.nan_to_num(x)"),
            f"lost = np.pad(np.isnan(x).astype(float), {[(0, 0), *self.pads]})",
            f"x = mean_left(total, counted, {self._pool('lost', 'np.sum')})",
        ]
        return Program(lines, [NUMPY_POOL, NUMPY_MEAN_LEFT])

    def _sums(self, source: str) -> list[str]:
        """Write the sum of each window, and how many cells count in it."""
        inner, outer = self.counted
        return [
            f"total = np.pad({source}, {[(0, 0), *self.pads]})",
            f"total = {self._pool('total', 'np.sum')}",
            f"counted = np.pad(np.ones((1, *{inner})), {[(0, 0), *outer]})",
            f"counted = {self._pool('counted', 'np.sum')}",
        ]

    def _plain_numpy(self, over: str, *helpers: str) -> Program:
        fill = ", constant_values=-np.inf" if self.largest else ""
        pad = [f"x = np.pad(x, {[(0, 0), *self.pads]}{fill})"] if self.padded else []
        return Program([*pad, f"x = {self._pool('x', over)}"], [NUMPY_POOL, *helpers])

    def _pool(self, source: str, over: str) -> str:
        apart = f", {self.dilation}" if self.dilated else ""
        return f"pool({source}, {self.kernel_size}, {self.stride}, {over}{apart})"

    def onnx(self, graph: OnnxGraph) -> None:
        """Add the nodes; what is rounded up is padded, as runtimes differ in what they count there."""
        before, after = zip(*self.pads, strict=True)
        common = {"kernel_shape": self.kernel_size, "strides": self.stride}
        common |= {"dilations": self.dilation} if self.dilated else {}
        if self.largest:
            graph.node("MaxPool", **common, pads=[*before, *after])
        elif not self.uneven:
            graph.node("AveragePool", **common, pads=[*before, *after], count_include_pad=1)
        elif not (self.count_include_pad and any(self.padding)):
            graph.node("AveragePool", **common, pads=[*before, *after])
        else:
            sides = (0, 0, *self.padding)
            graph.node("Pad", graph.constant((*sides, *sides)))
            graph.node("AveragePool", **common, pads=[*(0,) * self.rank, *self.beyond])
