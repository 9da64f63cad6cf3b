from __future__ import annotations

from convgui.session.finding import Entry, matching_entries

ENTRIES = (
    Entry("Open…", "File"),
    Entry("Reopen the last", "File", possible=False),
    Entry("Sobel x", "Kernel", also="edge gradient"),
    Entry("Sobel on a photo", "Lesson"),
    Entry("Transposed, stride 2", "Lesson"),
)


def titles(typed: str) -> list[str]:
    return [ENTRIES[place].title for place in matching_entries(ENTRIES, typed)]


def test_nothing_typed_finds_everything_in_order() -> None:
    assert titles(" ") == ["Open…", "Sobel x", "Sobel on a photo", "Transposed, stride 2", "Reopen the last"]


def test_the_beginning_of_a_title_comes_first() -> None:
    assert titles("open") == ["Open…", "Reopen the last"]


def test_every_word_has_to_be_there_in_any_order() -> None:
    assert titles("photo sobel") == ["Sobel on a photo"]
    assert titles("sobel volume") == []


def test_kinds_other_words_and_letters_in_their_order_are_found_too() -> None:
    assert titles("LESSON")[0] == "Sobel on a photo"
    assert titles("gradient") == ["Sobel x"]
    assert titles("tsp") == ["Transposed, stride 2"]
    assert titles("q") == []


def test_a_size_is_one_word_however_it_is_typed() -> None:
    entries = (Entry("Gaussian 3 × 3", "Kernel"), Entry("Kernel size", "Setting", also="why 3x3"))
    for typed in ("3x3", "3 × 3", "3*3", "3 x 3"):
        assert sorted(matching_entries(entries, typed)) == [0, 1]
    assert matching_entries(entries, "why 3 x 3") == [1]


def test_digits_are_no_letters_that_stand_anywhere() -> None:
    entries = (Entry("ResNet-101, depth 3", "Network"), Entry("Type numbers…", "Action", also="1D"))
    assert matching_entries(entries, "1d") == [1]


def test_a_title_that_is_just_what_is_typed_comes_first() -> None:
    entries = [Entry("Stride and aliasing", "Lesson"), Entry("Stride", "Setting"), Entry("3 × 3", "Lesson")]
    assert matching_entries(entries, "stride") == [1, 0]
    assert matching_entries(entries, "3x3") == [2]


def test_chinese_words_are_found_with_and_without_spaces() -> None:
    entries = [Entry("核大小", "设置", also="为什么 3x3, 感受野"), Entry("步长", "设置")]
    assert matching_entries(entries, "为什么3x3") == [0]
    assert matching_entries(entries, "为什么 3x3") == [0]
