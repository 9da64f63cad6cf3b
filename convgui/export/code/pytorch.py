"""PyTorch: modules, in a Sequential where there are several."""

from __future__ import annotations

from convgui.export.code.text import Subject, refuse_rescaling
from convgui.layers.code import CodeArray, numbers


def generate(subject: Subject) -> str:
    """Write a module whose ``model`` takes ``(N, C, *spatial)``."""
    refuse_rescaling(subject, "PyTorch")
    written = [layer.pytorch(shape) for layer, shape in zip(subject.layers, subject.shapes, strict=False)]
    modules = [module for layer in written for module in layer.modules]
    alone = len(modules) == 1
    lines = [subject.head, "import torch", "from torch import nn"]
    lines += list(dict.fromkeys(text for layer in written for text in layer.classes)) or [""]
    if alone:
        lines.append(f"model = {modules[0]}")
    else:
        lines += ["model = nn.Sequential(", *(f"    {module}," for module in modules), ")"]
    lines += [f"# {note}" for note in dict.fromkeys(layer.note for layer in written) if note]
    if any(layer.evaluates for layer in written):
        lines.append("model.eval()")
    if subject.weights and any(layer.arrays for layer in written):
        lines += ["model = model.double()  # float64, as the numbers were computed", "with torch.no_grad():"]
        before = 0
        for layer in written:
            name = "model" if alone else f"model[{before + layer.owner}]"
            lines += [line for array in layer.arrays for line in _copied(array, name)]
            before += len(layer.modules)
    taken = ", ".join(str(n) for n in subject.shapes[0])
    x, said = ("x.nan_to_num(0.0)", ": NaN counts as 0") if subject.missing == "zero" else ("x", "")
    lines += ["", f"# y = model({x}) for x of shape (N, {taken}){said}", ""]
    return "\n".join(lines)


def _copied(array: CodeArray, module: str) -> list[str]:
    if array.values.ndim == 1:
        return [f"    {module}.{array.name}.copy_(torch.tensor({numbers(array.values)}, dtype=torch.float64))"]
    note = f"  # {array.note}" if array.note else ""
    head, text = f"    {module}.{array.name}.copy_(torch.tensor({note}", numbers(array.values, 8)
    return [head, f"        {text},", "        dtype=torch.float64,", "    ))"]
