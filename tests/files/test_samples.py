from __future__ import annotations

import numpy as np
import pytest

from convgui.files.errors import LoadError
from convgui.files.samples import SampleInfo, load_sample, samples


def test_ids_are_unique_and_camera_comes_first() -> None:
    ids = [info.id for info in samples()]
    assert ids[0] == "camera"
    assert len(set(ids)) == len(ids) == 8


@pytest.mark.parametrize("info", samples(), ids=lambda info: info.id)
def test_every_sample_loads_and_names_its_licence(info: SampleInfo) -> None:
    sample = load_sample(info.id)
    assert sample.data.dtype == np.uint8
    assert sample.data.shape[0] in (1, 3)
    assert min(sample.spatial) >= 300
    assert (sample.name, sample.source) == (info.title, f"sample:{info.id}")
    assert info.licence in ("CC0-1.0", "Public domain")
    assert info.credit.endswith(".")


def test_every_file_is_in_the_licence_list() -> None:
    text = (samples()[0].path.parent / "LICENSES.md").read_text(encoding="utf-8")
    assert all(info.path.name in text for info in samples())


def test_an_unknown_sample_is_one_sentence() -> None:
    with pytest.raises(LoadError, match=r"sample:nothing cannot be opened: .*choose one of camera"):
        load_sample("nothing")
