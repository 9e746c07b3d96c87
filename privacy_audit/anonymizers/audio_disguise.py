"""Another sound in place of a voice: still speech, still personal data."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.anonymizers import Operator
from privacy_audit.anonymizers._voice_models import OnnxConverter, VoiceConverter
from privacy_audit.types import AudioRecord, Detection, Effect, Record, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["AudioDisguise"]

_N_FFT = 2048  # librosa's own window, named because a shorter stretch is filled up to it
_FADE_S = 0.005  # inside the stretch, from silence: the voice as it was is not heard for a moment
_METHODS = ("pitch", "mcadams", "both", "model")


class AudioDisguise(Operator):
    """Each turn of a speaker disguised by what is drawn for it from the key of the run.

    ``method``: ``pitch`` shifts by ``min_semitones`` to ``max_semitones`` up or down; ``mcadams`` moves the resonances
    with a coefficient from ``min_coefficient`` to ``max_coefficient``, 1 being none; ``both``; or ``model``, a neural
    converter of yours: an ONNX file (``model``, ``model_rate_hz``), or in Python a ``VoiceConverter`` (``converter``).

    It hides a voice from a casual listener only, and what is said stays. The result remains personal data; figures in
    docs/operators.md.
    """

    name = "audio_disguise"
    summary = "Disguises each turn of speech by a drawn amount. A disguised voice is still personal data."
    effect = Effect.OBSCURED
    accepts = (AudioRecord,)
    treats = (Segment,)
    attacks = (
        "Who disguises known voices alike, with some drawn amounts, matches them: try verify.",
        "With many utterances of one person the draws average out.",
        "Words, accent, rhythm and the noise behind stay.",
    )

    def __init__(
        self,
        *,
        method: str = "pitch",
        min_semitones: float = 3.0,
        max_semitones: float = 6.0,
        min_coefficient: float = 0.6,
        max_coefficient: float = 0.9,
        model: str | None = None,
        model_rate_hz: int = 16_000,
        converter: VoiceConverter | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if method not in _METHODS:
            raise ValueError(f"method: got {method!r}, expected {', '.join(_METHODS)}")
        if not 0 < min_semitones <= max_semitones <= 12:
            raise ValueError("expected 0 < min_semitones <= max_semitones <= 12")
        if not 0.5 <= min_coefficient <= max_coefficient <= 0.95:
            raise ValueError("expected 0.5 <= min_coefficient <= max_coefficient <= 0.95")
        if (method == "model") != (model is not None or converter is not None):
            raise ValueError("model: give the path of an ONNX file together with method: model")
        if not 8_000 <= model_rate_hz <= 48_000:
            raise ValueError(f"model_rate_hz: got {model_rate_hz}, expected 8000 to 48000 Hz")
        self._method, self._steps = method, (min_semitones, max_semitones)
        self._coefficients = min_coefficient, max_coefficient
        self._converter = converter or (OnnxConverter(model, model_rate_hz) if model else None)

    def wants(self, detection: Detection) -> bool:
        """Voices only: a name said in another pitch is the same name."""
        return super().wants(detection) and detection.entity_type in ("SPEAKER", "VOICE")

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new recording of the same length; samples outside the segments stay as they are."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        import numpy as np

        samples = record.samples.copy()
        for turn, (start, end) in enumerate(_turns(detections, record)):
            made = self._disguised(samples[:, start:end], record.sample_rate_hz, f"{record.uri}\x00{turn}")
            n_fade = min(round(_FADE_S * record.sample_rate_hz), (end - start) // 2)
            fade = np.arange(1, n_fade + 1, dtype=np.float32) / (n_fade + 1)
            made[:, :n_fade] *= fade
            made[:, end - start - n_fade :] *= fade[::-1]
            samples[:, start:end] = np.clip(np.nan_to_num(made), -1.0, 1.0)
        return AudioRecord(record.uri, samples, record.sample_rate_hz, record.metadata)

    def _disguised(self, stretch: NDArray[np.float32], rate_hz: int, turn: str) -> NDArray[np.float32]:
        """float32 (channels, samples) of the same shape."""
        import numpy as np
        from librosa.effects import pitch_shift

        from privacy_audit.anonymizers._mcadams import mcadams

        if self._converter is not None:
            return np.stack([_converted(self._converter, channel, rate_hz) for channel in stretch])
        length = stretch.shape[1]
        made = np.pad(stretch, ((0, 0), (0, max(0, _N_FFT - length))))
        if self._method in ("mcadams", "both"):
            coefficient = self.pseudonyms.uniform("coefficient", turn, *self._coefficients)
            made = np.stack([mcadams(channel, rate_hz, coefficient) for channel in made])
        if self._method in ("pitch", "both"):
            steps = self.pseudonyms.uniform("semitones", turn, *self._steps)
            steps *= (-1) ** self.pseudonyms.number("direction", turn, 2)
            made = pitch_shift(made, sr=rate_hz, n_steps=steps, n_fft=_N_FFT)
        return np.array(made[:, :length], np.float32)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The method and the ranges; what was drawn would help to undo it."""
        drawn = []
        if self._method in ("mcadams", "both"):
            drawn.append(("coefficient", f"{self._coefficients[0]:g} to {self._coefficients[1]:g}, drawn per turn"))
        if self._method in ("pitch", "both"):
            drawn.append(("semitones", f"{self._steps[0]:g} to {self._steps[1]:g}, up or down, drawn per turn"))
        return (("method", self._method), *drawn)


def _converted(converter: VoiceConverter, channel: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Of the same length and rate as given."""
    import numpy as np
    import soxr

    made = converter.convert(soxr.resample(channel, rate_hz, converter.sample_rate_hz).astype(np.float32))
    back = soxr.resample(np.asarray(made, np.float32).reshape(-1), converter.sample_rate_hz, rate_hz)
    return np.pad(back, (0, max(0, len(channel) - len(back))))[: len(channel)].astype(np.float32)


def _turns(detections: Sequence[Detection], record: AudioRecord) -> list[tuple[int, int]]:
    """Samples [start, end) of the segments, each sample once, cut where a speaker begins or ends."""
    spans, cuts = [], set()
    for detection in detections:
        assert isinstance(detection.location, Segment)  # noqa: S101 - `treats` says so
        start = min(int(detection.location.start * record.sample_rate_hz), record.samples.shape[1])
        end = min(int(detection.location.end * record.sample_rate_hz), record.samples.shape[1])
        spans.append((start, end))
        if detection.entity_type == "SPEAKER":
            cuts |= {start, end}
    turns: list[tuple[int, int]] = []
    reached = 0
    for start, end in sorted(spans):
        edges = [max(start, reached), *sorted(cut for cut in cuts if max(start, reached) < cut < end), end]
        reached = max(reached, end)
        turns += [(first, last) for first, last in itertools.pairwise(edges) if first < last]
    merged: list[tuple[int, int]] = []
    for first, last in turns:
        if merged and merged[-1][1] == first and first not in cuts:
            merged[-1] = merged[-1][0], last
        else:
            merged.append((first, last))
    return merged
