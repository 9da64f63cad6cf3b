"""Networks without branches: LeNet-5, AlexNet, VGG, and the discriminator of pix2pix that judges patches."""

from __future__ import annotations

from collections.abc import Sequence

from convgui.session.modules import Module, block, in_row

VGG = {"16": (2, 2, 3, 3, 3), "19": (2, 2, 4, 4, 4)}
"""Layers of the five blocks; of configurations D and E of the paper's table 1."""


def lenet(channels: int = 1, classes: int = 10) -> Module:
    """Return LeNet-5 (LeCun, Bottou, Bengio, Haffner, 1998) as it is taught: without the table of connections of C3.

    C5 is the convolution that it is in the paper, and the dense layers behind it are 1 x 1, so that a larger picture
    gives a map of answers.
    """
    texts = (
        f"Conv2d({channels}, 6, 5)", "Tanh()", "AvgPool2d(2, 2)", "Conv2d(6, 16, 5)", "Tanh()", "AvgPool2d(2, 2)",
        "Conv2d(16, 120, 5)", "Tanh()", "Conv2d(120, 84, 1)", "Tanh()", f"Conv2d(84, {classes}, 1)",
    )  # fmt: skip
    return block("", "Sequential", in_row("features", *texts))


def alexnet(channels: int = 3) -> Module:
    """Return the features of AlexNet (Krizhevsky, arXiv 1404.5997), as in torchvision."""
    texts = (
        f"Conv2d({channels}, 64, 11, 4, 2)", "ReLU()", "MaxPool2d(3, 2)", "Conv2d(64, 192, 5, padding=2)", "ReLU()",
        "MaxPool2d(3, 2)", "Conv2d(192, 384, 3, padding=1)", "ReLU()", "Conv2d(384, 256, 3, padding=1)", "ReLU()",
        "Conv2d(256, 256, 3, padding=1)", "ReLU()", "MaxPool2d(3, 2)",
    )  # fmt: skip
    return block("", "AlexNet", in_row("features", *texts))


def vgg(blocks: Sequence[int], channels: int = 3) -> Module:
    """Return the features of a VGG (Simonyan, Zisserman, arXiv 1409.1556), as in torchvision."""
    texts, inputs = list[str](), channels
    for count, width in zip(blocks, (64, 128, 256, 512, 512), strict=True):
        for _ in range(count):
            texts += [f"Conv2d({inputs}, {width}, 3, padding=1)", "ReLU()"]
            inputs = width
        texts.append("MaxPool2d(2, 2)")
    return block("", "VGG", in_row("features", *texts))


def patchgan(channels: int = 3) -> Module:
    """Return the 70 x 70 discriminator of pix2pix (Isola, Zhu, Zhou, Efros, arXiv 1611.07004)."""
    leaky = "LeakyReLU(0.2)"
    texts = (
        f"Conv2d({channels}, 64, 4, 2, 1)", leaky,
        "Conv2d(64, 128, 4, 2, 1, bias=False)", "BatchNorm2d(128)", leaky,
        "Conv2d(128, 256, 4, 2, 1, bias=False)", "BatchNorm2d(256)", leaky,
        "Conv2d(256, 512, 4, 1, 1, bias=False)", "BatchNorm2d(512)", leaky,
        "Conv2d(512, 1, 4, 1, 1)",
    )  # fmt: skip
    return block("", "Sequential", in_row("model", *texts))
