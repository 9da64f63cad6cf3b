"""The convolution: the layer, how its weights fit another spec, and what it writes for other libraries."""

from convgui.layers.convolution.layer import Convolution, convolution_arguments

LAYER = Convolution

__all__ = ["LAYER", "Convolution", "convolution_arguments"]
