"""Identity and dropout do nothing at inference, and say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convgui.core.spec import SpecError
from convgui.export.code import code
from convgui.layers.identity import Identity
from convgui.layers.relu import ReLU
from convgui.session.pasted import PasteError, apply, parse
from tests.layers.judged import alone, assert_float32_stays, assert_same_everywhere, assert_slopes, kept_in_a_file
from tests.scenes.checks import assert_hits_return, picture_of

X = np.array([[[1.5, -2.0], [np.nan, 0.0]]])


@pytest.mark.parametrize("layer", [Identity(), Identity("Dropout"), Identity("AlphaDropout", 1.0)], ids=str)
def test_nothing_is_done(layer: Identity, tmp_path: Path) -> None:
    np.testing.assert_array_equal(layer.forward(X), X)
    assert "oes nothing" in layer.about
    assert "does nothing" in layer.said_of_maps(2, (1, 2, 2), (1, 2, 2))
    known = np.nan_to_num(X)
    assert_slopes(layer, known)
    assert_float32_stays(layer, known)
    assert_same_everywhere(alone(layer, known))
    assert kept_in_a_file(layer, known, tmp_path) == layer
    assert picture_of(alone(layer, X), 1).summary == "out[0, 0, 1] = in[0, 0, 1] = −2"
    assert_hits_return(alone(layer, known))


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("nn.Identity()", Identity()),
        ("nn.Dropout()", Identity("Dropout", 0.5)),
        ("(4): Dropout(p=0.2, inplace=False)", Identity("Dropout", 0.2)),
        ("nn.Dropout2d(0.1, True)", Identity("Dropout2d", 0.1)),
        ("nn.FeatureAlphaDropout(p=1)", Identity("FeatureAlphaDropout", 1.0)),
    ],
)
def test_a_line_of_pytorch(line: str, layer: Identity) -> None:
    assert apply(alone(ReLU(), X), parse(line)).chosen == layer


def test_dropout_is_written_with_its_share_and_switched_off() -> None:
    assert "model = nn.Dropout2d(0.25)\nmodel.eval()" in code(alone(Identity("Dropout2d", 0.25), X[:, :1]), "pytorch")
    assert "eval" not in code(alone(Identity(), X[:, :1]), "pytorch")


@pytest.mark.fault
def test_what_it_cannot_be() -> None:
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(SpecError, match="it is a share from 0 to 1"):
            Identity("Dropout", share)
    with pytest.raises(SpecError, match="p: is x; it is a share"):
        Identity("Dropout").with_field("p", "x")
    with pytest.raises(PasteError, match="it is a share from 0 to 1"):
        apply(alone(ReLU(), X), parse("nn.Dropout(2)"))
    with pytest.raises(PasteError, match="has 2 spatial axes, and the layer is made for 3"):
        apply(alone(ReLU(), X), parse("nn.Dropout3d()"))
    assert Identity("Dropout").form((1, 2, 2))[0].name == "p"
    assert Identity().form((1, 2, 2)) == ()
