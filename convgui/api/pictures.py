"""Pictures of documents, and what is written to files."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from convgui.draw import svg as written
from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.theme import THEMES, theme_named
from convgui.export import job
from convgui.export.frames import Timing
from convgui.export.pictures import Painters, write_picture
from convgui.export.web_fonts import font_faces
from convgui.files.documents import ENDING, write_document
from convgui.model.document import Document
from convgui.scenes import fitting, scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import AnyScene, SceneError, draw, reason_against
from convgui.session.opening import check_options
from convgui.words import tr

if TYPE_CHECKING:
    from convgui.qt.export.raster import Rasteriser

NO_OPTIONS: Mapping[str, str] = {}


def list_scenes() -> tuple[str, ...]:
    """Return the ids of all scenes, for `render`, in the order of the tabs.

    Examples
    --------
    >>> convgui.list_scenes()[0]
    'slide'
    """
    return tuple(known.id for known in scenes())


def render(
    document: Document,
    scene: str | None = None,
    *,
    step: int | None = None,
    options: Mapping[str, str] = NO_OPTIONS,
    size: tuple[int, int] = (1200, 800),
    theme: str = "light",
    captions: bool = True,
) -> Picture:
    """Draw a scene at a step, as the window does; no Qt is needed.

    Parameters
    ----------
    scene : str, optional
        Its id; the document's own, or the first that can show it, if left out.
    step : int, optional
        From 0, or from the end where it is negative; the document's own if left out.
    options : mapping
        The scene's choices by name, such as ``{"view": "surface"}``.
    size : (int, int)
        Width and height in pixels.
    theme : str
        ``"light"`` or ``"dark"``.
    captions : bool
        Whether titles and the arithmetic are drawn.

    Returns
    -------
    Picture
        A display list for `svg`, `pixels` and `save_picture`; `summary` says in a sentence what it shows.

    Raises
    ------
    SceneError
        If there is no such scene, step, option or theme, or the scene cannot show the document.

    Examples
    --------
    >>> picture = convgui.render(convgui.load_lesson("single-channel"), step=0)
    >>> round(picture.width), round(picture.height)
    (1200, 800)
    """
    chosen, document = _choose_scene(document, scene, options, theme)
    return draw(chosen, document, Canvas(*size, theme_named(theme), captions=captions), step)


def svg(picture: Picture, scale: float = 1.0, *, fonts: bool = True) -> str:
    """Write a picture as SVG text with real text in it; `scale` times as large, with its `fonts` or without them.

    Examples
    --------
    >>> convgui.svg(convgui.render(convgui.load_lesson("single-channel")))[:4]
    '<svg'
    """
    return written.svg(picture, scale, font_faces(written.faces(picture)) if fonts else "")


def pixels(picture: Picture, scale: float = 1.0) -> Bytes:
    """Paint a picture; Qt is imported for it, and an application without a screen made if there is none.

    Returns
    -------
    ndarray
        uint8 ``(height, width, 3)``, or 4 with opacity where the background is transparent.

    Examples
    --------
    >>> convgui.pixels(convgui.render(convgui.load_lesson("single-channel")), scale=0.5).shape
    (400, 600, 3)
    """
    return _painters().rasterise(picture, scale)


def save_picture(picture: Picture, path: str | Path, scale: float = 1.0) -> None:
    """Write a picture as ``.svg``, ``.png`` or ``.pdf``, by the name's ending; only the last two need Qt.

    Parameters
    ----------
    scale : float
        Pixels of the file, of a PDF points, for one of the picture.

    Raises
    ------
    ExportError
        If the ending is another one, or the file cannot be written; the old file is whole then.

    Examples
    --------
    >>> convgui.save_picture(convgui.render(convgui.load_lesson("single-channel")), "first.svg")
    """
    write_picture(picture, Path(path), _painters(), scale)


def save(
    document: Document,
    path: str | Path,
    scene: str | None = None,
    *,
    step: int | None = None,
    steps: tuple[int, int] = (0, -1),
    options: Mapping[str, str] = NO_OPTIONS,
    size: tuple[int, int] = (1200, 800),
    scale: float = 1.0,
    theme: str = "light",
    transparent: bool = False,
    captions: bool = True,
    speed: float = 1.0,
    rate: int = 25,
    glide: bool = True,
) -> str:
    """Write a document, its picture, its animation, the chosen layer's output or its layers, by the name's ending.

    Parameters
    ----------
    path : str or Path
        ``.convgui`` for the document; ``.png .svg .pdf`` for a picture; ``.gif .webp .apng .mp4 .webm`` for an
        animation, no ending for a folder of its frames; ``.npy .npz .tif .nii`` for the output; ``.onnx`` for layers.
    scene, step, options, size, theme, captions
        As for `render`.
    steps : (int, int)
        The first and the last step of an animation.
    scale : float
        Pixels of the file for one of the size.
    transparent : bool
        Whether the background is left out.
    speed : float
        At 1 a step takes three quarters of a second.
    rate : int
        Frames a second, while the window glides from step to step; without `glide` there is one frame a step.

    Returns
    -------
    str
        What the user should know about the file, in one sentence; mostly ``""``.

    Raises
    ------
    ExportError, WriteError
        If it cannot be written; the old file is whole then.
    SceneError, SpecError
        As for `render` and `compute`.

    Examples
    --------
    >>> lesson = convgui.load_lesson("single-channel")
    >>> convgui.save(lesson, "steps.gif", steps=(0, 2), size=(480, 320), glide=False)
    ''
    """
    path = Path(path)
    if path.suffix.lower() == ENDING:
        write_document(document, path)
        return ""
    what, timing = job.kind_of(path), Timing(*steps, speed, rate, glide)
    settings = job.Settings(what, *size, scale, theme, transparent, captions, step, timing)
    if what in ("array", "model"):
        chosen = fitting(document)
    else:
        chosen, document = _choose_scene(document, scene, options, theme)
    work = job.export(document, chosen, settings, path, _painters())
    return _finished(work)


def _finished(work: Generator[float, None, str]) -> str:
    """Run an export to its end; returns its sentence."""
    said = ""

    def run() -> Generator[float, None, None]:
        nonlocal said
        said = yield from work

    for _ in run():
        pass
    return said


def _choose_scene(
    document: Document, id: str | None, options: Mapping[str, str], theme: str
) -> tuple[AnyScene, Document]:
    """Return the scene that is meant, and the document with its options; SceneError says what is not there."""
    try:
        theme_named(theme)
    except KeyError:
        known = ", ".join(THEMES)
        raise SceneError(
            tr("there is no theme {theme!r}; the themes are: {known}.", theme=theme, known=known)
        ) from None
    chosen = fitting(document) if id is None else scene(id)
    reason = reason_against(chosen, document)
    if reason:
        raise SceneError(reason)
    if options:
        document = document.with_view(replace(document.view, options={**document.view.options, **options}))
        check_options(chosen, document)
    return chosen, document


def _painters() -> Painters:
    """Return what paints; each imports Qt when it is called."""
    return Painters(lambda picture, scale: _rasteriser()(picture, scale), _pdf)


@cache
def _rasteriser() -> Rasteriser:
    from convgui.qt.export.raster import Rasteriser

    _application()
    return Rasteriser()


def _pdf(picture: Picture, scale: float) -> bytes:
    from convgui.qt.export.raster import to_pdf

    _application()
    return to_pdf(picture, scale)


@cache
def _application() -> object:
    """Make the application that painting needs; it lives as long as the program."""
    from convgui.qt.export.raster import offscreen

    return offscreen()
