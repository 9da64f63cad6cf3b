"""convgui: see what convolution does.

What is offered here comes from `convgui.api` when it is asked for, so that ``import convgui`` costs next to nothing.
"""

from __future__ import annotations

from convgui.version import __version__

__all__ = [
    "ChannelShuffle", "ConvguiError", "Convolution", "Document", "ExportError", "Layer", "LayerNorm", "Lesson",
    "LoadError", "Picture", "PixelShuffle", "PluginError", "PluginWarning", "Pool", "ReLU", "Sample", "SceneError",
    "SpecError", "Upsample", "View", "WriteError", "__version__", "compute", "convolution", "document",
    "feature_maps", "from_array", "list_kernels", "list_lessons", "list_samples", "list_scenes", "load",
    "load_document", "load_lesson", "load_sample", "pixels", "render", "save", "save_picture", "svg",
]  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convgui.api import *
else:

    def __getattr__(name):
        """Import what is offered when it is asked for."""
        if name not in __all__:
            raise AttributeError(f"module 'convgui' has no attribute {name!r}")
        import convgui.api

        return getattr(convgui.api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
