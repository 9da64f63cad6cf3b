"""A kernel that is kept by name is the same when it is listed again, whatever its axes and whatever else is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convgui.files import own_kernels as module
from convgui.files.errors import ChangedError
from convgui.files.numbers import parse_grid
from convgui.files.own_kernels import kernel_path, own_kernels, save_kernel, unread_kernels
from convgui.files.user_folders import OVERRIDE, kernels_folder

SHAPES = [(1,), (5,), (1, 1), (1, 3), (3, 1), (3, 3), (1, 1, 1), (1, 1, 3), (1, 3, 1), (3, 1, 1), (1, 3, 3), (2, 3, 4)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(OVERRIDE, str(tmp_path))
    kernels_folder().mkdir()
    return kernels_folder()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_kernel_of_any_axes_comes_back(shape: tuple[int, ...]) -> None:
    kernel = np.random.default_rng(3).normal(size=shape)
    path = save_kernel(kernel, "mine")
    (kept,) = own_kernels()
    assert (kept.title, kept.rank, kept.weights().shape) == ("mine", len(shape), shape)
    np.testing.assert_array_equal(kept.weights(), kernel)
    # Whoever else reads the text finds the same numbers.
    np.testing.assert_array_equal(parse_grid(path.read_text(encoding="utf-8")).ravel(), kernel.ravel())


TEXTS = [
    "1 2\n3 4", "1\t2\n3\t4\n", "1 2\n\n3 4\n", "-1e-3 +.5\n", "7", "1\t\t2", "\t1\t2", "1 2\n\n\n3 4", "1 2\n \n3 4",
    "1 2 \n3 4 ", "1e999 2", "1-2 3", "", "\n", "1 2\n3",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_plain_numbers_are_read_as_all_others_are(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    quick = own_kernels()
    monkeypatch.setattr(module, "_plain_grid", lambda _: None)
    module._known.clear()
    assert [kernel.weights().tolist() for kernel in quick] == [kernel.weights().tolist() for kernel in own_kernels()]


@pytest.mark.fault
@pytest.mark.parametrize(
    "text", [" ".join(["1"] * 400_000), "1,2\n" * 100_000, "[[1,2],[3,4]]" * 40_000, "1\n" * 29_800]
)
def test_more_numbers_than_a_kernel_has_are_not_parsed(
    folder: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parsed(_: str) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(module, "parse_grid", parsed)
    (folder / "long.txt").write_text(text, encoding="utf-8")
    assert own_kernels() == ()


def test_no_file_is_read_twice_until_it_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_kernel(np.eye(3), "a")
    (first,) = own_kernels()
    (second,) = own_kernels()
    assert second is first
    (folder / "b.txt").write_text("1 2\n3 4", encoding="utf-8")
    save_kernel(np.eye(2), "a", replace=True)
    assert [kernel.weights().shape for kernel in own_kernels()] == [(2, 2), (2, 2)]
    (folder / "a.txt").unlink()
    assert [kernel.title for kernel in own_kernels()] == ["b"]
    assert all(file.path.name == "b.txt" for file in module._known)


def test_what_would_take_long_is_left_for_later(folder: Path) -> None:
    for number in range(4):
        (folder / f"{number}.txt").write_text("1 2\n3 4", encoding="utf-8")
    assert unread_kernels() == 28
    assert len(own_kernels(15)) == 2
    assert unread_kernels() == 14
    assert len(own_kernels()) == 4
    assert not unread_kernels()


@pytest.mark.parametrize(("one", "other"), [("3.5", "3 5"), ("3.5", "35"), ("a.b", "a b"), ("x×2", "x 2")])
def test_names_that_differ_are_two_files(one: str, other: str) -> None:
    save_kernel(np.eye(3), one)
    save_kernel(np.ones((3, 3)), other)
    assert {kernel.title for kernel in own_kernels()} == {one, other}


@pytest.mark.parametrize(
    ("one", "other"), [("mine", "mine"), ("a b", "a/b"), ("a b", " a  b "), ("a", "a."), ("a", ".a")]
)
def test_a_kernel_of_the_same_file_is_not_replaced_unasked(one: str, other: str) -> None:
    save_kernel(np.eye(3), one)
    with pytest.raises(ChangedError):
        save_kernel(np.ones((3, 3)), other)
    assert kernel_path(other) == kernel_path(one)
    (kept,) = own_kernels()
    np.testing.assert_array_equal(kept.weights(), np.eye(3))
    save_kernel(np.ones((3, 3)), other, replace=True)
    assert own_kernels()[0].weights().tolist() == np.ones((3, 3)).tolist()


def test_a_name_that_is_taken_while_it_is_written_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    path, synced = kernel_path("mine"), os.fsync

    def meanwhile(handle: int) -> None:
        path.write_text("7 7\n7 7\n", encoding="utf-8")
        synced(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(ChangedError):
        save_kernel(np.eye(3), "mine")
    assert path.read_text(encoding="utf-8") == "7 7\n7 7\n"
    assert [entry.name for entry in kernels_folder().iterdir()] == ["mine.txt"]


OTHERS: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "what has no end": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a loop": lambda path: path.symlink_to(path),
    "too long": lambda path: path.write_bytes(b"1 2\n" * (1 << 19)),
    "no text": lambda path: path.write_bytes(bytes(range(256))),
}


@pytest.mark.fault
@pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_kernel_is_left_out_and_never_waited_for(folder: Path, kind: str) -> None:
    OTHERS[kind](folder / "x.txt")
    save_kernel(np.eye(3), "mine")
    assert [kernel.title for kernel in own_kernels()] == ["mine"]
    assert not unread_kernels()
