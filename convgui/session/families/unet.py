"""U-Net (Ronneberger, Fischer, Brox, arXiv 1505.04597) with padding and batch norm, as in milesial/Pytorch-UNet."""

from __future__ import annotations

from itertools import pairwise

from convgui.session.modules import Module, block, in_row, layer

WIDTHS = (64, 128, 256, 512, 1024)


def unet(channels: int = 3, classes: int = 2, *, bilinear: bool = False) -> Module:
    """Return the network with transposed convolutions on its way up, or interpolation in their place."""
    widths = (*WIDTHS[:4], WIDTHS[4] // 2) if bilinear else WIDTHS
    downs = [block(f"down{n}", "Down", _pooled(few, many)) for n, (few, many) in enumerate(pairwise(widths), start=1)]
    return block(
        "", "UNet", _double("inc", channels, widths[0], widths[0]), *downs,
        *(_up(f"up{n}", n, bilinear) for n in range(1, 5)),
        block("outc", "OutConv", layer("conv", f"Conv2d({widths[0]}, {classes}, 1)")),
    )  # fmt: skip


def _pooled(inputs: int, outputs: int) -> Module:
    return block("maxpool_conv", "Sequential", layer("0", "MaxPool2d(2)"), _double("1", inputs, outputs, outputs))


def _double(name: str, inputs: int, inner: int, outputs: int) -> Module:
    texts = (
        f"Conv2d({inputs}, {inner}, 3, padding=1, bias=False)", f"BatchNorm2d({inner})", "ReLU()",
        f"Conv2d({inner}, {outputs}, 3, padding=1, bias=False)", f"BatchNorm2d({outputs})", "ReLU()",
    )  # fmt: skip
    return block(name, "DoubleConv", in_row("double_conv", *texts))


def _up(name: str, number: int, bilinear: bool) -> Module:
    many = WIDTHS[5 - number]
    few = many // 2
    if bilinear:
        outputs = few // 2 if number < 4 else few
        up = layer("up", 'Upsample(scale_factor=2, mode="bilinear", align_corners=True)')
        return block(name, "Up", up, _double("conv", many, few, outputs))
    return block(name, "Up", layer("up", f"ConvTranspose2d({many}, {few}, 2, 2)"), _double("conv", many, few, few))
