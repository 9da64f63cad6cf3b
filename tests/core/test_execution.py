import threading
import tracemalloc

import numpy as np
import pytest

from convgui.core import Cancelled, SpecError, Spectra, convolve, convolve_transposed

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


def test_phases_without_a_tap_are_bias_alone() -> None:
    got = convolve_transposed(np.ones((1, 3)), np.ones((1, 1, 1)), np.array([5.0]), stride=3)
    assert got.tolist() == [[6, 5, 5, 6, 5, 5, 6]]
