"""convgui: see what convolution does."""

from convgui.version import version as _version

__version__ = _version()
