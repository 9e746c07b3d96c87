"""Weights: what lies there is what its card says, and what does not is named."""

from __future__ import annotations

import contextlib
import hashlib
import re

import onnxruntime
import pytest

from privacy_audit import models
from privacy_audit.models import WEIGHTS_DIR, onnx_session

CARDS = sorted(WEIGHTS_DIR.glob("*.md"))


def test_weights_that_are_not_there_are_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no weights called nothing\.onnx"):
        onnx_session("nothing.onnx")


def test_one_session_serves_a_whole_process() -> None:
    assert onnx_session("silero_vad.onnx") is onnx_session("silero_vad.onnx")


@pytest.mark.parametrize("missing", [AttributeError("malloc_trim"), OSError("no library"), TypeError("None")])
def test_a_c_library_without_that_call_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, missing: Exception) -> None:
    asked: list[object] = []

    def refused(name: object) -> None:
        asked.append(name)
        raise missing

    monkeypatch.setattr(models.ctypes, "CDLL", refused)
    models.give_back_freed()
    assert asked == [None]


@pytest.mark.parametrize(("pooled", "expected"), [(True, "1"), (False, "")])
def test_only_pooled_sessions_take_from_the_pool(monkeypatch: pytest.MonkeyPatch, pooled: bool, expected: str) -> None:
    entries: list[str] = []

    def session(path: str, options: onnxruntime.SessionOptions, providers: list[str]) -> None:
        with contextlib.suppress(RuntimeError):  # raised for an entry that was not set
            entries.append(options.get_session_config_entry("session.use_env_allocators"))

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    onnx_session.__wrapped__("silero_vad.onnx", pooled=pooled)
    assert "".join(entries) == expected


def test_a_pool_that_somebody_else_made_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refused(place: object, settings: object) -> None:
        asked.append(place)
        raise RuntimeError("an allocator for this device has already been registered")

    monkeypatch.setattr(onnxruntime, "create_and_register_allocator", refused)
    models._make_pool.__wrapped__()
    assert len(asked) == 1


def test_every_file_of_weights_has_a_card() -> None:
    assert {path.stem for path in WEIGHTS_DIR.glob("*.onnx")} <= {path.stem for path in CARDS}


@pytest.mark.parametrize("path", sorted(WEIGHTS_DIR.glob("*.onnx")), ids=lambda path: path.name)
def test_weights_have_the_hash_and_size_of_their_card(path: object) -> None:
    weights = WEIGHTS_DIR / getattr(path, "name", "")
    card = weights.with_suffix(".md").read_text(encoding="utf-8")
    data = weights.read_bytes()
    hashes = re.findall(r"\b[0-9a-f]{64}\b", card)
    assert hashes, "the card holds no hash"
    assert hashes[0] == hashlib.sha256(data).hexdigest()
    assert f"{len(data):,} bytes" in card
    assert len(data) < 10_000_000


@pytest.mark.parametrize(
    ("offered", "gpu", "expected"),
    [
        (["CUDAExecutionProvider", "CPUExecutionProvider"], True, ["CUDAExecutionProvider", "CPUExecutionProvider"]),
        (["TensorrtExecutionProvider", "CPUExecutionProvider"], True, ["CPUExecutionProvider"]),
        (["CUDAExecutionProvider", "CPUExecutionProvider"], False, ["CPUExecutionProvider"]),
    ],
)
def test_cuda_is_chosen_where_it_is_offered_and_wanted(
    monkeypatch: pytest.MonkeyPatch, offered: list[str], gpu: bool, expected: list[str]
) -> None:
    chosen: list[str] = []
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda path, options, providers: chosen.extend(providers))
    onnx_session.__wrapped__("centerface.onnx", gpu=gpu)
    assert chosen == expected
