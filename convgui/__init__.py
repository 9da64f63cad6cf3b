"""convgui: see what convolution does."""

__version__ = "0.1.0"
