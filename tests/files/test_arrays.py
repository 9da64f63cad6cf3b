from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.files import LoadCancelledError, LoadError, load, load_bytes, raw, source


def npy(values: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=False)
    return stream.getvalue()


def npz(**named: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **named)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize(
    ("shape", "read"),
    [
        ((7,), (1, 7)),
        ((5, 7), (1, 5, 7)),
        ((5, 7, 3), (3, 5, 7)),
        ((5, 7, 4), (4, 5, 7)),
        ((5, 7, 1), (1, 5, 7)),
        ((3, 5, 7), (3, 5, 7)),
        ((6, 30, 32), (6, 30, 32)),
        ((8, 30, 32), (1, 8, 30, 32)),
        ((8, 9, 10, 3), (3, 8, 9, 10)),
        ((2, 8, 9, 10), (2, 8, 9, 10)),
        ((1, 8, 9, 10), (1, 8, 9, 10)),
        ((1, 1, 3, 5, 7), (3, 5, 7)),
    ],
)
def test_axes(shape: tuple[int, ...], read: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    sample = load_bytes(npy(values))
    assert sample.data.shape == read
    assert sample.data.sum() == values.sum()
    assert bool(sample.note) == (np.squeeze(values).ndim > 2)


@pytest.mark.parametrize("dtype", ["bool", "i1", "u1", ">i2", "<u2", ">i4", ">f4", "<f8", ">f8", "f2", "i8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_types_stay_and_become_native(dtype: str, order: Any) -> None:
    values = np.asarray(np.arange(12).reshape(3, 4) % 2, dtype, order=order)
    sample = load_bytes(npy(values))
    assert sample.data.dtype == np.dtype(dtype).newbyteorder("=")
    assert sample.data.dtype.isnative
    np.testing.assert_array_equal(sample.data[0], values)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_what_is_not_a_number_is_missing_and_counted(kind: str) -> None:
    sample = load_bytes(npy(np.array([[1, np.nan], [np.inf, -np.inf]], dtype=kind)))
    assert (sample.nonfinite, type(sample.nonfinite)) == (3, int)
    np.testing.assert_array_equal(sample.data, np.array([[[1, np.nan], [np.nan, np.nan]]]))


@pytest.mark.parametrize("fill", [-3.4028234663852886e38, 3.4028234663852886e38, -3.4e38, -3.402823e38])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_the_largest_float32_is_a_fill_value(kind: str, fill: float) -> None:
    sample = load_bytes(npy(np.array([[1, fill]], dtype=kind)))
    assert sample.nonfinite == 1
    np.testing.assert_array_equal(sample.data, np.array([[[1, np.nan]]]))


def test_large_numbers_of_float64_are_numbers() -> None:
    sample = load_bytes(npy(np.array([[3.3e38, 3.5e38, -1e300]])))
    assert sample.nonfinite == 0
    assert sample.data.tolist() == [[[3.3e38, 3.5e38, -1e300]]]


@pytest.mark.parametrize("value", [2**53, -(2**53)])
def test_the_largest_exact_integer_loads(value: int) -> None:
    assert load_bytes(npy(np.array([[value]]))).data.item() == value


@pytest.mark.parametrize("value", [2**53 + 1, -(2**63), 2**63 - 1])
def test_larger_integers_are_refused(value: int) -> None:
    with pytest.raises(LoadError, match=r"2\^53"):
        load_bytes(npy(np.array([[value]])))


def test_npz_with_one_array() -> None:
    sample = load_bytes(npz(image=np.eye(3)))
    np.testing.assert_array_equal(sample.data, np.eye(3)[np.newaxis])
    assert sample.note == ""


def test_npz_opens_the_first_that_fits_and_says_which() -> None:
    data = npz(names=np.array(["a", "b"]), scale=np.array(3.0), image=np.eye(4), other=np.eye(5))
    sample = load_bytes(data)
    assert sample.data.shape == (1, 4, 4)
    assert "'image' of 4" in sample.note


def test_a_big_file_is_mapped_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MAP_ABOVE", 1000)
    values = np.arange(10_000, dtype=np.float32).reshape(100, 100)
    np.save(tmp_path / "big.npy", values)
    sample = load(tmp_path / "big.npy")
    base: Any = sample.data
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    np.testing.assert_array_equal(sample.data[0], values)


def test_the_user_is_asked_about_big_data_and_may_decline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "ASK_ABOVE", 50)
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return len(asked) == 1

    assert load_bytes(npy(np.ones((10, 10))), "x.npy", ask=ask).data.shape == (1, 10, 10)
    with pytest.raises(LoadCancelledError):
        load_bytes(npy(np.ones((10, 10))), "x.npy", ask=ask)
    assert asked[0].startswith("x.npy is 10 × 10")
    assert load_bytes(npy(np.ones((10, 10)))).data.shape == (1, 10, 10)


def test_loading_can_be_cancelled() -> None:
    with pytest.raises(LoadCancelledError):
        load_bytes(npy(np.ones((10, 10))), cancel=lambda: True)


RGBA = np.random.default_rng(2).integers(0, 200, (9, 12, 4), np.uint8)


@pytest.mark.parametrize("kind", ["u1", "<u2", ">u2", "f2", "f4", "f8"])
@pytest.mark.parametrize("packed", [False, True])
def test_four_channels_of_colours_are_three_and_alpha(packed: bool, kind: str, tmp_path: Path) -> None:
    dtype = np.dtype(kind)
    values = (RGBA / 255).astype(dtype) if dtype.kind == "f" else RGBA.astype(dtype)
    path = tmp_path / ("x.npz" if packed else "x.npy")
    if packed:
        np.savez(path, values)
    else:
        np.save(path, values)
    sample = load(path)
    np.testing.assert_array_equal(sample.data, np.moveaxis(values[..., :3], -1, 0))
    assert sample.alpha is not None
    np.testing.assert_array_equal(sample.alpha.values, values[..., 3])
    assert (sample.channels, sample.alpha.associated) == (("R", "G", "B"), False)
    assert "its transparency is kept apart" in sample.note
    np.testing.assert_array_equal(sample.with_alpha_channel.data, np.moveaxis(values, -1, 0))


@pytest.mark.parametrize("kind", ["i1", "i2", "u4", "i8", "f4"])
def test_four_channels_of_anything_else_stay_four(kind: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", RGBA.astype(kind) - (2 if kind == "f4" else 0))
    sample = load(tmp_path / "x.npy")
    assert (sample.data.shape, sample.alpha) == ((4, 9, 12), None)


def test_alpha_that_hides_everything_is_left_out_and_said_so(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.concatenate([RGBA[..., :3], np.full_like(RGBA[..., :1], 255)], axis=-1))
    sample = load(tmp_path / "x.npy")
    assert (sample.data.shape, sample.alpha) == ((3, 9, 12), None)
    assert "opaque everywhere" in sample.note
    np.save(tmp_path / "x.npy", np.moveaxis(RGBA, -1, 0))
    assert load(tmp_path / "x.npy").data.shape == (4, 9, 12)
