"""The mathematics of convolution. NumPy only."""
