"""Paths, bytes and typed numbers in; samples and lessons out. The only room that knows file formats."""

from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.load import load, load_bytes

__all__ = ["LoadCancelledError", "LoadError", "load", "load_bytes"]
