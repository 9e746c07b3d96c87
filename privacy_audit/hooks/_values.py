"""From a value in a sample to records, and from treated records back to a value of the same form."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.sources._image_metadata import metadata_of
from privacy_audit.sources._image_rgb import alpha_of, as_rgb
from privacy_audit.sources._image_written import alpha_uri
from privacy_audit.types import AudioRecord, ImageRecord, Record, TextRecord

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["records_of", "size_bytes", "value_of"]

_CHANNELS = 3


def records_of(name: str, value: Any, with_alpha: bool) -> list[Record]:
    """The records in one field of a sample, none when the field holds neither text, picture nor sound.

    Texts are ``str``; pictures ``PIL.Image`` (every frame, and where asked how opaque they are), uint8 arrays
    (height, width, 3), or torch tensors (3, height, width) in uint8 or in floats from 0 to 1; sounds
    ``{"array", "sampling_rate"}`` or a pair ``(samples, sample_rate_hz)``.
    """
    import numpy as np

    if isinstance(value, str):
        return [TextRecord(name, value)]
    if _is_picture(value):
        return [record for record in _frames(name, value) if with_alpha or not record.uri.endswith("alpha")]
    if isinstance(value, np.ndarray) and value.ndim == 3 and value.dtype == np.uint8 and value.shape[2] == _CHANNELS:
        return [ImageRecord(name, value)]
    if _is_picture_tensor(value):
        return [ImageRecord(name, _pixels(value))]
    if isinstance(value, Mapping) and {"array", "sampling_rate"} <= set(value):
        return [_sound(name, value["array"], value["sampling_rate"])]
    if isinstance(value, tuple) and len(value) == 2 and hasattr(value[0], "shape") and isinstance(value[1], int):
        return [_sound(name, *value)]
    return []


def value_of(records: Sequence[Record], original: Any) -> Any:
    """Inverse of :func:`records_of`: the treated records in the form that the field had."""
    record = records[0]
    if isinstance(record, TextRecord):
        return record.text
    if isinstance(record, ImageRecord):
        pictures = [item for item in records if isinstance(item, ImageRecord)]
        return _picture(pictures, original)
    if isinstance(record, AudioRecord):
        import numpy as np

        old = original[0] if isinstance(original, tuple) else original["array"]
        array = record.samples if np.ndim(old) == 2 else record.samples[0]
        if hasattr(old, "new_tensor"):  # torch, without importing it
            array = old.new_tensor(array)
        return (array, original[1]) if isinstance(original, tuple) else {**original, "array": array}
    raise TypeError("no sample holds such a record")


def size_bytes(value: Any) -> int:
    """Bytes of a value: encoded, or in memory."""
    if isinstance(value, bytes | str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(size_bytes, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(size_bytes, value))
    if _is_picture(value):
        return int(value.width * value.height * len(value.getbands()))
    return int(getattr(value, "nbytes", 0))


def _is_picture(value: Any) -> bool:
    return hasattr(value, "getexif") and hasattr(value, "convert")


def _frames(name: str, picture: Image) -> list[ImageRecord]:
    """As :func:`privacy_audit.sources.image_file.read_images`, for a picture that is open already."""
    import numpy as np
    from PIL import ImageOps

    n_frames = getattr(picture, "n_frames", 1)
    here = picture.tell() if n_frames > 1 else 0
    records: list[ImageRecord] = []
    for number in range(n_frames):
        uri = name if n_frames == 1 else f"{name}#frame={number}"
        if n_frames > 1:
            picture.seek(number)
        upright = ImageOps.exif_transpose(picture)
        records.append(ImageRecord(uri, np.asarray(as_rgb(upright)), metadata_of(picture) if number == 0 else {}))
        alpha = alpha_of(upright)
        if alpha is not None:
            records.append(ImageRecord(alpha_uri(uri), np.repeat(alpha[..., None], _CHANNELS, axis=2)))
    if n_frames > 1:
        picture.seek(here)
    return records


def _picture(records: Sequence[ImageRecord], original: Any) -> Any:
    """A picture of several frames becomes an APNG in memory, or a TIFF where they are pages: lossless, as timed."""
    from PIL import Image

    if not _is_picture(original):
        return _tensor(records[0], original) if _is_picture_tensor(original) else records[0].pixels
    frames = [Image.fromarray(record.pixels) for record in records]
    if len(frames) == 1:
        return frames[0]
    buffer = io.BytesIO()
    if original.format == "TIFF":
        frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_deflate")
        return Image.open(buffer)
    times_ms = []
    for number in range(len(frames)):
        original.seek(number)
        original.load()  # it tells the time of a frame only then
        times_ms.append(original.info.get("duration", 0))
    loop = original.info.get("loop", 0)
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=times_ms, loop=loop)
    return Image.open(buffer)


def _is_picture_tensor(value: Any) -> bool:
    if not str(getattr(value, "dtype", "")).startswith("torch.") or value.ndim != 3 or value.shape[0] != _CHANNELS:
        return False
    if str(value.dtype) == "torch.uint8":
        return True
    return bool(value.is_floating_point() and value.numel() and value.min() >= 0 and value.max() <= 1)


def _pixels(tensor: Any) -> Any:
    import numpy as np

    upright = tensor.detach().cpu().permute(1, 2, 0).contiguous()
    return np.ascontiguousarray(upright.numpy() if not tensor.is_floating_point() else (upright * 255).round().byte())


def _tensor(record: ImageRecord, original: Any) -> Any:
    """Where nothing was covered the original: its floats may be finer than 8 bits."""
    import numpy as np

    if np.array_equal(record.pixels, _pixels(original)):
        return original
    values = original.new_tensor(record.pixels).permute(2, 0, 1)
    return values / 255 if original.is_floating_point() else values


def _sound(name: str, array: Any, sample_rate_hz: int) -> AudioRecord:
    import numpy as np

    samples = np.atleast_2d(np.asarray(array))
    if samples.dtype.kind != "f":
        raise TypeError("whole numbers: the full scale is not known")
    return AudioRecord(name, np.ascontiguousarray(samples, np.float32), int(sample_rate_hz))
