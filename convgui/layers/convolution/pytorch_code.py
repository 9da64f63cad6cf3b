"""A convolution as PyTorch modules."""

from __future__ import annotations

from convgui.core.spec import CAUSAL as CAUSAL_NAMES
from convgui.layers.code import TorchModules, padded, plain, torch_sides
from convgui.layers.convolution.filters import Filters

_PADS = {"zeros": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


CAUSAL = '''
class CausalConv1d(nn.Conv1d):
    """A Conv1d that sees nothing of what comes after: d (k - 1) zeros before its input, none behind it."""

    def forward(self, x):
        return super().forward(nn.functional.pad(x, (self.dilation[0] * (self.kernel_size[0] - 1), 0)))

'''


def modules(filters: Filters, shape: tuple[int, ...]) -> TorchModules:
    """Write a convolution as modules; what its parameters are copied into is the convolution among them."""
    lines = _transposed(filters) if filters.spec.transposed else _convolution(filters, shape)
    owner = next(index for index, module in enumerate(lines) if module.startswith(("nn.Conv", "CausalConv")))
    sized = isinstance(filters.spec.padding, str) and filters.spec.padding not in CAUSAL_NAMES
    note = "Named padding is written out for this input size." if sized else ""
    weight, bias = filters.arrays()
    classes = [CAUSAL] if lines[owner].startswith("Causal") else []
    return TorchModules(lines, (weight, bias) if filters.has_bias else (weight,), owner, classes, note)


def _convolution(filters: Filters, shape: tuple[int, ...]) -> list[str]:
    spec, pads = filters.spec, filters.pads(shape)
    options, before = _options(filters), list[str]()
    if spec.padding == "causal" and spec.padding_mode == "zeros":
        return [f"CausalConv1d({_arguments(filters, options)})"]
    if all(left == right for left, right in pads):
        if padded(pads):
            options += [f"padding={plain(tuple(left for left, _ in pads))}"]
            options += [f'padding_mode="{spec.padding_mode}"'] if spec.padding_mode != "zeros" else []
    else:
        before = [f"nn.{_PADS[spec.padding_mode]}{spec.rank}d({torch_sides(pads)})"]
    return [*before, f"nn.Conv{spec.rank}d({_arguments(filters, options)})"]


def _transposed(filters: Filters) -> list[str]:
    spec = filters.spec
    pads = spec.pads((1,) * spec.rank)
    both = tuple(min(pair) for pair in pads)
    rest = tuple((left - least, right - least) for (left, right), least in zip(pads, both, strict=True))
    options = _options(filters)
    options += [f"padding={plain(both)}"] if any(both) else []
    options += [f"output_padding={plain(spec.output_padding)}"] if any(spec.output_padding) else []
    # A negative padding cuts off.
    cut = tuple((-left, -right) for left, right in rest)
    after = [f"nn.ZeroPad{spec.rank}d({torch_sides(cut)})"] if padded(rest) else []
    return [f"nn.ConvTranspose{spec.rank}d({_arguments(filters, options)})", *after]


def _arguments(filters: Filters, options: list[str]) -> str:
    spec = filters.spec
    last = [] if filters.has_bias else ["bias=False"]
    return ", ".join([str(spec.in_channels), str(spec.out_channels), plain(spec.kernel_size), *options, *last])


def _options(filters: Filters) -> list[str]:
    spec, options = filters.spec, list[str]()
    for name, value in (("stride", spec.stride), ("dilation", spec.dilation)):
        options += [f"{name}={plain(value)}"] if set(value) != {1} else []
    options += [f"groups={spec.groups}"] if spec.groups > 1 else []
    return options
