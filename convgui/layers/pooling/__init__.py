"""Pooling: the layer, and what it writes for other libraries."""

from convgui.layers.pooling.layer import MOST_TERMS, Pool

LAYER = Pool

__all__ = ["LAYER", "MOST_TERMS", "Pool"]
