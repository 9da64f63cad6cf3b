"""Where the input may lie: in a file, behind a lock, in strides, in the other byte order. It is never written to."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from convgui.core import block_means, convolve, convolve_transposed, update_tap
from convgui.core.algorithms import ALGORITHMS
from convgui.core.spec import ConvSpec, SpecError
from tests.core.reference import AnyArray

PLAIN = np.random.default_rng(2).standard_normal((2, 60, 70)).astype(np.float32)
WEIGHT = np.random.default_rng(3).standard_normal((2, 2, 3, 3)).astype(np.float32)
Keep: TypeAlias = Callable[[Path, AnyArray], AnyArray]


def _loaded(folder: Path, array: AnyArray) -> AnyArray:
    np.save(folder / "x.npy", array)
    return np.asanyarray(np.load(folder / "x.npy", mmap_mode="r"))


def _mapped(folder: Path, array: AnyArray) -> AnyArray:
    array.tofile(folder / "x.raw")
    return np.memmap(folder / "x.raw", array.dtype, "r", shape=array.shape)


def _locked(folder: Path, array: AnyArray) -> AnyArray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _strided(folder: Path, array: AnyArray) -> AnyArray:
    wide = np.zeros((array.shape[2] * 2, array.shape[0], array.shape[1] + 3), array.dtype)
    view = wide[::-2, :, 3:].transpose(1, 2, 0)
    view[...] = array
    return view


def _swapped(folder: Path, array: AnyArray) -> AnyArray:
    return array.astype(array.dtype.newbyteorder(">"))


def _swapped_file(folder: Path, array: AnyArray) -> AnyArray:
    return _loaded(folder, _swapped(folder, array))


KINDS = [_loaded, _mapped, _locked, _strided, _swapped, _swapped_file]


@pytest.mark.parametrize("keep", KINDS)
@pytest.mark.parametrize("name", [None, *ALGORITHMS])
def test_every_algorithm_reads_every_kind(keep: Keep, name: str | None, tmp_path: Path) -> None:
    x = keep(tmp_path, PLAIN)
    weight = WEIGHT[:, :, :1, :1] if name == "pointwise" else WEIGHT
    try:
        got = convolve(x, weight, algorithm=name, threads=2, padding=0 if name == "pointwise" else 1)
    except SpecError as error:
        if error.field != "algorithm" or name not in ("pointwise", "separable"):
            raise
        pytest.skip("does not apply")
    expected = convolve(PLAIN, weight, algorithm="shift_add", padding=0 if name == "pointwise" else 1)
    np.testing.assert_allclose(got, expected, atol=1e-4)
    np.testing.assert_array_equal(x, PLAIN)
    assert type(got) is np.ndarray, "no memory map comes out"
    assert got.dtype == np.dtype("f4")


@pytest.mark.parametrize("keep", KINDS)
def test_the_other_calls_read_every_kind(keep: Keep, tmp_path: Path) -> None:
    x, spec = keep(tmp_path, PLAIN), ConvSpec.of(2, 2, (3, 3), padding=1)
    np.testing.assert_array_equal(
        convolve_transposed(x, WEIGHT, stride=2), convolve_transposed(PLAIN, WEIGHT, stride=2)
    )
    np.testing.assert_array_equal(block_means(x, spec, 4).planes, block_means(PLAIN, spec, 4).planes)
    one, two = (convolve(source, WEIGHT, padding=1) for source in (PLAIN, PLAIN))
    update_tap(one, x, spec, (0, 1, 2, 0), 0.5)
    update_tap(two, PLAIN, spec, (0, 1, 2, 0), 0.5)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(x, PLAIN)


@pytest.mark.parametrize("keep", KINDS)
def test_weight_and_bias_may_lie_anywhere_too(keep: Keep, tmp_path: Path) -> None:
    weight = keep(tmp_path, WEIGHT[0]).reshape(1, 2, 3, 3)
    bias = np.array([2], ">f4")
    np.testing.assert_array_equal(convolve(PLAIN, weight, bias), convolve(PLAIN, WEIGHT[:1], np.array([2], np.float32)))
