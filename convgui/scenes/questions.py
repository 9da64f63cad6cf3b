"""What is asked before a scene prepares: whether anything has changed for it, and what it would take."""

from __future__ import annotations

from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input, is_known, shape_only
from convgui.model.memo import Key, Pieces, Work
from convgui.scenes.scene import AnyScene, for_scene, reason_against, work_of


def question(scene: AnyScene, document: Document) -> Key:
    """Return all that the answer depends on that a scene prepares for a document.

    The layers are the last part; before them stands what the scene reads, or the sentence why it cannot show it.
    """
    reads = reason_against(scene, document) or scene.reads(for_scene(scene, document))
    return (scene.id, document.sample, document.missing, document.view.layer, reads, document.network)


def cost_with(scene: AnyScene, document: Document, pieces: Pieces) -> int:
    """Return about how many multiply-adds `prepared` takes where some pieces are there.

    Raises
    ------
    SpecError
        If a layer does not fit what comes to it.
    """
    if scene.reads_stack:
        given, before = document, 0
    elif is_known(document, pieces):
        given, before = chosen_layer_input(document, Work(pieces)), 0
    else:
        steps = ((document.layers[n], document.incoming[n]) for n in document.before_chosen)
        given, before = (
            shape_only(document),
            document.sample.data.size + sum(work_of(layer, shape) for layer, shape in steps),
        )
    return before + (0 if scene.remembers(given, pieces) else scene.cost(given))
