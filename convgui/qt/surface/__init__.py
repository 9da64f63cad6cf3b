"""Surfaces of volumes, drawn by OpenGL in a window of their own."""
