"""What is taken, cannot be made, or fails later, while it is used."""

from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from convgui.core import Preset
from convgui.draw.picture import Picture
from convgui.files.readers import Reader
from convgui.files.source import Source
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, Option, Scene


def fail(*_: object, **__: object) -> NoReturn:
    """Fail as programs do."""
    raise ZeroDivisionError("planted")


class LateScene(Scene[int, int]):
    """Fails where `fails` says."""

    id = "late"
    title = "Late"
    order = 600
    reads_any = True
    fails = "picture"

    def _may(self, name: str) -> None:
        if name == self.fails:
            fail()

    def options(self, document: Document) -> tuple[Option, ...]:
        """Return none."""
        self._may("options")
        return ()

    def prepare(self, document: Document, cancel: Cancel | None = None) -> int:
        """Prepare nothing."""
        self._may("prepare")
        return 0

    def steps(self, prepared: int) -> int:
        """Return one step."""
        self._may("steps")
        return 1

    def lay_out(self, prepared: int, view: View, canvas: Canvas) -> int:
        """Lay out nothing."""
        self._may("lay_out")
        return 0

    def picture(self, layout: int, at: float, focus: Focus) -> Picture:
        """Draw nothing."""
        self._may("picture")
        return None  # type: ignore[return-value]


class OptionsScene(LateScene):
    """Its options cannot be told."""

    id = "late-options"
    title = "Late options"
    fails = "options"


class TakenScene(LateScene):
    """Has the id of another scene."""

    id = "slide"


class UnmakeableScene(LateScene):
    """Cannot be made."""

    id = "unmakeable"

    def __init__(self) -> None:
        fail()


class AbstractScene(Scene[int, int]):
    """Lacks its methods."""

    id = "abstract"
    title = "Abstract"
    order = 1


@dataclass(frozen=True)
class Late(Layer):
    """Fails when it computes."""

    json_names = ("broken_late",)
    order = 600
    title = "Late layer"
    about = "Fails when it computes."

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        """Offer it."""
        return (Choice(f"{cls.json_names[0]}-choice", cls.__name__, lambda _: cls()),)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the input's shape."""
        return shape

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Fail."""
        return fail()

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Fail."""
        return fail()

    def to_json(self) -> dict[str, Any]:
        """Return what files hold."""
        return {"kind": self.json_names[0]}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> "Late":
        """Read what files hold."""
        return cls()


@dataclass(frozen=True)
class Taken(Late):
    """Is called in files as another kind is."""

    json_names = ("relu",)


@dataclass(frozen=True)
class Unmakeable(Late):
    """Cannot be made."""

    json_names = ("broken_unmakeable",)

    def __post_init__(self) -> None:
        fail()


SCENE, OPTIONS, TAKEN = LateScene(), OptionsScene(), TakenScene()
BOX = Preset("box", "Box", "There is one.", 2, lambda: np.ones((3, 3)))
UNMAKEABLE = Preset("unmakeable", "Unmakeable", "Fails.", 2, fail)
SHAPELESS = Preset("shapeless", "Shapeless", "Has one axis.", 2, lambda: np.ones(3))
ENDLESS = Reader("Endless", ("end",), fail)
READER = Reader("Late files", (".late",), fail)


def load_nothing(source: Source) -> Any:
    """Return what is no sample."""
    return source.name


WRONG = Reader("Wrong files", (".wrong",), load_nothing)
