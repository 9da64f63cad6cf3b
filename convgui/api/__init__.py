"""What convgui offers to Python; all of it is to be had from ``convgui`` itself.

An input is ``(C, *spatial)`` with 1 to 3 spatial axes, as in PyTorch without the batch; names of parameters are
PyTorch's. What cannot be done is refused by a `ConvguiError`, whose text is one sentence:

    ConvguiError
    ├── SpecError      a parameter that no layer can have, a layer that does not take its input (a ValueError too)
    │   └── PluginError    a plug-in that failed while it was used
    ├── SceneError     a scene, step or option that is not there, or does not go with the document (a ValueError too)
    ├── LoadError      an input, a document or a lesson that cannot be opened
    ├── WriteError     a document that cannot be written
    └── ExportError    a picture, an animation or an array that cannot be written

A plug-in that is broken is left out, with a `PluginWarning` that names it. Qt is imported where pixels are painted, and
nowhere else.
"""

from convgui.api.documents import (
    document,
    from_array,
    list_lessons,
    list_samples,
    load,
    load_document,
    load_lesson,
    load_sample,
)
from convgui.api.layers import compute, convolution, feature_maps, list_kernels
from convgui.api.pictures import list_scenes, pixels, render, save, save_picture, svg
from convgui.core.errors import ConvguiError
from convgui.core.spec import SpecError
from convgui.draw.picture import Picture
from convgui.export.atomic_write import ExportError
from convgui.files.errors import LoadError, WriteError
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.layer_norm import LayerNorm
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, Lesson, View
from convgui.model.sample import Sample
from convgui.plugins import PluginError, PluginWarning
from convgui.scenes.scene import SceneError

__all__ = [
    "ChannelShuffle", "ConvguiError", "Convolution", "Document", "ExportError", "Layer", "LayerNorm", "Lesson",
    "LoadError", "Picture", "PixelShuffle", "PluginError", "PluginWarning", "Pool", "ReLU", "Sample", "SceneError",
    "SpecError", "Upsample", "View", "WriteError", "compute", "convolution", "document", "feature_maps",
    "from_array", "list_kernels", "list_lessons", "list_samples", "list_scenes", "load", "load_document",
    "load_lesson", "load_sample", "pixels", "render", "save", "save_picture", "svg",
]  # fmt: skip
