"""The mathematics of convolution. NumPy only."""

from convgui.core.control import Cancelled
from convgui.core.convolution import convolve, convolve_transposed
from convgui.core.costs import Cost
from convgui.core.execution import expected_nanoseconds
from convgui.core.filter_view import FilterView
from convgui.core.gradients import input_gradient, weight_gradient
from convgui.core.incremental import BlockMeans, block_means, update_tap
from convgui.core.index import IndexTable, axis_tables, index_table
from convgui.core.matrix import SparseMatrix, convolution_matrix
from convgui.core.optimise import Adam, Momentum, sgd_step
from convgui.core.pooling import (
    average_pool,
    channel_shuffle,
    insert_zeros,
    max_pool,
    max_pool_winners,
    pixel_shuffle,
    pixel_unshuffle,
    upsample_linear,
    upsample_nearest,
)
from convgui.core.presets import PRESETS, Parameter, Preset, preset
from convgui.core.receptive import Branches, ReceptiveField, receptive_field, theoretical_map
from convgui.core.separable import Factors, nearest_separable, separable_factors
from convgui.core.spec import ConvSpec, SpecError
from convgui.core.spectra import Spectra
from convgui.core.windows import Windows, read_windows

__all__ = [
    "PRESETS",
    "Adam",
    "BlockMeans",
    "Branches",
    "Cancelled",
    "ConvSpec",
    "Cost",
    "Factors",
    "FilterView",
    "IndexTable",
    "Momentum",
    "Parameter",
    "Preset",
    "ReceptiveField",
    "SparseMatrix",
    "SpecError",
    "Spectra",
    "Windows",
    "average_pool",
    "axis_tables",
    "block_means",
    "channel_shuffle",
    "convolution_matrix",
    "convolve",
    "convolve_transposed",
    "expected_nanoseconds",
    "index_table",
    "input_gradient",
    "insert_zeros",
    "max_pool",
    "max_pool_winners",
    "nearest_separable",
    "pixel_shuffle",
    "pixel_unshuffle",
    "preset",
    "read_windows",
    "receptive_field",
    "separable_factors",
    "sgd_step",
    "theoretical_map",
    "update_tap",
    "upsample_linear",
    "upsample_nearest",
    "weight_gradient",
]
