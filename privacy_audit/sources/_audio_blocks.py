"""Long sound without holding it: an array that reads itself from its file in blocks, and which channels to keep."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FileSamples", "channel_groups", "mixed"]

_BLOCK_S = 10
_ROLL_S = 0.1  # read on both sides of a block, so that the resampler's filter (some 5 ms) has settled
_BLOCKS_KEPT = 2
_SAME_SOUND = 0.99  # correlation: what differs is 23 dB below, less than what crosses over between telephone lines
_SILENT = 1e-8  # of the loudest channel's power, -80 dB

Groups = tuple[tuple[tuple[int, int], ...], ...]
"""Per channel kept: the channels of the file that are added up for it, each with its sign."""


def channel_groups(products: NDArray[np.float64]) -> Groups:
    """Which channels of a recording hold the same sound, from their products summed over time, (channels, channels).

    Channels that correlate by .99 or more become one, turned over where one is the negative of the other: their plain
    mean would be silence. Silent channels are left out, but one channel always stays.
    """
    import numpy as np

    power = np.diag(products)
    loud = [channel for channel in range(len(power)) if power[channel] > _SILENT * power.max()]
    groups: list[list[tuple[int, int]]] = []
    for channel in loud or [0]:
        for group in groups:
            first = group[0][0]
            alike = products[first, channel] / np.sqrt(power[first] * power[channel])
            if abs(alike) >= _SAME_SOUND:
                group.append((channel, 1 if alike > 0 else -1))
                break
        else:
            groups.append([(channel, 1)])
    return tuple(map(tuple, groups))


def mixed(samples: NDArray[np.float32], groups: Groups) -> NDArray[np.float32]:
    """float32 (channels, samples) -> float32 (groups, samples): each the mean of its channels."""
    import numpy as np

    if len(groups) == len(samples) and all(len(group) == 1 for group in groups):
        return np.ascontiguousarray(samples, np.float32)
    weights = np.zeros((len(groups), len(samples)), np.float32)
    for row, group in enumerate(groups):
        for channel, sign in group:
            weights[row, channel] = sign / len(group)
    return np.ascontiguousarray(weights @ samples, np.float32)


class FileSamples:
    """Looks like a float32 array (channels, samples) at ``rate_hz`` and reads what is asked for from its file.

    A block of ten seconds is always read and resampled in the same way, so the numbers do not depend on what was asked
    before. Only ``samples[channels, start:stop]`` and conversion to a whole array are there.
    """

    ndim = 2
    dtype = "float32"

    def __init__(self, path: Path, groups: Groups, n_samples: int, source_rate_hz: int, rate_hz: int) -> None:
        self.shape = (len(groups), n_samples)
        self._path, self._groups = path, groups
        self._source_rate_hz, self._rate_hz = source_rate_hz, rate_hz
        self._blocks: OrderedDict[int, NDArray[np.float32]] = OrderedDict()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: tuple[int | slice | Sequence[int], slice]) -> NDArray[np.float32]:
        import numpy as np

        channels, place = key
        start, stop, step = place.indices(self.shape[1])
        if step != 1:
            raise IndexError("only a stretch without steps can be read")
        length = _BLOCK_S * self._rate_hz
        pieces = [np.zeros((self.shape[0], 0), np.float32)]
        for number in range(start // length, -(-stop // length) if stop > start else 0):
            offset = number * length
            pieces.append(self._block(number)[:, max(0, start - offset) : max(0, stop - offset)])
        cut: NDArray[np.float32] = np.concatenate(pieces, axis=1)[channels]
        return cut

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.float32]:
        """The whole of it: only for what cannot work in pieces."""
        import numpy as np

        return np.asarray(self[:, : self.shape[1]], dtype=dtype)

    def _block(self, number: int) -> NDArray[np.float32]:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        block = self._read(number * _BLOCK_S, (number + 1) * _BLOCK_S)
        self._blocks[number] = block
        while len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return block

    def _read(self, start_s: int, stop_s: int) -> NDArray[np.float32]:
        import numpy as np
        import soundfile
        import soxr

        roll = round(_ROLL_S * self._source_rate_hz)
        first = max(0, start_s * self._source_rate_hz - roll)
        with soundfile.SoundFile(self._path) as sound:
            sound.seek(first)
            raw = sound.read(stop_s * self._source_rate_hz + roll - first, dtype="float32", always_2d=True).T
        sound_kept = mixed(raw, self._groups)
        if self._source_rate_hz != self._rate_hz:
            sound_kept = soxr.resample(sound_kept.T, self._source_rate_hz, self._rate_hz).T
        # at the rate asked for a block begins at a whole sample; the roll is a tenth of a second at both rates
        skipped = round((start_s - first / self._source_rate_hz) * self._rate_hz)
        wanted = min((stop_s - start_s) * self._rate_hz, self.shape[1] - start_s * self._rate_hz)
        block = sound_kept[:, skipped : skipped + wanted]
        missing = wanted - block.shape[1]  # the last sample may be rounded away, and a file may shrink while it is read
        return np.ascontiguousarray(np.pad(block, ((0, 0), (0, max(0, missing)))), np.float32)
