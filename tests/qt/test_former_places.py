"""What scripts import by its former place is the very module that the program uses: what they replace there counts."""

from __future__ import annotations

from importlib import import_module

import pytest

PLACES = {
    "export_dialog": ("export.dialog", ("ExportDialog",)),
    "filing": ("documents.document_file", ("BLANK", "BUTTONS", "WAITING", "Filing", "Home", "write_document")),
    "layer_form": ("inspector.layer_form", ("EACH_SIDE", "MODES", "MOST_FILTERS", "NUMBER", "LayerForm")),
}


@pytest.mark.parametrize("former", PLACES)
def test_a_former_place_is_the_module(former: str) -> None:
    module, names = PLACES[former]
    found = import_module(f"convgui.qt.{former}")
    assert found is import_module(f"convgui.qt.{module}")
    assert all(hasattr(found, name) for name in names)


def test_rooms_offer_what_the_modules_of_their_names_did() -> None:
    from convgui.qt.app import Application, Windows, make_application, make_window, run
    from convgui.qt.lessons import THUMBNAIL, CaptionBar, LessonList, small_picture, thumbnail

    assert all((Application, Windows, make_application, make_window, run))
    assert all((THUMBNAIL, CaptionBar, LessonList, small_picture, thumbnail))
