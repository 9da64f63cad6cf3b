"""What is read is never written over, and what is written keeps the name of what was read."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from convgui.__main__ import main
from convgui.export.atomic_write import ExportError
from convgui.export.batch import targets
from convgui.export.frames import Timing
from convgui.export.job import Settings, export
from convgui.export.pictures import Painters
from convgui.files.load import load
from convgui.files.resources import resource
from convgui.qt.export.raster import Rasteriser, to_pdf
from convgui.scenes import scene
from convgui.session.edits import with_sample
from tests.documents import textbook


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a small picture in a folder of its own, which is also reached by a link to the folder."""
    folder = tmp_path / "photos"
    folder.mkdir()
    try:
        (tmp_path / "linked").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this user may not make symbolic links")
    path = folder / "photo.png"
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(path)
    (folder / "symbolic.png").symlink_to(path)
    os.link(path, folder / "hard.png")
    return path


SPELLINGS = (
    "photos/photo.png",
    "photos/../photos/photo.png",
    "linked/photo.png",
    "photos/symbolic.png",
    "photos/hard.png",
    "linked/symbolic.png",
    "photos/PHOTO.PNG",
    "linked/Photo.png",
)


@pytest.mark.fault
@pytest.mark.parametrize("output", SPELLINGS)
@pytest.mark.parametrize("read", ["photos/photo.png", "photos/symbolic.png"])
@pytest.mark.parametrize("options", [[], ["--array"]])
def test_render_never_writes_over_its_input(
    photo: Path,
    output: str,
    read: str,
    options: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(photo.parents[1])
    before, listed = photo.read_bytes(), sorted(photo.parent.iterdir())
    assert main(["render", read, "-o", output, *options]) == 2
    error = capsys.readouterr().err
    assert f"{Path(output)} is one of the inputs and would be overwritten" in error
    assert error.count("\n") == 1
    assert photo.read_bytes() == before
    assert sorted(photo.parent.iterdir()) == listed


@pytest.mark.fault
@pytest.mark.parametrize("folder", ["photos", "linked", "photos/../linked"])
@pytest.mark.parametrize("read", ["photo.png", "symbolic.png", "hard.png"])
def test_apply_never_writes_over_an_input(
    photo: Path, folder: str, read: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(photo.parents[1])
    before = photo.read_bytes()
    assert main(["apply", "box", f"linked/{read}", "-o", folder, "--format", "png"]) == 2
    assert "is one of the inputs and would be overwritten" in capsys.readouterr().err
    assert photo.read_bytes() == before


@pytest.mark.fault
def test_apply_never_writes_over_the_file_of_its_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "kernel.npy", np.ones((1, 1, 3, 3)))
    before = (tmp_path / "kernel.npy").read_bytes()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    np.save(tmp_path / "in" / "kernel.npy", np.zeros((5, 5)))
    assert main(["apply", "kernel.npy", "in/kernel.npy", "-o", "."]) == 2
    assert "kernel.npy is one of the inputs" in capsys.readouterr().err
    assert (tmp_path / "kernel.npy").read_bytes() == before


@pytest.mark.fault
@pytest.mark.parametrize("what", ["picture", "animation", "array"])
def test_an_export_never_writes_over_the_documents_input(tmp_path: Path, what: str) -> None:
    path = tmp_path / ("a.gif" if what == "animation" else "a.png")
    Image.fromarray(np.arange(36, dtype=np.uint8).reshape(6, 6)).save(path)
    before = path.read_bytes()
    document = with_sample(textbook(), load(path))
    settings = Settings(what, 200, 160, timing=Timing(0, 1))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="is one of the inputs"):
        list(export(document, scene("slide"), settings, path, Painters(Rasteriser(), to_pdf)))
    assert path.read_bytes() == before


def test_a_file_of_the_same_name_elsewhere_is_no_input(tmp_path: Path) -> None:
    for folder in ("a", "A"):
        (tmp_path / folder).mkdir(exist_ok=True)
    assert targets([tmp_path / "a" / "x.npy"], tmp_path / "b", "npy") == (tmp_path / "b" / "x.npy",)
    if len(list(tmp_path.iterdir())) == 2:
        np.save(tmp_path / "a" / "x.npy", np.zeros((2, 2)))
        assert targets([tmp_path / "a" / "x.npy"], tmp_path / "A", "npy") == (tmp_path / "A" / "x.npy",)


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("1.3.6.1.4.1.9328.50.14", "1.3.6.1.4.1.9328.50.14"),
        ("1.3.6.1.4.1.9328.50.3.dcm", "1.3.6.1.4.1.9328.50.3"),
        ("brain.nii.gz", "brain"),
        ("BRAIN.NII.GZ", "BRAIN"),
        ("sub-01.T1w.nii", "sub-01.T1w"),
        ("map.mrc.gz", "map"),
        ("cells.nrrd.gz", "cells"),
        ("photo.png", "photo"),
        ("photo.final.JPEG", "photo.final"),
        ("photo.v2", "photo.v2"),
        ("weights.npz", "weights"),
        ("film.2024.webm", "film.2024"),
        ("archive.gz", "archive"),
        (".png", ".png"),
        ("png", "png"),
        ("名字.tif", "名字"),
    ],
)
def test_a_result_keeps_the_name_before_the_known_ending(source: str, stem: str) -> None:
    assert [path.name for path in targets([Path(source)], Path("out"), "npy")] == [f"{stem}.npy"]


def test_files_that_differ_behind_a_dot_have_results_of_their_own(tmp_path: Path) -> None:
    names = ["1.2.14", "1.2.3", "1.2.3.dcm", "1.2.3.png", "1.2.3-2.png", "A.png", "a.png"]
    found = [path.name for path in targets([Path(name) for name in names], tmp_path, "npy")]
    assert found == ["1.2.14.npy", "1.2.3.npy", "1.2.3-2.npy", "1.2.3-3.npy", "1.2.3-2-2.npy", "A.npy", "a-2.npy"]


def test_the_dots_of_a_folder_are_its_name(tmp_path: Path) -> None:
    (tmp_path / "series.tif").mkdir()
    assert targets([tmp_path / "series.tif"], tmp_path / "out", "nii")[0].name == "series.tif.nii"


@pytest.mark.fault
@pytest.mark.parametrize("command", [["render", "{}", "-o", "data.npy"], ["apply", "gaussian-3d", "{}", "-o", "."]])
def test_values_beside_a_header_are_never_written_over(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.arange(120, dtype="<f4").tofile("data.npy")
    Path("data.nhdr").write_text(
        "NRRD0004\ntype: float\ndimension: 3\nsizes: 6 5 4\nendian: little\nencoding: raw\ndata file: data.npy\n"
    )
    before = Path("data.npy").read_bytes()
    assert main([part.format("data.nhdr") for part in command]) == 2
    assert "data.npy is one of the inputs and would be overwritten" in capsys.readouterr().err
    assert Path("data.npy").read_bytes() == before


@pytest.mark.fault
def test_the_other_files_of_a_set_are_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planes = "".join(
        f'<TiffData FirstZ="{z}" PlaneCount="1"><UUID FileName="{name}">urn:uuid:{z}</UUID></TiffData>'
        for z, name in enumerate(("a.ome.tif", "b.ome.tif"))
    )
    text = (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" '
        'DimensionOrder="XYZCT" Type="uint8" SizeX="6" SizeY="5" SizeZ="2" SizeC="1" SizeT="1"><Channel ID="C:0" '
        f'SamplesPerPixel="1"/>{planes}</Pixels></Image></OME>'
    )
    for z, name in enumerate(("a.ome.tif", "b.ome.tif")):
        tifffile.imwrite(tmp_path / name, np.full((5, 6), z, np.uint8), description=text, metadata=None)
    before = (tmp_path / "b.ome.tif").read_bytes()
    assert main(["render", str(tmp_path / "a.ome.tif"), "--array", "-o", str(tmp_path / "b.ome.tif")]) == 2
    assert "is one of the inputs" in capsys.readouterr().err
    assert (tmp_path / "b.ome.tif").read_bytes() == before


@pytest.mark.fault
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["render", "", "-o", "x.png"], "its name is empty; give the name of a file"),
        (["apply", "box", "", "-o", "out"], "its name is empty; give the name of a file"),
        (["render", "photo.png", "-o", ""], "the name of the output is empty"),
        (["apply", "box", "photo.png", "-o", ""], "the name of the output is empty"),
    ],
)
def test_a_name_that_is_empty_is_called_so(
    photo: Path, arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(photo.parent)
    listed = sorted(photo.parent.iterdir())
    assert main(arguments) == 2
    assert says in capsys.readouterr().err
    assert sorted(photo.parent.iterdir()) == listed


@pytest.mark.fault
@pytest.mark.parametrize("read", ["photos/photo.png", "photos/symbolic.png"])
@pytest.mark.parametrize("output", SPELLINGS)
def test_a_networks_input_is_not_written_over(
    photo: Path, read: str, output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the layers of a file of weights are put on is an input like any other."""
    monkeypatch.chdir(photo.parents[1])
    before = photo.read_bytes()
    network = str(resource("networks", "pnet.pt"))
    assert main(["render", network, "--input", read, "-o", output]) == 2
    assert f"{Path(output)} is one of the inputs and would be overwritten" in capsys.readouterr().err
    assert photo.read_bytes() == before
