"""Whole networks beside ONNX Runtime: ``convgui bench --networks``.

Each contestant has a process of its own for its memory, which is what it takes beyond its libraries; for their time
they take turns in one. Ours takes as many threads as the program does, and ONNX Runtime is given as many.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.bench.bigs import own_memory, peak_memory
from convgui.bench.measure import OURS, turns
from convgui.bench.peers import Call
from convgui.cli.arguments import UsageError
from convgui.core import ConvSpec
from convgui.core.processors import processors
from convgui.export.onnx_file import onnx_bytes
from convgui.files.json_text import json_text
from convgui.files.resources import resource
from convgui.files.weights.onnx_model import OnnxFile
from convgui.files.weights.read import read_weights
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Shape
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.sample import Sample
from convgui.session.architectures import recognised
from convgui.session.ready import with_ready_network
from convgui.session.trained import chain, found_layers
from convgui.words import tr

PEER = "onnxruntime"
TIME, MEMORY = 3.0, 2.0
"""Largest allowed ratios of our time and memory to the peer's."""
PNET, COLOURS, LEFT_OPEN = (3, 480, 640), (3, 224, 224), (3, 48, 192)
"""Inputs of the networks; `LEFT_OPEN` is that of a file that tells no sizes, as rapidocr's classifier of directions."""


@dataclass(frozen=True)
class Network:
    """A network to measure.

    Attributes
    ----------
    name : str
        With the size of its input.
    build : callable
        Makes it for float32 noise of a shape.
    path : Path or None
        The ONNX file that it is from, which the peer runs itself; of another the peer runs what we export.
    """

    name: str
    shape: Shape
    build: Callable[[Shape], Document]
    path: Path | None = None


@dataclass(frozen=True)
class Contest:
    """What was measured of one network.

    Attributes
    ----------
    milliseconds, megabytes : dict
        Median time and peak of memory beyond the libraries, by contestant.
    error : float or None
        Largest difference between the two over the largest value; None without the peer.
    """

    network: str
    threads: int
    milliseconds: dict[str, float]
    megabytes: dict[str, float]
    error: float | None

    @property
    def line(self) -> str:
        """One line of the table."""
        both = [f"{kind.get(name, float('nan')):9.1f}" for name in (OURS, PEER) for kind in self._kinds]
        verdicts = [self._verdict(kind, most) for kind, most in zip(self._kinds, (TIME, MEMORY), strict=True)]
        error = "" if self.error is None else f"{self.error:9.1e}"
        return f"{self.network:36} {' '.join(both)} {error:>9}   {'  '.join(verdicts)}"

    @property
    def _kinds(self) -> tuple[dict[str, float], dict[str, float]]:
        return self.milliseconds, self.megabytes

    @staticmethod
    def _verdict(measured: dict[str, float], most: float) -> str:
        if not measured.get(PEER):
            return "no peer"
        ratio = measured[OURS] / measured[PEER]
        return f"{ratio:.2f} {'<=' if ratio <= most else '> MISSED'} {most:g}"


def networks(path: Path | None = None) -> tuple[Network, ...]:
    """Return what is measured; with the network of an ONNX file if one is given.

    Raises
    ------
    UsageError
        If the file holds no graph.
    LoadError, SpecError
        If it cannot be read, or not even its first layer can be made.
    """
    own = (
        Network("P-Net, 640 x 480", PNET, _pnet),
        Network("ResNet-18, 224 x 224, drawn weights", COLOURS, _resnet),
    )
    if path is None:
        return own
    file = read_weights(path)
    if not isinstance(file, OnnxFile):
        raise UsageError(tr("{path} holds no graph; give an ONNX file", path=path))
    told = next((shape for shape in file.graph.inputs.values() if shape is not None), ())
    sizes = tuple(n for n in told[1:] if isinstance(n, int) and n > 0)
    shape = sizes if len(sizes) == len(told) - 1 > 1 else LEFT_OPEN
    name, build = f"{path.name}, {' x '.join(map(str, shape))}", partial(_from_file, path)
    if _read(path, shape)[1]:
        # Where ours stops, the peer stops too: it runs what we export.
        return (*own, Network(f"{name}, as far as it is read", shape, build))
    return (*own, Network(name, shape, build, path))


def noise(shape: Shape) -> NDArray[np.float32]:
    """Return values that are the same in every run."""
    return np.random.default_rng(1).standard_normal(shape, dtype=np.float32)


def _on(shape: Shape) -> Document:
    """Return noise under a layer that is replaced."""
    spec = ConvSpec.of(shape[0], 1, (1, 1))
    layer = Convolution(spec, np.zeros(spec.weight_shape), np.zeros(1))
    return Document(Sample(noise(shape), "noise"), (layer,))


def _pnet(shape: Shape) -> Document:
    known = recognised(found_layers(read_weights(resource("networks", "pnet.pt"))))
    assert known is not None
    return chain(_on(shape), known.layers)[0]


def _resnet(shape: Shape) -> Document:
    return with_ready_network(_on(shape), "resnet-18")


def _read(path: Path, shape: Shape) -> tuple[Document, str]:
    return chain(_on(shape), found_layers(read_weights(path)))


def _from_file(path: Path, shape: Shape) -> Document:
    return _read(path, shape)[0]


def report(*, as_json: bool, repeats: int, only: str = "", path: Path | None = None, peers: bool = True) -> str:
    """Measure the networks, and write the table, or JSON; UsageError if none is left."""
    chosen = [network for network in networks(path) if only in network.name]
    if not chosen:
        names = ", ".join(network.name for network in networks(path))
        raise UsageError(tr("no row contains {text!r}{hint}", text=only, hint=f"; {tr('rows are')} {names}"))
    beside = peers and find_spec(PEER) is not None
    found = [contest(network, repeats, beside=beside) for network in chosen]
    if as_json:
        return json_text([asdict(one) for one in found])
    heading = f"whole networks, {processors()} thread(s): medians in ms, peaks in MB beyond the libraries"
    columns = f"{'network':36} {OURS:>9} {'MB':>9} {PEER[:9]:>9} {'MB':>9} {'error':>9}   time and memory, ratios"
    return "\n".join([heading, columns, *(one.line for one in found)])


def contest(network: Network, repeats: int, *, beside: bool) -> Contest:
    """Measure one network, each contestant's memory in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = network.path or Path(folder) / "network.onnx"
        if network.path is None and beside:
            _alone(_write, network, path)
        names = (OURS, PEER) if beside else (OURS,)
        megabytes = {name: _alone(_peak, name, network, path) for name in names}
        milliseconds, error = _alone(_timed, names, network, path, repeats)
    return Contest(network.name, processors(), milliseconds, megabytes, error)


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(work, *arguments).result()


def _write(network: Network, path: Path) -> None:
    path.write_bytes(onnx_bytes(network.build(network.shape)))


def _peak(name: str, network: Network, path: Path) -> float:
    """Return the megabytes that a contestant takes beyond what its libraries do."""
    if name == PEER:
        import_module(PEER)
    before = own_memory()
    call = _call(name, network, path)
    call()
    call()
    return peak_memory() - before


def _timed(names: Sequence[str], network: Network, path: Path, repeats: int) -> tuple[dict[str, float], float | None]:
    calls = {name: _call(name, network, path) for name in names}
    times = {name: statistics.median(own) * 1e3 for name, own in turns(calls, repeats).items()}
    if len(calls) == 1:
        return times, None
    one, other = (np.asarray(call()) for call in calls.values())
    return times, float(np.abs(one - other.reshape(one.shape)).max() / np.abs(other).max())


def _call(name: str, network: Network, path: Path) -> Call:
    """Return what runs the network once and gives its last output."""
    if name == OURS:
        document = network.build(network.shape)
        return lambda: value_of(document, len(document.layers))
    ort: Any = import_module(PEER)
    options = ort.SessionOptions()
    options.intra_op_num_threads = processors()
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = {session.get_inputs()[0].name: noise(network.shape)[None]}
    return lambda: session.run(None, inputs)[-1]
