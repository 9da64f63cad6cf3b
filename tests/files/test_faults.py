from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import numpy as np
import pytest

from convgui.files import LoadCancelledError, LoadError, load, load_bytes, raw
from tests.files import faulty, faulty_volumes
from tests.files.faulty import ARRAYS, PICTURES, Fault
from tests.files.faulty_volumes import VOLUMES

pytestmark = pytest.mark.fault

SEEDS = {
    "jpeg": faulty.JPEG,
    "png": faulty.PNG,
    "png16": faulty.PNG16,
    "gif": faulty.picture("GIF"),
    "bmp": faulty.picture("BMP"),
    "webp": faulty.picture("WEBP"),
    "tiff": faulty.tiff(faulty.RGB, compression="zlib"),
    "lzw": faulty.picture("TIFF", compression="tiff_lzw"),
    "npy": faulty.npy(faulty.GRID),
    "npz": faulty.zipped({"a.npy": faulty.npy(faulty.GRID)}),
    "nii": faulty_volumes.nifti(),
    "nii.gz": gzip.compress(faulty_volumes.nifti()),
    "mrc": faulty_volumes.mrc(),
    "nrrd": faulty_volumes.nrrd(),
    "nrrd gzip": faulty_volumes.nrrd("gzip"),
    "dicom": faulty_volumes.dicom(),
    "moving gif": faulty_volumes.animation("GIF"),
    "moving png": faulty_volumes.animation("PNG"),
    "moving webp": faulty_volumes.animation("WEBP"),
}


def assert_one_sentence(error: LoadError, name: str) -> None:
    text = str(error)
    shown = "".join(c if c.isprintable() else " " for c in name)
    assert text.startswith((f"{shown} cannot be opened: ", f"{shown}[a] cannot be opened: "))
    assert text.isprintable()
    assert text.endswith(".")
    assert ". " not in text.removeprefix(shown)
    assert len(text) < 500


@pytest.mark.parametrize("fault", [*PICTURES, *ARRAYS, *VOLUMES], ids=lambda fault: f"{fault.id}:{fault.name!a}")
def test_fault(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = fault.write(tmp_path)
    if fault.shape:
        assert load(path).data.shape == fault.shape
    else:
        start = time.perf_counter()
        with pytest.raises(LoadError) as caught:
            load(path)
        assert time.process_time() - start < 3
        assert_one_sentence(caught.value, fault.name)
        assert fault.says in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [fault.name]


@pytest.mark.parametrize("seed", SEEDS)
def test_flipped_bits_load_or_raise_one_sentence(seed: str) -> None:
    rng = np.random.default_rng(len(seed))
    data = SEEDS[seed]
    for _ in range(60):
        damaged = bytearray(data)
        # Headers are where a flipped bit does most, so half of the damage goes there.
        for at in rng.integers(0, [64, len(data)] * 2):
            damaged[min(at, len(data) - 1)] ^= 1 << int(rng.integers(8))
        try:
            sample = load_bytes(bytes(damaged), seed)
        except LoadError as error:
            assert_one_sentence(error, seed)
        else:
            assert np.isfinite(np.asarray(sample.data, np.float64)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_cut_off_anywhere_is_refused(seed: str) -> None:
    data = SEEDS[seed]
    for length in range(0, len(data) - 2, max(len(data) // 40, 1)):
        with pytest.raises(LoadError) as caught:
            load_bytes(data[:length], seed)
        assert_one_sentence(caught.value, seed)


def test_8_the_user_declines_a_large_picture(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(faulty.black_png(11_000))
    questions: list[str] = []

    def ask(question: str) -> bool:
        questions.append(question)
        return False

    with pytest.raises(LoadCancelledError):
        load(path, ask=ask)
    assert questions == ["large.png is 11,000 × 11,000 (121 million cells, 115 MiB). Open it?"]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no such file"):
        load(tmp_path / "nothing.png")


def test_a_name_with_a_null() -> None:
    with pytest.raises(LoadError, match="null"):
        load("a\0b.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_named_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(LoadError, match="not a regular file"):
        load(tmp_path / "pipe.png")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(faulty.PNG)
    path.chmod(0)
    with pytest.raises(LoadError, match="may not read"):
        load(path)


def test_53_a_file_deleted_while_it_is_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MAP_ABOVE", 10)
    path = tmp_path / "mapped.npy"
    np.save(path, faulty.GRID)
    sample = load(path)
    path.unlink()
    np.testing.assert_array_equal(sample.data[0], faulty.GRID)
