"""What is made of a picture before a network reads it, as layers in front of its own: its size, and its values.

=========================  ==========================================================================================
values                     from
=========================  ==========================================================================================
(x - 127.5) / 128          Zhang, Zhang, Li, Qiao, "Joint Face Detection and Alignment Using Multi-task Cascaded
                           Convolutional Networks" (2016), as in facenet-pytorch 2.6
x / 255                    torchvision's ``ToTensor``, without a normalisation behind it
x / 127.5 - 1              Keras' ``preprocess_input`` in its mode ``tf``: Inception, MobileNet, Xception
(x / 255 - mean) / std     torchvision's ``Normalize`` of its classifiers: mean and standard deviation of ImageNet's
                           pictures, one number a channel
=========================  ==========================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.layers.pooling import Pool
from convgui.layers.scale import Scale
from convgui.layers.upsample import Upsample
from convgui.words import mark, tr, trn

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Scaling:
    """One way to bring values to what a network was trained on: ``weight x + bias``.

    Attributes
    ----------
    id : str
        What the command line calls it.
    title : str
        What it is called; words in it are to be translated.
    formula : str
        In numbers.
    weight, bias : tuple of float
        One number for all channels or three, for red, green and blue.
    """

    id: str
    title: str
    formula: str
    weight: tuple[float, ...] = (1.0,)
    bias: tuple[float, ...] = (0.0,)

    def layers(self, shape: Shape, *, bgr: bool = False) -> tuple[Layer, ...]:
        """Return the layers that do it to an input; of three channels also in the order blue, green, red.

        Each channel is scaled by its own numbers before the order changes.

        Raises
        ------
        SpecError
            If the input has other channels.
        """
        found = list[Layer]()
        if self is not AS_THEY_ARE:
            if len(self.weight) not in (1, shape[0]):
                raise SpecError("values", _not_three(shape[0]))
            found.append(Scale(np.array(self.weight), np.array(self.bias)))
        if bgr:
            if shape[0] != 3:
                raise SpecError("values", _not_three(shape[0]))
            ones = (1,) * (len(shape) - 1)
            swap = np.eye(3)[::-1].reshape(3, 3, *ones)
            found.append(Convolution(ConvSpec.of(3, 3, ones), swap, np.zeros(3)))
        return tuple(found)


def _not_three(channels: int) -> str:
    return trn(
        "need red, green and blue, and the input has {n} channel; choose others, or open an input in colour.",
        "need red, green and blue, and the input has {n} channels; choose others, or open an input in colour.",
        channels,
    )


AS_THEY_ARE = Scaling("as-is", mark("as they are"), "x")
MTCNN = Scaling("mtcnn", "(x − 127.5) / 128", "(x − 127.5) / 128", (1 / 128,), (-127.5 / 128,))
UNIT = Scaling("unit", "x / 255", "x / 255", (1 / 255,))
SIGNED = Scaling("signed", "x / 127.5 − 1", "x / 127.5 − 1", (1 / 127.5,), (-1.0,))
IMAGENET = Scaling(
    "imagenet",
    mark("ImageNet: (x / 255 − mean) / deviation"),
    f"(x / 255 − {MEAN}) / {DEVIATION}",
    tuple(1 / (255 * deviation) for deviation in DEVIATION),
    tuple(-mean / deviation for mean, deviation in zip(MEAN, DEVIATION, strict=True)),
)
SCALINGS = {scaling.id: scaling for scaling in (AS_THEY_ARE, MTCNN, UNIT, SIGNED, IMAGENET)}


@dataclass(frozen=True)
class Preparation:
    """What an input goes through before a network reads it.

    Attributes
    ----------
    scaling : Scaling
        What is made of its values.
    bgr : bool
        Whether red, green and blue are turned round.
    size : tuple of int
        Its lengths afterwards, one a spatial axis or one for all; empty where they stay.
    """

    scaling: Scaling = AS_THEY_ARE
    bgr: bool = False
    size: Shape = ()

    def layers(self, shape: Shape) -> tuple[Layer, ...]:
        """Return the layers that do it to an input ``(C, *spatial)``; SpecError if they do not fit it."""
        return (*resized(shape, self.size), *self.scaling.layers(shape, bgr=self.bgr))


def resized(shape: Shape, size: Shape) -> tuple[Layer, ...]:
    """Return the layers that stretch an input to other lengths; none where it has them, or none are wanted.

    What becomes less than half as long is averaged first, over as many whole cells as fit: to interpolate alone would
    leave cells out.

    Raises
    ------
    SpecError
        If the input has other axes.
    """
    spatial = shape[1:]
    size = size * len(spatial) if len(size) == 1 else size
    if not size or size == spatial:
        return ()
    if len(size) != len(spatial):
        words = tr("has {n} axes, and the input has {m}.", n=len(size), m=len(spatial))
        raise SpecError("size", words)
    whole = tuple(max(n // wanted, 1) for n, wanted in zip(spatial, size, strict=True))
    means = (Pool("average", whole, whole, (0,) * len(whole)),) if max(whole) > 1 else ()
    left = tuple(n // cells for n, cells in zip(spatial, whole, strict=True))
    return means if left == size else (*means, Upsample((), "linear", size))
