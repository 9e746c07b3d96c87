"""The pixels of a HEIC picture, decoded by PyAV tile by tile and put together here.

FFmpeg gives every coded item of the file as a track of its own, whose ``id`` is the number of the item.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._containers import opened
from privacy_audit.sources._image_heif import Heif
from privacy_audit.types import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["heif_pixels"]


def heif_pixels(path: Path, heif: Heif, max_pixels: int) -> NDArray[np.uint8]:
    """uint8 (height, width, 3) RGB, upright.

    Raises:
        MissingDependencyError: PyAV is not installed.
        UnreadableError: TOO_LARGE (more than ``max_pixels``), UNSUPPORTED (another coding than HEVC), CORRUPT.
    """
    import numpy as np

    if heif.coding != "hvc1":
        raise UnreadableError(Reason.UNSUPPORTED, "HEIF pictures of another coding than HEVC are not read")
    _check_size(heif.width_px * heif.height_px, max_pixels)
    with opened(path) as container:
        tracks = {stream.id: stream for stream in container.streams.video if stream.id in heif.tiles}
        if set(heif.tiles) - tracks.keys() or any(track.codec_context is None for track in tracks.values()):
            raise UnreadableError(Reason.UNSUPPORTED, "a part of the HEIC picture is coded in a way that is not read")
        first = tracks[heif.tiles[0]].codec_context
        wide_px, high_px = first.width, first.height
        rows = len(heif.tiles) // heif.columns
        _check_size(wide_px * high_px * len(heif.tiles), max_pixels + wide_px * high_px * (rows + heif.columns))
        whole = np.zeros((rows * high_px, heif.columns * wide_px, 3), np.uint8)
        places: dict[int, list[int]] = {}
        for place, item in enumerate(heif.tiles):
            places.setdefault(item, []).append(place)
        decoded = set()
        for item, tile in _tiles(container, tracks, max_pixels):
            for place in places[item]:
                top, left = place // heif.columns * high_px, place % heif.columns * wide_px
                if tile.shape != (high_px, wide_px, 3):
                    raise UnreadableError(Reason.CORRUPT, "the parts of the HEIC picture differ in size")
                whole[top : top + high_px, left : left + wide_px] = tile
                decoded.add(place)
    if len(decoded) < len(heif.tiles):
        raise UnreadableError(Reason.TRUNCATED, "parts of the HEIC picture are missing")
    if whole.shape[0] < heif.height_px or whole.shape[1] < heif.width_px:
        raise UnreadableError(Reason.CORRUPT, "the parts of the HEIC picture do not make it up")
    return _turned(whole[: heif.height_px, : heif.width_px], heif.turns)


def _tiles(container: Any, tracks: dict[int, Any], max_pixels: int) -> Any:
    for track in tracks.values():
        track.thread_count = 1
        track.codec_context.options = {"max_pixels": str(max_pixels)}
    for packet in container.demux(list(tracks.values())):
        for frame in packet.decode():
            yield packet.stream.id, frame.to_ndarray(format="rgb24")


def _turned(pixels: NDArray[np.uint8], turns: tuple[tuple[str, int], ...]) -> NDArray[np.uint8]:
    import numpy as np

    for name, amount in turns:
        pixels = np.rot90(pixels, amount) if name == "irot" else np.flip(pixels, axis=amount & 1)
    return np.ascontiguousarray(pixels)


def _check_size(n_pixels: int, limit: int) -> None:
    if n_pixels > limit:
        raise UnreadableError(Reason.TOO_LARGE, f"{n_pixels} pixels, more than the limit of {limit}")
    if not n_pixels:
        raise UnreadableError(Reason.CORRUPT, "a picture without pixels")
