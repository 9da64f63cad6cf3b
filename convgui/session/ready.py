"""Networks that are ready: known by name, with their layers, fields and costs, and with weights that are drawn.

Weights are as training begins, always the same: normal, with the deviation that keeps the size of values behind a ReLU
(He et al., arXiv 1502.01852). Layers of the same sizes share them, so that a network of 25 million weights takes some
80 MB, and its file too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document, View
from convgui.model.sources import Sources
from convgui.scenes import fitting
from convgui.session.drawn_weights import DrawnWeights
from convgui.session.families import densenet, inception, mobilenet, plain, resnet, unet, wavenet
from convgui.session.modules import Module, in_row, wired
from convgui.session.written import Setting, laid
from convgui.words import mark, tr

LEFT_OUT = mark("Its dense layers are left out: they would hold more weights than a layer may have here.")


@dataclass(frozen=True)
class ReadyNetwork:
    """A network that is known by name.

    Attributes
    ----------
    build : callable
        Makes it for so many channels of the input.
    source : str
        Whom the figures are from.
    rank : int
        Spatial axes of the inputs that it is for.
    scene : str
        Through which its last layer is looked at first; others are seen as networks, from their first layer on.
    even : bool
        Whether all weights of a filter are the same, so that it makes the mean of what it reads.
    about : str
        What differs from the paper's, a sentence.
    """

    id: str
    title: str
    build: Callable[[int], Module]
    source: str
    rank: int = 2
    scene: str = ""
    even: bool = False
    about: str = ""


def _dilated(*dilations: int) -> Callable[[int], Module]:
    def build(channels: int) -> Module:
        inputs = (channels, *(1,) * (len(dilations) - 1))
        return in_row("", *(f"Conv2d({n}, 1, 3, 1, {d}, {d})" for n, d in zip(inputs, dilations, strict=True)))

    return build


def _residual(name: str, in_1x1: bool = False) -> Callable[[int], Module]:
    blocks, bottleneck = resnet.BLOCKS[name], int(name) >= resnet.BOTTLENECKS
    return lambda channels: resnet.resnet(blocks, bottleneck=bottleneck, in_1x1=in_1x1, channels=channels)


READY: tuple[ReadyNetwork, ...] = (
    ReadyNetwork(
        "dilated-1-2-4", mark("Dilation 1, 2, 4"), _dilated(1, 2, 4), "arXiv 1511.07122", scene="receptive", even=True
    ),
    ReadyNetwork(
        "dilated-2-2-2", mark("Dilation 2, 2, 2 (gridding)"), _dilated(2, 2, 2), "arXiv 1702.08502",
        scene="receptive", even=True,
    ),
    ReadyNetwork(
        "lenet-5", "LeNet-5", plain.lenet, "LeCun, Bottou, Bengio, Haffner 1998",
        about=mark("Its dense layers are 1 × 1 convolutions, so that a larger picture gives a map of answers."),
    ),
    ReadyNetwork("alexnet", mark("AlexNet, features"), plain.alexnet, "arXiv 1404.5997, torchvision", about=LEFT_OUT),
    ReadyNetwork(
        "vgg-16", mark("VGG-16, features"), lambda channels: plain.vgg(plain.VGG["16"], channels),
        "arXiv 1409.1556, torchvision", about=LEFT_OUT,
    ),
    ReadyNetwork(
        "vgg-19", mark("VGG-19, features"), lambda channels: plain.vgg(plain.VGG["19"], channels),
        "arXiv 1409.1556, torchvision", about=LEFT_OUT,
    ),
    ReadyNetwork("inception-v3", "Inception v3", inception.inception_v3, "arXiv 1512.00567, torchvision"),
    ReadyNetwork("resnet-18", "ResNet-18", _residual("18"), "arXiv 1512.03385, torchvision"),
    ReadyNetwork("resnet-34", "ResNet-34", _residual("34"), "arXiv 1512.03385, torchvision"),
    ReadyNetwork(
        "resnet-50-v1", mark("ResNet-50 v1, stride in the 1 × 1"), _residual("50", in_1x1=True), "arXiv 1512.03385"
    ),
    ReadyNetwork("resnet-50", mark("ResNet-50 v1.5, stride in the 3 × 3"), _residual("50"), "torchvision"),
    ReadyNetwork("densenet-121", "DenseNet-121", lambda channels: densenet.densenet(
        densenet.BLOCKS["121"], channels=channels), "arXiv 1608.06993, torchvision"),
    ReadyNetwork("mobilenet-v1", "MobileNet v1", mobilenet.mobilenet_v1, "arXiv 1704.04861"),
    ReadyNetwork("mobilenet-v2", "MobileNet v2", mobilenet.mobilenet_v2, "arXiv 1801.04381, torchvision"),
    ReadyNetwork(
        "u-net", "U-Net", unet.unet, "arXiv 1505.04597, milesial/Pytorch-UNet",
        about=mark("With padding, so that what comes out is as large as what comes in, and with batch norm."),
    ),
    ReadyNetwork("patchgan", "PatchGAN 70 × 70", plain.patchgan, "arXiv 1611.07004"),
    ReadyNetwork(
        "wavenet", mark("WaveNet, one stack"), wavenet.wavenet, "arXiv 1609.03499", rank=1,
        about=mark("Ten gated layers with dilations 1, 2, 4, …, 512, each with zeros on the left alone."),
    ),
)  # fmt: skip


def ready_network(identity: str) -> ReadyNetwork:
    """Return a network by its id; ValueError if there is none."""
    for entry in READY:
        if entry.id == identity:
            return entry
    known = ", ".join(entry.id for entry in READY)
    raise ValueError(tr("there is no network {identity!r}; the networks are: {known}.", identity=identity, known=known))


def with_ready_network(document: Document, identity: str) -> Document:
    """Replace all layers by a ready network, and look at it.

    Raises
    ------
    SpecError
        If the input has other axes than the network is for, or is too small for it.
    """
    ready = ready_network(identity)
    shape, title = tuple(document.sample.data.shape), tr(ready.title)
    if len(shape) - 1 != ready.rank:
        words = mark("of {title} are for sounds and other sequences; the input has {count} spatial axes.")
        if ready.rank == 2:
            words = mark("of {title} are for pictures; the input has {count} spatial axes.")
        raise SpecError("layers", tr(words, title=title, count=len(shape) - 1))
    try:
        layers, sources = network(wired(ready.build(shape[0])), shape, even=ready.even)
    except SpecError as error:
        words = tr("of {size} is too small for {title}; open a larger one.", size=by(shape[1:]), title=title)
        raise SpecError("input", words) from error
    made = replace(document, layers=layers, sources=sources, view=View(scene=document.view.scene))
    if ready.scene:
        last = len(layers) - 1
        return made.with_view(View(scene=ready.scene, layer=last, step=last))
    made = made.with_view(View(scene="network"))
    chosen = fitting(made)
    return made.with_view(View(scene=chosen.id, step=chosen.first_step(made)))


def network(settings: Sequence[Setting], shape: Shape, *, even: bool = False) -> tuple[tuple[Layer, ...], Sources]:
    """Make the layers of a network for an input of ``(C, *spatial)``, with what they read.

    Raises
    ------
    SpecError
        If the input is too small for it.
    """
    layers, sources, values, drawn = list[Layer](), list[tuple[int, ...]](), [shape], DrawnWeights()
    for setting in settings:
        layer, reads, output = laid(setting, values)
        layers.append(_even(layer) if even else drawn.weights(layer))
        sources.append(reads)
        values.append(output)
    return tuple(layers), tuple(sources)


def _even(layer: Layer) -> Layer:
    if not isinstance(layer, Convolution):
        return layer
    return replace(layer, weight=np.broadcast_to(1 / layer.weight[0].size, layer.spec.weight_shape))
