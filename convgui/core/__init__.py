"""The mathematics of convolution. NumPy only."""

from convgui.core.control import Cancelled
from convgui.core.convolution import convolve, convolve_transposed
from convgui.core.index import IndexTable, axis_tables, index_table
from convgui.core.presets import PRESETS, Preset, preset
from convgui.core.spec import ConvSpec, SpecError

__all__ = [
    "PRESETS",
    "Cancelled",
    "ConvSpec",
    "IndexTable",
    "Preset",
    "SpecError",
    "axis_tables",
    "convolve",
    "convolve_transposed",
    "index_table",
    "preset",
]
