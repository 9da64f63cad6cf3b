"""MobileNets: v1 (Howard et al., arXiv 1704.04861); v2 (Sandler et al., 1801.04381) as in torchvision and in timm."""

from __future__ import annotations

from convgui.session.modules import Module, block, in_row, layer

V1 = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))
"""Channels that a pair of a depthwise and a 1 x 1 layer makes, and the stride of the depthwise one."""
V2 = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""The paper's table 2: expansion, channels, blocks, and the stride of the first of them."""


def mobilenet_v1(channels: int = 3, classes: int = 1000) -> Module:
    """Return v1 of full width, with PyTorch's padding of 1 on both sides."""
    inputs, parts = 32, [in_row("0", f"Conv2d({channels}, 32, 3, 2, 1, bias=False)", "BatchNorm2d(32)", "ReLU6()")]
    for number, (outputs, stride) in enumerate(V1, start=1):
        parts.append(
            in_row(
                str(number),
                f"Conv2d({inputs}, {inputs}, 3, {stride}, 1, groups={inputs}, bias=False)",
                f"BatchNorm2d({inputs})", "ReLU6()",
                f"Conv2d({inputs}, {outputs}, 1, bias=False)", f"BatchNorm2d({outputs})", "ReLU6()",
            )
        )  # fmt: skip
        inputs = outputs
    end = layer("pool", "AdaptiveAvgPool2d(1)"), layer("fc", f"Linear(1024, {classes})")
    return block("", "Sequential", block("features", "Sequential", *parts), *end)


def mobilenet_v2(channels: int = 3, classes: int = 1000) -> Module:
    """Return v2 of full width, as torchvision names it."""
    inputs, parts = 32, [in_row("0", f"Conv2d({channels}, 32, 3, 2, 1, bias=False)", "BatchNorm2d(32)", "ReLU6()")]
    for expansion, outputs, count, first in V2:
        for n in range(count):
            wide = expansion * inputs
            stride = first if n == 0 else 1
            inner = [in_row("0", f"Conv2d({inputs}, {wide}, 1, bias=False)", f"BatchNorm2d({wide})", "ReLU6()")]
            inner = inner if expansion > 1 else []
            depthwise = f"Conv2d({wide}, {wide}, 3, {stride}, 1, groups={wide}, bias=False)"
            last = len(inner) + 1
            conv = block(
                "conv", "Sequential", *inner, in_row(str(last - 1), depthwise, f"BatchNorm2d({wide})", "ReLU6()"),
                layer(str(last), f"Conv2d({wide}, {outputs}, 1, bias=False)"),
                layer(str(last + 1), f"BatchNorm2d({outputs})"),
            )  # fmt: skip
            parts.append(block(str(len(parts)), "InvertedResidual", conv))
            inputs = outputs
    parts.append(in_row("18", f"Conv2d({inputs}, 1280, 1, bias=False)", "BatchNorm2d(1280)", "ReLU6()"))
    classifier = in_row("classifier", "Dropout(0.2)", f"Linear(1280, {classes})")
    return block("", "MobileNetV2", block("features", "Sequential", *parts), classifier)


def mobilenet_v2_timm() -> Module:
    """Return v2 as timm names it, where it is an EfficientNet with other blocks."""
    stem = layer("conv_stem", "Conv2d(3, 32, 3, 2, 1, bias=False)"), *_normed("bn1", 32)
    stages, inputs = list[Module](), 32
    for number, (expansion, outputs, count, first) in enumerate(V2):
        made = list[Module]()
        for n in range(count):
            wide, stride = expansion * inputs, first if n == 0 else 1
            depthwise = layer("conv_dw", f"Conv2d({wide}, {wide}, 3, {stride}, 1, groups={wide}, bias=False)")
            if expansion == 1:
                way = (depthwise, *_normed("bn1", wide), layer("conv_pw", f"Conv2d({wide}, {outputs}, 1, bias=False)"))
                made.append(block(str(n), "DepthwiseSeparableConv", *way, layer("bn2", f"BatchNorm2d({outputs})")))
            else:
                made.append(
                    block(
                        str(n), "InvertedResidual",
                        layer("conv_pw", f"Conv2d({inputs}, {wide}, 1, bias=False)"), *_normed("bn1", wide),
                        depthwise, *_normed("bn2", wide),
                        layer("conv_pwl", f"Conv2d({wide}, {outputs}, 1, bias=False)"),
                        layer("bn3", f"BatchNorm2d({outputs})"),
                    )
                )  # fmt: skip
            inputs = outputs
        stages.append(block(str(number), "Sequential", *made))
    head = layer("conv_head", f"Conv2d({inputs}, 1280, 1, bias=False)"), *_normed("bn2", 1280)
    end = layer("global_pool", "AdaptiveAvgPool2d(1)"), layer("classifier", "Linear(1280, 1000)")
    return block("", "EfficientNet", *stem, block("blocks", "Sequential", *stages), *head, *end)


def _normed(name: str, channels: int) -> tuple[Module]:
    """Return timm's batch norm with its activation, which has no tensors."""
    norm = layer(name, f"BatchNorm2d({channels})")
    return (Module(name, "BatchNormAct2d", (layer("act", "ReLU6()"),), norm.setting),)
