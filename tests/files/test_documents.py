"""Documents: exact to the bit, whatever is in them; and whatever a file does, one sentence."""

from __future__ import annotations

import errno
import json
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from convgui.core.spec import ConvSpec
from convgui.files import LoadError, atomic_write, load
from convgui.files.documents import is_document, read_about, read_document, read_stored_document, write_document
from convgui.files.errors import MovedError, WriteError
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.links import link_to, linkable
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pixel_shuffle import PixelShuffle
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Caption, Document, Lesson, View, Words
from convgui.model.sample import Alpha, Sample
from tests.documents import KERNEL, textbook

DTYPES = ("bool", "uint8", "int16", "uint16", "int32", "float16", "float32", "float64")


def bits(array: Any) -> tuple[str, tuple[int, ...], bytes]:
    """Everything an array is, zeros with a sign included."""
    return array.dtype.str, array.shape, np.ascontiguousarray(array).tobytes()


def state(document: Document) -> list[Any]:
    """Everything a document is but its lesson, as values that can be compared."""
    sample = {f.name: getattr(document.sample, f.name) for f in fields(Sample)}
    layers: list[Any] = []
    for layer in document.layers:
        if isinstance(layer, Convolution):
            layers.append((layer.spec, bits(layer.weight), bits(layer.bias), layer.flip))
        else:
            held = {f.name: getattr(layer, f.name) for f in fields(layer)}
            plain = {name: bits(value) if isinstance(value, np.ndarray) else value for name, value in held.items()}
            layers.append((type(layer), plain))
    view = {**document.view.__dict__, "options": dict(document.view.options)}
    alpha = document.sample.alpha
    clear = None if alpha is None else (bits(alpha.values), alpha.associated)
    return [{**sample, "data": bits(document.sample.data), "alpha": clear}, layers, view]


def everything(document: Document) -> list[Any]:
    """Everything a document is."""
    lesson = document.lesson
    if lesson is None:
        return [state(document), None]
    notes = [
        (n.text, n.step, dict(n.options), n.predict, None if n.state is None else state(n.state))
        for n in lesson.captions
    ]
    return [state(document), (lesson.id, lesson.title, lesson.chapter, lesson.source, notes)]


@st.composite
def layer_for(draw: st.DrawFn, shape: tuple[int, ...]) -> Layer:
    channels, rank = shape[0], len(shape) - 1
    sizes = st.integers(1, 3)
    kind = draw(st.sampled_from(["conv", "transposed", "pool", "relu", "upsample", "shuffle", "pixel"]))
    if kind in ("conv", "transposed"):
        transposed = kind == "transposed"
        groups = draw(st.sampled_from([g for g in (1, 2, 3) if channels % g == 0]))
        stride = tuple(draw(sizes) for _ in range(rank))
        padding: Any = tuple((draw(st.integers(1, 3)), draw(st.integers(1, 3))) for _ in range(rank))
        if not transposed and draw(st.booleans()):
            padding = draw(st.sampled_from(["same_upper", "same_lower", "valid"]))
        spec = ConvSpec.of(
            channels, groups * draw(sizes), (1,) * rank if transposed else tuple(draw(sizes) for _ in range(rank)),
            stride=stride, padding=0 if transposed else padding, groups=groups, transposed=transposed,
            output_padding=tuple(s - 1 for s in stride) if transposed else 0,
        )  # fmt: skip
        finite = st.floats(allow_nan=False, allow_infinity=False)
        weight = draw(arrays.arrays(np.float64, spec.weight_shape, elements=finite))
        bias = draw(arrays.arrays(np.float64, (spec.out_channels,), elements=finite))
        return Convolution(spec, weight, bias, draw(st.booleans()))
    if kind == "pool":
        size = tuple(draw(st.integers(1, 2)) for _ in range(rank))
        return Pool(draw(st.sampled_from(["max", "average"])), size, size, tuple(k // 2 for k in size))
    if kind == "upsample":
        return Upsample(tuple(draw(sizes) for _ in range(rank)), draw(st.sampled_from(["nearest", "linear"])))
    if kind == "shuffle":
        return ChannelShuffle(draw(st.sampled_from([g for g in (1, 2, 3) if channels % g == 0])))
    return PixelShuffle(2) if kind == "pixel" and channels % 2**rank == 0 else ReLU()


@st.composite
def documents(draw: st.DrawFn) -> Document:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    finite = st.floats(allow_nan=False, allow_infinity=False, width=16)
    kind = np.dtype(draw(st.sampled_from(DTYPES)))
    data = draw(arrays.arrays(kind, shape, elements=finite if kind.kind == "f" else None))
    if draw(st.booleans()):
        data = np.asfortranarray(data)
    text = st.text(max_size=12)
    cover = draw(arrays.arrays(draw(st.sampled_from([np.uint8, np.uint16])), shape[1:]))
    sample = Sample(
        data,
        draw(text),
        draw(text),
        note=draw(text),
        spacing=(draw(st.floats(1e-9, 1e9)),) * (len(shape) - 1),
        alpha=draw(st.sampled_from([None, Alpha(cover, draw(st.booleans()))])),
    )
    layers: list[Layer] = []
    for _ in range(draw(st.integers(1, 4))):
        layers.append(draw(layer_for(shape)))
        try:
            shape = layers[-1].output_shape(shape)
        except ValueError:
            layers[-1] = ReLU()
    options = MappingProxyType(draw(st.dictionaries(text, text, max_size=2)))
    whole = st.integers(0, 10**6)
    part = st.floats(0, 1)
    view = View(
        "slide",
        draw(whole),
        draw(whole),
        draw(whole),
        draw(whole),
        options,
        (draw(part), draw(part)),
        1.7,
        (draw(part), -9.5),
        draw(st.sampled_from([None, (-1.5, 0.1)])),
    )
    document = Document(sample, tuple(layers), view)
    if not draw(st.booleans()):
        return document
    notes = tuple(
        Caption(
            draw(text),
            draw(st.integers(-1, 99)),
            options,
            draw(st.booleans()),
            draw(st.sampled_from([None, document])),
            draw(st.sampled_from(get_args(Words))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return replace(document, lesson=Lesson(draw(text), draw(text), draw(text), notes, draw(text)))


@settings(max_examples=60)
@given(document=documents())
def test_a_round_trip_is_exact_to_the_bit(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    path = tmp_path_factory.getbasetemp() / "round.convgui"
    write_document(document, path)
    assert everything(read_document(path)) == everything(document)


def test_every_lesson_that_ships_can_be_kept(tmp_path: Path) -> None:
    for item in lesson_index()[::6]:
        document = load_lesson(item.id)
        write_document(document, tmp_path / "a.convgui")
        assert everything(read_document(tmp_path / "a.convgui")) == everything(document), item.id


def test_whose_words_notes_are_is_a_version_of_its_own(tmp_path: Path) -> None:
    def text(words: Words) -> dict[str, Any]:
        lesson = Lesson("", "T", "C", (Caption("a", words=words),))
        write_document(replace(textbook(), lesson=lesson), tmp_path / "a.convgui")
        with zipfile.ZipFile(tmp_path / "a.convgui") as archive:
            return dict(json.loads(archive.read("document.json")))

    assert text("own")["convgui_document"] == 1
    assert "words" not in text("own")["lesson"]["notes"][0]
    stale = text("stale")
    assert (stale["convgui_document"], stale["lesson"]["notes"][0]["words"]) == (3, "stale")
    stale["lesson"]["notes"][0]["words"] = "theirs"
    with zipfile.ZipFile(tmp_path / "a.convgui") as archive:
        arrays = {name: archive.read(name) for name in archive.namelist()[1:]}
    (tmp_path / "b.convgui").write_bytes(packed(stale, arrays))
    with pytest.raises(LoadError, match=r"lesson\.notes\[0\]\.words' is 'theirs'"):
        read_document(tmp_path / "b.convgui")


def test_what_is_shared_is_written_and_read_once(tmp_path: Path) -> None:
    base = textbook()
    notes = tuple(Caption(str(i), state=base.with_view(replace(base.view, step=i))) for i in range(5))
    path = tmp_path / "a.convgui"
    write_document(replace(base, lesson=Lesson("", "T", "C", notes)), path)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["document.json", "arrays/0.npy", "arrays/1.npy", "arrays/2.npy"]
    read = read_document(path)
    assert read.lesson is not None
    assert {id(n.state.sample) for n in read.lesson.captions if n.state} == {id(read.sample)}
    assert {id(n.state.layer) for n in read.lesson.captions if n.state} == {id(read.layer)}


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    write_document(textbook(), tmp_path / "a.convgui")
    with zipfile.ZipFile(tmp_path / "a.convgui") as archive:
        assert archive.testzip() is None
        content = json.loads(archive.read("document.json"))
        weight = np.load(BytesIO(archive.read(content["layers"][0]["weight"])), allow_pickle=False)
    assert weight.tolist() == [[KERNEL]]


def test_equal_documents_are_equal_files(tmp_path: Path) -> None:
    document = textbook()
    for name in ("a", "b"):
        write_document(document, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:
        # Written at another time they are, too.
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_version_1_stays_readable() -> None:
    """The file was written once, by the first writer of version 1, and is never written again."""
    document = read_document(Path(__file__).with_name("version-1.convgui"))
    assert document.sample.name == "test"
    assert document.layer.weight.tolist() == [[KERNEL]]
    assert document.layer.spec.stride == (2, 2)
    assert [type(layer).__name__ for layer in document.layers] == ["Convolution", "ReLU", "Pool"]
    assert document.view.step == 3
    assert document.lesson is not None
    assert [(n.text, n.predict) for n in document.lesson.captions] == [("First", False), ("What comes here?", True)]
    assert document.lesson.captions[1].state is not None
    assert document.lesson.captions[1].state.layer.weight[0, 0, 0, 0] == 5


def test_a_document_is_known_by_its_content_too(tmp_path: Path) -> None:
    write_document(textbook(), tmp_path / "renamed.bin")
    np.savez(tmp_path / "arrays.npz", a=np.ones(3))
    assert is_document(tmp_path / "renamed.bin")
    assert is_document(tmp_path / "missing.convgui")
    assert not is_document(tmp_path / "arrays.npz")
    assert not is_document(tmp_path)
    assert read_document(tmp_path / "renamed.bin").layer.weight.tolist() == [[KERNEL]]


def photo_document(folder: Path) -> Document:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (20, 30), dtype=np.uint8)).save(folder / "photo.png")
    return replace(textbook(), sample=load(folder / "photo.png"))


def test_a_linked_input_stays_outside(tmp_path: Path) -> None:
    document = photo_document(tmp_path)
    assert linkable(document.sample)
    assert not linkable(textbook().sample)
    write_document(document, tmp_path / "a.convgui", links={document.sample: link_to(document.sample)})
    with zipfile.ZipFile(tmp_path / "a.convgui") as archive:
        assert len(archive.namelist()) == 3
    assert everything(read_document(tmp_path / "a.convgui")) == everything(document)


def test_a_linked_input_that_moved_along_is_found(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    document = photo_document(old)
    write_document(document, old / "a.convgui", links={document.sample: link_to(document.sample)})
    old.rename(new)
    read = read_document(new / "a.convgui")
    assert bits(read.sample.data) == bits(document.sample.data)
    assert Path(read.sample.source) == (new / "photo.png").resolve()


@pytest.mark.fault
def test_a_linked_input_that_moved_elsewhere_is_asked_for(tmp_path: Path) -> None:
    document = photo_document(tmp_path)
    path = tmp_path / "a.convgui"
    write_document(document, path, links={document.sample: link_to(document.sample)})
    other = tmp_path / "elsewhere"
    other.mkdir()
    (tmp_path / "photo.png").rename(other / "x.png")
    with pytest.raises(MovedError, match=r"a\.convgui cannot be opened: its input .*photo\.png is linked and is not"):
        read_document(path)
    try:
        read_document(path)
    except MovedError as error:
        read = read_document(path, found={error.path: other / "x.png"})
    assert bits(read.sample.data) == bits(document.sample.data)


@pytest.mark.fault
@pytest.mark.parametrize(
    "change", [lambda data: data.astype(np.float64), lambda data: data[:, :4]], ids=["type", "shape"]
)
def test_a_linked_input_that_opens_as_something_else_is_refused(tmp_path: Path, change: Callable[[Any], Any]) -> None:
    """The file is the same: another version of the program reads it in another way."""
    np.save(tmp_path / "a.npy", np.arange(30, dtype=np.int32).reshape(5, 6))
    sample = load(tmp_path / "a.npy")
    other = replace(sample, data=change(sample.data))
    write_document(replace(textbook(), sample=other), tmp_path / "a.convgui", links={other: link_to(sample)})
    with pytest.raises(LoadError, match=r"a\.npy now opens as \(1, 5, 6\) int32"):
        read_document(tmp_path / "a.convgui")


@pytest.mark.fault
def test_a_linked_input_that_changed_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    document = photo_document(tmp_path)
    write_document(document, tmp_path / "a.convgui", links={document.sample: link_to(document.sample)})
    Image.fromarray(np.zeros((20, 30), dtype=np.uint8)).save(tmp_path / "photo.png")
    with pytest.raises(MovedError, match="has changed since the document was saved"):
        read_document(tmp_path / "a.convgui")
    with pytest.raises(LoadError, match="has changed since it was opened"):
        link_to(document.sample)


def packed(text: Any = None, members: dict[str, bytes] | None = None) -> bytes:
    """Return a document's archive with another text or other members."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if text is not None:
            archive.writestr("document.json", text if isinstance(text, (str, bytes)) else json.dumps(text))
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def good() -> tuple[dict[str, Any], dict[str, bytes]]:
    folder = Path(__file__).parent
    with zipfile.ZipFile(folder / "version-1.convgui") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(members.pop("document.json")), members


def npy(array: Any, **options: Any) -> bytes:
    buffer = BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


class Evil:
    """Leaves a trace where it is unpickled."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("executed",)


def changed(change: Callable[[dict[str, Any], dict[str, bytes]], Any]) -> bytes:
    text, members = good()
    change(text, members)
    return packed(text, members)


def header(shape: tuple[int, ...]) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "it is empty"),
    "junk": (lambda: b"junk" * 100, "its archive is damaged"),
    "cut off": (lambda: changed(lambda t, m: None)[:-40], "its archive is damaged"),
    "another zip": (lambda: packed(None, {"a.txt": b"x"}), "no convgui document"),
    "not JSON": (lambda: packed("{"), "not valid JSON"),
    "not UTF-8": (lambda: packed(b"\xff\xfe"), "not valid JSON"),
    "deep JSON": (lambda: packed("[" * 100_000), "not valid JSON"),
    "a list": (lambda: packed([]), "not a JSON object"),
    "newer": (lambda: packed({"convgui_document": 9, "program": "7.5"}), "written by convgui 7.5 in format 9"),
    "version 0": (lambda: packed({"convgui_document": 0}), "format 0 does not exist"),
    "no version": (lambda: packed({}), "'convgui_document' is missing"),
    "unknown key": (lambda: changed(lambda t, m: t.update(x=1)), "'x' is unknown"),
    "no layers": (lambda: changed(lambda t, m: t["state"].update(layers=[])), "'state.layers' is not a list"),
    "layer 99": (lambda: changed(lambda t, m: t["state"].update(layers=[99])), "refers to number 99 of"),
    "layer true": (lambda: changed(lambda t, m: t["state"].update(layers=[True])), "refers to number True"),
    "kind": (lambda: changed(lambda t, m: t["layers"][0].update(kind="x")), "no layer of kind 'x'"),
    "stride 0": (lambda: changed(lambda t, m: t["layers"][0].update(stride=[0, 0])), "a layer is not legal"),
    "stride text": (lambda: changed(lambda t, m: t["layers"][0].update(stride=["a", 1])), "a layer is not legal"),
    "does not fit": (lambda: changed(lambda t, m: t["state"].update(layers=[2] * 9)), "does not fit its input"),
    "parent": (lambda: changed(lambda t, m: m.update({"../evil": b"x"})), "'../evil' that does not belong"),
    "absolute": (lambda: changed(lambda t, m: m.update({"/tmp/evil": b"x"})), "does not belong"),
    "array outside": (
        lambda: changed(lambda t, m: t["layers"][0].update(weight="../arrays/0.npy")),
        "has no array '../arrays/0.npy'",
    ),
    "array missing": (lambda: changed(lambda t, m: m.pop("arrays/1.npy")), "has no array 'arrays/1.npy'"),
    "pickle": (
        lambda: changed(lambda t, m: m.update({"arrays/1.npy": npy(np.array([Evil()]), allow_pickle=True)})),
        "Python objects, which could run code",
    ),
    "bare pickle": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": b"\x80\x04x."})), "does not start like"),
    "wrong shape": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": npy(np.ones((1, 1, 2, 2)))})), "weight"),
    "wrong type": (
        lambda: changed(lambda t, m: m.update({"arrays/1.npy": npy(np.ones((1, 1, 3, 3), "f4"))})),
        "float64",
    ),
    "complex": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": npy(np.ones((1, 1, 3, 3), "c8"))})), "complex"),
    "NaN": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": npy(np.full((1, 1, 3, 3), np.nan))})), "NaN"),
    "lying header": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": header((1, 1, 300, 300))})), "promises"),
    "vast header": (lambda: changed(lambda t, m: m.update({"arrays/1.npy": header((10**9, 10**9))})), "would need"),
    "infinite zoom": (
        lambda: changed(lambda t, m: t["state"]["view"].update(zoom=float("inf"))),
        "zoom inf is not legal",
    ),
    "levels": (lambda: changed(lambda t, m: t["state"]["view"].update(levels=[2, 1])), "levels' is not two numbers"),
    "spacing 0": (lambda: changed(lambda t, m: t["samples"][0].update(spacing=[0, 0])), "spacing"),
    "channels": (lambda: changed(lambda t, m: t["samples"][0].update(channels=["a", "b"])), "names 2 of 1"),
    "directions": (lambda: changed(lambda t, m: t["samples"][0].update(directions=[1])), "damaged"),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = FAULTS[name]
    path = tmp_path / "x.convgui"
    path.write_bytes(make())
    with pytest.raises(LoadError) as caught:
        read_document(path)
    text = str(caught.value)
    assert text.startswith("x.convgui cannot be opened: ")
    assert words in text
    assert text.endswith(".")
    assert ". " not in text
    assert [p.name for p in tmp_path.iterdir()] == ["x.convgui"], "nothing was executed, nothing unpacked"


@pytest.mark.fault
@pytest.mark.parametrize("ending", [".convgui", ".onnx", ".safetensors", ".pt"])
@pytest.mark.parametrize(
    "content",
    [
        b"\x08\x07\x12\x05torch\x3a\xff\xff\xff\x7f",  # a model that is cut off
        (1 << 63).to_bytes(8, "little") + b"{}",  # a header of 2^63 bytes
        b"\x80\x04cos\nmkdir\n\x8c\x08executed\x85R.",  # a pickle that makes a folder
    ],
    ids=["model", "header", "pickle"],
)
def test_weights_of_others_are_answered_and_not_executed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    with pytest.raises(LoadError, match=r"^x\.\w+ cannot be opened: .*\.$"):
        _ = read_document(path) if is_document(path) else load(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.fault
def test_a_bomb_is_refused_by_its_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes are added before anything is unpacked: the limit is lowered here in place of writing four gigabytes."""
    text, members = good()
    members["arrays/1.npy"] = npy(np.zeros((1, 1, 1000, 1000)))
    (tmp_path / "x.convgui").write_bytes(packed(text, members))
    assert (tmp_path / "x.convgui").stat().st_size < 100_000
    monkeypatch.setattr("convgui.files.archive.REFUSE_BYTES", 1 << 20)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("something was unpacked"))
    with pytest.raises(LoadError, match="would unpack to 8,0"):
        read_document(tmp_path / "x.convgui")


@pytest.mark.fault
def test_every_cut_and_many_flips_are_survived(tmp_path: Path) -> None:
    data = Path(__file__).with_name("version-1.convgui").read_bytes()
    path = tmp_path / "x.convgui"
    rng = np.random.default_rng(5)
    for place in range(0, len(data), 97):
        path.write_bytes(data[:place])
        with pytest.raises(LoadError):
            read_document(path)
    survived = 0
    for _ in range(150):
        broken = bytearray(data)
        broken[int(rng.integers(len(data)))] ^= int(rng.integers(1, 255))
        path.write_bytes(broken)
        try:
            read_document(path)
        except LoadError:
            survived += 1
    assert survived > 75


@pytest.mark.fault
def test_a_full_disk_leaves_the_old_document_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.convgui"
    write_document(textbook(), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match=r"a\.convgui cannot be written: No space left on device; free some space"):
        write_document(textbook(stride=2), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.convgui"]


@pytest.mark.fault
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's full device")
def test_a_disk_that_fills_up_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real errors of a real device that takes no byte, in place of the temporary file."""
    path = tmp_path / "a.convgui"
    write_document(textbook(), path)
    before = path.read_bytes()

    def device(part: Path) -> int:
        part.touch()
        return os.open("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(atomic_write, "_new", device)
    with pytest.raises(WriteError, match="No space left"):
        write_document(textbook(stride=2), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.convgui"]


@pytest.mark.fault
def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot be written: No such file"):
        write_document(textbook(), tmp_path / "missing" / "a.convgui")
    with pytest.raises(LoadError, match="No such file"):
        read_document(tmp_path / "missing" / "a.convgui")


def test_what_a_file_says_about_itself(tmp_path: Path) -> None:
    write_document(textbook(), tmp_path / "a.convgui", of=tmp_path / "mine.convgui")
    assert read_stored_document(tmp_path / "a.convgui").of == tmp_path / "mine.convgui"
    assert read_about(tmp_path / "a.convgui") is None
    write_document(replace(textbook(), lesson=Lesson("i", "Title", "C")), tmp_path / "b.convgui")
    about = read_about(tmp_path / "b.convgui")
    assert about is not None
    assert about.title == "Title"


def test_what_a_layer_is_called_in_its_network_is_kept(tmp_path: Path) -> None:
    document = textbook()
    named = replace(document, layers=(replace(document.layer, name="features.0"), replace(ReLU(), name="act")))
    write_document(named, tmp_path / "a.convgui")
    assert [layer.name for layer in read_document(tmp_path / "a.convgui").layers] == ["features.0", "act"]
