"""What a user can do to a document."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core.presets import preset
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.session import edits
from tests.documents import random_document, textbook


def test_set_one_tap_or_that_of_every_channel() -> None:
    document = random_document(3, 2, (6, 6), (3, 3), view=View(filter=1, channel=2))
    document = document.with_view(View(filter=1, channel=2))
    one = edits.set_tap(document, (0, 1), 7.5, every_channel=False).layer.weight
    assert one[1, 2, 0, 1] == 7.5
    assert np.count_nonzero(one != document.layer.weight) == 1
    each = edits.set_tap(document, (0, 1), 7.5, every_channel=True).layer.weight
    assert (each[1, :, 0, 1] == 7.5).all()
    assert np.array_equal(each[0], document.layer.weight[0])


def test_a_preset_of_another_size_changes_the_layer() -> None:
    gauss = preset("gaussian-5").weights()
    changed = edits.change_kernel(textbook(), lambda _: gauss, every_channel=True)
    assert changed.layer.spec.kernel_size == (5, 5)
    assert np.array_equal(changed.layer.weight[0, 0], gauss)


def test_transposing_a_wide_kernel_changes_its_size() -> None:
    document = random_document(1, 1, (9, 9), (3, 5))
    changed = edits.change_kernel(document, lambda k: k.T, every_channel=False)
    assert changed.layer.spec.kernel_size == (5, 3)
    assert np.array_equal(changed.layer.weight[0, 0], document.layer.weight[0, 0].T)


def test_what_does_not_fit_says_why_and_offers_the_nearest() -> None:
    with pytest.raises(SpecError, match="kernel_size") as caught:
        edits.change_spec(textbook(), kernel_size=(7, 7))
    assert caught.value.nearest == 5
    with pytest.raises(SpecError, match="goes up to 31"):
        edits.change_spec(random_document(1, 1, (40, 40), (3, 3)), kernel_size=(33, 33))
    with pytest.raises(SpecError, match="stride"):
        edits.change_spec(textbook(), stride=0)
    with pytest.raises(SpecError, match="sums to 0"):
        edits.change_kernel(textbook(), lambda k: edits.scaled_by_sum(k - k.mean()), every_channel=False)
    with pytest.raises(SpecError, match="finite"):
        edits.set_tap(textbook(), (0, 0), float("inf"), every_channel=False)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_weights_keep_their_middle(before: int, after: int, filters: int) -> None:
    document = random_document(2, 1, (12, 12), (before, before))
    fitted = edits.change_spec(document, kernel_size=(after, after), out_channels=filters).layer
    assert fitted.weight.shape == (filters, 2, after, after)
    assert fitted.bias.shape == (filters,)
    back = fitted.fitted(document.layer.spec)
    if after >= before:
        assert np.array_equal(back.weight, document.layer.weight)


@given(st.integers(1, 5), st.integers(1, 12), st.integers(1, 12))
def test_any_picture_can_be_put_under_a_layer(channels: int, height: int, width: int) -> None:
    sample = Sample(np.ones((channels, height, width), dtype=np.uint8), "x")
    for document in (textbook(padding=1, stride=2), random_document(4, 4, (8, 8), (3, 3), groups=2)):
        placed = edits.with_sample(document, sample)
        assert placed.layer.spec.in_channels == channels
        assert min(placed.layer.spec.output_shape(sample.spatial)) >= 1


def test_another_rank_gets_a_plain_layer() -> None:
    for data in (np.ones((1, 20)), np.ones((2, 5, 6, 7))):
        placed = edits.with_sample(textbook(), Sample(data, "x"))
        assert placed.layer.spec.rank == data.ndim - 1
        assert np.isclose(placed.layer.weight[0, 0].sum(), 1)


def test_bias_input_and_random() -> None:
    assert edits.set_bias(textbook(), 2.5).layer.bias.tolist() == [2.5]
    assert edits.set_input(textbook(), (0, 4, 4), 9).sample.data[0, 4, 4] == 9
    kernel = edits.random_kernel(np.zeros((3, 3)), np.random.default_rng(0))
    assert set(kernel.ravel()) <= {-2, -1, 0, 1, 2}


@pytest.mark.parametrize("transposed", [False, True])
def test_more_filters_leave_those_that_are_there_as_they_are(transposed: bool) -> None:
    spec = ConvSpec.of(2, 2, (3, 3), transposed=transposed)
    weight = np.arange(36, dtype=np.float64).reshape(2, 2, 3, 3)
    layer = Convolution(spec, weight, np.array([5.0, -7.0]))
    document = Document(Sample(np.ones((2, 6, 6)), "ones"), (layer,))
    more = edits.change_spec(document, out_channels=3).layer
    kept = more.weight[:, :2] if transposed else more.weight[:2]
    assert np.array_equal(kept, weight)
    assert more.bias[:2].tolist() == [5.0, -7.0]
    fewer = edits.change_spec(document, out_channels=1).layer
    assert fewer.bias.tolist() == [5.0]
    assert np.array_equal(
        fewer.weight[:, :1] if transposed else fewer.weight[:1], (weight[:, :1] if transposed else weight[:1])
    )
    for wider in ({"kernel_size": (5, 5)}, {"stride": 2}, {"padding": 1}, {"dilation": 2}):
        assert edits.change_spec(document, **wider).layer.bias.tolist() == [5.0, -7.0], wider


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("channels", "filters", "groups"), [(2, 3, 1), (3, 2, 1), (4, 6, 2), (3, 3, 3)])
def test_the_bias_is_that_of_the_output_that_the_chosen_kernel_makes(
    channels: int, filters: int, groups: int, transposed: bool
) -> None:
    document = random_document(channels, filters, (4, 4), (2, 2), groups=groups)
    if transposed:
        spec = ConvSpec.of(channels, filters, (2, 2), groups=groups, transposed=True)
        document = document.with_layer(Convolution(spec, np.zeros(spec.weight_shape), np.zeros(filters)))
    silent = replace(document.layer, weight=np.zeros_like(document.layer.weight), bias=np.zeros(filters))
    x = np.ones((channels, 4, 4))
    for first, second in np.ndindex(*document.layer.weight.shape[:2]):
        one = silent.weight.copy()
        one[first, second] = 1.0
        made = np.flatnonzero(replace(silent, weight=one).forward(x).any(axis=(1, 2)))
        shown = document.with_layer(silent).with_view(replace(document.view, filter=first, channel=second))
        changed = edits.set_bias(shown, 2.5).layer.bias
        assert np.flatnonzero(changed).tolist() == made.tolist()
        assert changed.sum() == 2.5


def test_an_input_channel_of_a_group_is_found_in_its_group() -> None:
    """Of four channels in two groups, channel 3 is the second that its filter reads."""
    document = random_document(4, 4, (5, 5), (3, 3), groups=2)
    document = document.with_view(replace(document.view, filter=3))
    chosen = edits.choose_input(document, 3)
    assert (chosen.filter, chosen.channel) == (3, 1)
    assert edits.choose_input(document, 2).channel == 0
