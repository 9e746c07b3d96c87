"""The slot for neural voice converters: anything with ``sample_rate_hz`` and ``convert``, or an ONNX file of yours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray

__all__ = ["OnnxConverter", "VoiceConverter"]


class VoiceConverter(Protocol):
    """Makes the speech of somebody sound like somebody else. It opens no connection and keeps nothing."""

    sample_rate_hz: int
    """What it reads and writes; the caller resamples."""

    def convert(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 (samples,) in [-1, 1] to the same; the caller cuts or fills up to the length it gave."""
        ...


class OnnxConverter:
    """A model in one file with one input and one output, float32 (1, samples) or (samples,).

    Raises:
        ValueError: there is no such file; (in ``convert``) it is no such model.
    """

    def __init__(self, path: str | Path, sample_rate_hz: int = 16_000) -> None:
        self.path, self.sample_rate_hz = Path(path), sample_rate_hz
        if not self.path.is_file():
            raise ValueError(f"model: {path}: no such file; nothing is downloaded")
        self._session: onnxruntime.InferenceSession | None = None

    def convert(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """One call of the model; it loads on the first."""
        import numpy as np
        import onnxruntime

        if self._session is None:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            try:
                self._session = onnxruntime.InferenceSession(self.path, options, providers=["CPUExecutionProvider"])
            except Exception as error:
                raise ValueError(f"model: {self.path}: not a model that ONNX Runtime reads") from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ValueError(f"model: {self.path}: {len(inputs)} inputs, {len(outputs)} outputs, expected one of each")
        given = samples if len(inputs[0].shape) == 1 else samples[None]
        (made,) = self._session.run(None, {inputs[0].name: np.ascontiguousarray(given, np.float32)})
        flat: NDArray[np.float32] = np.asarray(made, np.float32).reshape(-1)
        return flat
