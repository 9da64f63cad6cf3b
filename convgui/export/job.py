"""One export from beginning to end: what the window's dialog and the command line both run."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from convgui.draw.colour import Colour
from convgui.draw.theme import theme_named
from convgui.export.animation import ANIMATIONS, check_animation, write_animation, write_frames
from convgui.export.arrays import ARRAYS, array_ending, output, write_array
from convgui.export.atomic_write import ExportError
from convgui.export.frames import Timing, film, still
from convgui.export.inputs import refuse_overwriting
from convgui.export.onnx_file import write_onnx
from convgui.export.page.page import write_page
from convgui.export.pictures import ENDINGS, Painters, check_ending, write_picture
from convgui.export.seen import Seen, check_seen, left_out, write_seen
from convgui.export.sound import full_scale, slower, taken_for_24
from convgui.files.wav_writer import Form
from convgui.model.document import Document
from convgui.model.geometry import Geometry
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import AnyScene, Cancel
from convgui.words import tr
from convgui.words.near import near_or_all

What = Literal["picture", "animation", "frames", "page", "array", "model", "seen", "input"]
MODEL, PAGE = ".onnx", ".html"
FORMATS = tuple(dict.fromkeys((*ENDINGS, *ANIMATIONS, PAGE, *ARRAYS, MODEL)))
"""Endings of all files that can be written."""
MOST_PIXELS = 120_000_000
"""Pixels of one picture; more would fill the memory before anybody could look at them."""


@dataclass(frozen=True)
class Settings:
    """What is exported, and how.

    Attributes
    ----------
    width, height : int
        Size of the drawing in pixels at scale 1.
    scale : float
        Pixels of the file for one of the drawing.
    step : int or None
        The step of a picture; None is the document's own.
    timing : Timing
        Of an animation or its frames.
    captions : bool
        Whether titles and the arithmetic are drawn.
    crop : bool
        Whether what stays empty around the drawing is left out.
    matte : tuple, optional
        On which colour a GIF without background will lie.
    hidden : int or None
        The step whose number is not to be told.
    seen : Seen
        How an output is written that is seen.
    sound : str
        Of how many bits the samples of a WAV file are.
    """

    what: What = "picture"
    width: int = 1200
    height: int = 800
    scale: float = 1.0
    theme: str = "light"
    transparent: bool = False
    captions: bool = True
    step: int | None = None
    timing: Timing = field(default_factory=Timing)
    crop: bool = False
    matte: Colour | None = None
    hidden: int | None = None
    seen: Seen = field(default_factory=Seen)
    sound: Form = "16"

    def tells(self, steps: int) -> bool:
        """Whether the file tells the hidden number all the same; the scene has `steps` steps."""
        if self.hidden is None or self.what in ("model", "input"):
            return False
        if self.what in ("array", "seen"):
            return True
        if self.what == "page":
            # It asks for the number itself.
            return False
        last = self.timing.last % steps if self.what in ("animation", "frames") else (self.step or 0) % steps
        return last > self.hidden


def kind_of(path: Path) -> What:
    """Tell from a name's ending what is wanted; without an ending, a folder of frames.

    Raises
    ------
    ExportError
        If nothing is written in that format.
    """
    ending = path.suffix.lower()
    if ending in ANIMATIONS:
        return "animation"
    if ending in ENDINGS:
        return "picture"
    if ending == MODEL:
        return "model"
    if ending == PAGE:
        return "page"
    if ending in ARRAYS or path.name.lower().endswith(".nii.gz"):
        return "array"
    if ending:
        hint = near_or_all(ending, FORMATS, tr("what can be written ends in"))
        raise ExportError(tr("{name} ends in {ending}{hint}", name=path.name, ending=ending, hint=hint))
    return "frames"


def check(settings: Settings, path: Path) -> None:
    """Refuse what cannot work before anything is computed.

    Raises
    ------
    ExportError
        If the format and the settings do not fit together.
    """
    pixels = settings.width * settings.height * settings.scale**2
    if settings.what not in ("array", "model", "seen", "input") and pixels > MOST_PIXELS:
        raise ExportError(
            tr(
                "a picture of {pixels:,.0f} million pixels is too large (at most {most_pixels}); choose a "
                "smaller size or scale.",
                pixels=pixels / 1e6,
                most_pixels=MOST_PIXELS // 10**6,
            )
        )
    if settings.what == "picture":
        check_ending(path)
    elif settings.what == "animation":
        check_animation(path, transparent=settings.transparent)
    elif settings.what in ("array", "input"):
        array_ending(path)
    elif settings.what == "seen":
        check_seen(path, settings.seen)
    elif settings.what == "page" and path.suffix.lower() != PAGE:
        raise ExportError(tr("{name} has another ending; a page's name ends in {page}.", name=path.name, page=PAGE))
    elif settings.what == "model" and path.suffix.lower() != MODEL:
        raise ExportError(tr("{name} has another ending; a model's name ends in {model}.", name=path.name, model=MODEL))


def export(
    document: Document,
    scene: AnyScene,
    settings: Settings,
    path: Path,
    painters: Painters,
    cancel: Cancel | None = None,
) -> Generator[float, None, str]:
    """Write one file or folder; yields the finished part and returns a sentence to show, mostly "".

    Closing the generator cancels; nothing is left then, and an old file is whole.

    Raises
    ------
    ExportError
        With one sentence for the user; also where the document's own input would be written over.
    SpecError
        If the layers do not fit the input.
    Cancelled
        If `cancel` returned True while arrays were computed.
    """
    check(settings, path)
    refuse_overwriting([path], [Path(document.sample.source)] if Path(document.sample.source).is_absolute() else [])
    yield 0.0
    if settings.what == "model":
        write_onnx(document, path)
        return ""
    if settings.what == "seen":
        note = write_seen(document, path, settings.seen, cancel, theme_named(settings.theme))
        return "; ".join(part for part in (note, left_out(document)) if part)
    if settings.what in ("array", "input"):
        given = settings.what == "input"
        array, geometry = (document.sample.data, Geometry.of(document.sample)) if given else output(document, cancel)
        yield 0.5
        full = full_scale(document.sample.data) if path.suffix.lower() == ".wav" else None
        notes = (
            () if full is None else (taken_for_24(document.sample.data), "" if given else slower(document, geometry))
        )
        return " ".join(part for part in (*notes, write_array(array, path, geometry, full, settings.sound)) if part)
    if settings.what == "page":
        return (yield from write_page(document, path, (settings.width, settings.height), cancel))
    canvas = Canvas(
        settings.width,
        settings.height,
        theme_named(settings.theme),
        captions=settings.captions,
        pixels=max(1.0, settings.scale),
    )
    if settings.what == "picture":
        picture = still(
            document, scene, canvas, settings.step,
            transparent=settings.transparent, crop=settings.crop, hidden=settings.hidden,
        )  # fmt: skip
        yield 0.5
        write_picture(picture, path, painters, settings.scale)
        return ""
    animation = film(
        document, scene, canvas, settings.timing,
        transparent=settings.transparent, crop=settings.crop, hidden=settings.hidden, cancel=cancel,
    )  # fmt: skip
    if settings.what == "animation":
        yield from write_animation(animation, path, painters.rasterise, settings.scale, settings.matte)
    else:
        yield from write_frames(animation, path, painters.rasterise, settings.scale)
    return ""
