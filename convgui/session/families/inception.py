"""Inception v3 (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, arXiv 1512.00567), named as in torchvision and timm."""

from __future__ import annotations

from convgui.session.modules import Module, block, layer


def inception_v3(channels: int = 3, classes: int = 1000) -> Module:
    """Return the network without the classifier at its side, which is for training alone."""
    return block(
        "", "Inception3",
        _normed("Conv2d_1a_3x3", channels, 32, "3, 2"), _normed("Conv2d_2a_3x3", 32, 32, "3"),
        _normed("Conv2d_2b_3x3", 32, 64, "3, 1, 1"), layer("maxpool1", "MaxPool2d(3, 2)"),
        _normed("Conv2d_3b_1x1", 64, 80, "1"), _normed("Conv2d_4a_3x3", 80, 192, "3"),
        layer("maxpool2", "MaxPool2d(3, 2)"),
        _a("Mixed_5b", 192, 32), _a("Mixed_5c", 256, 64), _a("Mixed_5d", 288, 64), _b("Mixed_6a", 288),
        _c("Mixed_6b", 128), _c("Mixed_6c", 160), _c("Mixed_6d", 160), _c("Mixed_6e", 192),
        _d("Mixed_7a", 768), _e("Mixed_7b", 1280), _e("Mixed_7c", 2048),
        layer("avgpool", "AdaptiveAvgPool2d(1)"), layer("dropout", "Dropout()"),
        layer("fc", f"Linear(2048, {classes})"),
    )  # fmt: skip


def _normed(name: str, inputs: int, outputs: int, sizes: str) -> Module:
    """Return a convolution, a batch norm and a ReLU; `sizes` are kernel, stride and padding as they are written."""
    conv = layer("conv", f"Conv2d({inputs}, {outputs}, {sizes}, bias=False)")
    return block(name, "BasicConv2d", conv, layer("bn", f"BatchNorm2d({outputs}, eps=0.001)"))


def _a(name: str, inputs: int, pooled: int) -> Module:
    return block(
        name, "InceptionA",
        _normed("branch1x1", inputs, 64, "1"),
        _normed("branch5x5_1", inputs, 48, "1"), _normed("branch5x5_2", 48, 64, "5, 1, 2"),
        _normed("branch3x3dbl_1", inputs, 64, "1"), _normed("branch3x3dbl_2", 64, 96, "3, 1, 1"),
        _normed("branch3x3dbl_3", 96, 96, "3, 1, 1"), _normed("branch_pool", inputs, pooled, "1"),
    )  # fmt: skip


def _b(name: str, inputs: int) -> Module:
    return block(
        name, "InceptionB",
        _normed("branch3x3", inputs, 384, "3, 2"), _normed("branch3x3dbl_1", inputs, 64, "1"),
        _normed("branch3x3dbl_2", 64, 96, "3, 1, 1"), _normed("branch3x3dbl_3", 96, 96, "3, 2"),
    )  # fmt: skip


def _c(name: str, c7: int) -> Module:
    wide, high = "(1, 7), 1, (0, 3)", "(7, 1), 1, (3, 0)"
    return block(
        name, "InceptionC",
        _normed("branch1x1", 768, 192, "1"),
        _normed("branch7x7_1", 768, c7, "1"), _normed("branch7x7_2", c7, c7, wide),
        _normed("branch7x7_3", c7, 192, high),
        _normed("branch7x7dbl_1", 768, c7, "1"), _normed("branch7x7dbl_2", c7, c7, high),
        _normed("branch7x7dbl_3", c7, c7, wide), _normed("branch7x7dbl_4", c7, c7, high),
        _normed("branch7x7dbl_5", c7, 192, wide), _normed("branch_pool", 768, 192, "1"),
    )  # fmt: skip


def _d(name: str, inputs: int) -> Module:
    return block(
        name, "InceptionD",
        _normed("branch3x3_1", inputs, 192, "1"), _normed("branch3x3_2", 192, 320, "3, 2"),
        _normed("branch7x7x3_1", inputs, 192, "1"), _normed("branch7x7x3_2", 192, 192, "(1, 7), 1, (0, 3)"),
        _normed("branch7x7x3_3", 192, 192, "(7, 1), 1, (3, 0)"), _normed("branch7x7x3_4", 192, 192, "3, 2"),
    )  # fmt: skip


def _e(name: str, inputs: int) -> Module:
    wide, high = "(1, 3), 1, (0, 1)", "(3, 1), 1, (1, 0)"
    return block(
        name, "InceptionE",
        _normed("branch1x1", inputs, 320, "1"), _normed("branch3x3_1", inputs, 384, "1"),
        _normed("branch3x3_2a", 384, 384, wide), _normed("branch3x3_2b", 384, 384, high),
        _normed("branch3x3dbl_1", inputs, 448, "1"), _normed("branch3x3dbl_2", 448, 384, "3, 1, 1"),
        _normed("branch3x3dbl_3a", 384, 384, wide), _normed("branch3x3dbl_3b", 384, 384, high),
        _normed("branch_pool", inputs, 192, "1"),
    )  # fmt: skip
