"""Network: what is said of a block, a value, or what is pointed at."""

from __future__ import annotations

from convgui.draw.number import grouped, number, range_ends, times
from convgui.scenes.network.layout import NetworkLayout
from convgui.scenes.network.looked import Looked, term_at, written
from convgui.scenes.network.making import Making, Term
from convgui.scenes.network.strip import block_title
from convgui.scenes.network.values import NetworkValues
from convgui.scenes.scene import Focus
from convgui.words import tr


def of_block(layout: NetworkLayout, block: int) -> str:
    """Say in one sentence what a block is."""
    values = layout.values
    document, layers = values.document, values.graph.blocks[block].layers
    shape = times(*document.shapes[values.graph.blocks[block].value])
    if not layers:
        return tr("The input, {shape}: every block behind it makes maps of what it reads.", shape=shape)
    pairs = [(document.layers[n], document.incoming[n]) for n in layers]
    weights = sum(sum(layer.learned.values()) for layer, _ in pairs)
    products = sum(layer.multiply_adds(given) for layer, given in pairs)
    first = pairs[0][0]
    title = block_title(values.graph.blocks[block], first) + (f" ({first.name})" if first.name else "")
    before = times(*pairs[0][1])
    said = tr(
        "{title}: {before} → {after}; {weights} parameters, {products} multiply-adds.",
        title=title, before=before, after=shape, weights=grouped(weights), products=grouped(products),
    )  # fmt: skip
    return f"{said} {_of_field(values, block)}".rstrip()


def _of_field(values: NetworkValues, block: int) -> str:
    """Say how much of the input a value of a block sees; nothing where that is not known."""
    size = " × ".join(number(float(n)) for n in values.field(block))
    if not size:
        return ""
    if values.sees_beyond(block):
        return tr("A value sees {size} cells of the input, more than it has.", size=size)
    return tr("A value sees {size} cells of the input.", size=size)


def sentence(layout: NetworkLayout, looked: Looked, focus: Focus) -> str:
    """Say what is pointed at, or what the value is."""
    values, hit = layout.values, focus.hit
    if hit is not None and hit.kind == "block" and hit.index[-1] < len(values.graph.blocks):
        return of_block(layout, hit.index[-1])
    if hit is not None and hit.kind == "fold":
        return tr(
            "The same blocks follow each other {count} times. Click to open or to fold them.", count=hit.index[-1]
        )
    if hit is not None and hit.kind == "pixel":
        return _pixel(layout, hit.index)
    term = term_at(looked.made, hit)
    if term is not None and looked.made is not None:
        return _of_term(looked, looked.made, term)
    if not values.graph.blocks[looked.block].layers:
        return of_block(layout, looked.block)
    value = values.value(values.graph.blocks[looked.block].value, looked.channel, looked.cell)
    maps = values.maps(looked.block)
    least, most = range_ends(*(float(v) for v in maps.ranges[maps.index(looked.channel)]))
    if value is None:
        return tr("Map {n}: {least} … {most}.", n=looked.channel, least=least, most=most)
    if maps.sampled:
        return tr(
            "{where} = {value}; map {n} goes from {least} to {most}, as far as it is computed.",
            where=written(looked), value=number(value), n=looked.channel, least=least, most=most,
        )  # fmt: skip
    return tr(
        "{where} = {value}; map {n} goes from {least} to {most}.",
        where=written(looked), value=number(value), n=looked.channel, least=least, most=most,
    )  # fmt: skip


def _of_term(looked: Looked, made: Making, term: Term) -> str:
    if not made.adds:
        return tr("{where} is taken from {name}: {value}.", where=written(looked), name=term.name,
                  value=number(term.value))  # fmt: skip
    if term.channel < 0:
        return tr("{name}: {value} of {where}.", name=term.name, value=number(term.value), where=written(looked))
    return tr("Channel {name} adds {value} to {where}.", name=term.name, value=number(term.value),
              where=written(looked))  # fmt: skip


def _pixel(layout: NetworkLayout, cell: tuple[int, ...]) -> str:
    sample = layout.values.document.sample
    at = cell[-len(sample.spatial) :]
    values = ", ".join(number(float(v)) for v in sample.data[:4].T[at[::-1]])
    if len(at) == 1:
        return tr("in[:, {index}] = ({values})", index=at[0], values=values)
    return tr("in[:, {row}, {column}] = ({values})", row=cell[0], column=cell[1], values=values)
