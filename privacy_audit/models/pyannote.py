"""A diarization pipeline of pyannote.audio on the user's disk, run without a connection and without telemetry.

pyannote.audio 4 reports durations and numbers of speakers to its authors unless PYANNOTE_METRICS_ENABLED is 0 before it
is imported, and looks for missing weights on a hub, with 23 s of retries where there is none.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.types import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PyannotePipeline"]

_NO_CONNECTION = {"PYANNOTE_METRICS_ENABLED": "0", "HF_HUB_OFFLINE": "1"}


class PyannotePipeline:
    """``place`` is the folder of a pipeline, with its config.yaml, or the name of one that is in the hub's local cache.

    Nothing loads before the first recording.
    """

    def __init__(self, place: str | Path) -> None:
        self._place = Path(place).expanduser() if _is_folder(place) else str(place)
        self._pipeline: Any = None

    def turns(self, samples: NDArray[np.float32], sample_rate_hz: int) -> list[tuple[float, float, str]]:
        """Start, end (seconds) and voice of every turn in float32 (samples,), in order.

        Raises:
            MissingDependencyError: pyannote.audio is not installed.
            UnreadableError: MISSING_DEPENDENCY, the pipeline or a model it names is not on this disk.
        """
        if self._pipeline is None:
            self._pipeline = self._loaded()
        import torch

        # a waveform and never a path: reading files would go through torchcodec
        waveform = torch.from_numpy(samples.copy())[None]
        found = self._pipeline({"waveform": waveform, "sample_rate": sample_rate_hz})
        annotation = getattr(found, "speaker_diarization", found)
        return [(turn.start, turn.end, str(label)) for turn, _, label in annotation.itertracks(yield_label=True)]

    def _loaded(self) -> Any:
        os.environ.update(_NO_CONNECTION)
        try:
            from pyannote.audio import Pipeline
        except ImportError:
            raise MissingDependencyError("pyannote.audio", "pyannote") from None
        if isinstance(self._place, Path) and not (self._place / "config.yaml").is_file():
            raise _not_there("holds no config.yaml")
        try:
            pipeline = Pipeline.from_pretrained(self._place)
        except Exception as error:
            # only the class: the message of a hub client may hold a token
            raise _not_there(f"does not load without a connection ({type(error).__name__})") from None
        if pipeline is None:
            raise _not_there("does not load without a connection")
        return pipeline


def _is_folder(place: str | Path) -> bool:
    """A name of the hub is ``owner/name`` and no folder of that name is here; anything else is meant as a folder."""
    return Path(place).expanduser().is_dir() or str(place).count("/") != 1 or str(place).startswith((".", "~", "/"))


def _not_there(what: str) -> UnreadableError:
    return UnreadableError(
        Reason.MISSING_DEPENDENCY,
        f"the pyannote pipeline of the recipe {what}; give the folder of a downloaded pipeline with its models",
    )
