"""Readers of file formats that other packages add by entry points of the group ``convgui.readers``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convgui import plugins
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import tr


@dataclass(frozen=True)
class Reader:
    """What opens files of one kind; those that convgui opens itself never come to it.

    Attributes
    ----------
    title : str
        What the files are called in a file dialog, such as ``"Zeiss microscopes"``.
    endings : tuple of str
        Their usual endings, in lower case and with the dot.
    load : callable
        Makes a sample of a source, and raises `source.error` with what is wrong with the file. What comes from a file
        is not believed: `source.check_size` looks at sizes before memory is taken.
    signatures : tuple of bytes
        The bytes that they begin with; of a kind without any, the endings tell.
    """

    title: str
    endings: tuple[str, ...]
    load: Callable[[Source], Sample]
    signatures: tuple[bytes, ...] = ()

    def reads(self, name: str, head: bytes) -> bool:
        """Whether a file of that name, which begins with these bytes, is of this kind."""
        return head.startswith(self.signatures) if self.signatures else name.lower().endswith(self.endings)


def readers() -> tuple[Reader, ...]:
    """Every reader that other packages add."""
    return plugins.found("convgui.readers", _accepted)


def reader_of(name: str, head: bytes) -> Reader | None:
    """Return the reader for a file of that name, which begins with these bytes."""
    return next((reader for reader in readers() if reader.reads(name, head)), None)


def _accepted(plugin: plugins.Plugin, thing: object) -> Reader:
    """Return another package's reader, guarded; an error says what is wrong with it."""
    if not isinstance(thing, Reader):
        raise plugins.wrong_type(thing, "convgui.files.readers.Reader")
    if not all(isinstance(ending, str) and ending.startswith(".") for ending in thing.endings) or not thing.endings:
        raise ValueError(
            tr("its endings are {endings!r}, and texts that begin with a dot are needed", endings=thing.endings)
        )
    if not all(isinstance(signature, bytes) and signature for signature in thing.signatures):
        raise ValueError(tr("its signatures are {signatures!r}, and bytes are needed", signatures=thing.signatures))
    load = plugin.guarded(thing.load, Sample)

    def guarded(source: Source) -> Sample:
        try:
            return load(source)
        except plugins.PluginError as error:
            raise source.error(str(error).rstrip("."), tr("open another file")) from error

    return Reader(str(thing.title), tuple(thing.endings), guarded, tuple(thing.signatures))
