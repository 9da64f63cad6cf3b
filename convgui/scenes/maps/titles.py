"""Feature maps: what is written about thumbnails and the enlarged map."""

from __future__ import annotations

from convgui.draw.legend import legend
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, range_ends, times
from convgui.draw.picture import Item
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.model.document import missing_words
from convgui.scenes.feature_maps.gathered import Maps
from convgui.scenes.feature_maps.signals import is_signal
from convgui.scenes.feature_maps.stages import Stage
from convgui.scenes.maps.layout import SheetLayout, enlargement
from convgui.words import tr, trn


def sheet_words(layout: SheetLayout, stage: int) -> list[Item]:
    """Write the title of the contact sheet, and what its thumbnails are."""
    own, maps, theme = layout.sheets.stages[stage], layout.maps(stage), layout.canvas.theme
    cells = layout.sheet(stage).cells
    kept = len(maps.numbers)
    if maps is own.parts:
        title = tr("{n} channels, each under its own kernel, and their sum", n=maps.count)
        if maps.count > kept - 1:
            title = tr(
                "{n} of {all} channels, each under its own kernel, and the sum of all", n=kept - 1, all=maps.count
            )
    elif kept < maps.count:
        title = tr("{n} of {all} channels", n=kept, all=maps.count)
    else:
        title = trn("{n} channel", "{n} channels", kept)
    what = tr("each cell") if cells == 1 else tr("means over {size} cells", size=cells_of(maps, cells))
    if maps.sampled:
        what = tr("one value in {size} so far", size=cells_of(maps, cells))
    x, y, wide, _ = layout.left
    scale = tr("one scale") if maps is own.parts or layout.common else tr("each its own scale")
    signed = not layout.sheet(stage).curved and any(layout.levels(stage, index).signed for index in range(kept))
    if signed:
        scale = f"{scale}, {tr('± about 0')}"
    detail = f"{what} · {scale}"
    if text_width(detail, layout.measure.small, mono=True) > wide:
        # The ends of each scale stand below its map anyway.
        detail = f"{what} · {tr('± about 0')}" if signed else what
    role: Role = "result" if stage else "input"
    return title_items((x, y), x + wide, (title, detail), role, layout.measure, theme)


def large_words(layout: SheetLayout, stage: int, index: int) -> list[Item]:
    """Write the title of the enlarged map with its range, and the legend below it."""
    maps, own, canvas = layout.maps(stage), layout.sheets.stages[stage], layout.canvas
    theme, (x, _, wide, _) = canvas.theme, layout.right
    least, most = range_ends(*(float(v) for v in maps.ranges[index]))
    _, factor = enlargement(maps, index)
    means = "" if factor == 1 else f" · {tr('means over {size}', size=cells_of(maps, factor))}"
    if maps.sampled:
        means = f" · {tr('one value in {size} so far', size=cells_of(maps, factor))}"
    lost = f" · {missing_words(maps.lost[index])}" if maps.lost[index] else ""
    size = grouped(maps.size[1]) if is_signal(maps) else times(*maps.size)
    detail = f"{size} · {least} … {most}{means}{lost}"
    role: Role = "result" if stage else "input"
    words = (map_title(own, maps, index), detail)
    items = title_items((x, layout.right[1]), x + wide, words, role, layout.measure, theme)
    if is_signal(maps):
        return items
    at, span = (x, layout.right[1] + layout.right[3] + 14), maps.ranges[index]
    return items + legend(layout.levels(stage, index), (float(span[0]), float(span[1])), at, wide, theme)


def cells_of(maps: Maps, factor: int) -> str:
    """Write over how many cells a mean goes."""
    return grouped(factor) if is_signal(maps) else times(factor, factor)


def map_title(stage: Stage, maps: Maps, index: int) -> str:
    """Name a map."""
    if maps is not stage.parts:
        return tr("Channel {name}", name=maps.names[index])
    return tr("The sum with the bias") if index == len(maps.numbers) - 1 else tr("From {name}", name=maps.names[index])
