"""What every refusal of this program is."""

from __future__ import annotations

from convgui.words import tr


def told(error: BaseException) -> str:
    """Return what a library's error says, for a sentence: its name where that is nothing, and no advice in code."""
    text = str(error)
    if "set_int_max_str_digits" in text:
        return tr("a number of thousands of digits")
    return text if text.strip("'\" ") else type(error).__name__


class ConvguiError(Exception):
    """Something that was asked for and cannot be done; its text is one sentence: what, where, why, what to do."""

    def __str__(self) -> str:
        """Return the sentence itself: what `convgui.words.tr` has said can be said in another language."""
        sentence = self.args[0] if len(self.args) == 1 else None
        return sentence if isinstance(sentence, str) else super().__str__()


def one_line(text: str) -> str:
    """Return a text's first sentence without its full stop: one is promised, whatever a library had to say."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    words = " ".join(printable.split()).split(". ")[0][:300].rstrip(".")
    # One that is so already can still be said in another language.
    return text if words == text else words
