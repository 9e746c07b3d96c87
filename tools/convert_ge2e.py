"""Take the GE2E speaker encoder out of the Resemblyzer package, without torch.

    pip download Resemblyzer==0.1.4 --no-deps
    pip install onnx numpy
    python tools/convert_ge2e.py Resemblyzer-0.1.4-py3-none-any.whl

The checkpoint is a legacy torch file: four pickles, then the raw floats of each storage. A restricted unpickler reads
the shapes, and the network (three LSTM layers of 256, a linear layer, ReLU, unit norm) is written as ONNX.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ORIGIN_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
DESTINATION = Path(__file__).resolve().parents[1] / "privacy_audit" / "models" / "weights" / "ge2e.onnx"
HIDDEN, MELS, LAYERS = 256, 40, 3


class Unpickler(pickle.Unpickler):
    """Tensors come out as (storage key, offset, shape, stride); any other class is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return lambda data, *_: data
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

    def persistent_load(self, saved: Any) -> Any:
        return saved[2]  # ("storage", type, key, location, size, view)


def read_weights(data: bytes) -> dict[str, np.ndarray]:
    file = io.BytesIO(data)
    for _ in range(3):  # magic number, protocol, system
        pickle.load(file)  # noqa: S301 - plain numbers and a dict of them
    state = Unpickler(file).load()["model_state"]
    keys = pickle.load(file)  # noqa: S301 - a list of texts
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = np.frombuffer(file.read(4 * count), dtype="<f4")
    weights = {}
    for name, (key, offset, size, _) in state.items():
        n = int(np.prod(size)) if size else 1
        weights[name] = storages[key][offset : offset + n].reshape(size)
    return weights


def gates(matrix: np.ndarray) -> np.ndarray:
    """From torch's order (input, forget, cell, output) to ONNX's (input, output, forget, cell)."""
    i, f, g, o = np.split(matrix, 4)
    return np.concatenate([i, o, f, g])


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    tensors, nodes = [], []

    def constant(name: str, value: np.ndarray) -> str:
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    nodes.append(helper.make_node("Transpose", ["mel"], ["x0"], perm=[1, 0, 2]))
    last = ""
    for layer in range(LAYERS):
        w = constant(f"w{layer}", gates(weights[f"lstm.weight_ih_l{layer}"])[None])
        r = constant(f"r{layer}", gates(weights[f"lstm.weight_hh_l{layer}"])[None])
        bias = np.concatenate([gates(weights[f"lstm.bias_{side}_l{layer}"]) for side in ("ih", "hh")])
        b = constant(f"b{layer}", bias[None])
        nodes.append(helper.make_node("LSTM", [f"x{layer}", w, r, b], [f"y{layer}", f"h{layer}"], hidden_size=HIDDEN))
        axis = constant(f"axis{layer}", np.array([1], dtype=np.int64))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", axis], [f"x{layer + 1}"]))
        last = f"h{layer}"
    nodes.append(helper.make_node("Squeeze", [last, constant("axis_h", np.array([0], dtype=np.int64))], ["h"]))
    nodes.append(
        helper.make_node(
            "Gemm",
            ["h", constant("linear_w", weights["linear.weight"]), constant("linear_b", weights["linear.bias"])],
            ["raw"],
            transB=1,
        )
    )
    nodes.append(helper.make_node("Relu", ["raw"], ["positive"]))
    nodes.append(helper.make_node("LpNormalization", ["positive"], ["embedding"], axis=1, p=2))
    graph = helper.make_graph(
        nodes,
        "ge2e",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", "frames", MELS])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", HIDDEN])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read("resemblyzer/pretrained.pt")
    digest = hashlib.sha256(data).hexdigest()
    print("origin", digest)
    assert digest == ORIGIN_SHA256, "not the file this script was written for"
    DESTINATION.write_bytes(build(read_weights(data)).SerializeToString())
    print("result", hashlib.sha256(DESTINATION.read_bytes()).hexdigest(), DESTINATION.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
