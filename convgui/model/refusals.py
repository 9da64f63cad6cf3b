"""What is not legal, said in the words that stand beside the fields of the window."""

from __future__ import annotations

from convgui.core.memory import Task
from convgui.core.memory import in_words as core_words
from convgui.core.spec import SpecError
from convgui.words import mark, tr

TITLES = {
    "kernel_size": mark("Kernel size"),
    "stride": mark("Stride"),
    "padding": mark("Padding"),
    "padding_mode": mark("Padding mode"),
    "output_padding": mark("Output padding"),
    "dilation": mark("Dilation"),
    "groups": mark("Groups"),
    "in_channels": mark("Input channels:"),
    "out_channels": mark("The number of output channels"),
    "weight": mark("The kernel"),
    "bias": mark("The bias"),
    "input": mark("The input"),
    "output": mark("The output"),
    "layers": mark("The stack of layers"),
    "reads": mark("Reads:"),
    "network": mark("The network:"),
    "inputs": mark("The values"),
    "values": mark("These values"),
    "layer": mark("The layer"),
    "scale_factor": mark("Scale factor"),
    "upscale_factor": mark("Upscale factor"),
    "factor": mark("Factor"),
    "mode": mark("Mode"),
    "size": mark("Size"),
    "negative_slope": mark("Negative slope"),
    "eps": mark("Epsilon"),
    "normalized_shape": mark("Normalized shape"),
    "num_features": mark("Input channels:"),
    "num_parameters": mark("Slopes"),
    "in_features": mark("The inputs:"),
    "out_features": mark("The number of outputs"),
    "output_size": mark("Output size"),
    "downscale_factor": mark("Downscale factor"),
    "align_corners": mark("Corners by"),
    "ceil_mode": mark("Size"),
    "count_include_pad": mark("In a mean, padding"),
    "function": mark("Function"),
    "kind": mark("Pooling"),
    "before": mark("Before"),
    "after": mark("After"),
    "start": mark("First cell"),
    "alpha": mark("Alpha"),
    "p": mark("Left out in training"),
    "value": mark("Value"),
    "equals": mark("Where it is"),
    "fill": mark("Put"),
    "shape": mark("The shape"),
    "axis": mark("The axis"),
    "axes": mark("The axes"),
}
"""What a parameter is called beside its field."""


def in_words(error: BaseException, task: Task = "show") -> str:
    """Return what a user of the window reads of any error: a refusal, or what to do where memory ran out in a task."""
    return refusal(error) if isinstance(error, SpecError) else core_words(error, task)


def refusal(error: Exception) -> str:
    """Return what is wrong with a parameter, named as beside its field; of others, the program's own words."""
    if not isinstance(error, SpecError):
        return str(error)
    title = TITLES.get(error.field)
    if title is None:
        return str(error)
    where = str(error).removesuffix(f"{error.field}: {error.problem}")
    return where + tr("{field} {problem}", field=tr(title), problem=error.problem)
