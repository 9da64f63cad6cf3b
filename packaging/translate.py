"""Keeps the catalogues in resources/translations: what the program says, in its other languages.

    python packaging/translate.py           collect the texts, bring every .po up to date and compile it
    python packaging/translate.py --check   only tell whether that would change anything, or something is missing
    python packaging/translate.py --font NotoSansCJK-Regular.ttc NotoSansCJK-Bold.ttc
                                            cut the Chinese fonts down to what the catalogue needs (needs fonttools)

Texts are collected from `tr`, `trn` and `mark` in convgui, from the lessons and from the names of the samples.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
FONTS = ROOT / "resources" / "fonts"
SIMPLIFIED = 2
"""Which font of Debian's collection writes Simplified Chinese."""

_LITERALS = r"""(?:(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*)+"""
CALL = re.compile(rf"(?<!\w)(?P<name>trn|tr|mark)\(\s*(?P<first>{_LITERALS})(?:,\s*(?P<second>{_LITERALS}))?")
"""A call with its text; parsing the sources properly takes a hundred times as long."""

MessageId = str | tuple[str, str]


@cache
def collected() -> dict[MessageId, list[str]]:
    """Return every text that the program says, with the files that it stands in."""
    found: dict[MessageId, list[str]] = {}
    for path, text in (*_in_sources(), *_in_lessons(), *_in_samples()):
        places = found.setdefault(text, [])
        if path not in places:
            places.append(path)
    # A text with number forms is also the singular of itself: gettext keeps one entry for both.
    for text in [text for text in found if isinstance(text, tuple)]:
        found[text] += found.pop(text[0], [])
    return found


def _in_sources() -> Iterator[tuple[str, MessageId]]:
    for path in sorted((ROOT / "convgui").rglob("*.py")):
        if path.parts[-2:] != ("words", "__init__.py"):
            for text in said(path.read_text(encoding="utf-8")):
                yield path.relative_to(ROOT).as_posix(), text


def said(source: str) -> Iterator[MessageId]:
    """Yield what is written in calls of the words' functions, inside f-strings too, which Babel does not enter."""
    for call in CALL.finditer(source):
        first = _literal(call["first"])
        yield (first, _literal(call["second"])) if call["name"] == "trn" else first


def _literal(code: str) -> str:
    return str(ast.literal_eval(f"({code})"))


def _in_lessons() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "resources" / "lessons").glob("*.json")):
        lesson = json.loads(path.read_text(encoding="utf-8"))
        for text in (lesson["title"], lesson["chapter"], *(caption["text"] for caption in lesson["captions"])):
            yield path.relative_to(ROOT).as_posix(), text


def _in_samples() -> Iterator[tuple[str, str]]:
    path = ROOT / "resources" / "samples" / "samples.json"
    for sample in json.loads(path.read_text(encoding="utf-8")):
        yield path.relative_to(ROOT).as_posix(), sample["title"]


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as stream:
        return read_po(stream, locale=path.stem)


def updated(old: Catalog) -> Catalog:
    """Return a catalogue of exactly the texts there are now, with the translations that are known."""
    new = Catalog(locale=old.locale, header_comment=old.header_comment, project="convgui", fuzzy=False)
    new.mime_headers = [(name, value) for name, value in old.mime_headers if name not in ("POT-Creation-Date",)]
    for text, places in sorted(collected().items(), key=lambda item: (item[1][0], str(item[0]))):
        known = old.get(text)
        string = known.string if known is not None else ""
        new.add(text, string, locations=[(place, 0) for place in places])
    return new


def written(catalogue: Catalog) -> bytes:
    """Return the text of a .po file."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=110, omit_header=False, include_lineno=False)
    text = stream.getvalue().decode()
    # What changes with every run says nothing.
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team):.*\n',
        "",
        text,
        flags=re.M,
    )
    return text.encode()


def compiled(catalogue: Catalog) -> bytes:
    """Return what a .po file compiles to: the same bytes on every day."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def faults(catalogue: Catalog) -> Iterator[str]:
    """Yield what keeps a catalogue from being complete: a text without its translation, or with other values."""
    for message in catalogue:
        if message.id:
            yield from _faults(message)


def _faults(message: Message) -> Iterator[str]:
    ids, strings = _forms(message.id), _forms(message.string)
    if message.fuzzy or not all(strings):
        yield f"not translated: {ids[0]!r}"
        return
    wanted = set().union(*(_values(text) for text in ids))
    for string in strings:
        if _values(string) != wanted:
            yield f"other values than {sorted(wanted)} in {string!r}"


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return a text in all its number forms."""
    return (text or "",) if isinstance(text, str) or text is None else text


def _values(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}", text))


def characters(catalogues: Iterable[Catalog]) -> str:
    """Return every character that the translations are written with."""
    said = (text for catalogue in catalogues for entry in catalogue if entry.id for text in _forms(entry.string))
    return "".join(sorted({c for text in said for c in text if c > "\u00ff"}))


def cut_font(collection: Path) -> None:
    """Cut a weight of Noto Sans CJK SC down to the characters of the catalogues and of the languages' own names."""
    text = characters(read(path) for path in sorted(FOLDER.glob("*.po"))) + "简体中文"
    options = [
        f"--font-number={SIMPLIFIED}",
        f"--text={text}",
        f"--output-file={FONTS / collection.stem.replace('CJK', 'CJKsc')}.otf",
        "--layout-features=",
        "--no-hinting",
    ]
    subprocess.run([sys.executable, "-m", "fontTools.subset", str(collection), *options], check=True)


def main() -> int:
    """Bring the catalogues up to date, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if something would change")
    parser.add_argument("--font", type=Path, nargs="+", metavar="TTC", help="cut from Debian's fonts-noto-cjk")
    chosen = parser.parse_args()
    if chosen.font is not None:
        for collection in chosen.font:
            cut_font(collection)
        return 0
    status = 0
    for path in sorted(FOLDER.glob("*.po")):
        catalogue = updated(read(path))
        for fault in faults(catalogue):
            print(f"{path.name}: {fault}")
            status = 1
        for target, content in ((path, written(catalogue)), (path.with_suffix(".mo"), compiled(catalogue))):
            if not target.is_file() or target.read_bytes() != content:
                print(f"{target.name} {'is out of date' if chosen.check else 'is written anew'}")
                status |= chosen.check
                if not chosen.check:
                    target.write_bytes(content)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
