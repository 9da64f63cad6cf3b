"""Models that torchvision prints become networks, with the branches of the blocks that are known."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from convgui.layers.activation import Activation
from convgui.layers.batch_norm import BatchNorm
from convgui.layers.convolution import Convolution
from convgui.layers.upsample import Upsample
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.model.totals import totals
from convgui.session.pasted import PasteError, fitting_shape, is_code, parse, put
from convgui.session.printed import read_printed
from tests.documents import textbook
from tests.session import printed_models as printed


def pasted(text: str, shape: tuple[int, ...] = (3, 64, 64)) -> tuple[Document, str]:
    sample = Sample(np.random.default_rng(0).random(shape), "noise")
    return put(replace(textbook(), sample=sample), parse(text))


def kinds(document: Document) -> list[str]:
    return [type(layer).__name__ for layer in document.layers]


def parameters(document: Document) -> int:
    found = totals(document)
    return found.weights + found.biases


@pytest.mark.parametrize("join", ["\n", " "], ids=["lines", "one line"])
def test_a_resnet_is_pasted_whole(join: str) -> None:
    text = join.join(printed.RESNET_18.split("\n"))
    assert is_code(text)
    document, said = pasted(text, (3, 224, 224))
    assert said == ""
    assert parameters(document) == 11_689_512
    assert document.shapes[1] == (64, 112, 112)
    assert document.shapes[-1] == (1000, 1, 1)
    assert kinds(document).count("Add") == 8
    first = kinds(document).index("Add")
    # What is added is what came into the block, and what its second norm made.
    assert document.reads(first) == (first, 4)
    assert kinds(document)[first + 1] == "ReLU"
    assert not any(layer.has_bias for layer in document.layers if isinstance(layer, Convolution))


def test_what_is_chosen_does_not_matter_where_a_model_is_pasted() -> None:
    sample = Sample(np.zeros((3, 64, 64)), "black")
    several = put(replace(textbook(), sample=sample), parse("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())"))[0]
    chosen = several.with_view(replace(several.view, layer=1))
    assert put(chosen, parse(printed.RESNET_18))[0].shapes[-1] == (1000, 1, 1)
    # One printed layer takes the place of the chosen one, and reads what that reads.
    changed, _ = put(chosen, parse("(4): Conv2d(8, 2, kernel_size=(1, 1), stride=(1, 1))"))
    assert [shape[0] for shape in changed.shapes] == [3, 8, 2]


def test_a_mobilenet_adds_where_a_block_keeps_its_shape() -> None:
    document, said = pasted(printed.MOBILENET_V2)
    assert said == ""
    assert document.shapes[-1] == (10, 1, 1)
    assert kinds(document).count("Add") == 1
    add = kinds(document).index("Add")
    assert document.shapes[add + 1] == (24, 16, 16)
    # Behind the last block its maps are averaged, which is in no line.
    assert kinds(document)[add + 1 : add + 4] == ["GlobalPool", "Identity", "Dense"]
    relus = [layer for layer in document.layers if isinstance(layer, Activation)]
    assert [layer.function for layer in relus] == ["relu6"] * 6


def test_a_densenet_reads_all_that_was_made_before() -> None:
    document, said = pasted(printed.DENSENET)
    assert said == ""
    joins = [n for n, kind in enumerate(kinds(document)) if kind == "Concatenate"]
    assert [document.shapes[n + 1][0] for n in joins] == [96, 128]
    assert np.array_equal(value_of(document, joins[0] + 1)[:64], value_of(document, 4))
    # The ReLU behind the last norm and the mean are functions, and are not printed.
    assert kinds(document)[-4:] == ["BatchNorm", "ReLU", "GlobalPool", "Dense"]
    own = 64 * 3 * 49 + 128 + 2 * 64 + 64 * 128 + 256 + 128 * 32 * 9 + 2 * 96 + 96 * 128 + 256 + 128 * 32 * 9
    assert parameters(document) == own + 256 + 128 * 64 + 128 + 64 * 1000 + 1000


@pytest.mark.parametrize(("kind", "head"), [("FCN", printed.FCN_HEAD), ("DeepLabV3", printed.DEEPLAB_HEAD)])
def test_a_segmentation_is_as_large_as_its_picture(kind: str, head: str) -> None:
    text = printed.SEGMENTATION.replace("{kind}", kind).replace("{head}", head)
    document, said = pasted(text, (3, 65, 97))
    assert said == ""
    assert document.shapes[-1] == (21, 65, 97)
    assert kinds(document)[-1] == "Upsample"
    if kind == "FCN":
        return
    join = kinds(document).index("Concatenate")
    assert [document.shapes[n] for n in document.reads(join)] == [(32, 17, 25)] * 4
    # What was one mean of the whole stands in every cell.
    spread = value_of(document, document.reads(join)[-1])
    assert np.ptp(spread, axis=(1, 2)).max() < 1e-6


def test_branches_of_an_inception_stand_in_the_order_of_its_paper() -> None:
    document, said = pasted(printed.INCEPTION_A, (192, 9, 9))
    assert said == ""
    assert document.shapes[-1] == (64 + 64 + 96 + 32, 9, 9)
    assert [document.shapes[n][0] for n in document.reads(len(document.layers) - 1)] == [64, 64, 96, 32]
    # Every convolution has a norm and a ReLU, which is in no line.
    assert kinds(document).count("ReLU") == 7
    assert {layer.eps for layer in document.layers if isinstance(layer, BatchNorm)} == {0.001}


def test_squeeze_and_excitation_weighs_channels() -> None:
    document, said = pasted(printed.SQUEEZED, (8, 12, 12))
    assert said == ""
    times = kinds(document).index("Multiply")
    gate, whole = document.reads(times)
    assert document.shapes[gate] == (8, 1, 1)
    assert np.allclose(value_of(document, times + 1), value_of(document, gate) * value_of(document, whole))
    assert document.reads(len(document.layers) - 1) == (len(document.layers) - 1, 0)


def test_a_fire_module_expands_twice() -> None:
    document, said = pasted(printed.FIRE, (96, 8, 8))
    assert said == ""
    assert document.sources[-1] == (4, 6)
    assert document.sources[2] == document.sources[4] == (2,)
    assert parameters(document) == 96 * 16 + 16 + 16 * 64 + 64 + 16 * 64 * 9 + 64


def test_activations_that_are_functions_are_there_in_blocks_that_are_known() -> None:
    """As in a residual network for small pictures that is often copied: nothing but layers with weights is printed."""
    conv, norm = "Conv2d(4, 4, kernel_size=(3, 3), padding=(1, 1))", printed.norm(4)
    block = f"BasicBlock((conv1): {conv} (bn1): {norm} (conv2): {conv} (bn2): {norm} (shortcut): Sequential())"
    first = conv.replace("4, 4", "3, 4", 1)
    document, said = pasted(
        f"ResNet((conv1): {first} (bn1): {norm} (layer1): Sequential((0): {block}) (linear): Linear(4, 2))"
    )
    assert said == ""
    assert kinds(document) == [
        "Convolution", "BatchNorm", "ReLU", "Convolution", "BatchNorm", "ReLU", "Convolution", "BatchNorm", "Add",
        "ReLU", "GlobalPool", "Dense",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "LeNet((conv1): Conv2d(3, 6, kernel_size=(5, 5)) (conv2): Conv2d(6, 16, kernel_size=(5, 5)))",
        "AlexNet((conv1): Conv2d(3, 6, kernel_size=(5, 5)) (conv2): Conv2d(6, 16, kernel_size=(5, 5)))",
        "ConvBNReLU((conv): Conv2d(3, 6, kernel_size=(5, 5)) (bn): BatchNorm2d(6))",
        "Net((convs): ModuleList((0): Conv2d(3, 3, kernel_size=(1, 1)) (1): Conv2d(3, 3, kernel_size=(1, 1))))",
        "BasicBlock((conv1): Conv2d(3, 3, kernel_size=(1, 1)) (attention): Conv2d(3, 3, kernel_size=(1, 1)))",
        "UNet((encoder): Conv2d(3, 6, kernel_size=(5, 5)) (decoder): Conv2d(6, 16, kernel_size=(5, 5)))",
    ],
)
def test_a_known_name_alone_tells_no_wiring(text: str) -> None:
    assert "guessed" in pasted(text)[1]


def test_a_norm_of_newer_versions_says_whether_it_has_a_bias() -> None:
    """PyTorch 2.13 prints ``BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, ...)``."""
    line = printed.norm(3).replace("affine=True", "affine=True, bias={}")
    old = Document(Sample(np.zeros((3, 4, 4)), "black"), (BatchNorm(*np.ones((4, 3))),))
    for said in (True, False):
        (norm,) = put(old, parse(line.format(said)))[0].layers
        assert isinstance(norm, BatchNorm)
        assert norm.bias.any() == said
        assert norm.weight.all()


def test_pools_that_older_versions_do_not_print_are_there() -> None:
    """Inception v3 was printed without its three poolings, which were functions."""
    parts = "Conv2d_2b_3x3 Conv2d_3b_1x1 Conv2d_4a_3x3 fc"
    conv = "BasicConv2d((conv): Conv2d(3, 3, kernel_size=(1, 1), bias=False))"
    text = " ".join(f"({name}): {conv if name != 'fc' else 'Linear(3, 2)'}" for name in parts.split())
    document, said = pasted(f"Inception3({text})", (3, 40, 40))
    assert said == ""
    assert [type(layer).__name__ for layer in document.layers] == [
        "Convolution", "ReLU", "Pool", "Convolution", "ReLU", "Convolution", "ReLU", "Pool", "GlobalPool", "Dense",
    ]  # fmt: skip


def test_a_bilinear_upsampling_is_read_as_it_is_printed() -> None:
    document, _ = put(textbook(), parse("(up): UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear')"))
    assert document.shapes[-1] == (1, 10, 10)
    assert document.layers == (Upsample((2, 2), "linear", align_corners=True),)


def test_timms_norms_hold_their_activation() -> None:
    document, said = pasted(printed.TIMM_BLOCK, (4, 8, 8))
    assert said == ""
    assert [kind for kind in kinds(document) if kind != "Identity"] == [
        "Convolution", "BatchNorm", "Activation", "Convolution", "BatchNorm", "Activation", "Convolution", "BatchNorm",
        "Add",
    ]  # fmt: skip


def test_a_block_that_nobody_knows_is_taken_in_order_and_said_so() -> None:
    text = """
    >>> print(net)
    Net(
      (body): ModuleList(
        (0-1): 2 x MyBlock(
          (conv): Conv2d(3, 3, kernel_size=(3, 3), stride=(1, 1), padding=same, padding_mode=reflect)
          (act): ReLU(inplace)
        )
      )
      (head): Conv2d(3, 5, kernel_size=(1, 1), stride=(1, 1))
    )
    """
    document, said = pasted(text)
    assert kinds(document) == ["Convolution", "ReLU", "Convolution", "ReLU", "Convolution"]
    assert not document.sources
    assert said.startswith(
        "How values flow in Net, ModuleList, MyBlock is guessed: their parts are taken in order, which the "
    )
    assert [setting.path for setting in parse(text)][:3] == ["body.0.conv", "body.0.act", "body.1.conv"]


def test_a_model_stops_before_a_layer_of_too_many_weights() -> None:
    """AlexNet's and VGG's first dense layers hold more than a layer may have."""
    text = """
    VGG(
      (features): Sequential(
        (0): Conv2d(3, 512, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      )
      (avgpool): AdaptiveAvgPool2d(output_size=(7, 7))
      (classifier): Sequential(
        (0): Linear(in_features=25088, out_features=4096, bias=True)
        (1): ReLU(inplace=True)
      )
    )
    """
    document, said = pasted(text)
    assert kinds(document) == ["Convolution", "GlobalPool"]
    assert said.startswith("The chain stops before classifier.0: ")
    assert "102,760,448" in said


def test_an_input_is_offered_for_a_printed_model() -> None:
    assert fitting_shape(textbook(), printed.RESNET_18) == (3, 5, 5)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Net(\n  (a): LSTM(3, 5)\n)", "“LSTM” is no layer that convgui knows"),
        ("Net(\n  (a): ReLU()\n", "Net is not closed: a bracket is missing"),
        ("Net(\n  (a): ReLU()\n))", "“)” is not a layer"),
        ("(a): Conv2d(3, 5, kernel_size=(3, 3), strid=(1, 1))", "has no parameter “strid”"),
        ("(a): Sequential()", "There is no layer in it"),
        ("(0-9999): 9999 x ReLU()", "9999 layers in it"),
        ("(0-999): 1000 x Sequential(\n (0): ReLU()\n (1): ReLU()\n (2): ReLU()\n)", "3000 layers in it"),
        ("(a): " + "A( (a): " * 500 + "ReLU()" + ")" * 500, "nested too deep"),
        ("(a): ReLU() " * 100_000, "characters; paste the layers"),
        ("(a): Conv2d(3, 5, '", "is not closed"),
        ("LRASPPHead(\n (cbr): Sequential()\n (scale): ReLU()\n)", "How values flow in LRASPPHead is not in the"),
        (
            "InvertedResidual(\n (branch1): Sequential()\n (branch2): Sequential(\n (0): ReLU()\n )\n)",
            "InvertedResidual parts its channels into two halves",
        ),
        (
            printed.RESNET_18.replace("Conv2d(64, 128, kernel_size=(1, 1)", "Conv2d(65, 128, kernel_size=(1, 1)"),
            "layer2.0.downsample.0 (layer 24 of 68): Input channels: the layer takes 65 channels and gets 64.",
        ),
        (
            "Net(\n (a): Conv2d(3, 4, kernel_size=(1, 1))\n (b): Conv2d(3, 4, kernel_size=(1, 1))\n)",
            "takes 3 channels and gets 4. How values flow in Net is guessed",
        ),
    ],
)
def test_what_is_not_understood_is_said_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(PasteError) as caught:
        pasted(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.fault
def test_any_part_of_a_printed_model_is_a_network_or_a_sentence() -> None:
    lines = printed.MOBILENET_V2.split("\n")
    rng = np.random.default_rng(0)
    for _ in range(150):
        first, last = sorted(rng.integers(0, len(lines), 2))
        text = "\n".join(lines[first : last + 1])
        text = re.sub(r"\d", lambda _: str(rng.integers(10)), text) if rng.random() < 0.3 else text
        sentence = ""
        try:
            assert pasted(text)[0].shapes
        except PasteError as error:
            sentence = str(error)
        assert "\n" not in sentence


def test_a_printed_model_has_weights_that_lead_to_numbers() -> None:
    """With kernels that are all alike, 68 layers led from a photo's values to NaN."""
    one = "  (c{n}): Conv2d({few}, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n  (r{n}): ReLU()"
    lines = ["Net(", *(one.format(n=n, few=8 if n else 3) for n in range(60))]
    settings = parse("\n".join([*lines, ")"]))
    photo = np.random.default_rng(1).integers(0, 256, (3, 12, 12)).astype(np.uint8)
    made, _ = put(replace(textbook(), sample=Sample(photo, "photo")), settings)
    values = value_of(made, len(made.layers))
    assert np.isfinite(values).all()
    assert 1e-3 < np.abs(values).max() < 1e9
    first, second = made.layers[2], made.layers[4]
    assert isinstance(first, Convolution)
    assert np.ptp(first.weight) > 0
    assert first.weight is second.parameters["weight"], "layers of one size share what is drawn"


def test_copies_are_numbered_from_the_first_on() -> None:
    module = read_printed(
        "Sequential(\n  (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n"
        "  (1-3): 3 x Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1))\n  (4): ReLU()\n)"
    )
    assert [part.name for part in module.parts] == ["0", "1", "2", "3", "4"]
