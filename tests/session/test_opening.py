"""What counts as an edit: walking a lesson does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convgui.files.lessons import lesson_index, load_lesson
from convgui.session.edits import change_kernel
from convgui.session.opening import modified
from convgui.session.walking import caption_document, with_lesson_start


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_walking_a_lesson_is_no_edit(identity: str) -> None:
    document = with_lesson_start(load_lesson(identity))
    lesson = document.lesson
    assert lesson is not None
    # A lesson opens at its first words, which may be about other layers than those without a state of their own.
    saved = caption_document(document, 0)
    for index in range(len(lesson.captions)):
        walked = caption_document(document, index)
        assert not modified(walked, saved)
        assert not modified(walked, document)


def test_an_edit_is_one() -> None:
    saved = with_lesson_start(load_lesson("single-channel"))
    edited = change_kernel(saved, lambda kernel: kernel + 1, every_channel=True)
    assert modified(edited, saved)
    assert modified(replace(saved, lesson=None), saved)
    assert modified(saved, None)
