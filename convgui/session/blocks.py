"""How values flow through the blocks that are known by their class, of torchvision, timm and others.

A flow is statements with ``;`` between them. ``x > conv1 > bn1`` leads the block's input through two of its parts; one
that a block has not is passed by. What a statement ends with waits, until one that begins with ``+``, ``,`` or ``*``
takes all that waits: it adds them, puts their channels one behind the other, or multiplies them. ``+?`` adds only where
the first has the shape of the second. ``a = ...`` gives a value a name, and it does not wait; ``a + b`` joins two such.

Besides parts there are layers that are written out, ``ReLU()``, of several the first that a block has,
``relu|act1|ReLU()``, and

=================  ===================================================================================================
``each``           every part reads the value, and what each makes waits; ``each convs``: every part of that part
``grow``           every part reads the input and what all before it made, one behind the other
``like a``         interpolated to the size of a value; ``padded a``: zeros around it up to that size
``up with a``      a part that reads two values, of which it calls the second ``y``
=================  ===================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_BRANCH_POOL = "x > AvgPool2d(3, 1, 1) > branch_pool"
_DOUBLE = "x > branch3x3dbl_1 > branch3x3dbl_2"
_EXCITED = "x > AdaptiveAvgPool2d(1) > conv_reduce > act1 > conv_expand > gate; x; *"
_SKIPS = "; x; +?"
_SEGMENTS = ("x > backbone > classifier > like x",)

BLOCKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # He et al., arXiv 1512.03385; Xie et al., 1611.05431
        "ResNet": (
            "x > conv1 > bn1 > relu|act1|ReLU() > maxpool > layer1 > layer2 > layer3 > layer4"
            " > avgpool|global_pool|AdaptiveAvgPool2d(1) > drop > fc|linear",
        ),
        "BasicBlock": (
            "x > conv1 > bn1 > drop_block > relu|act1|ReLU() > aa > conv2 > bn2 > se > drop_path;"
            " x > downsample|shortcut; + > relu|act2|ReLU()",
        ),
        "Bottleneck": (
            "x > conv1 > conv2 > se > conv3 > drop_path; x > downsample; + > act3",
            "x > conv1 > bn1 > relu|act1|ReLU() > conv2 > bn2 > drop_block > relu|act2|ReLU() > aa > conv3 > bn3 > se"
            " > drop_path; x > downsample|shortcut; + > relu|act3|ReLU()",
        ),
        "RegNet": ("x > stem > trunk_output > avgpool > fc", "x > stem > s1 > s2 > s3 > s4 > final_conv > head"),
        # Krizhevsky, arXiv 1404.5997; Simonyan, Zisserman, 1409.1556
        "AlexNet": ("x > features > avgpool > classifier",),
        "VGG": ("x > features > avgpool > classifier", "x > features > pre_logits > head"),
        "ResBottleneckBlock": ("x > proj; x > f; + > activation",),
        # Sandler et al., arXiv 1801.04381; Howard et al., 1905.02244; Tan, Le, 1905.11946; Tan et al., 1807.11626
        "InvertedResidual": (
            f"x > conv{_SKIPS}",
            f"x > block{_SKIPS}",
            f"x > conv_pw > bn1 > conv_dw > bn2 > aa > se > conv_pwl > bn3 > drop_path{_SKIPS}",
            "x > branch1; x > branch2; , > ChannelShuffle(2)",
        ),
        "DepthwiseSeparableConv": (f"x > conv_dw > bn1 > aa > se > conv_pw > bn2 > drop_path{_SKIPS}",),
        "ConvBnAct": ("x > conv > bn1 > aa > drop_path",),
        "MBConv": (f"x > block > stochastic_depth{_SKIPS}",),
        "FusedMBConv": (f"x > block > stochastic_depth{_SKIPS}",),
        "_InvertedResidual": (f"x > layers{_SKIPS}",),
        "MobileNetV2": ("x > features > AdaptiveAvgPool2d(1) > classifier",),
        "MobileNetV3": (
            "x > features > avgpool > classifier",
            "x > conv_stem > bn1 > blocks > global_pool > conv_head > norm_head > act2 > flatten > classifier",
        ),
        "EfficientNet": (
            "x > features > avgpool > classifier",
            "x > conv_stem > bn1 > blocks > conv_head > bn2 > global_pool > classifier",
        ),
        "MNASNet": ("x > layers > AdaptiveAvgPool2d(1) > classifier",),
        "ShuffleNetV2": ("x > conv1 > maxpool > stage2 > stage3 > stage4 > conv5 > AdaptiveAvgPool2d(1) > fc",),
        # Hu et al., arXiv 1709.01507
        "SqueezeExcitation": ("x > avgpool > fc1 > activation > fc2 > scale_activation; x; *",),
        "SqueezeExcite": (_EXCITED,),
        "SEModule": ("x > AdaptiveAvgPool2d(1) > fc1 > bn > act > fc2 > gate; x; *",),
        # Huang et al., arXiv 1608.06993
        "DenseNet": (
            "x > features > ReLU() > AdaptiveAvgPool2d(1) > classifier",
            "x > features > global_pool > head_drop > classifier",
        ),
        "_DenseBlock": ("x > grow",),
        "DenseBlock": ("x > grow",),
        # Iandola et al., arXiv 1602.07360
        "SqueezeNet": ("x > features > classifier",),
        "Fire": (
            "a = x > squeeze > squeeze_activation; a > expand1x1 > expand1x1_activation;"
            " a > expand3x3 > expand3x3_activation; ,",
        ),
        # Szegedy et al., arXiv 1409.4842 and 1512.00567
        "Inception3": (
            "x > Conv2d_1a_3x3 > Conv2d_2a_3x3 > Conv2d_2b_3x3 > maxpool1|MaxPool2d(3, 2) > Conv2d_3b_1x1"
            " > Conv2d_4a_3x3 > maxpool2|MaxPool2d(3, 2) > Mixed_5b > Mixed_5c > Mixed_5d > Mixed_6a > Mixed_6b"
            " > Mixed_6c > Mixed_6d > Mixed_6e > Mixed_7a > Mixed_7b > Mixed_7c > avgpool|AdaptiveAvgPool2d(1)"
            " > dropout > fc",
        ),
        "BasicConv2d": ("x > conv > bn > relu|ReLU()",),
        "GoogLeNet": (
            "x > conv1 > maxpool1 > conv2 > conv3 > maxpool2 > inception3a > inception3b > maxpool3 > inception4a"
            " > inception4b > inception4c > inception4d > inception4e > maxpool4 > inception5a > inception5b > avgpool"
            " > dropout > fc",
        ),
        "Inception": ("x > branch1; x > branch2; x > branch3; x > branch4; ,",),
        "InceptionA": (f"x > branch1x1; x > branch5x5_1 > branch5x5_2; {_DOUBLE} > branch3x3dbl_3; {_BRANCH_POOL}; ,",),
        "InceptionB": (f"x > branch3x3; {_DOUBLE} > branch3x3dbl_3; x > MaxPool2d(3, 2); ,",),
        "InceptionC": (
            "x > branch1x1; x > branch7x7_1 > branch7x7_2 > branch7x7_3;"
            " x > branch7x7dbl_1 > branch7x7dbl_2 > branch7x7dbl_3 > branch7x7dbl_4 > branch7x7dbl_5;"
            f" {_BRANCH_POOL}; ,",
        ),
        "InceptionD": (
            "x > branch3x3_1 > branch3x3_2;"
            " x > branch7x7x3_1 > branch7x7x3_2 > branch7x7x3_3 > branch7x7x3_4; x > MaxPool2d(3, 2); ,",
        ),
        "InceptionE": (
            "x > branch1x1; a = x > branch3x3_1; a > branch3x3_2a; a > branch3x3_2b;"
            f" b = {_DOUBLE}; b > branch3x3dbl_3a; b > branch3x3dbl_3b; {_BRANCH_POOL}; ,",
        ),
        # Ronneberger et al., arXiv 1505.04597, as in milesial/Pytorch-UNet
        "UNet": (
            "a = x > inc; b = a > down1; c = b > down2; d = c > down3; e = d > down4;"
            " f = e > up1 with d; g = f > up2 with c; h = g > up3 with b; h > up4 with a > outc",
        ),
        "Up": ("a = x > up > padded y; y; a; , > conv",),
        # Long et al., arXiv 1411.4038; Chen et al., 1706.05587
        "FCN": _SEGMENTS,
        "DeepLabV3": _SEGMENTS,
        "_SimpleSegmentationModel": _SEGMENTS,
        "ASPP": ("x > each convs; , > project",),
        "ASPPPooling": ("x > 0 > 1 > 2 > 3 > like x",),
        # van den Oord et al., arXiv 1609.03499
        "Gated": ("x > filter > Tanh(); x > gate > Sigmoid(); *",),
    }
)
"""Flows by class; of several, the first that names every part of a block."""
IN_ORDER = frozenset({
    "Sequential", "ClassifierHead", "ConvMlp",
    "AnyStage", "BottleneckTransform", "RegStage",
    "BatchNormAct2d", "ConvNormAct",
    "_DenseLayer", "_Transition", "DenseLayer", "DenseTransition",
    "InceptionV3", "IntermediateLayerGetter",
    "DoubleConv", "Down", "OutConv",
})  # fmt: skip
"""Classes whose parts follow one another, as those do of any whose parts are numbered, but of a ``ModuleList``."""
LEFT_OUT = frozenset({"AuxLogits", "aux1", "aux2", "aux_classifier"})
"""Parts that are for training alone."""
UNTOLD = frozenset({"LRASPPHead"})
"""Classes that read values from the midst of others, which no printed text names (arXiv 1905.02244)."""
SPLITS: Mapping[str, str] = MappingProxyType({"InvertedResidual": "branch1"})
"""Classes that part their channels (arXiv 1807.11164), with the part that holds nothing where they do."""
