"""The peers: what each can do of a row, as a function to time. None is needed; those that are installed are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.bench.rows import Row

AnyArray = NDArray[Any]
Call: TypeAlias = Callable[[], object]
MODULES = {"opencv": "cv2", "onnxruntime": "onnxruntime", "torch": "torch", "scipy": "scipy"}


def installed() -> tuple[str, ...]:
    """Name the peers that can be imported."""
    return tuple(
        peer
        for peer, module in MODULES.items()
        if find_spec(module) is not None and (peer != "onnxruntime" or find_spec("onnx") is not None)
    )


def opencv(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> Call | None:
    """`filter2D` on planes (or `sepFilter2D`), without its border where the row has none."""
    if row.rank != 2 or row.transposed or row.weight[-1] == 1 or (x.shape[0] > 3 and row.groups == 1):
        return None
    cv2: Any = import_module("cv2")
    cv2.setNumThreads(threads)
    planes = [np.ascontiguousarray(plane) for plane in x]
    out = np.empty_like(planes[0])
    border = cv2.BORDER_CONSTANT
    if row.separable:
        bell = weight[0, 0, weight.shape[2] // 2]
        return lambda: cv2.sepFilter2D(planes[0], -1, bell, bell, dst=out, borderType=border)
    kernels = [[_spread(kernel, row.dilation) for kernel in filters] for filters in weight]
    if row.groups > 1:
        return lambda: [
            cv2.filter2D(p, -1, k[0], dst=out, borderType=border) for p, k in zip(planes, kernels, strict=True)
        ]
    if len(planes) == 1:
        return lambda: cv2.filter2D(planes[0], -1, kernels[0][0], dst=out, borderType=border)

    def several() -> None:
        total = np.empty_like(planes[0])
        for filters in kernels:
            cv2.filter2D(planes[0], -1, filters[0], dst=total, borderType=border)
            for plane, kernel in zip(planes[1:], filters[1:], strict=True):
                cv2.filter2D(plane, -1, kernel, dst=out, borderType=border)
                cv2.add(total, out, dst=total)

    return several


def _spread(kernel: AnyArray, dilation: int) -> AnyArray:
    """Write a dilated kernel out with its zeros: `filter2D` knows no dilation."""
    full = np.zeros([(n - 1) * dilation + 1 for n in kernel.shape], kernel.dtype)
    full[(slice(None, None, dilation),) * kernel.ndim] = kernel
    return full


def onnxruntime(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> Call | None:
    """One Conv or ConvTranspose node."""
    onnx: Any = import_module("onnx")
    ort: Any = import_module("onnxruntime")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    node = helper.make_node(
        "ConvTranspose" if row.transposed else "Conv",
        ["x", "w"],
        ["y"],
        strides=[row.stride] * row.rank,
        pads=[row.padding] * (2 * row.rank),
        dilations=[row.dilation] * row.rank,
        group=row.groups,
    )
    graph = helper.make_graph(
        [node],
        "row",
        [helper.make_tensor_value_info("x", kind, [1, *x.shape])],
        [helper.make_tensor_value_info("y", kind, None)],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    batch = x[None]
    return lambda: session.run(None, {"x": batch})


def torch(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> Call | None:
    """`conv2d` and its relatives, without gradients."""
    module: Any = import_module("torch")
    module.set_num_threads(threads)
    functional = module.nn.functional
    call = getattr(functional, f"conv_transpose{row.rank}d" if row.transposed else f"conv{row.rank}d")
    batch, kernel = module.from_numpy(x)[None], module.from_numpy(weight)

    def forward() -> object:
        with module.inference_mode():
            return call(batch, kernel, **row.keywords)

    return forward


def scipy(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> Call | None:
    """`ndimage` on small kernels (separable: `convolve1d` twice), `oaconvolve` on large ones; it has no threads."""
    plain = x.shape[0] == 1 and row.stride == 1 and not row.transposed
    if not plain or threads < 1:
        return None
    kernel = weight[0, 0]
    for _ in range(row.dilation > 1):
        kernel = _spread(kernel, row.dilation)
    if row.separable:
        ndimage: Any = import_module("scipy.ndimage")
        bell = kernel[kernel.shape[0] // 2]
        return lambda: ndimage.correlate1d(
            ndimage.correlate1d(x[0], bell, 0, mode="constant"), bell, 1, mode="constant"
        )
    signal: Any = import_module("scipy.signal")
    if kernel.size > 60:
        flipped = kernel[(slice(None, None, -1),) * row.rank]
        return lambda: signal.oaconvolve(x[0], flipped, mode="same")
    ndimage = import_module("scipy.ndimage")
    return lambda: ndimage.correlate(x[0], kernel, mode="constant")


PEERS: Mapping[str, Callable[[Row, AnyArray, AnyArray, int], Call | None]] = MappingProxyType(
    {"opencv": opencv, "onnxruntime": onnxruntime, "torch": torch, "scipy": scipy}
)
