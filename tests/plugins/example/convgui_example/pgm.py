"""A reader: portable graymaps of 8 bits (PGM, "P5")."""

import re

import numpy as np

from convgui.files.readers import Reader
from convgui.files.source import Source
from convgui.model.sample import Sample

HEADER = re.compile(rb"P5\s+(\d+)\s+(\d+)\s+255\s")


def load_pgm(source: Source) -> Sample:
    """Open a graymap."""
    content = source.stream.read(source.size)
    found = HEADER.match(content)
    if found is None:
        raise source.error("its header is no PGM header of 8 bits")
    width, height = int(found[1]), int(found[2])
    source.check_size((height, width), 1, 1)
    values = np.frombuffer(content, np.uint8, offset=found.end())
    if values.size != width * height:
        raise source.error(f"it holds {values.size} values and not {width} × {height}")
    path = str(source.path) if source.path is not None else ""
    return Sample(values.reshape(1, height, width), source.name, path)


READER = Reader("Portable graymaps", (".pgm",), load_pgm, signatures=(b"P5",))
