"""Inputs, documents and lessons."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from convgui.core.arrays import refuse_masked
from convgui.core.spec import SpecError
from convgui.files import samples
from convgui.files.axes import parse_selection
from convgui.files.documents import is_document
from convgui.files.errors import LoadError
from convgui.files.layout import native_values
from convgui.files.load import load as load_file
from convgui.files.own_lessons import all_lessons, open_lesson
from convgui.files.source import Source
from convgui.layers.layer import Layer
from convgui.model.document import Document, Lesson, Missing
from convgui.model.limits import check_document
from convgui.model.sample import Sample
from convgui.session.opening import open_document, open_lesson_file, with_first_view
from convgui.words import tr


def load(path: str | Path, *, channel: str | None = None, index: Sequence[str] = ()) -> Sample:
    """Open a picture, an array, a volume or a film as an input.

    Parameters
    ----------
    path : str or Path
        The file, told by its content; a folder stands for the DICOM series in it.
    channel : str, optional
        The axis that is the channel, where there is a choice; ``"none"`` for no axis.
    index : sequence of str
        Positions on axes that are left out, such as ``["time=3"]``.

    Returns
    -------
    Sample
        Its `data` are ``(C, *spatial)`` in the file's own type, NaN where a value is missing; `spacing` is in `units`.

    Raises
    ------
    LoadError
        If it cannot be opened.

    Examples
    --------
    >>> np.save("two.npy", np.eye(2))
    >>> convgui.load("two.npy").data.shape
    (1, 2, 2)
    """
    try:
        choose = parse_selection(channel, index)
    except ValueError as error:
        raise LoadError(Path(path).name, str(error), tr("write AXIS=POSITION")) from error
    return load_file(path, choose=choose)


def from_array(
    data: ArrayLike,
    name: str = "array",
    *,
    channels: Sequence[str] = (),
    spacing: Sequence[float] = (),
    units: Sequence[str] = (),
) -> Sample:
    """Make an input of numbers.

    Parameters
    ----------
    data : array_like
        ``(C, *spatial)`` of 1 to 3 spatial axes, bool, integer or real; it is copied. NaN and infinity are missing.
    channels : sequence of str
        A short name a channel.
    spacing, units : sequence
        Size of a cell on each spatial axis, and its unit, such as ``"mm"``.

    Raises
    ------
    LoadError
        If there are no numbers, or too many or too few axes, names or sizes.

    Examples
    --------
    >>> convgui.from_array([[[1, 2], [3, 4]]], "a grid").spatial
    (2, 2)
    """
    try:
        refuse_masked("data", data)
        array, missing = native_values(np.array(data), Source(name, io.BytesIO(), 0))
        if not array.size:
            raise ValueError(tr("its size is {sides}, so it holds no values", sides=array.shape))
        return Sample(array, name, "", tuple(channels), tuple(spacing), missing, units=tuple(units))
    except (TypeError, ValueError) as error:
        remedy = tr("give numbers of the shape (C, *spatial)")
        raise LoadError(name, str(error).rstrip("."), remedy) from error


def list_samples() -> tuple[str, ...]:
    """Return the ids of the pictures and volumes that ship with convgui, for `load_sample`.

    Examples
    --------
    >>> "camera" in convgui.list_samples()
    True
    """
    return tuple(info.id for info in samples.samples())


def load_sample(id: str) -> Sample:
    """Open an input that ships with convgui; LoadError if there is none of that id.

    Examples
    --------
    >>> convgui.load_sample("camera").data.shape
    (1, 512, 512)
    """
    return samples.load_sample(id)


def document(input: Sample | ArrayLike, *layers: Layer, missing: Missing = "spread") -> Document:
    """Put an input and a stack of layers together.

    Parameters
    ----------
    input : Sample or array_like
        As `from_array` takes it.
    *layers : Layer
        At least one, the first one next to the input.
    missing : str
        What becomes of missing values: ``"spread"``, ``"rescale"`` (left out, the other weights rescaled), ``"zero"``.

    Returns
    -------
    Document
        Frozen; it opens with a scene that can show it.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it, or makes more than can be shown.
    LoadError
        If the input is none.

    Examples
    --------
    >>> document = convgui.document(np.eye(4)[None], convgui.convolution("box"), convgui.ReLU())
    >>> document.shapes
    ((1, 4, 4), (1, 2, 2), (1, 2, 2))
    """
    if not layers:
        raise SpecError("layers", tr("a document has at least one layer."))
    built = Document(input if isinstance(input, Sample) else from_array(input), layers, missing=missing)
    check_document(built)
    return with_first_view(built)


def load_document(path: str | Path) -> Document:
    """Open a ``.convgui`` document, or a lesson's ``.json`` file.

    Raises
    ------
    LoadError
        If it cannot be opened, or an input that it refers to has moved.

    Examples
    --------
    >>> convgui.save(convgui.load_lesson("sobel-photo"), "sobel.convgui")
    ''
    >>> convgui.load_document("sobel.convgui").layers[0].title
    'Convolution 3 × 3'
    """
    path = Path(path)
    if path.suffix.lower() == ".json" and not is_document(path):
        return open_lesson_file(path)
    return open_document(path).document


def list_lessons() -> tuple[Lesson, ...]:
    """Return all lessons, the user's own last; each has an `id`, `title`, `chapter` and `captions`.

    Examples
    --------
    >>> convgui.list_lessons()[0].id
    'single-channel'
    """
    return all_lessons()


def load_lesson(id: str) -> Document:
    """Open a lesson; LoadError if there is none of that id.

    Examples
    --------
    >>> convgui.load_lesson("single-channel").view.scene
    'slide'
    """
    return open_lesson(id)
