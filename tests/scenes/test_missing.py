"""Missing values in every scene: nothing fails, scales leave them out, and no value that is there is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.draw.picture import Cells, Label, Picture, Raster
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.files.documents import read_document, write_document
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import MISSING, Document, Missing
from convgui.model.flow import stack_input
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.feature_maps.stages import sheets
from convgui.scenes.learn.descent import descent
from convgui.scenes.scene import draw, prepared_whole, reason_against
from convgui.scenes.slide.opened import open_pixel
from convgui.scenes.slide.photo import Photo
from convgui.session.edits import with_sample
from tests.model.chains import run
from tests.scenes.reading import line, sentences, written


def grid(missing: Missing = "spread", shape: tuple[int, ...] = (1, 6, 7)) -> Document:
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    x[0, 2, 3] = np.nan
    base = load_lesson("single-channel")
    return replace(with_sample(base, Sample(x, "x", nonfinite=1)), lesson=None, missing=missing)


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("size", [(1, 6, 7), (1, 90, 80), (2, 6, 7)])
@pytest.mark.parametrize("name", [s.id for s in scenes()])
def test_no_scene_fails(name: str, size: tuple[int, ...], missing: Missing) -> None:
    given = grid(missing, size)
    shown = scene(name)
    if reason := reason_against(shown, given):
        assert reason.endswith(".")
        return
    assert draw(shown, given.with_view(replace(given.view, scene=name)), Canvas(900, 700, LIGHT)).items


def small(missing: Missing, weights: list[float], values: list[float]) -> Document:
    x = np.array([[values]])
    base = load_lesson("single-channel")
    spec = ConvSpec.of(1, 1, (1, len(weights)))
    layer = Convolution(spec, np.array(weights).reshape(spec.weight_shape), np.array([1.0]))
    sample = Sample(x, "x", nonfinite=int(np.isnan(x).sum()))
    return replace(base, sample=sample, layers=(layer,), lesson=None, missing=missing)


def slid(given: Document, step: int = 0) -> Picture:
    return draw(scene("slide"), given, Canvas(912, 640, LIGHT), step)


def test_a_box_over_one_missing_and_three() -> None:
    third = [1 / 3, 1 / 3, 1 / 3]
    values = [1.0, np.nan, 3.0]
    assert written(slid(small("spread", third, values)), "output") == [["NaN"]]
    assert "= NaN + bias 1 = NaN" in [text.strip() for text in sentences(slid(small("spread", third, values)))]
    assert written(slid(small("rescale", third, values)), "output") == [["3"]]
    left_out = slid(small("rescale", third, values))
    assert line(left_out, "out[") == "out[0, 0] = 1·0.333 + 3·0.333"
    assert "= 1.333 · 1.5 + bias 1 = 3" in [text.strip() for text in sentences(left_out)]
    assert written(slid(small("zero", third, values)), "output") == [["2.33"]]


def test_windows_without_a_missing_value_are_not_rescaled() -> None:
    shown = slid(small("rescale", [1.0, 2.0], [1.0, 2.0, np.nan]), 0)
    assert line(shown, "out[") == "out[0, 0] = 1·1 + 2·2"
    assert "= 5 + bias 1 = 6" in [text.strip() for text in sentences(shown)]


@pytest.mark.parametrize("size", [(1, 6, 7), (1, 90, 80), (1, 2300, 2400)])
@pytest.mark.parametrize("missing", MISSING)
def test_slide_holds_what_flows(size: tuple[int, int, int], missing: Missing) -> None:
    given = with_kernel(grid(missing, size))
    want = run(given.layers, given.sample, None, missing)[0]
    prepared = prepared_whole(scene("slide"), given)
    if isinstance(prepared, Photo):
        assert prepared.full_output is not None
        got = prepared.full_output.levelled.levels[0]
        assert (prepared.full_output.least, prepared.full_output.most) == (np.nanmin(got), np.nanmax(got))
    else:
        got = prepared.output
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-3 * np.nanmax(np.abs(want)))
    assert np.isnan(want).sum() == (9 if missing == "spread" else 0)


def with_kernel(given: Document) -> Document:
    weights = np.array([1.0, 2, 1, 2, 4, 2, 1, 2, 1]).reshape(given.layer.weight.shape)
    return given.with_layer(replace(given.layer, weight=weights))


@pytest.mark.parametrize("missing", MISSING)
def test_what_is_on_screen_of_a_large_picture_follows_the_choice(missing: Missing) -> None:
    given = with_kernel(grid(missing, (1, 2300, 2400)))
    entered = stack_input(given)
    data = scene("slide").prepare(replace(given, sample=entered))
    assert isinstance(data, Photo)
    assert data.full_output is None
    shown = data.filtering.values(range(0, 6), range(0, 7))
    want = run(given.layers, given.sample, None, missing)[0, :6, :7]
    np.testing.assert_allclose(shown, want, rtol=1e-5)
    for place in np.ndindex(5, 5):
        opened = open_pixel(data, (place[0], place[1]))
        assert opened.total == pytest.approx(float(want[place]), rel=1e-5, nan_ok=True)


def test_the_loupe_rescales_by_the_sizes_of_weights_of_both_signs() -> None:
    given = with_kernel(grid("rescale", (1, 2300, 2400)))
    weight = np.array([[[[1.0, -2.0, 3.0], [-4.0, 5.0, 6.0], [7.0, -8.0, 9.0]]]])
    given = given.with_layer(replace(given.layer, weight=np.broadcast_to(weight, given.layer.weight.shape).copy()))
    data = scene("slide").prepare(given)
    want = run(given.layers, given.sample, None, "rescale")[0, :6, :7]
    for place in np.ndindex(5, 5):
        opened = open_pixel(data, (place[0], place[1]))
        assert opened.total == pytest.approx(float(want[place]), rel=1e-5, nan_ok=True)


def test_the_choice_changes_the_picture_of_a_running_scene() -> None:
    given = with_kernel(grid("spread", (1, 2300, 2400)))
    slide = scene("slide")
    work = Work()
    slide.complete(slide.prepare(given, work), work)
    after = slide.complete(slide.prepare(replace(given, missing="rescale"), work), work)
    assert isinstance(after, Photo)
    assert after.full_output is not None
    assert np.isfinite(after.full_output.levelled.levels[0]).all()


def holed(missing: Missing, shape: tuple[int, ...]) -> Document:
    """One value is missing far from the edges, and a block of 3 x 4 in the upper left corner."""
    x = np.arange(np.prod(shape), dtype=float).reshape(1, *shape)
    last = x.reshape(-1, *shape[-2:])[-1]
    last[30, 30] = last[:3, :4] = np.nan
    size = (1,) * (len(shape) - 2) + (3, 3)
    layer = Convolution(ConvSpec.of(1, 1, size), np.ones((1, 1, *size)), np.zeros(1))
    return Document(Sample(x, "x", nonfinite=13), (layer,), missing=missing)


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize(
    ("name", "shape", "options", "step"),
    [
        ("slide", (60, 70), {}, 0),
        ("volume", (3, 40, 44), {"view": "slices"}, 0),
        ("volume", (3, 40, 44), {"view": "projection"}, 0),
        ("maps", (60, 70), {}, 1),
    ],
)
def test_the_output_counts_what_is_missing_in_it(
    name: str, shape: tuple[int, ...], options: dict[str, str], step: int, missing: Missing
) -> None:
    given = holed(missing, shape)
    lost = int(np.isnan(run(given.layers, given.sample, None, missing)).sum())
    # By hand: windows that meet the lone value, and those that meet the block, of which a few lie wholly inside.
    assert lost == {"spread": 9 + 3 * 4, "rescale": 1 * 2, "zero": 0}[missing]
    view = replace(given.view, scene=name, options=options)
    shown = draw(scene(name), given.with_view(view), Canvas(1200, 740, LIGHT), step)
    texts = {i.text for i in shown.items if isinstance(i, Label)}
    output = [text for text in texts if f"{lost} values missing" in text]
    assert len(output) == (1 if lost else 0)
    assert any("13 " in text for text in texts) or name == "maps"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_is_missing_has_its_own_colour_on_grids_and_pictures(theme: Theme) -> None:
    for size in ((1, 6, 7), (1, 40, 50)):
        shown = draw(scene("slide"), grid("spread", size), Canvas(912, 740, theme), 0)
        fills = [item.content.fill for item in shown.items if isinstance(item, Cells)]
        images = [item.image for item in shown.items if isinstance(item, Raster)]
        colours = {tuple(c) for array in (*fills, *images) for c in array.reshape(-1, array.shape[-1])[:, :3].tolist()}
        assert theme.missing[:3] in colours


def test_pooling_leaves_out_what_is_missing() -> None:
    x = np.array([[[1.0, np.nan], [3.0, 5.0]]])
    sample = Sample(x, "x", nonfinite=1)
    for kind, spread, left in (("max", np.nan, 5.0), ("average", np.nan, 3.0)):
        pool = Pool(kind, (2, 2), (2, 2), (0, 0))  # type: ignore[arg-type]
        np.testing.assert_array_equal(run((pool,), sample), [[[spread]]])
        np.testing.assert_allclose(run((pool,), sample, None, "rescale"), [[[left]]])
    np.testing.assert_array_equal(run((ReLU(),), sample, None, "rescale"), x)


@pytest.mark.parametrize("missing", MISSING)
def test_volumes(missing: Missing) -> None:
    x = np.random.default_rng(0).normal(size=(1, 6, 7, 8)).astype(np.float32)
    x[0, 3, 3, 3] = np.nan
    given = replace(with_sample(load_lesson("brain-sobel"), Sample(x, "x", nonfinite=1)), lesson=None, missing=missing)
    shown = scene("volume").prepare(entering_alone(given))
    want = run(given.layers, given.sample, None, missing)
    np.testing.assert_allclose(shown.volume.output, want[0], rtol=1e-5, atol=1e-4)
    picture = draw(scene("volume"), given.with_view(replace(given.view, scene="volume")), Canvas(1000, 800, LIGHT))
    assert any("missing" in text for text in sentences(picture))


def entering_alone(given: Document) -> Document:
    return replace(given, sample=stack_input(given))


def test_the_choice_is_kept_in_a_document(tmp_path: Path) -> None:
    for missing in MISSING:
        given = grid(missing)
        write_document(given, tmp_path / "d.convgui")
        read = read_document(tmp_path / "d.convgui")
        assert read.missing == missing
        np.testing.assert_array_equal(read.sample.data, given.sample.data)
        assert read.sample.nonfinite == 1


def test_the_passes_of_a_factored_kernel_are_compared_where_nothing_is_missing() -> None:
    given = load_lesson("spatially-separable")
    x = given.sample.data.astype(float)
    x[0, 0, 0] = np.nan
    given = replace(given, sample=Sample(x, "x", nonfinite=1), lesson=None)
    said = sentences(draw(scene("factor"), given, Canvas(912, 640, LIGHT), -1))
    assert "Equal to the direct result: largest difference 0." in said
    assert not any("up to NaN" in text for text in said)


@pytest.mark.parametrize("method", ["sgd", "momentum", "adam"])
def test_a_kernel_is_learnt_from_the_results_that_are_known(method: str) -> None:
    given = load_lesson("learn-kernel")
    x = np.array([[
        [2, -1, 0, 1, -2, 0, 1], [0, 1, -2, 2, 1, -1, 0], [-1, 2, 1, 0, -1, 2, -2], [1, 0, -1, -2, 2, 0, 1],
        [-2, 1, 2, 1, 0, -1, 2], [0, -1, 1, 2, -1, 1, 0], [1, 2, 0, -1, 1, -2, 1],
    ]], float)  # fmt: skip
    x[0, 2, 2] = np.nan
    run = descent(replace(given, sample=Sample(x, "x", nonfinite=1)), method, "good")
    assert np.isnan(run.error(0)).sum() == 9
    # With weights of 0 the loss is the mean of the squared results that read no missing value.
    known = run.wanted[~np.isnan(run.wanted)]
    assert run.losses[0] == pytest.approx((known**2).mean())
    # Within 50 updates; momentum still swings.
    assert np.allclose(run.weights[-1], run.target, atol={"sgd": 0.05, "momentum": 0.15, "adam": 0.1}[method])
    assert np.isfinite(run.kernel_gradient(0)).all()
    assert np.isfinite(run.input_gradient(0)).all()


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("spec", [{}, {"padding": 1}, {"stride": 2, "padding": 2, "dilation": 2}, {"groups": 2}])
def test_the_parts_of_a_map_add_up_to_it(missing: Missing, spec: dict[str, Any]) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4, 9, 11))
    x[rng.random(x.shape) < 0.03] = np.nan
    layer_spec = ConvSpec.of(4, 4, (3, 3), **spec)
    layer = Convolution(layer_spec, rng.normal(size=layer_spec.weight_shape), np.zeros(4))
    sample = Sample(x, "x", nonfinite=int(np.isnan(x).sum()))
    parts = sheets(Document(sample, (layer,), missing=missing), True, Work()).stages[1].parts
    assert parts is not None
    np.testing.assert_allclose(parts.thumbs[:-1].sum(axis=0), parts.thumbs[-1])
    assert np.isnan(parts.thumbs[-1]).any() == (missing == "spread")
