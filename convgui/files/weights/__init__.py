"""Files of trained weights: what tensors they hold, by name, without anything in them being executed.

A form of file is a module with a function from a `Source` to the tensors in it; `convgui.files.weights.read` chooses.
"""
