"""Keras: the layers of a model with their weights, from ``.keras``, ``.h5`` and ``.weights.h5`` files.

Where the arrays of a layer lie: since Keras 3, and in ``.keras`` files, in groups that are called by the layers'
classes and counted in the order of the model, numbered in the order in which the layer made them; in older ``.h5``
files in groups and under names of their own. Their axes are Keras': a kernel is ``(*spatial, in, out)``.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convgui.files.source import REFUSE_BYTES, Source
from convgui.files.weights.hdf5 import Hdf5, check_member, read_hdf5
from convgui.files.weights.keras_model import MODELS, Call, Calls, KerasModelError, calls_of, layers_of
from convgui.files.weights.tensors import AGAIN, Tensor, WeightFile
from convgui.words import tr

DESCRIPTION, WEIGHTS, ABOUT = "config.json", "model.weights.h5", "metadata.json"
CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
"""What the group of a model's layers is called, now and in the first ``.keras`` files."""
MADE: Mapping[str, tuple[str, ...]] = {
    "separable": ("depthwise_kernel", "pointwise_kernel", "bias"),
    "layer_normalization": ("gamma", "beta"),
    "batch_normalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "normalization": ("mean", "variance", "count"),
    "p_re_lu": ("alpha",),
    "": ("kernel", "bias"),
}
"""The arrays that a layer makes, in that order, by what its class begins with."""
OLDER_NAMES = {"depthwise_kernel": "kernel"}
MOST_TEXT = 1 << 26


@dataclass(frozen=True)
class KerasLayer:
    """A layer of a model where values flow through it.

    Attributes
    ----------
    call : Call
        What it is, and what flows into it.
    weights : mapping of str to Tensor
        Its arrays by Keras' names.
    older : bool
        Whether Keras 2 wrote it, which does some things in another way.
    """

    call: Call
    weights: Mapping[str, Tensor] = field(repr=False)
    older: bool = False


@dataclass(frozen=True)
class KerasFile(WeightFile):
    """A file of Keras.

    Attributes
    ----------
    layers : tuple of KerasLayer
        In an order in which each comes behind what it reads. Where the file holds weights alone none reads anything,
        and what it was made with is not told.
    inputs : mapping
        The shape of each input with its batch, None for what is not fixed, or not told.
    told : bool
        Whether the file describes its model.
    """

    layers: tuple[KerasLayer, ...] = ()
    inputs: Mapping[str, tuple[int | None, ...] | None] = field(default_factory=dict)
    told: bool = True


def is_keras(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is a ``.keras`` file."""
    return {DESCRIPTION, WEIGHTS} <= set(archive.namelist())


def read_keras_archive(source: Source, archive: zipfile.ZipFile) -> KerasFile:
    """Return the model of a ``.keras`` file; LoadError says what is wrong with it."""
    if archive.getinfo(DESCRIPTION).file_size > MOST_TEXT:
        raise source.error(tr("its description takes {size:,} MiB", size=MOST_TEXT >> 20), AGAIN)
    text = archive.read(DESCRIPTION).decode("utf-8", "replace")
    check_member(archive, WEIGHTS)
    about = _json(source, archive.read(ABOUT)) if ABOUT in archive.namelist() else {}
    version = about.get("keras_version") if isinstance(about, dict) else ""
    return _file(source, text, read_hdf5(source, WEIGHTS), str(version))


def read_keras(source: Source) -> KerasFile:
    """Return the model of a ``.h5`` file, or the layers of one that holds weights alone; errors likewise."""
    if source.size > REFUSE_BYTES:
        raise source.error(tr("it takes {size:,.0f} MiB", size=source.size / (1 << 20)), tr("open a smaller network"))
    held = read_hdf5(source)
    return _file(source, held.texts.get("model_config", ""), held, held.texts.get("keras_version", ""))


def _json(source: Source, text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise source.error(tr("the description of its model is no JSON"), AGAIN) from error


def _file(source: Source, text: str, held: Hdf5, version: str) -> KerasFile:
    if not text:
        layers = _without_model(held)
        return KerasFile(source.name, "Keras", held.tensors, held.unread, layers=layers, told=False)
    model = _json(source, text)
    try:
        calls = calls_of(model)
        layers = _with_weights(model, calls, held, version.startswith("2"))
    except KerasModelError as error:
        raise source.error(str(error), AGAIN) from error
    own = {"keras_version": version} if version else {}
    return KerasFile(source.name, "Keras", held.tensors, held.unread, own, layers, calls.inputs)


def _with_weights(model: Mapping[str, Any], calls: Calls, held: Hdf5, older: bool) -> tuple[KerasLayer, ...]:
    groups = dict[tuple[str, ...], str]()
    _find_groups(model["config"], (), "", held, groups)
    found = []
    for call in calls.found:
        group = groups.get(tuple(name for name, _ in call.place), "")
        own = _numbered(held, group, call) if group else _by_name(held, call)
        found.append(KerasLayer(call, own, older))
    return tuple(found)


def _find_groups(
    config: Any, names: tuple[str, ...], prefix: str, held: Hdf5, groups: dict[tuple[str, ...], str]
) -> None:
    """Find the group of each layer of a model, by the name written into it, or by the count of its class."""
    layers = layers_of({"layers": config} if isinstance(config, list) else config)
    around = next((f"{prefix}{c}" for c in CONTAINERS if f"{prefix}{c}" in held.groups), f"{prefix}{CONTAINERS[0]}")
    inside = [f"{around}/{name}" for name in held.groups.get(around, ())]
    written = {held.names[f"{group}/vars"]: group for group in inside if f"{group}/vars" in held.names}
    counts = dict[str, int]()
    for name, kind, layer in layers:
        snake = group_name(kind)
        number = counts.get(snake, 0)
        counts[snake] = number + 1
        group = written.get(name, f"{around}/{snake}" + (f"_{number}" if number else ""))
        if group in held.groups:
            groups[(*names, name)] = group
        if kind in MODELS:
            _find_groups(layer["config"], (*names, name), f"{group}/", held, groups)


def _numbered(held: Hdf5, group: str, call: Call) -> dict[str, Tensor]:
    roles = _roles(group_name(call.class_name), call.config)
    numbers = [name for name in held.groups.get(f"{group}/vars", ()) if f"{group}/vars/{name}" in held.tensors]
    return {
        roles[int(number)] if number.isdigit() and int(number) < len(roles) else number:
            held.tensors[f"{group}/vars/{number}"]
        for number in numbers
    }  # fmt: skip


def _roles(kind: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    roles = next(roles for part, roles in MADE.items() if kind.startswith(part))
    left_out = {"gamma" * (config.get("scale") is False), "beta" * (config.get("center") is False)}
    return tuple(role for role in roles if role not in left_out)


def _by_name(held: Hdf5, call: Call) -> dict[str, Tensor]:
    """Find the arrays of a layer in an older file: below its outermost model's name, behind its own."""
    outermost, own = call.place[0][0], call.place[-1][0]
    found = dict[str, Tensor]()
    for path in held.below.get(outermost, ()):
        *around, name = path.removeprefix("model_weights/").split("/")
        if own in around[1:]:
            found[_role(name, call.class_name)] = held.tensors[path]
    return found


def _role(name: str, class_name: str) -> str:
    plain = re.sub(r":\d+$", "", name)
    return OLDER_NAMES.get(plain, plain) if class_name.startswith("Depthwise") else plain


def _without_model(held: Hdf5) -> tuple[KerasLayer, ...]:
    """Return the layers whose arrays lie together; their class is told by the name of their group alone."""
    groups = dict[str, dict[str, Tensor]]()
    for path, tensor in held.tensors.items():
        group, _, role = path.rpartition("/")
        groups.setdefault(group, {})[role] = tensor
    found = []
    for group, own in groups.items():
        parts = [part for part in group.split("/") if part not in ("vars", *CONTAINERS)]
        # Older files have the layer's name twice.
        names = parts[:-1] if len(parts) > 1 and parts[-1] == parts[-2] else parts
        kind = _guessed(names[-1] if names else "")
        roles = _roles(group_name(kind), {})
        weights = {
            roles[int(role)] if role.isdigit() and int(role) < len(roles) else _role(role, kind): tensor
            for role, tensor in own.items()
        }
        place = (*((name, "") for name in names[:-1]), (names[-1] if names else group, kind))
        found.append(KerasLayer(Call(place, {}, (), ""), weights))
    return tuple(found)


CLASSES = (
    *(f"{kind}Conv{rank}D" for kind in ("", "Depthwise", "Separable") for rank in (1, 2, 3)),
    *(f"Conv{rank}DTranspose" for rank in (1, 2, 3)),
    "Dense", "BatchNormalization", "LayerNormalization", "PReLU", "Normalization",
)  # fmt: skip
"""Classes that have weights and are known by the name that Keras gives to their layers."""


def _guessed(name: str) -> str:
    plain = re.sub(r"_\d+$", "", name)
    return next((kind for kind in CLASSES if group_name(kind) == plain), plain)


def group_name(class_name: str) -> str:
    """Return what Keras calls the group of a class's layer: ``conv2d_transpose`` of ``Conv2DTranspose``."""
    plain = re.sub(r"\W", "", class_name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", plain).lower()
