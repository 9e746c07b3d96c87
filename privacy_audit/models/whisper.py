"""faster-whisper from a folder that the user names: words and their times. The hub is never asked.

A folder without ``tokenizer.json`` would make faster-whisper fetch one, so what it needs is looked for first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from privacy_audit.errors import MissingDependencyError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE_HZ", "Transcriber", "Word"]

SAMPLE_RATE_HZ = 16_000
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")


class Word(NamedTuple):
    """One word as heard; times in seconds."""

    text: str
    start_s: float
    end_s: float


class Transcriber:
    """``model``: a folder with a CTranslate2 model of Whisper. ``language``: BCP 47, None to let the model tell.

    The model loads on the first recording.

    Raises:
        ValueError: the folder is not there, or what it lacks.
    """

    def __init__(self, *, model: str, language: str | None = None, beam_size: int = 5, threads: int = 1) -> None:
        if not isinstance(model, str):
            raise ValueError(f"model: got {model!r}, expected the path of a folder")
        folder = Path(model).expanduser()
        if not folder.is_dir():
            raise ValueError(f"model: {model}: no such folder; give the folder of a CTranslate2 model of Whisper")
        missing = [name for name in _NEEDED if not (folder / name).is_file()]
        if not any((folder / name).is_file() for name in _VOCABULARIES):
            missing.append(" or ".join(_VOCABULARIES))
        if missing:
            raise ValueError(f"model: {model}: lacks {', '.join(missing)}; nothing is downloaded: add what is missing")
        if not 1 <= beam_size <= 20:
            raise ValueError(f"beam_size: got {beam_size}, expected 1 to 20")
        if not 1 <= threads <= 256:
            raise ValueError(f"threads: got {threads}, expected 1 to 256")
        self._folder, self._language, self._beam_size, self._threads = folder, language, beam_size, threads
        self._loaded: Any = None

    @property
    def name(self) -> str:
        """For the report."""
        return f"Whisper ({self._folder.name}, faster-whisper)"

    def words(self, samples: NDArray[np.float32]) -> list[Word]:
        """Words of one channel at 16 kHz, float32 (samples,), in order.

        Raises:
            MissingDependencyError: faster-whisper is not installed.
        """
        if self._loaded is None:
            self._loaded = self._load()
        # a copy: its voice activity detection writes zeros over the end of what it is given
        segments, _ = self._loaded.transcribe(
            samples.copy(), language=self._language, beam_size=self._beam_size, word_timestamps=True, vad_filter=True
        )
        return [
            Word(word.word.strip(), max(0.0, float(word.start)), max(0.0, float(word.start), float(word.end)))
            for segment in segments
            for word in segment.words or ()
            if word.word.strip()
        ]

    def _load(self) -> Any:
        try:
            from faster_whisper import WhisperModel  # type: ignore[import-not-found]  # an extra
        except ImportError:
            raise MissingDependencyError("faster-whisper", "asr") from None
        return WhisperModel(
            str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads, local_files_only=True
        )
