"""A line of PyTorch, read: ``nn.Conv2d(3, 16, 3, stride=2, padding=1)`` becomes a layer. Parsed, never evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.model.limits import check_apart
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.session.copied import is_copying, pad_of, padded_before, with_numbers
from convgui.session.drawn_weights import DrawnWeights
from convgui.session.fitting import plain_layer
from convgui.session.modules import wired
from convgui.session.printed import LONGEST as LONGEST_PRINTED
from convgui.session.printed import is_printed, read_printed
from convgui.session.stack import MOST_LAYERS
from convgui.session.written import PasteError as PasteError
from convgui.session.written import Setting, known, known_classes, laid, setting_of, shown
from convgui.words import mark, tr, trn

LONGEST = 100_000
"""Characters of code that are read."""
WITH_NUMBERS = 10
"""So many times more, where weights are written out."""
MOST_KINDS = 5
"""Blocks of which the wiring is guessed that are named."""
SIDES, MOST_IN = (32, 64, 224), 1024
"""Cells of an axis that are tried where the present input does not do, and channels up to which one is offered."""

WRITTEN = frozenset({"align_corners", "ceil_mode", "count_include_pad"})


def is_code(text: str) -> bool:
    """Whether a text is meant as layers of PyTorch, right or wrong, and not as numbers."""
    called = set(re.findall(r"(\w+)\s*\(", text[:LONGEST]))
    return bool(re.search(r"\bnn\.\w+", text[:LONGEST])) or not called.isdisjoint({*known_classes(), "Sequential"})


def parse(text: str) -> tuple[Setting, ...]:
    """Read a module's constructor, several of them, a ``Sequential``, or a model as it is printed.

    Assignments and commas are fine. Of a printed model each layer says what it reads.

    Raises
    ------
    PasteError
        Naming what is not understood, and what would be.
    """
    printed = is_printed(text)
    most = LONGEST * (WITH_NUMBERS if "torch.tensor(" in text[:LONGEST] else 1)
    if len(text) > (LONGEST_PRINTED if printed else most):
        raise PasteError(tr("The text has {count:,} characters; paste the layers' lines alone.", count=len(text)))
    found = wired(read_printed(text)) if printed else _lines(text)
    if not found:
        raise PasteError(tr("There is no layer in it; paste something like nn.Conv2d(3, 16, 3, padding=1)."))
    if len(found) > MOST_LAYERS:
        words = "There are {count} layers in it, and a stack has at most {most_layers}."
        raise PasteError(tr(words, count=len(found), most_layers=MOST_LAYERS))
    return found


def _lines(text: str) -> tuple[Setting, ...]:
    try:
        tree = ast.parse(_as_lines(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        words = (
            mark("That is not a line of Python in line {line}; paste something like nn.Conv2d(3, 16, 3, padding=1).")
            if line
            else mark("That is not a line of Python; paste something like nn.Conv2d(3, 16, 3, padding=1).")
        )
        raise PasteError(tr(words, line=line)) from error
    try:
        found = tuple(setting for statement in tree.body for setting in _statement(statement))
        return with_numbers(padded_before(found), tree)
    except RecursionError as error:
        raise PasteError(tr("It is nested too deep to be read; paste the layers' own lines.")) from error


def _as_lines(text: str) -> str:
    """Take away what surrounds lines that were copied out of something longer."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    lines = [re.sub(r"^\s*(>>>|\.\.\.) ?", "", line) for line in lines]
    if any(line.endswith("(") or line.startswith(("class ", "with ")) for line in lines):
        return "\n".join(lines)
    return "\n".join(line.strip().removesuffix(",") for line in lines)


def _statement(statement: ast.stmt) -> list[Setting]:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="eval" | "double"), args=[])):
            return []
        case ast.Assign(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="eval" | "double"), args=[])):
            return []
        case ast.ClassDef(name=name) if name in known_classes():
            # What PyTorch has not, the code that this program writes defines.
            return []
        case ast.With() if is_copying(statement):
            return []
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            return _layers(value)
        case ast.AnnAssign(value=ast.expr() as value):
            return _layers(value)
        case ast.Import() | ast.ImportFrom():
            return []
    raise PasteError(tr("“{statement}” is not a layer; paste the layers' own lines.", statement=shown(statement)))


def _layers(node: ast.expr) -> list[Setting]:
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [setting for element in elements for setting in _layers(element)]
        case ast.Call(func=called):
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == "Sequential":
                return [setting for element in node.args for setting in _layers(_inside(element))]
            return [pad_of(node)] if name == "pad" else [setting_of(name, node)]
    raise PasteError(tr("“{node}” is not a layer; convgui reads {known}.", node=shown(node), known=known()))


def _inside(node: ast.expr) -> ast.expr:
    """Unpack a starred list."""
    return node.value if isinstance(node, ast.Starred) else node


def apply(document: Document, settings: Sequence[Setting]) -> Document:
    """Put pasted layers on a document, as `put` does, without what it says."""
    return put(document, settings)[0]


def put(document: Document, settings: Sequence[Setting]) -> tuple[Document, str]:
    """Put one pasted layer in the place of the chosen one, or several in the place of the whole stack.

    Weights are kept around their middle where there are some of that rank; a bias that is switched off is 0. Those of a
    printed model are drawn, and it stops before a layer of more weights than a layer may have.

    Returns
    -------
    document : Document
    said : str
        Where a printed model stops, and which wiring is guessed; "" if neither.

    Raises
    ------
    PasteError
        If a layer is not legal, or does not take what comes to it.
    """
    stops, chosen = "", 0
    if len(settings) == 1:
        chosen = document.view.layer
        first, shape = tuple(document.sample.data.shape), document.incoming[chosen]
        alone = replace(settings[0], reads=())
        changed = document.with_layer(_laid([alone], 0, [first, shape], document.layers[chosen])[0])
    else:
        changed, stops = _several(document, settings)
    changed = changed.with_view(replace(document.view, layer=chosen, filter=0, channel=0, step=0))
    try:
        check_apart(changed)
    except SpecError as error:
        raise PasteError(tr("The layers behind it no longer fit: {error}", error=refusal(error))) from error
    return changed, " ".join(sentence for sentence in (stops, _guessed(settings)) if sentence)


def of_printed_model(settings: Sequence[Setting]) -> bool:
    """Whether layers are those of a model that was printed, with their names and without their weights."""
    return any(setting.path for setting in settings)


def _several(document: Document, settings: Sequence[Setting]) -> tuple[Document, str]:
    """Put layers in the place of the whole stack; returns where a printed model stops too."""
    layers, sources, stops = list[Layer](), list[tuple[int, ...]](), ""
    # Through many layers, weights that are all alike would lead beyond all numbers.
    drawn = DrawnWeights() if of_printed_model(settings) else None
    values: list[Shape] = [tuple(document.sample.data.shape)]
    for number, setting in enumerate(settings):
        old = document.layers[number] if number < len(document.layers) else None
        try:
            layer, reads, shape = _laid(settings, number, values, old)
        except PasteError as error:
            if not isinstance(error, TooLargeError) or not layers or not setting.path:
                # What is guessed may be why it does not fit.
                raise PasteError(f"{error} {_guessed(settings)}".strip()) from error
            stops = tr("The chain stops before {name}: {reason}", name=setting.path, reason=error.reason)
            break
        layers.append(layer if drawn is None else drawn.weights(layer))
        sources.append(reads)
        values.append(shape)
    return replace(document, layers=tuple(layers), sources=tuple(sources)), stops


def _guessed(settings: Sequence[Setting]) -> str:
    """Say of which blocks the parts are taken in order though nothing tells that they follow one another."""
    kinds = list(dict.fromkeys(kind for setting in settings for kind in setting.guessed))
    if not kinds:
        return ""
    return trn(
        "How values flow in {kinds} is guessed: its parts are taken in order, which the printed text does not tell.",
        "How values flow in {kinds} is guessed: their parts are taken in order, which the printed text does not tell.",
        len(kinds), kinds=", ".join(kinds[:MOST_KINDS]) + ("…" if len(kinds) > MOST_KINDS else ""),
    )  # fmt: skip


class TooLargeError(PasteError):
    """A layer of more weights than a layer may have; `reason` is the sentence without the layer's name."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def _laid(
    settings: Sequence[Setting], number: int, values: Sequence[Shape], old: Layer | None
) -> tuple[Layer, tuple[int, ...], Shape]:
    """Make one of several layers; a PasteError says which of them is wrong."""
    setting = settings[number]
    try:
        return laid(setting, values, old)
    except SpecError as error:
        name = setting.path or setting.name
        if len(settings) > 1:
            name = tr("{name} (layer {n} of {all})", name=name, n=number + 1, all=len(settings))
        # Where the panel asks in other words, a parameter is called as it was written.
        reason = str(error) if error.field in WRITTEN else refusal(error)
        if error.field == "weight":
            raise TooLargeError(f"{name}: {reason}", reason) from error
        raise PasteError(f"{name}: {reason}") from error


def fitting_shape(document: Document, text: str) -> tuple[int, ...] | None:
    """Return the shape of an input that pasted layers fit, as near to the present one as can be; None for none.

    An input is offered only where the first pasted layer is the first of the stack.
    """
    try:
        settings = parse(text)
    except PasteError:
        return None
    if not settings or (len(settings) == 1 and document.view.layer):
        return None
    present = tuple(document.sample.data.shape)
    rank = next((setting.rank for setting in settings if setting.rank is not None), len(present) - 1)
    channels = settings[0].arguments.any("in_channels", present[0])
    if not isinstance(channels, int) or not 1 <= channels <= MOST_IN:
        return None
    spatial = present[1:] if rank == len(present) - 1 else (SIDES[0],) * rank
    for sides in (spatial, *((side,) * rank for side in SIDES)):
        cells = np.broadcast_to(np.zeros(()), (channels, *sides))
        view = replace(document.view, layer=0, filter=0, channel=0, step=0)
        # What stands there now need not take these channels.
        blank = Document(Sample(cells, ""), (plain_layer(None, channels, sides),), view)
        try:
            apply(blank, settings)
        except (PasteError, SpecError):
            continue
        shape = (channels, *sides)
        return shape if shape != present else None
    return None
