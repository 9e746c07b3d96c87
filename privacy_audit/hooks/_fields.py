"""The fields of one sample: from a value to a record and back, and what may be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from privacy_audit.errors import UnreadableError
from privacy_audit.guard import Checked, Guard
from privacy_audit.types import AudioRecord, ImageRecord, Reason, Record, TextRecord

__all__ = ["AUDIT_COLUMN", "passed_on"]

AUDIT_COLUMN = "privacy_audit"
"""What ``mode="audit"`` adds to a sample: a list of ``{"field", "entity_type", "confidence", "count"}``."""


def passed_on(guard: Guard, sample: Mapping[str, Any]) -> dict[str, Any] | None:
    """The sample as it may go on, None when it is left out."""
    checked = {name: _checked(guard, name, value) for name, value in sample.items()}
    if guard.mode in ("redact", "drop") and any(result.unread for result in checked.values()):
        return None
    if guard.mode == "drop" and any(result.found for result in checked.values()):
        return None
    values = {name: result.value for name, result in checked.items()}
    if guard.mode == "audit":
        values[AUDIT_COLUMN] = _notes(checked)
    return values


def _checked(guard: Guard, name: str, value: Any) -> Checked:
    if name.startswith("__"):  # __key__, __url__: where the sample comes from, not what is in it
        return Checked(value)
    if isinstance(value, bytes):  # webdataset before decode: the field's name is the suffix
        return guard.check_bytes(name, value, f".{name.rpartition('.')[2]}")
    if isinstance(value, Mapping) and isinstance(value.get("bytes"), bytes) and "path" in value:
        suffix = PurePath(value["path"] or "").suffix  # datasets with decode=False
        result = guard.check_bytes(name, value["bytes"], suffix)
        return Checked({**value, "bytes": result.value}, result.found, result.unread)
    try:
        record = _record_of(name, value)
    except Exception as error:
        # only the class of the error: its message may quote the content
        unreadable = UnreadableError(Reason.CORRUPT, f"cannot be decoded ({type(error).__name__})")
        return guard.unread(name, value, unreadable)
    if record is None:
        return _checked_inside(guard, name, value)
    result = guard.check(name, record)
    new = _value_of(result.value, value) if guard.mode == "redact" and not result.unread else value
    return Checked(new, result.found, result.unread)


def _checked_inside(guard: Guard, name: str, value: Any) -> Checked:
    """Texts and media inside lists and mappings, such as the messages of a conversation."""
    if isinstance(value, Mapping):
        inside = {key: _checked(guard, f"{name}.{key}", item) for key, item in value.items()}
        treated: Any = {key: result.value for key, result in inside.items()}
        results = list(inside.values())
    elif isinstance(value, list | tuple):
        results = [_checked(guard, f"{name}.{position}", item) for position, item in enumerate(value)]
        treated = [result.value for result in results]
    else:
        return Checked(value)
    found = tuple(count for result in results for count in result.found)
    unread = next((result.unread for result in results if result.unread), None)
    return Checked(treated, found, unread)


def _notes(checked: Mapping[str, Checked]) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = []
    for name, result in checked.items():
        for entity_type, confidence, count in result.found:
            notes.append({"field": name, "entity_type": entity_type, "confidence": confidence, "count": count})
        if result.unread:
            notes.append({"field": name, "entity_type": "UNSCANNED", "confidence": "", "count": 1})
    return notes


def _record_of(name: str, value: Any) -> Record | None:
    """The record in one field of a sample, None when the field holds neither text, picture nor sound.

    Texts are ``str``; pictures ``PIL.Image`` or uint8 (height, width, 3); sounds ``{"array", "sampling_rate"}`` or a
    pair ``(samples, sample_rate_hz)`` as webdataset's torch decoder gives.
    """
    import numpy as np

    if isinstance(value, str):
        return TextRecord(name, value)
    if _is_picture(value):
        from PIL import ImageOps

        return ImageRecord(name, np.asarray(ImageOps.exif_transpose(value).convert("RGB")))
    if isinstance(value, np.ndarray) and value.ndim == 3 and value.dtype == np.uint8 and value.shape[2] == 3:
        return ImageRecord(name, value)
    if isinstance(value, Mapping) and {"array", "sampling_rate"} <= set(value):
        samples = np.atleast_2d(np.asarray(value["array"], dtype=np.float32))
        return AudioRecord(name, samples, int(value["sampling_rate"]))
    return None


def _value_of(record: Record, original: Any) -> Any:
    """Inverse of :func:`_record_of`: the treated record in the form that the field had."""
    if isinstance(record, TextRecord):
        return record.text
    if isinstance(record, ImageRecord):
        if _is_picture(original):
            from PIL import Image

            return Image.fromarray(record.pixels)
        return record.pixels
    if isinstance(record, AudioRecord):
        import numpy as np

        array = record.samples if np.ndim(original["array"]) == 2 else record.samples[0]
        return {**original, "array": array}
    raise TypeError("no sample holds such a record")


def _is_picture(value: Any) -> bool:
    return hasattr(value, "getexif") and hasattr(value, "convert")
