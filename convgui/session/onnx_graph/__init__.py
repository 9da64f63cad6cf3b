"""An ONNX graph on an input of a known size: sizes are reckoned, axes are moved, and what computes becomes layers."""
