"""A model as PyTorch prints it, read: ``ResNet( (conv1): Conv2d(3, 64, kernel_size=(7, 7), ...) ...)``.

Line breaks and indentation tell nothing that brackets do not tell, so that a text whose lines were joined is read too.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from convgui.session.modules import Module
from convgui.session.written import PasteError, known, known_classes, setting_of
from convgui.words import tr

LONGEST = 400_000
"""Characters that are read; of the largest models of torchvision that have no more layers than a stack may have."""
DEEPEST = 32
"""Modules within modules."""
MOST_COPIES = 2048
"""Of one module, of which a number is printed in place of each."""
NAMED = re.compile(r"\(([\w.-]{1,80})\):\s*(?:([0-9]{1,4}) x )?(?=[A-Za-z_])")
"""What stands before a module in another: its name, or those of the first and last of so many that are alike."""
CLASS = re.compile(r"\s*([A-Za-z_][\w.]{0,200})\(")
PRINTED = re.compile(r"(?:^|[\s(])\([\w.-]{1,80}\):\s*(?:[0-9]{1,4} x )?[A-Za-z_][\w.]{0,200}\(")
ALIASES = {
    "FrozenBatchNorm2d": "BatchNorm2d",
    "BatchNormAct2d": "BatchNorm2d",
    "NonDynamicallyQuantizableLinear": "Linear",
}
"""Classes that do what another does."""
REPLACED = {
    "SelectAdaptivePool2d": "AdaptiveAvgPool2d(1)",
}
"""Classes whose arguments say nothing of what is computed, with what they are."""
FOR_TRAINING = ("StochasticDepth", "DropPath", "DropBlock2d")
"""Classes that do nothing when a trained network runs, and are left out."""
HOLDERS = ("Sequential", "ModuleList")
"""Classes that may hold nothing, and then do nothing."""


def is_printed(text: str) -> bool:
    """Whether a text has modules with their names in brackets."""
    return bool(PRINTED.search(text[:LONGEST]))


def read_printed(text: str) -> Module:
    """Read a printed model, or some of its lines.

    Raises
    ------
    PasteError
        Naming what is not understood.
    """
    lines = (re.sub(r"^\s*Out\[[0-9]*\]:\s?", "", line) for line in text.splitlines())
    reader = _Reader("\n".join(line for line in lines if not re.match(r"\s*(>>>|\.\.\.|In \[)", line)))
    found = list[Module]()
    while not reader.at_end():
        found += reader.modules(0)
    return found[0] if len(found) == 1 and not found[0].name else Module("", "Sequential", tuple(found))


class _Reader:
    """A text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def at_end(self) -> bool:
        """Go past blanks and commas; whether nothing is left."""
        while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] == ","):
            self.at += 1
        return self.at >= len(self.text)

    def modules(self, depth: int) -> list[Module]:
        """Read a module, or as many as there are of one that is printed once."""
        named = NAMED.match(self.text, self.at)
        if named is not None:
            self.at = named.end()
        begun = CLASS.match(self.text, self.at)
        if begun is None:
            words = tr("“{node}” is not a layer; convgui reads {known}.", node=self._rest(), known=known())
            raise PasteError(words)
        if depth > DEEPEST:
            raise PasteError(tr("It is nested too deep to be read; paste the layers' own lines."))
        self.at = begun.end()
        module = self._inside(named[1] if named else "", begun[1].rpartition(".")[2], depth)
        if named is None or named[2] is None:
            return [module]
        first, copies = int(named[1].partition("-")[0] or 0) if named[1][0].isdigit() else 0, int(named[2])
        if copies > MOST_COPIES:
            raise PasteError(tr("There are {count} layers in it, and a stack has at most {most_layers}.",
                                count=copies, most_layers=MOST_COPIES))  # fmt: skip
        return [replace(module, name=str(first + n)) for n in range(copies)]

    def _inside(self, name: str, kind: str, depth: int) -> Module:
        """Read what stands between a module's brackets: what it says of itself, then the modules in it."""
        own, parts = "", list[Module]()
        while True:
            if self.at_end():
                words = tr("{kind} is not closed: a bracket is missing; paste the model as it was printed.", kind=kind)
                raise PasteError(words)
            if self.text[self.at] == ")":
                self.at += 1
                return _module(name, kind, own.strip(), tuple(parts))
            if NAMED.match(self.text, self.at):
                parts += self.modules(depth + 1)
            else:
                own += self._argument()

    def _argument(self) -> str:
        """Read up to the module's end, or to the first module in it."""
        begun, depth, quote = self.at, 0, ""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "'\"":
                quote = sign
            elif depth == 0 and (sign == ")" or (sign == "(" and NAMED.match(self.text, self.at))):
                break
            elif sign in "([{":
                depth += 1
            elif sign in ")]}":
                depth -= 1
            self.at += 1
        return self.text[begun : self.at]

    def _rest(self) -> str:
        return " ".join(self.text[self.at : self.at + 60].split())


def _module(name: str, kind: str, own: str, parts: tuple[Module, ...]) -> Module:
    """Return a module as what it is: a layer, or what holds others."""
    if kind in FOR_TRAINING:
        return Module(name, kind)
    written = REPLACED.get(kind)
    if written is None:
        # PyTorch printed a flag without its value once.
        written = f"{ALIASES.get(kind, kind)}({'' if own == 'inplace' else own})"
    called = written.partition("(")[0]
    if called not in known_classes() and (parts or (kind in HOLDERS and not own)):
        return Module(name, kind, parts)
    try:
        call = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        call = None
    if not isinstance(call, ast.Call):
        words = tr("“{node}” is not a layer; convgui reads {known}.", node=written[:60], known=known())
        raise PasteError(words)
    return Module(name, kind, parts, setting_of(called, call))
