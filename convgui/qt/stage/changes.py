"""What an edit leaves as it was, as far as a picture is about it."""

from __future__ import annotations

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.session.walking import chosen_options


def same_question(old: Document, new: Document) -> bool:
    """Tell whether two documents of one scene choose the same kernel and options, as far as `prepare` reads them."""
    before, after = old.view, new.view
    same = (before.layer, before.filter, before.options) == (after.layer, after.filter, after.options)
    if scene(after.scene).reads_channel:
        same = same and before.channel == after.channel
    # Which options there are to choose can depend on the lesson.
    return same and (old.lesson is new.lesson or chosen_options(old) == chosen_options(new))


def same_shapes(old: Document, new: Document) -> bool:
    """Tell whether two documents differ in weights at the most, so that the old picture may stay a while."""
    kinds = [type(layer) for layer in old.layers] == [type(layer) for layer in new.layers]
    try:
        return kinds and old.shapes == new.shapes and _specs(old) == _specs(new)
    except SpecError:
        return False


def _specs(document: Document) -> list[ConvSpec]:
    return [layer.spec for layer in document.layers if isinstance(layer, Convolution)]
