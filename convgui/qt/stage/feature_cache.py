"""What comes into the chosen layer, kept while the layers before it stay as they are."""

from __future__ import annotations

from convgui.layers.layer import AnyArray, Cancel
from convgui.model.document import Document
from convgui.model.flow import fed, incoming
from convgui.scenes.scene import AnyScene, work


class Incoming:
    """Remembers the last features, so that editing one layer does not compute those before it again.

    Scenes take over what they prepared before where their input is the very same array, which this sees to.
    """

    def __init__(self) -> None:
        self._known: tuple[Document, AnyArray] | None = None

    def cost(self, document: Document) -> int:
        """Return the multiply-adds that are still to do before the chosen layer; SpecError if the layers do not fit."""
        if document.view.layer == 0 or self._features(document) is not None:
            return 0
        before = zip(document.layers[: document.view.layer], document.shapes, strict=False)
        return document.sample.data.size + sum(work(layer, shape) for layer, shape in before)

    def to(self, scene: AnyScene, document: Document, cancel: Cancel | None = None) -> Document:
        """Return the document that a scene prepares; see `convgui.model.flow.fed`. May run in a worker thread."""
        if scene.reads_stack or document.view.layer == 0:
            return document if scene.reads_stack else fed(document)
        features = self._features(document)
        if features is None:
            features = incoming(document, cancel)
            # One assignment, so that another thread sees the old pair or the new one.
            self._known = (document, features)
        return fed(document, features)

    def _features(self, document: Document) -> AnyArray | None:
        if self._known is None:
            return None
        known, features = self._known
        count = document.view.layer
        same = known.sample is document.sample and known.view.layer == count and known.missing == document.missing
        return features if same and known.layers[:count] == document.layers[:count] else None
