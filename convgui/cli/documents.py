"""What the words of a command stand for: documents, layers and the options of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from convgui.cli.arguments import UsageError, typed_sizes
from convgui.core.presets import PRESETS
from convgui.core.spec import SpecError
from convgui.export.atomic_write import ExportError
from convgui.export.batch import Layers, Prepare, with_layers, with_preset
from convgui.files.axes import parse_selection
from convgui.files.documents import is_document
from convgui.files.installation import command
from convgui.files.lessons import lesson_index, load_lesson, read_lesson
from convgui.files.load import load
from convgui.files.own_lessons import PREFIX, open_lesson, public_lessons
from convgui.files.regular import is_folder
from convgui.files.source import Choose
from convgui.files.weights.read import holds_weights, read_weights
from convgui.layers.layer import Layer
from convgui.layers.presets import preset, presets
from convgui.model.document import Document, Missing
from convgui.model.refusals import refusal
from convgui.model.sample import Sample
from convgui.scenes import fitting, scene, scenes
from convgui.scenes.scene import AnyScene, for_scene, reason_against
from convgui.session.architectures import recognised
from convgui.session.edits import change_kernel, with_sample
from convgui.session.found_layer import FoundLayer, up_to
from convgui.session.opening import open_document
from convgui.session.scaling import AS_THEY_ARE, SCALINGS, Preparation
from convgui.session.trained import chain, found_layers, looked_at_first, on_picture
from convgui.session.walking import caption_document
from convgui.words import tr
from convgui.words.near import near, near_or_all

ARRAYS = (".npz", ".npy")
"""Endings of arrays, which may be weights as well as an input."""


def chosen_axes(channel: str | None, index: Sequence[str]) -> Choose | None:
    """Return what answers how axes are read, from --channels and --index; None where neither was given."""
    try:
        return parse_selection(channel, index)
    except ValueError as error:
        raise UsageError(str(error)) from error


@dataclass(frozen=True)
class NetworkOptions:
    """What can be said of a file of trained weights alone, as it was typed.

    Attributes
    ----------
    picture : str or None
        What it is put on.
    layer : str or None
        How far it is followed.
    values, resize : str or None
        Which `Scaling` comes first, and to which size the input is stretched before.
    """

    picture: str | None = None
    layer: str | None = None
    values: str | None = None
    resize: str | None = None

    @property
    def typed(self) -> dict[str, str]:
        """The options that were typed."""
        every = {"--input": self.picture, "--layer": self.layer, "--values": self.values, "--resize": self.resize}
        return {option: given for option, given in every.items() if given is not None}

    def before(self, sample: Sample) -> tuple[Layer, ...]:
        """Return what stands in front of the network."""
        size = () if self.resize is None else typed_sizes("--resize", self.resize)
        scaling = AS_THEY_ARE if self.values is None else SCALINGS[self.values]
        return Preparation(scaling, size=size).layers(sample.data.shape)


NOTHING_SAID = NetworkOptions()


def document_of(
    what: str, kernel: str | None, choose: Choose | None = None, options: NetworkOptions = NOTHING_SAID
) -> Document:
    """Return the document WHAT stands for: a lesson's, a file under the kernel of the Sobel lesson, or a network's."""
    ids = [item.id for item in lesson_index()]
    given, picture = bool(options.typed), options.picture
    # Arrays alone are an input, unless it is said what they are put on.
    put = picture is not None or (given and Path(what).suffix in ARRAYS)
    if holds_weights(Path(what)) or (put and what not in ids and _holds_no_layers(what)):
        return network_document(Path(what), options, choose)
    _refuse(options, what)
    if what in ids or what.startswith(PREFIX):
        document = open_lesson(what)
    elif is_document(Path(what)) and Path(what).exists():
        document = open_document(Path(what)).document
    elif Path(what).suffix == ".json" and Path(what).is_file():
        document = read_lesson(Path(what))
    elif _is_there(what):
        document = replace(with_sample(load_lesson("sobel-photo"), load(what, choose=choose)), lesson=None)
    else:
        known = [item.id for item in public_lessons()]
        if what not in known:
            hint = near_or_all(what, known, tr("the lessons are"))
            raise UsageError(tr("{what} is neither a file nor a lesson{hint}", what=what, hint=hint))
        document = open_lesson(what)
    if kernel is None:
        return document
    if kernel not in PRESETS and kernel not in presets():
        hint = near_or_all(kernel, presets(), tr("the presets are"))
        raise UsageError(tr("there is no preset {name!r}{hint}", name=kernel, hint=hint))
    return change_kernel(document, lambda _: preset(kernel).weights(), every_channel=True)


def _refuse(options: NetworkOptions, what: str) -> None:
    for option in options.typed:
        words = tr("{option} is for files of trained weights, and {what} is none.", option=option, what=what)
        raise UsageError(words)


def network_document(what: Path, options: NetworkOptions, choose: Choose | None = None) -> Document:
    """Return the layers of a file of trained weights on an input, up to the one that is asked for."""
    picture, layer = options.picture, options.layer
    if picture is None:
        raise UsageError(tr("{name} holds trained weights; --input says what they are put on.", name=what.name))
    wanted = _network_layers(what, layer)
    document = replace(with_sample(load_lesson("sobel-photo"), load(picture, choose=choose)), lesson=None)
    shown, said = chain(document, wanted, options.before(document.sample))
    if said and layer is not None:
        last = wanted[-1]
        if options.values is not None or options.resize is not None or not last.convolves:
            raise UsageError(said)
        # By itself it can be put on the picture all the same.
        shown, _ = on_picture(document, last)
    return looked_at_first(shown)


def _network_layers(what: Path, layer: str | None) -> tuple[FoundLayer, ...]:
    """Return the layers of a file of trained weights, all or as far as it takes to make one of them."""
    found = found_layers(read_weights(what))
    known = recognised(found)
    found = found if known is None else known.layers
    if layer is None:
        return found
    try:
        return up_to(found, layer)
    except KeyError as error:
        names = [each.name for each in found]
        hint = near_or_all(layer, names, tr("its layers are"))
        raise UsageError(tr("{name} has no layer {layer!r}{hint}", name=what.name, layer=layer, hint=hint)) from error


def _readings(sample: Sample) -> tuple[Sample, ...]:
    """Return an array of numbers as it was read, and where it may be one as ``(C, *spatial)``, which comes first."""
    if Path(sample.name).suffix != ".npy" or len(sample.data) != 1 or len(sample.spatial) < 2:
        return (sample,)
    return Sample(sample.data[0], sample.name, sample.source, nonfinite=sample.nonfinite), sample


def _with_network(what: Path, options: NetworkOptions) -> Prepare:
    """Return what runs a network on a sample, to its output or to one of its layers; as it is, or not at all."""
    wanted, blank = _network_layers(what, options.layer), replace(load_lesson("sobel-photo"), lesson=None)

    def prepare(sample: Sample) -> Document:
        said = list[str]()
        for read in reversed(_readings(sample)):
            try:
                document, stops = chain(replace(blank, sample=read), wanted, options.before(read))
            except SpecError as error:
                stops = refusal(error)
            if not stops:
                return document.with_view(replace(document.view, layer=len(document.layers) - 1))
            said.append(stops)
        raise ExportError(said[-1])

    return prepare


def _is_there(what: str) -> bool:
    """Whether anything is at a path, a link that leads nowhere or in a circle too; OSError where the disk refuses."""
    return bool(what) and (Path(what).exists() or Path(what).is_symlink())


def _holds_no_layers(what: str) -> bool:
    """Whether something is at a path that is neither a document nor a lesson: weights, or what is refused as such."""
    path = Path(what)
    return _is_there(what) and not is_folder(path) and path.suffix != ".json" and not is_document(path)


def layers(kernel: str, options: NetworkOptions = NOTHING_SAID) -> Prepare:
    """Return what KERNEL does to a sample; of a network, what it does up to a layer to what is prepared first."""
    ids = [item.id for item in lesson_index()]
    if holds_weights(Path(kernel)) or (kernel not in PRESETS and kernel not in ids and _holds_no_layers(kernel)):
        return _with_network(Path(kernel), options)
    _refuse(options, kernel)
    if kernel in PRESETS:
        return with_preset(kernel)
    if kernel in ids:
        return with_layers(load_lesson(kernel))
    if Path(kernel).is_file() and is_document(Path(kernel)):
        return with_layers(open_document(Path(kernel)).document)
    if Path(kernel).is_file():
        return with_layers(read_lesson(Path(kernel)))
    others = [item.id for item in public_lessons()]
    if kernel in presets():
        return with_preset(kernel)
    if kernel in others:
        return with_layers(open_lesson(kernel))
    if not kernel:
        raise UsageError(tr("KERNEL is empty; name a preset, a lesson, a document or a file of trained weights."))
    are = tr("lessons are listed by `{lessons}`; the presets are", lessons=command("lessons"))
    hint = near(kernel, [*presets(), *others]) or near_or_all(kernel, presets(), are)
    raise UsageError(tr("{name} is neither a preset, a lesson nor a file{hint}", name=kernel, hint=hint))


def with_missing(prepare: Prepare, missing: Missing | None) -> Prepare:
    """Return the same with another choice of what becomes of missing values, if there is one."""
    if missing is None:
        return prepare
    if isinstance(prepare, Layers):
        return Layers(replace(prepare.document, missing=missing))
    return lambda sample: replace(prepare(sample), missing=missing)


def scene_of(identity: str | None, document: Document) -> AnyScene:
    """Return the scene of an id, by default the document's own or one that can show it."""
    if not identity:
        return fitting(document)
    ids = [known.id for known in scenes()]
    if identity not in ids:
        hint = near_or_all(identity, ids, tr("the scenes are"))
        raise UsageError(tr("there is no scene {name!r}{hint}", name=identity, hint=hint))
    return scene(identity)


def at_caption(document: Document, number: int | None, kernel: str | None = None) -> tuple[Document, int | None]:
    """Return what a sentence of a lesson, from 1, is about, and the step whose number it asks for, if it does."""
    if number is None:
        return document, None
    if kernel is not None:
        raise UsageError(tr("--caption draws what the lesson says; it cannot be drawn with --kernel as well."))
    captions = document.lesson.captions if document.lesson is not None else ()
    if not captions:
        raise UsageError(tr("--caption is for lessons, and this has no sentences."))
    if not 1 <= number <= len(captions):
        raise UsageError(
            tr("--caption cannot be {n}: the lesson's sentences are 1 to {last}.", n=number, last=len(captions))
        )
    about = captions[number - 1]
    return caption_document(document, number - 1), about.step if about.predict else None


def _of_lesson(document: Document) -> frozenset[str]:
    """Return the choices that a document and its lesson make, as NAME=VALUE; a click makes some of them."""
    captions = document.lesson.captions if document.lesson is not None else ()
    every = (document.view.options, *(caption.options for caption in captions))
    return frozenset(f"{name}={value}" for options in every for name, value in options.items())


def with_options(document: Document, wanted: AnyScene, given: Sequence[str]) -> Document:
    """Choose options of a scene given as NAME=VALUE; some options are there only once others are chosen.

    What a document or its lesson chooses is known, though no control offers it.
    """
    own = _of_lesson(document)
    reason = reason_against(wanted, document)
    if reason:
        raise UsageError(reason)
    for text in given:
        name, equals, value = text.partition("=")
        if text in own:
            document = document.with_view(replace(document.view, options={**document.view.options, name: value}))
            continue
        options = {option.name: option for option in wanted.options(for_scene(wanted, document))}
        if not equals or name not in options:
            known = ", ".join(options) or tr("none")
            hint = near(name, options) or tr("; its options are {known} (NAME=VALUE).", known=known)
            raise UsageError(
                tr("{text} is no option of the scene {scene}{hint}", text=text, scene=wanted.id, hint=hint)
            )
        choices = [identity for identity, _ in options[name].choices]
        if value not in choices:
            hint = near_or_all(value, choices, tr("it is one of"))
            raise UsageError(tr("the option {name} cannot be {value!r}{hint}", name=name, value=value, hint=hint))
        document = document.with_view(replace(document.view, options={**document.view.options, name: value}))
    return document
