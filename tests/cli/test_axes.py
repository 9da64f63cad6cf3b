"""Files of many axes on the command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.__main__ import main
from convgui.cli.documents import chosen_axes, document_of

# It has no types.
nib: Any = import_module("nibabel")
FILM = np.arange(4 * 5 * 6 * 20, dtype=np.int16).reshape(4, 5, 6, 20)


@pytest.fixture
def film(tmp_path: Path) -> str:
    nib.save(nib.Nifti1Image(FILM, np.diag([-1.0, -1, 1, 1])), tmp_path / "film.nii")
    return str(tmp_path / "film.nii")


@pytest.mark.parametrize(
    ("options", "want"),
    [
        ([], FILM[..., 0].T[None]),
        (["--index", "time=7"], FILM[..., 7].T[None]),
        (["--channels", "time"], FILM.T),
        (["--channels", "none", "--index", "z=2"], FILM[:, :, 2].T[None]),
        (["--channels", "time", "--index", "z=2"], FILM[:, :, 2].T),
    ],
)
def test_the_axes_are_read_as_the_options_say(
    film: str, options: list[str], want: NDArray[Any], tmp_path: Path
) -> None:
    channels = next((word for word in options if word in ("time", "none")), None)
    index = [word for word in options if "=" in word]
    document = document_of(film, None, chosen_axes(channels, index))
    np.testing.assert_array_equal(document.sample.data, want)
    kernel = "gaussian-3d" if want.ndim == 4 else "gaussian-3"
    assert main(["apply", kernel, film, "-o", str(tmp_path / "out"), "--quiet", *options]) == 0
    assert np.load(tmp_path / "out" / "film.npy").shape == want.shape


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--index", "time"], "time is no position on an axis; write AXIS=POSITION, such as time=3."),
        (["--index", "time=x"], "time=x is no position on an axis"),
        (["--index", "time=20"], "its axis time has 20 positions, 0 to 19, and not 20"),
        (["--channels", "phase"], "it has no axis 'phase'; its axes are time (20), z (6), y (5), x (4)"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    film: str, options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", film, "-o", str(tmp_path / "x.npy"), *options]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
