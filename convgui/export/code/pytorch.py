"""PyTorch: modules, in a Sequential where there are several, and in a class of their own where they branch."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.export.code.text import Subject, refuse_rescaling
from convgui.export.code.wiring import wired
from convgui.layers.code import CodeArray, TorchModules, numbers


def generate(subject: Subject) -> str:
    """Write a module whose ``model`` takes ``(N, C, *spatial)``."""
    refuse_rescaling(subject, "PyTorch")
    written = [
        TorchModules([]) if len(subject.reads(n)) > 1 else layer.pytorch(shape)
        for n, (layer, shape) in enumerate(zip(subject.layers, subject.incoming, strict=True))
    ]
    lines = [subject.head, "import torch", "from torch import nn"]
    lines += list(dict.fromkeys(text for layer in written for text in layer.classes)) or [""]
    if subject.sources:
        defined, names = _network(subject, written)
    else:
        defined, names = _sequence(written)
    lines += defined
    lines += [f"# {note}" for note in dict.fromkeys(layer.note for layer in written) if note]
    if any(layer.evaluates for layer in written):
        lines.append("model.eval()")
    if subject.weights and any(layer.arrays for layer in written):
        lines += ["model = model.double()  # float64, as the numbers were computed", "with torch.no_grad():"]
        lines += [
            line for layer, name in zip(written, names, strict=True) for a in layer.arrays for line in _copied(a, name)
        ]
    taken = ", ".join(str(n) for n in subject.given)
    x, said = ("x.nan_to_num(0.0)", ": NaN counts as 0") if subject.missing == "zero" else ("x", "")
    lines += ["", f"# y = model({x}) for x of shape (N, {taken}){said}", ""]
    return "\n".join(lines)


def _sequence(written: Sequence[TorchModules]) -> tuple[list[str], list[str]]:
    """Return the model of a chain, and what the module that holds a layer's arrays is called."""
    modules = [module for layer in written for module in layer.modules]
    if len(modules) == 1:
        return [f"model = {modules[0]}"], ["model" for _ in written]
    names, before = [], 0
    for layer in written:
        names.append(f"model[{before + layer.owner}]")
        before += len(layer.modules)
    return ["model = nn.Sequential(", *(f"    {module}," for module in modules), ")"], names


def _network(subject: Subject, written: Sequence[TorchModules]) -> tuple[list[str], list[str]]:
    """Return the class of a network that branches, and its model; and the names as `_sequence`."""
    made, names, calls = list[str](), list[str](), list[list[str]]()
    for number, layer in enumerate(written, 1):
        alone = len(layer.modules) == 1
        if layer.modules:
            inside = layer.modules[0] if alone else f"nn.Sequential({', '.join(layer.modules)})"
            made.append(f"        self.layer{number} = {inside}")
        names.append(f"model.layer{number}" + ("" if alone else f"[{layer.owner}]"))
        calls.append([f"x = self.layer{number}(x)"] if layer.modules else [])
    lines = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()", *made, ""]
    lines += ["    def forward(self, x):", *(f"        {line}" for line in wired(subject, calls, "torch")), "", ""]
    return [*lines, "model = Network()"], names


def _copied(array: CodeArray, module: str) -> list[str]:
    if array.values.ndim == 1:
        return [f"    {module}.{array.name}.copy_(torch.tensor({numbers(array.values)}, dtype=torch.float64))"]
    note = f"  # {array.note}" if array.note else ""
    head, text = f"    {module}.{array.name}.copy_(torch.tensor({note}", numbers(array.values, 8)
    return [head, f"        {text},", "        dtype=torch.float64,", "    ))"]
