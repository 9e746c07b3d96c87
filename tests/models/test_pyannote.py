"""A real pipeline of pyannote.audio with weights that were drawn at random runs from its folder, and opens no connection."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from privacy_audit.errors import UnreadableError
from privacy_audit.models import pyannote as adapter
from privacy_audit.models.pyannote import PyannotePipeline
from privacy_audit.types import Reason

RATE_HZ = 16_000
CONFIG = """\
version: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: AgglomerativeClustering
    segmentation: $model/segmentation
    embedding: $model/embedding
    plda: $model/plda
params:
  segmentation:
    min_duration_off: 0.0
  clustering:
    method: centroid
    min_cluster_size: 2
    threshold: 0.7
"""


def _installed() -> bool:
    try:
        import pyannote.audio  # noqa: F401
    except Exception:  # without matching torch wheels its import fails in ways of its own
        return False
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    if not _installed():
        pytest.skip("pyannote.audio is not installed")
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(0)
    place = tmp_path_factory.mktemp("pipeline")
    segmentation = PyanNet(lstm={"num_layers": 1, "hidden_size": 8})
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, duration=10.0,
        classes=["a", "b", "c"], powerset_max_classes=2, permutation_invariant=True,
    )  # fmt: skip
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0, classes=["a"]
    )
    for name, model in (("segmentation", segmentation), ("embedding", embedding)):
        model.build()
        _save(model, place / name)
    (place / "plda").mkdir()
    size = 256
    np.savez(place / "plda" / "xvec_transform.npz", mean1=np.zeros(size), mean2=np.zeros(128), lda=np.eye(size, 128))
    np.savez(place / "plda" / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.linspace(2, 1, 128))
    (place / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return place


def _save(model: Any, folder: Path) -> None:
    import pytorch_lightning
    import torch

    folder.mkdir()
    checkpoint = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": pytorch_lightning.__version__,
        "pyannote.audio": {
            "versions": {"torch": torch.__version__, "pyannote.audio": "4.0.0"},
            "architecture": {"module": type(model).__module__, "class": type(model).__name__},
            "specifications": model.specifications,
        },
    }
    torch.save(checkpoint, folder / "pytorch_model.bin")


def test_a_pipeline_from_a_folder_gives_turns_inside_the_recording(folder: Path) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 12 * RATE_HZ).astype(np.float32)
    before = samples.copy()
    turns = PyannotePipeline(folder).turns(samples, RATE_HZ)
    assert all(0 <= start < end <= 12.1 for start, end, _ in turns)
    assert np.array_equal(samples, before)


def test_no_connection_is_opened_by_importing_or_running_it(folder: Path) -> None:
    """In a process of its own, so that the import is watched too."""
    program = f"""
import socket, numpy as np
def refused(*args, **kwargs): raise SystemExit("a socket was opened")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refused
from privacy_audit.models.pyannote import PyannotePipeline
PyannotePipeline({str(folder)!r}).turns(np.zeros(16000 * 11, np.float32), 16000)
print("ran")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.strip().endswith("ran"), done.stderr[-2000:]


def test_telemetry_is_off_before_anything_is_imported() -> None:
    assert adapter._NO_CONNECTION == {"PYANNOTE_METRICS_ENABLED": "0", "HF_HUB_OFFLINE": "1"}


@pytest.mark.parametrize("place", ["", "owner/not-in-the-cache"])
def test_a_pipeline_that_is_not_on_this_disk_fails_at_once(tmp_path: Path, place: str) -> None:
    if not _installed():
        pytest.skip("pyannote.audio is not installed")
    assert socket.socket  # the suite blocks it: a connection would be another error
    with pytest.raises(UnreadableError) as caught:
        PyannotePipeline(place or tmp_path).turns(np.zeros(RATE_HZ, np.float32), RATE_HZ)
    assert caught.value.reason is Reason.MISSING_DEPENDENCY
    assert "pyannote" in caught.value.detail
