"""Windows that are measured leave nothing behind either."""

from __future__ import annotations

from tests.qt.conftest import _nothing_left, _own_settings, _patient, _thumbnails, data

__all__ = ["_nothing_left", "_own_settings", "_patient", "_thumbnails", "data"]
