"""The algorithms behind `convgui.core.convolve`, each in its own file, and the registry that names them."""
