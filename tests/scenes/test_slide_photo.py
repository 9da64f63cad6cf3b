"""Slide on pictures: the loupe opens any pixel into exactly the sum that the output holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convgui.core import Cancelled, ConvSpec, convolve, preset
from convgui.draw.ground import opacity_around
from convgui.draw.picture import Cells, Hit, Label, Picture, Raster
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.files.lessons import load_lesson
from convgui.files.samples import load_sample
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.model.sample import Alpha, Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw, laid_out
from convgui.scenes.slide.pair import PhotoLayout
from convgui.scenes.slide.photo import Photo
from convgui.session.edits import with_sample
from tests.documents import document, random_document
from tests.scenes.reading import check_words, line, sentences, written
from tests.scenes.test_slide import read

SLIDE = scene("slide")


def sobel() -> Document:
    return load_lesson("sobel-photo")


def picture(given: Document, at: float = 0, focus: Focus | None = None, size: tuple[int, int] = (912, 740)) -> Picture:
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(*size, LIGHT))
    return SLIDE.picture(layout, at, focus or Focus())


def rasters(shown: Picture) -> dict[str, Raster]:
    return {item.name: item for item in shown.items if isinstance(item, Raster)}


def test_a_pointed_pixel_is_one_number_unless_there_are_several_channels() -> None:
    values = 1e6 + np.arange(3 * 40 * 40.0).reshape(3, 40, 40) / 8
    grey = document(values[:1], np.ones((1, 1, 3, 3)))
    colours = document(values, np.ones((1, 3, 3, 3)))
    said = [line(picture(each, focus=Focus(Hit("input", (0, 7, 5)))), "in[") for each in (grey, colours)]
    assert said[0] == "in[7, 5] = 1000035.625 · feeds 3 × 3 outputs"
    assert said[1].startswith("in[7, 5] = R 1000035.625, G 1000235.625, B 1000435.625")


def test_the_loupe_shows_the_pixels_and_their_sum() -> None:
    shown = picture(sobel(), 510 * 200 + 300)
    data = load_sample("camera").data[0].astype(int)
    window, kernel = data[200:203, 300:303], preset("sobel-x").weights()
    assert [[read(t) for t in row] for row in written(shown, "window")] == window.tolist()
    assert [[read(t) for t in row] for row in written(shown, "products")] == (window * kernel).tolist()
    total = int((window * kernel).sum())
    assert line(shown, "out[") == f"out[0, 200, 300] = Σ {total} + bias 0 = {total}"
    assert line(shown, "Pixel") == "Pixel (200, 300)"


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 3), st.sampled_from([1, 3, 5]), st.integers(1, 3), st.integers(1, 2), st.integers(0, 3),
    st.sampled_from(["zeros", "reflect", "replicate", "circular"]), st.integers(0, 10**6),
)  # fmt: skip
def test_any_pixel_opens_into_what_the_core_computes(
    channels: int, k: int, stride: int, dilation: int, pad: int, mode: str, where: int
) -> None:
    given = random_document(
        channels, 1, (40, 45), (k, k), stride=stride, dilation=dilation, padding=pad, padding_mode=mode
    )
    layer = given.layer
    expected = convolve(
        given.sample.data.astype(float), layer.weight, layer.bias,
        stride=stride, dilation=dilation, padding=pad, padding_mode=mode,
    )[0]  # fmt: skip
    step = where % expected.size
    row, column = divmod(step, expected.shape[1])
    shown = line(picture(given, step, size=(2400, 1200)), "out[")
    assert shown.startswith(f"out[0, {row}, {column}] =")
    assert read(shown.rpartition("= ")[2]) == expected[row, column]


def test_pointing_opens_and_an_input_pixel_says_what_it_feeds() -> None:
    shown = picture(sobel(), 0, Focus(hover=Hit("output", (0, 7, 9))))
    assert line(shown, "out[").startswith("out[0, 7, 9]")
    fed = picture(sobel(), 0, Focus(hover=Hit("input", (0, 100, 100))))
    assert any("feeds 3 × 3 outputs" in text for text in sentences(fed))
    assert line(fed, "out[").startswith("out[0, 99, 99]")


def test_a_click_is_a_step() -> None:
    given = sobel()
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(912, 740, LIGHT))
    assert SLIDE.step_of(layout, Hit("output", (0, 2, 3))) == 2 * 510 + 3
    assert SLIDE.step_of(layout, Hit("input", (0, 3, 4))) == 2 * 510 + 3


def test_signed_results_are_signed_colours_and_blurs_stay_pictures() -> None:
    edges = rasters(picture(sobel()))["output"].image
    assert not np.array_equal(edges[..., 0], edges[..., 2])
    blurred = random_document(1, 1, (60, 60), (3, 3))
    blurred = document(blurred.sample.data, np.ones((1, 1, 3, 3)) / 9)
    grey = rasters(picture(blurred))["output"].image
    assert np.array_equal(grey[..., 0], grey[..., 2])
    forced = replace(blurred, view=View(options={"colours": "signed"}))
    assert not np.array_equal(rasters(picture(forced))["output"].image[..., 0], grey[..., 0])


def test_colour_pictures_are_shown_in_colour() -> None:
    given = with_sample(sobel(), load_sample("coffee"))
    shown = picture(given, size=(1400, 900))
    image = rasters(shown)["input"].image
    assert np.array_equal(np.moveaxis(load_sample("coffee").data, 0, -1)[:5, :5], image[:5, :5])
    assert line(shown, "out[").count("R ") == 1


def test_zoomed_in_only_the_visible_part_is_mapped() -> None:
    given = replace(sobel(), view=View(zoom=16.0, centre=(0.5, 0.5)))
    shown = rasters(picture(given))
    assert max(shown["input"].image.shape[:2]) <= 512 / 16 + 2
    assert not shown["input"].smooth


@pytest.mark.parametrize(("sample", "theme"), [("camera", LIGHT), ("coffee", DARK)])
def test_far_zoomed_in_each_pixel_holds_its_exact_value(sample: str, theme: Theme) -> None:
    given = with_sample(sobel(), load_sample(sample))
    data = SLIDE.prepare(given)
    layout = laid_out(SLIDE, data, View(zoom=64.0, centre=(0.4, 0.5)), Canvas(1100, 800, theme))
    shown = SLIDE.picture(layout, 0.0, Focus())
    check_words(shown)
    output = convolve(given.sample.data.astype(float), given.layer.weight)[0]
    places = (
        ("pixels of the input", layout.input_port, given.sample.data),
        ("pixels of the output", layout.output_port, output[None]),
    )
    for name, port, values in places:
        planes = [item for item in shown.items if isinstance(item, Cells) and item.name == name]
        lines = [cells.y + cells.height / 2 for cells in planes]
        row, column = int((np.mean(lines) - port.y) // port.down), round((planes[0].x - port.x) / port.across)
        for cells, plane in zip(planes, values, strict=True):
            rows, columns = cells.content.shape
            read_out = [[read(text) for text in line] for line in cells.shown_texts()]
            assert read_out == plane[row : row + rows, column : column + columns].tolist()
            assert port.clip[0] - 1 <= cells.x
            assert cells.x + columns * cells.width <= port.clip[0] + port.clip[2] + 1
        apart = port.down - (lines[-1] - lines[0])
        assert all(below - above < 0.8 * apart for above, below in pairwise(lines))
    assert "pixels" not in {item.name[:6] for item in picture(given).items if isinstance(item, Cells)}


def test_no_number_is_cut_by_the_overview() -> None:
    given = with_sample(sobel(), load_sample("coffee"))
    layout = laid_out(SLIDE, SLIDE.prepare(given), View(zoom=64.0), Canvas(1100, 800, LIGHT, live=True))
    small = [one for one in layout.hits if one.kind == "overview"]
    pixels = [one for one in layout.base if isinstance(one, Cells) and one.name.startswith("pixels")]
    assert len(pixels) == 4
    for hidden, texts in ((small[0], pixels[:3]), (small[1], pixels[3:])):
        for cells in texts:
            shown = np.array([[bool(text) for text in line] for line in cells.shown_texts()])
            assert shown.any()
            for row, column in np.argwhere(shown):
                right = cells.x + (column + 1) * cells.width <= hidden.x
                assert right or cells.y + (row + 1) * cells.height <= hidden.y + cells.height
            assert not shown[-1, -1]


def test_a_small_picture_still_says_which_values_it_shows() -> None:
    given = with_sample(sobel(), load_sample("coffee"))
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(880, 420, LIGHT))
    titles = [item.text for item in SLIDE.picture(layout, 0.0, Focus()).items if isinstance(item, Label)]
    whole = next(text for text in titles if text.startswith("1 × "))
    assert whole.endswith("exact at every 2nd pixel")


def test_a_low_stage_is_left_to_the_pictures() -> None:
    given = sobel()
    low = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(508, 270, LIGHT))
    shown = SLIDE.picture(low, 3.0, Focus())
    check_words(shown)
    assert low.output_port.clip[3] > 120
    assert not [item for item in shown.items if isinstance(item, Cells)]
    whole = SLIDE.picture(_laid_out(given, 740), 3.0, Focus())
    assert shown.summary.split(";")[0] == whole.summary.split(";")[0]
    assert any(isinstance(item, Cells) for item in whole.items)


def _laid_out(given: Document, height: int) -> PhotoLayout:
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(908, height, LIGHT))
    assert isinstance(layout, PhotoLayout)
    return layout


def test_the_chosen_colours_stay_when_the_weights_change() -> None:
    given = sobel()
    given = given.with_view(replace(given.view, options={"colours": "coloured"}))
    work = Work()
    prepared = SLIDE.prepare(given, work)
    assert isinstance(prepared, Photo)
    assert prepared.levels.coloured
    assert prepared.levels.low < 0 < prepared.levels.high, "what occurs, not 0 to 0"
    again = SLIDE.prepare(given.with_layer(given.layer.with_weight((0, 0, 1, 1), 3.0)), work)
    assert isinstance(again, Photo)
    assert again.levels.coloured


def test_the_overview_shows_where_one_is_and_leads_elsewhere() -> None:
    given, window = sobel(), Canvas(1100, 800, LIGHT, live=True)
    whole = laid_out(SLIDE, SLIDE.prepare(given), given.view, window)
    assert not [one for one in whole.hits if one.kind == "overview"]
    view = View(zoom=5.0, centre=(0.25, 0.5))
    near = laid_out(SLIDE, SLIDE.prepare(given), view, window)
    small = [one for one in near.hits if one.kind == "overview"]
    assert [one.prefix for one in small] == [(0,), (1,)]
    shown = SLIDE.picture(near, 0.0, Focus())
    rows, columns = small[0].shape
    hit = shown.hit(small[0].x + columns - 1, small[0].y + rows / 2)
    assert hit is not None
    aimed = SLIDE.aimed(near, view, hit)
    assert aimed.centre == pytest.approx((0.5, 1.0), abs=0.02)
    on_paper = laid_out(SLIDE, SLIDE.prepare(given), view, Canvas(1100, 800, LIGHT))
    assert "overview" not in rasters(SLIDE.picture(on_paper, 0.0, Focus()))


def test_zoom_and_pan_stay_linked_and_inside() -> None:
    given = sobel()
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(912, 740, LIGHT))
    closer = SLIDE.zoomed(layout, given.view, (200, 300), 4.0)
    assert closer.zoom == 4
    nearer = replace(given, view=closer)
    layout = laid_out(SLIDE, SLIDE.prepare(nearer), closer, Canvas(912, 740, LIGHT))
    moved = SLIDE.moved(layout, closer, (30, 0))
    assert moved.centre[1] < closer.centre[1]
    assert SLIDE.zoomed(layout, closer, (200, 300), 0.01).zoom == 1
    little = random_document(1, 1, (5, 5), (3, 3))
    flat = laid_out(SLIDE, SLIDE.prepare(little), View(), Canvas(912, 740, LIGHT))
    assert SLIDE.zoomed(flat, View(), (10, 10), 2.0) == View()
    assert SLIDE.moved(flat, View(), (10, 10)) == View()


def test_work_can_be_given_up() -> None:
    with pytest.raises(Cancelled):
        SLIDE.prepare(sobel(), Work(cancel=lambda: True))


@pytest.mark.parametrize("size", [(912, 740), (514, 430), (1500, 900), (3000, 1800)])
def test_words_never_collide(size: tuple[int, int]) -> None:
    cases = [
        sobel(),
        with_sample(sobel(), load_sample("astronaut")),
        random_document(5, 3, (50, 120), (7, 7), padding="same"),
        random_document(1, 1, (300,), (5,)),
        random_document(2, 1, (64, 40), (31, 31)),
    ]
    for case in cases:
        for theme in (LIGHT, DARK):
            layout = laid_out(SLIDE, SLIDE.prepare(case), case.view, Canvas(*size, theme))
            check_words(SLIDE.picture(layout, 3.0, Focus()))


@pytest.mark.parametrize("kind", ["float64", "float32", "int32", "uint32", "int64"])
@pytest.mark.parametrize("size", [(90, 120), (2400, 2500)])
def test_large_values_that_differ_little_are_shown_to_the_last_digit(kind: str, size: tuple[int, int]) -> None:
    pattern = np.arange(size[1]) % 7 + np.arange(size[0])[:, None] % 5
    x = ((2_000_000 if kind == "float32" else 2_000_000_000) + pattern).astype(kind)
    given = with_sample(sobel(), Sample(x[None], "x"))
    data = SLIDE.prepare(given)
    assert isinstance(data, Photo)
    weights = preset("sobel-x").weights()
    right = [(weights * x[i : i + 3, j : j + 3].astype(np.float64)).sum() for i, j in ((0, 0), (7, 5), (40, 33))]
    shown = [data.filtering.values(range(i, i + 1), range(j, j + 1))[0, 0] for i, j in ((0, 0), (7, 5), (40, 33))]
    assert shown == right
    if data.full_output is not None:
        assert (data.full_output.least, data.full_output.most) == (-20, 8)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("associated", [False, True])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("name", ["slide", "receptive", "blocks", "factor"])
def test_a_transparent_picture_stands_on_a_checked_ground(
    name: str, kind: type[np.unsignedinteger[Any]], associated: bool, theme: Theme
) -> None:
    given = sobel()
    rows, columns = given.sample.spatial
    full = np.iinfo(kind).max
    cover = np.zeros((rows, columns), kind)
    cover[:, columns // 2 :] = full
    plain = replace(given, view=replace(given.view, scene=name))
    clear = replace(plain, sample=replace(plain.sample, alpha=Alpha(cover, associated)))
    images = []
    for each in (plain, clear):
        layout = laid_out(scene(name), scene(name).prepare(each), each.view, Canvas(912, 740, theme))
        shown = rasters(scene(name).picture(layout, 0, Focus()))
        first = next(title for title in shown if title.startswith("input"))
        images.append(shown[first].image[..., :3].astype(int))
    half = images[0].shape[1] // 2
    hidden = slice(half + 8, None)
    assert np.abs(images[1][:, hidden] - images[0][:, hidden]).max() <= 1
    if not associated:
        seen = np.unique(images[1][:, : half - 8].reshape(-1, 3), axis=0)
        assert len(seen) == 2
        assert np.abs(seen - np.array(theme.background[:3])).max() <= 0.2 * 255


def half_clear(size: tuple[int, int], layer: Layer, scene_id: str, associated: bool) -> tuple[Document, Document]:
    """A picture as it is, and clear in its left half."""
    values = np.random.default_rng(8).integers(100, 200, (1, *size)).astype(np.uint8)
    cover = np.zeros(size, np.uint8)
    cover[:, size[1] // 2 :] = 255
    plain = Document(Sample(values, "x"), (layer,), View(scene=scene_id))
    return plain, replace(plain, sample=replace(plain.sample, alpha=Alpha(cover, associated)))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("associated", [False, True])
@pytest.mark.parametrize("size", [(8, 10), (60, 70), (300, 500)])
@pytest.mark.parametrize(
    ("name", "layer", "says"),
    [
        ("maps", sobel().layer, ("thumb", "large")),
        ("cells", ReLU(), ("input",)),
        ("cells", Pool("max", (2, 2), (2, 2), (0, 0)), ("input",)),
        ("cells", ChannelShuffle(1), ("input", "output")),
        ("slide", sobel().layer, ("input",)),
    ],
)
def test_every_scene_lays_what_is_clear_on_checks(
    name: str, layer: Layer, says: tuple[str, ...], size: tuple[int, int], associated: bool, theme: Theme
) -> None:
    shown = []
    for each in half_clear(size, layer, name, associated):
        picture = draw(scene(name), each, Canvas(912, 740, theme), 0)
        images = [i for i in picture.items if isinstance(i, Raster | Cells) and i.name.startswith(says)]
        shown.append([i.image if isinstance(i, Raster) else i.content.fill for i in images])
    assert len(shown[0]) == len(shown[1]) >= len(says)
    for whole, clear in zip(*shown, strict=True):
        half = whole.shape[1] // 2
        hidden, open_part = slice(half + 1, None), clear[:, : half - 1, :3].astype(int)
        assert np.abs(clear[:, hidden, :3].astype(int) - whole[:, hidden, :3]).max() <= 1
        if not associated:
            # The window of a maximum has colours of its own, whatever lies below it.
            flat = open_part.reshape(-1, 3)
            marked = [(flat == np.array(colour[:3])).all(axis=1) for colour in (theme.window, theme.faint)]
            ground = flat[~np.logical_or(*marked)]
            assert len(np.unique(ground, axis=0)) == 2
            assert np.abs(ground - np.array(theme.background[:3])).max() <= 0.2 * 255


def test_slices_of_a_transparent_volume_stand_on_checks() -> None:
    values = np.full((1, 20, 40, 44), 150, np.uint8)
    cover = np.zeros((20, 40, 44), np.uint8)
    cover[:, :, 22:] = 255
    layer = Convolution(ConvSpec.of(1, 1, (1, 1, 1)), np.ones((1, 1, 1, 1, 1)), np.zeros(1))
    view = View(scene="volume", options={"view": "slices"})
    given = Document(Sample(values, "x", alpha=Alpha(cover)), (layer,), view)
    picture = draw(scene("volume"), given, Canvas(912, 740, LIGHT), 0)
    images = [i.image for i in picture.items if isinstance(i, Raster) and "input" in i.name]
    assert [len(np.unique(i[:, :20].reshape(-1, i.shape[-1]), axis=0)) for i in images] == [2, 2, 2]


def test_the_ground_is_hidden_in_the_padding_and_beyond_a_part() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    around = opacity_around(values, 255, (-1, -2), (5, 7))
    assert (around[1:4, 2:6] * 255).round().tolist() == values.tolist()
    around[1:4, 2:6] = 1
    assert (around == 1).all()
    assert (opacity_around(values, 255, (1, 2), (2, 2)) * 255).round().tolist() == [[6, 7], [10, 11]]


@pytest.mark.parametrize("name", ["slide", "blocks"])
@pytest.mark.parametrize("kernel", ["box", "sobel-x"])
def test_a_sum_has_the_colour_of_the_pixel_that_it_is(kernel: str, name: str) -> None:
    given = sobel()
    layer = given.layer
    layer = replace(layer, weight=np.asarray(preset(kernel).weights())[np.newaxis, np.newaxis])
    given = replace(given, layers=(layer,), view=View(scene=name), lesson=None)
    position = (176, 240)
    shown = draw(scene(name), given, Canvas(1500, 1100, LIGHT), given.filter_view.step(position))
    (cell,) = [item for item in shown.items if isinstance(item, Cells) and item.name == "sum"]
    mean = given.sample.data[0, 176:179, 240:243].astype(float).mean()
    if kernel == "box":
        assert cell.content.fill[0, 0, :3].tolist() == [round(mean)] * 3
        return
    output = next(item for item in shown.items if isinstance(item, Raster) and item.name.startswith("output"))
    assert output.image.shape[:2] == (510, 510)
    # The same hue, as pale as fills are wherever a number stands on them.
    paper = np.array(LIGHT.background[:3], float)
    pale = paper + 0.62 * (output.image[position][:3] - paper)
    assert cell.content.fill[0, 0, :3].tolist() == np.rint(pale).tolist()


def test_an_input_pixel_of_a_group_is_called_by_its_own_channel() -> None:
    """The second group's filter reads channels 2 and 3, and shows the first of them."""
    rng = np.random.default_rng(3)
    given = document(
        rng.integers(0, 256, (4, 90, 100), dtype=np.uint8), rng.normal(size=(2, 2, 3, 3)), groups=2, padding=1
    )
    shown = picture(given.with_view(replace(given.view, filter=1)))
    grids = [grid for grid in shown.hits if grid.kind == "input"]
    assert {grid.prefix[0] for grid in grids} == {2}
