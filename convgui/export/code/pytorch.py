"""PyTorch: modules, in a Sequential where there are several."""

from __future__ import annotations

from convgui.export.code.text import Subject, effective, numbers, padded, pads_of, refuse_rescaling
from convgui.model.layer import Layer, Shape
from convgui.model.layers import LINEAR, AnyLayer, ChannelShuffle, PixelShuffle, Pool, ReLU, Upsample

_PADS = {"zeros": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}
_WEAVE = '''
class PixelShuffle(nn.Module):
    """nn.PixelShuffle for any number of axes."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        n, spatial, rank = x.shape[0], x.shape[2:], x.ndim - 2
        split = x.reshape(n, -1, *[self.factor] * rank, *spatial)
        order = [0, 1, *[axis for a in range(rank) for axis in (2 + rank + a, 2 + a)]]
        return split.permute(order).reshape(n, -1, *[s * self.factor for s in spatial])

'''


def generate(subject: Subject) -> str:
    """Write a module whose ``model`` takes ``(N, C, *spatial)``."""
    refuse_rescaling(subject, "PyTorch")
    modules, places = list[str](), list[int]()
    for layer, shape in zip(subject.layers, subject.shapes, strict=False):
        made = _modules(layer, shape)
        # The convolution is the first module after its padding.
        places.append(len(modules) + next((i for i, m in enumerate(made) if m.startswith("nn.Conv")), 0))
        modules += made
    alone = len(modules) == 1
    weave = any(isinstance(layer, PixelShuffle) for layer in subject.layers) and subject.rank != 2
    lines = [subject.head, "import torch", "from torch import nn", *([_WEAVE] if weave else [""])]
    if alone:
        lines.append(f"model = {modules[0]}")
    else:
        lines += ["model = nn.Sequential(", *(f"    {module}," for module in modules), ")"]
    if any(subject.named(place) for place in range(len(subject.layers))):
        lines.append("# Named padding is written out for this input size.")
    weighted = [(layer, place) for layer, place in zip(subject.layers, places, strict=True) if isinstance(layer, Layer)]
    if subject.weights and weighted:
        lines += ["model = model.double()  # float64, as the numbers were computed", "with torch.no_grad():"]
        for layer, place in weighted:
            lines += _weights(layer, "model" if alone else f"model[{place}]")
    taken = ", ".join(str(n) for n in subject.shapes[0])
    x, said = ("x.nan_to_num(0.0)", ": NaN counts as 0") if subject.missing == "zero" else ("x", "")
    lines += ["", f"# y = model({x}) for x of shape (N, {taken}){said}", ""]
    return "\n".join(lines)


def _weights(layer: Layer, name: str) -> list[str]:
    turned = "  # turned by 180 degrees" if layer.flip else ""
    lines = [
        f"    {name}.weight.copy_(torch.tensor({turned}",
        f"        {numbers(effective(layer), 8)},",
        "        dtype=torch.float64,",
        "    ))",
    ]
    if layer.bias.any():
        lines.append(f"    {name}.bias.copy_(torch.tensor({numbers(layer.bias)}, dtype=torch.float64))")
    return lines


def _modules(layer: AnyLayer, shape: Shape) -> list[str]:
    rank = len(shape) - 1
    match layer:
        case Layer():
            return _transposed(layer) if layer.spec.transposed else _convolution(layer, shape)
        case Pool():
            return _pool(layer, shape)
        case ReLU():
            return ["nn.ReLU()"]
        case Upsample():
            mode = "nearest" if layer.mode == "nearest" else LINEAR[rank]
            return [f'nn.Upsample(scale_factor={layer.scale_factor}, mode="{mode}")']
        case PixelShuffle():
            return [f"{'nn.' if rank == 2 else ''}PixelShuffle({layer.upscale_factor})"]
        case ChannelShuffle():
            return [f"nn.ChannelShuffle({layer.groups})"]


def _pool(layer: Pool, shape: Shape) -> list[str]:
    rank, name = len(shape) - 1, "Max" if layer.kind == "max" else "Avg"
    size, stride = _plain(layer.kernel_size), _plain(layer.stride)
    if rank == 3 and layer.kind == "average" and any(n < k for n, k in zip(shape[1:], layer.kernel_size, strict=True)):
        # AvgPool3d refuses an input that is smaller than its window before it is padded.
        pads = tuple((p, p) for p in layer.padding)
        return [f"nn.ZeroPad3d({_sides(pads)})", f"nn.AvgPool3d({size}, stride={stride})"]
    padding = f", padding={_plain(layer.padding)}" if any(layer.padding) else ""
    return [f"nn.{name}Pool{rank}d({size}, stride={stride}{padding})"]


def _plain(values: tuple[int, ...]) -> str:
    """Write one number where all axes have the same."""
    return str(values[0]) if len(set(values)) == 1 else str(values)


def _convolution(layer: Layer, shape: Shape) -> list[str]:
    spec, pads = layer.spec, pads_of(layer, shape)
    options, before = _options(layer), list[str]()
    if all(left == right for left, right in pads):
        if padded(pads):
            options += [f"padding={_plain(tuple(left for left, _ in pads))}"]
            options += [f'padding_mode="{spec.padding_mode}"'] if spec.padding_mode != "zeros" else []
    else:
        before = [f"nn.{_PADS[spec.padding_mode]}{spec.rank}d({_sides(pads)})"]
    return [*before, f"nn.Conv{spec.rank}d({_arguments(layer, options)})"]


def _transposed(layer: Layer) -> list[str]:
    spec = layer.spec
    pads = spec.pads((1,) * spec.rank)
    both = tuple(min(pair) for pair in pads)
    rest = tuple((left - least, right - least) for (left, right), least in zip(pads, both, strict=True))
    options = _options(layer)
    options += [f"padding={_plain(both)}"] if any(both) else []
    options += [f"output_padding={_plain(spec.output_padding)}"] if any(spec.output_padding) else []
    # A negative padding cuts off.
    cut = tuple((-left, -right) for left, right in rest)
    after = [f"nn.ZeroPad{spec.rank}d({_sides(cut)})"] if padded(rest) else []
    return [f"nn.ConvTranspose{spec.rank}d({_arguments(layer, options)})", *after]


def _arguments(layer: Layer, options: list[str]) -> str:
    spec = layer.spec
    last = [] if layer.bias.any() else ["bias=False"]
    return ", ".join([str(spec.in_channels), str(spec.out_channels), _plain(spec.kernel_size), *options, *last])


def _options(layer: Layer) -> list[str]:
    spec, options = layer.spec, list[str]()
    for name, value in (("stride", spec.stride), ("dilation", spec.dilation)):
        options += [f"{name}={_plain(value)}"] if set(value) != {1} else []
    options += [f"groups={spec.groups}"] if spec.groups > 1 else []
    return options


def _sides(pads: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """PyTorch counts padding from the last axis: left, right, top, bottom, front, back."""
    return tuple(side for pair in reversed(pads) for side in pair)
