"""Damage, by formats: what a reader believes is changed, and what only guards against accidents is made right again."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeAlias

from tests.fuzz.seeds import WEIRD, Files, seeds

Mutation: TypeAlias = Callable[[bytes, Random], bytes]
NUMBERS = (0, 1, 2, 3, 7, 127, 128, 255, 256, 32767, 32768, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
WORDS = (
    "",
    "-1",
    "0",
    "1e999",
    "nan",
    "99999999999999999999",
    "x",
    "\0",
    "..",
    "/dev/zero",
    "9" * 400,
    "é",
    "1 2 3",
    "%s",
)


def flip(data: bytes, rng: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        # Headers are where a flipped bit does most, so half of the damage goes there.
        at = rng.randrange(min(len(damaged), rng.choice((64, 400, len(damaged)))) or 1)
        if damaged:
            damaged[at] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def put_number(data: bytes, rng: Random) -> bytes:
    """Write a number that is remarkable over some bytes, in either order."""
    size = rng.choice((1, 2, 2, 4, 4, 8))
    if len(data) <= size:
        return data
    at = rng.randrange(min(len(data) - size, rng.choice((64, 400, len(data)))) or 1)
    value = rng.choice(NUMBERS) & ((1 << (8 * size)) - 1)
    return data[:at] + value.to_bytes(size, rng.choice(("little", "big"))) + data[at + size :]


def put_real(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(max(min(len(data), 400) // 4, 1)) * 4
    real = struct.pack(rng.choice("<>") + "f", rng.choice((float("nan"), float("inf"), -1e38, 1e-40, 0.0, -1.0)))
    return data[:at] + real + data[at + 4 :]


def cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def splice(data: bytes, rng: Random) -> bytes:
    """Move, repeat or drop a part."""
    one, other = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    part, at = data[one:other], rng.randrange(len(data) + 1)
    return rng.choice((data[:one] + data[other:], data[:at] + part + data[at:], data[:one] + part * 3 + data[other:]))


def insert(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 2, 16, 300))) + data[at:]


PLAIN: tuple[Mutation, ...] = (flip, flip, put_number, put_number, put_real, cut, splice, insert)


def any_of(data: bytes, rng: Random) -> bytes:
    return rng.choice(PLAIN)(data, rng)


def in_png(data: bytes, rng: Random) -> bytes:
    """Change chunks, and what is packed in them; their checksums are right."""
    parts, at = [], 8
    while at + 12 <= len(data):
        size = struct.unpack_from(">I", data, at)[0]
        parts.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    place = rng.randrange(len(parts))
    kind, content = parts[place]
    way = rng.randrange(6)
    if way == 0:
        parts.insert(rng.randrange(len(parts)), parts.pop(place))
    elif way == 1:
        parts.insert(place, parts[place])
    elif way == 2:
        del parts[place]
    elif kind in (b"IDAT", b"zTXt", b"iCCP") and way < 5:
        parts[place] = (kind, _in_zlib(content, rng))
    else:
        parts[place] = (kind, any_of(content, rng) if content else b"\0")
    return data[:8] + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _in_zlib(content: bytes, rng: Random) -> bytes:
    try:
        return zlib.compress(any_of(zlib.decompress(content), rng))
    except zlib.error:
        return any_of(content, rng)


def in_jpeg(data: bytes, rng: Random) -> bytes:
    """Change, repeat, move or drop a segment of the head."""
    parts, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = 2 + struct.unpack_from(">H", data, at + 2)[0]
        parts.append(data[at : at + size])
        at += size
    place = rng.randrange(len(parts))
    changed = rng.choice((b"", parts[place] * 2, parts[place][:4] + any_of(parts[place][4:], rng)))
    parts[place] = changed
    if rng.random() < 0.2:
        rng.shuffle(parts)
    return data[:2] + b"".join(parts) + data[at:]


def in_riff(data: bytes, rng: Random) -> bytes:
    """Change a chunk; the sizes are right."""
    parts, at = [], 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        parts.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    place = rng.randrange(len(parts))
    kind, content = parts[place]
    parts[place] = (kind, any_of(content, rng))
    if rng.random() < 0.3:
        parts.insert(rng.randrange(len(parts)), parts[place])
    body = b"".join(kind + struct.pack("<I", len(c)) + c + bytes(len(c) % 2) for kind, c in parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def in_tiff(data: bytes, rng: Random) -> bytes:
    """Change one field of one tag: its number, type, count or value."""
    order, big = "<" if data[:2] == b"II" else ">", data[2] == 43 or data[3] == 43
    first = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]
    count = struct.unpack_from(order + ("Q" if big else "H"), data, first)[0]
    entry, wide = (20, "Q") if big else (12, "I")
    at = first + (8 if big else 2) + entry * rng.randrange(count)
    tag, kind, number, value = struct.unpack_from(f"{order}HH{wide}{wide}", data, at)
    extreme = rng.choice(NUMBERS) & ((1 << (64 if big else 32)) - 1)
    way = rng.randrange(6)
    if way == 0:
        tag = rng.choice((254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 320, 322, 324, 338, 339, 65535))
    elif way == 1:
        kind = rng.randrange(20)
    elif way == 2:
        number = extreme
    elif way == 3:
        value = rng.choice((value + 1, max(value - 1, 0), rng.randrange(1 << 16), first, len(data)))
    else:
        value = extreme
    changed = struct.pack(f"{order}HH{wide}{wide}", tag, kind, number, value & ((1 << (64 if big else 32)) - 1))
    return data[:at] + changed + data[at + entry :]


def in_zip(data: bytes, rng: Random) -> bytes:
    """Change a member, its name or how many there are; the archive is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    place = rng.randrange(len(members))
    name, content = members[place]
    way = rng.randrange(8)
    if way == 0:
        members[place] = (rng.choice(("", "../x", "/x", "a" * 300, name.upper())) or "?", content)
    elif way == 1:
        del members[place]
    elif name.endswith(".json"):
        members[place] = (name, in_json(content, rng))
    else:
        members[place] = (name, rng.choice((any_of, in_npy))(content, rng))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def in_gzip(data: bytes, rng: Random) -> bytes:
    return gzip.compress(any_of(gzip.decompress(data), rng), mtime=0)


def in_npy(data: bytes, rng: Random) -> bytes:
    """Change the text of the header; its length is right."""
    if data[:6] != b"\x93NUMPY":
        return any_of(data, rng)
    size = struct.unpack_from("<H", data, 8)[0]
    head = in_text(data[10 : 10 + size], rng)[:60000]
    return data[:8] + struct.pack("<H", len(head)) + head + data[10 + size :]


def in_text(data: bytes, rng: Random) -> bytes:
    """Change a number or a word, or lines."""
    found = list(re.finditer(rb"[-+.\w]+", data))
    if not found or rng.random() < 0.2:
        return any_of(data, rng)
    if rng.random() < 0.2:
        lines = data.split(b"\n")
        rng.shuffle(lines)
        return b"\n".join(lines)
    word = rng.choice(found)
    given = rng.choice((rng.choice(WORDS).encode(), str(rng.choice(NUMBERS)).encode(), rng.choice(found).group()))
    return data[: word.start()] + given + data[word.end() :]


def in_json(data: bytes, rng: Random) -> bytes:
    """Put something else in a place of the tree, or take it out."""
    if rng.random() < 0.15:
        return in_text(data, rng)
    tree: Any = json.loads(data)
    for _ in range(rng.choice((1, 1, 2))):
        node: Any = tree
        while True:
            keys = list(node) if isinstance(node, dict) else range(len(node))
            if not keys:
                break
            key = rng.choice(keys)
            inner = node[key]
            if isinstance(inner, (dict, list)) and inner and rng.random() < 0.75:
                node = inner
                continue
            if rng.random() < 0.2:
                del node[key]
            elif rng.random() < 0.1 and isinstance(node, dict):
                node["surprise"] = rng.choice(WEIRD)
            else:
                node[key] = rng.choice((*WEIRD, *NUMBERS, *WORDS))
            break
    return json.dumps(tree).encode()


def in_settings(data: bytes, rng: Random) -> bytes:
    if rng.random() < 0.5:
        text = json.dumps(
            json.dumps({name: rng.choice(WEIRD) for name in ("shade", "size", "memory", "speed", "decimals")})
        )
        return re.sub(rb"preferences=.*", lambda _: b"preferences=" + text.encode(), data)
    return in_text(data, rng)


def in_safetensors(data: bytes, rng: Random) -> bytes:
    """Change the table of tensors; its length is right."""
    size = struct.unpack_from("<Q", data)[0]
    head = in_json(data[8 : 8 + size], rng)
    return struct.pack("<Q", len(head)) + head + data[8 + size :]


KNOWING: Mapping[str, Mutation] = {
    "png": in_png, "apng": in_png, "jpeg": in_jpeg, "webp": in_riff, "tiff": in_tiff, "npy": in_npy, "npz": in_zip,
    "nifti.gz": in_gzip, "nrrd": in_text, "nrrd detached": in_text, "text": in_text, "document": in_zip,
    "lesson": in_json, "settings": in_settings, "safetensors": in_safetensors, "pytorch": in_zip,
}  # fmt: skip


def damaged(kind: str, number: int) -> Files:
    """Return the files of a mutation, which is always the same."""
    rng = Random(f"{kind} {number}")
    files = dict(rng.choice(seeds()[kind]))
    knowing = KNOWING.get(kind, any_of)
    for _ in range(rng.choice((1, 1, 1, 2))):
        name = rng.choice(list(files))
        mutate = knowing if rng.random() < 0.65 and not name.endswith(".raw") else any_of
        try:
            files[name] = mutate(files[name], rng)
        except (ValueError, IndexError, KeyError, struct.error, zipfile.BadZipFile, zlib.error, EOFError, OSError):
            # What was damaged already is no file of its format any more.
            files[name] = any_of(files[name], rng)
    return files
