import threading
import tracemalloc

import numpy as np
import pytest

from convgui.core import Cancelled, ConvSpec, SpecError, Spectra, convolve, convolve_transposed, memory
from convgui.core.planner import plan
from convgui.core.problem import transposed_pieces

X = np.random.default_rng(0).random((1, 1500, 1500), dtype=np.float32)


@pytest.mark.parametrize("side", [3, 15, 31])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_scratch_stays_within_32_mb(side: int, threads: int) -> None:
    weight = np.random.default_rng(1).standard_normal((1, 1, side, side)).astype(np.float32)
    out = np.empty((1, 1500 - side + 1, 1500 - side + 1), np.float32)
    convolve(X, weight, out=out, threads=threads)
    tracemalloc.start()
    try:
        convolve(X, weight, out=out, threads=threads)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_no_thread_outlives_a_call() -> None:
    before = threading.active_count()
    convolve(X, np.ones((1, 1, 3, 3), np.float32), threads=3)
    assert threading.active_count() == before


def test_cancelling_ends_all_threads() -> None:
    before = threading.active_count()
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        convolve(X, np.ones((1, 1, 3, 3), np.float32), threads=2, cancel=cancel)
    assert threading.active_count() == before
    assert len(asked) == 2


def test_what_a_callback_raises_arrives() -> None:
    def progress(part: float) -> None:
        raise RuntimeError(f"told {part}")

    with pytest.raises(RuntimeError, match=r"told [01]"):
        convolve(X, np.ones((1, 1, 3, 3), np.float32), threads=2, progress=progress)


def test_callbacks_stay_in_the_calling_thread() -> None:
    seen = set()
    convolve(X, np.ones((1, 1, 3, 3), np.float32), threads=3, progress=lambda _: seen.add(threading.get_ident()))
    assert seen == {threading.get_ident()}


def test_out_is_filled() -> None:
    weight = np.ones((1, 1, 3), np.float32)
    out = np.empty((1, 6), np.float32)
    assert convolve(np.ones((1, 8), np.float32), weight, out=out) is out
    assert (out == 3).all()
    gaps = np.zeros((1, 12), np.int64)[:, ::2]
    assert convolve(np.ones((1, 8), np.int8), np.ones((1, 1, 3), np.int8), out=gaps) is gaps
    assert (gaps == 3).all()
    with pytest.raises(SpecError, match="out: is float32"):
        convolve(np.ones((1, 8)), weight, out=out)
    with pytest.raises(SpecError, match="threads"):
        convolve(np.ones((1, 8)), weight, threads=0)


def test_spectra_are_kept_and_change_nothing() -> None:
    x, rng = X[:, :300, :300], np.random.default_rng(3)
    spectra = Spectra(64 << 20)
    for _ in range(2):
        weight = rng.standard_normal((1, 1, 11, 11)).astype(np.float32)
        plain = convolve(x, weight, algorithm="fft", padding=5)
        np.testing.assert_array_equal(convolve(x, weight, algorithm="fft", padding=5, spectra=spectra), plain)
    assert spectra.nbytes > 0
    spectra.clear()
    assert spectra.nbytes == 0
    tiny = Spectra(10)
    convolve(x, weight, algorithm="fft", spectra=tiny)
    assert tiny.nbytes == 0


@pytest.mark.parametrize(("channels", "filters", "groups"), [(4, 4, 2), (2, 6, 2), (6, 3, 3)])
def test_spectra_of_each_group_are_those_of_its_own_channels(channels: int, filters: int, groups: int) -> None:
    rng, spectra = np.random.default_rng(4), Spectra(64 << 20)
    x = rng.standard_normal((channels, 40, 50)).astype(np.float32)
    for size in (11, 11, 9):
        weight = rng.standard_normal((filters, channels // groups, size, size)).astype(np.float32)
        kept = convolve(x, weight, algorithm="fft", groups=groups, spectra=spectra)
        parts = zip(np.split(x, groups), np.split(weight, groups), strict=True)
        wanted = np.concatenate([convolve(part, own, algorithm="direct") for part, own in parts])
        np.testing.assert_allclose(kept, wanted, rtol=1e-4, atol=1e-3)


def test_phases_without_a_tap_are_bias_alone() -> None:
    got = convolve_transposed(np.ones((1, 3)), np.ones((1, 1, 1)), np.array([5.0]), stride=3)
    assert got.tolist() == [[6, 5, 5, 6, 5, 5, 6]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
@pytest.mark.parametrize(
    ("channels", "filters", "spatial", "side", "stride", "before", "behind"),
    [
        (1, 1, (5, 7), 2, 9, 0, 0),
        (3, 2, (6, 4), 3, 3, 0, 0),
        (3, 2, (6, 4), 3, 8, 5, 7),
        (40, 3, (4, 9), 2, 12, 0, 11),
        (2, 5, (30,), 4, 31, 2, 0),
        (2, 2, (3, 4, 2), 2, 5, 1, 3),
        (1, 1, (1, 1), 1, 6, 2, 5),
    ],
)
@pytest.mark.parametrize("every", [1, 3])
def test_kernels_laid_side_by_side_are_a_kronecker_product(
    channels: int,
    filters: int,
    spatial: tuple[int, ...],
    side: int,
    stride: int,
    before: int,
    behind: int,
    every: int,
    dtype: type,
) -> None:
    rng, rank = np.random.default_rng(6), len(spatial)
    x, weight = rng.integers(-9, 9, (channels, *spatial)), rng.integers(-9, 9, (channels, filters, *(side,) * rank))
    gaps = [(0, 0), (0, 0), *[(0, stride - side)] * rank]
    kernels = np.pad(weight, gaps)
    laid = np.array([sum(np.kron(x[c], kernels[c, f]) for c in range(channels)) for f in range(filters)]) + 3
    # Behind the last kernel there is no gap, except as far as output_padding goes.
    cells = [(n - 1) * stride + side + behind for n in spatial]
    laid = np.pad(laid, [(0, 0), *[(0, stride)] * rank], constant_values=3)
    expected = laid[(slice(None), *(slice(before, n - before, every) for n in cells))]
    whole = [n - 2 * before for n in cells]
    got = convolve_transposed(
        x.astype(dtype), weight.astype(dtype), np.full(filters, 3, dtype), stride=stride,
        padding=before, output_padding=behind, region=[slice(0, n, every) for n in whole],
    )  # fmt: skip
    np.testing.assert_array_equal(got, expected)


def test_a_large_stride_multiplies_nothing_but_what_a_tap_meets() -> None:
    x, spec = np.ones((90, 5, 6, 7), np.float32), ConvSpec.of(90, 2, (2, 2, 2), stride=60, transposed=True)
    weight = np.ones(spec.weight_shape, np.float32)
    pieces = transposed_pieces(spec, x, weight, None, tuple(range(n) for n in spec.output_shape((5, 6, 7))), None)
    assert [piece.problem.shape for piece in pieces] == [(5, 6, 7)] * 8
    assert {plan(piece.problem).name for piece in pieces} == {"pointwise"}


def test_many_channels_are_multiplied_within_the_scratch() -> None:
    x, weight = np.ones((700, 60, 300), np.float32), np.ones((700, 3, 2, 2), np.float32)
    out = np.empty((3, 712, 3592), np.float32)
    tracemalloc.start()
    try:
        convolve_transposed(x, weight, stride=(12, 12), output_padding=2, out=out, threads=2)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    assert out.max() == 700
    assert (out > 0).sum() == 3 * 4 * 60 * 300


def test_without_memory_for_a_thread_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = convolve(X, np.ones((1, 1, 3, 3)), threads=3)

    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(memory, "headroom", lambda: memory.THREAD - 1)
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    assert np.array_equal(convolve(X, np.ones((1, 1, 3, 3)), threads=3), wanted)
