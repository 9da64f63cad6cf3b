from __future__ import annotations

import numpy as np
import pytest

from convgui.files.errors import LoadError
from convgui.files.samples import SampleInfo, load_sample, samples


def test_ids_are_unique_and_camera_comes_first() -> None:
    ids = [info.id for info in samples()]
    assert ids[0] == "camera"
    assert len(set(ids)) == len(ids) == 15


@pytest.mark.parametrize("info", samples(), ids=lambda info: info.id)
def test_every_sample_loads_and_names_its_licence(info: SampleInfo) -> None:
    sample = load_sample(info.id)
    kinds = {"chord": np.int16, "drums": np.int16, "sweep": np.int16, "vowels": np.int16, "ecg": np.float64}
    assert sample.data.dtype == kinds.get(info.id, np.uint8)
    assert sample.data.shape[0] in (1, 3)
    assert min(sample.spatial) >= {"brain": 90, "vessels": 64}.get(info.id, 300)
    assert (sample.name, sample.source) == (info.title, f"sample:{info.id}")
    assert info.licence in ("CC0-1.0", "Public domain", "MNI")
    assert info.credit.endswith(".")


def test_every_file_is_in_the_licence_list() -> None:
    text = (samples()[0].path.parent / "LICENSES.md").read_text(encoding="utf-8")
    assert all(info.path.name in text for info in samples())


def test_an_unknown_sample_is_one_sentence() -> None:
    with pytest.raises(LoadError, match=r"sample:nothing cannot be opened: .*choose one of camera"):
        load_sample("nothing")


def test_the_brain_lies_as_a_radiologist_expects() -> None:
    brain = load_sample("brain")
    assert (brain.spacing, brain.units) == ((2.0, 2.0, 2.0), ("mm", "mm", "mm"))
    assert brain.directions == (("I", "S"), ("A", "P"), ("R", "L"))
    mass = brain.data[0] > 0
    # The template is symmetric, fullest above its middle, and its brain stem leaves at the bottom.
    sides = mass[..., :49].sum(), mass[..., :48:-1].sum()
    assert abs(int(sides[0]) - int(sides[1])) < 0.05 * mass.sum()
    bottom, top = (np.flatnonzero(mass.any(axis=(1, 2)))[end] for end in (0, -1))
    assert mass[bottom + 3].sum() < mass[(bottom + top) // 2].sum()
    # The frontal lobes are narrower than the parietal ones.
    front, back = (np.flatnonzero(mass.any(axis=(0, 2)))[end] for end in (0, -1))
    assert mass[:, front + 12].sum() < mass[:, back - 12].sum()


def test_the_notice_of_the_brain_ships_with_it() -> None:
    folder = samples()[0].path.parent
    notice = (folder / "LICENSE-brain.txt").read_text(encoding="utf-8")
    assert "McConnell Brain Imaging Centre" in notice
    assert "the above copyright notice appear in all copies" in " ".join(notice.split())
