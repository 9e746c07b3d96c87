"""The fields of one sample: from a value to a record and back, and what may be passed on."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from privacy_audit.errors import PrivacyAuditError, UnreadableError
from privacy_audit.guard import Checked, Guard
from privacy_audit.sources._image_metadata import metadata_of
from privacy_audit.types import AudioRecord, ImageRecord, PathRecord, Reason, Record, TextRecord

__all__ = ["AUDIT_COLUMN", "passed_on"]

AUDIT_COLUMN = "privacy_audit"
"""What ``mode="audit"`` adds to a sample: a list of ``{"field", "entity_type", "confidence", "count"}``, as JSON text,
since a column of lists that are empty at first would get a type that no later list fits."""

_NUMBERS = (bool, int, float, complex, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)
_MAX_DIMENSIONS_OF_NUMBERS = 2


def passed_on(guard: Guard, sample: Mapping[str, Any]) -> dict[str, Any] | None:
    """The sample as it may go on, None when it is left out."""
    checked = {name: _checked(guard, name, value) for name, value in sample.items()}
    if guard.mode in ("redact", "drop") and any(result.unread for result in checked.values()):
        return None
    if guard.mode == "drop" and any(result.found for result in checked.values()):
        return None
    values = {name: result.value for name, result in checked.items()}
    if guard.mode == "audit":
        values[AUDIT_COLUMN] = json.dumps(_notes(checked))
    return values


def _checked(guard: Guard, name: str, value: Any) -> Checked:
    if name.startswith("__"):  # __key__, __url__: where the sample comes from, not what is in it
        return Checked(value)
    if isinstance(value, bytes):  # webdataset before decode: the field's name is the suffix
        return guard.check_bytes(name, value, f".{name.rpartition('.')[2]}")
    try:
        if isinstance(value, Mapping) and {"bytes", "path"} <= set(value) and (value["bytes"] or value["path"]):
            return _checked_undecoded(guard, name, value)
        record = _record_of(name, value)
    except PrivacyAuditError:
        raise
    except Exception as error:
        # only the class of the error: its message may quote the content
        unreadable = UnreadableError(Reason.CORRUPT, f"cannot be decoded ({type(error).__name__})")
        return guard.unread(name, value, unreadable)
    if record is None:
        return _checked_inside(guard, name, value)
    result = guard.check(name, record)
    new = _value_of(result.value, value) if guard.mode == "redact" and not result.unread else value
    return Checked(new, result.found, result.unread)


def _checked_undecoded(guard: Guard, name: str, value: Mapping[str, Any]) -> Checked:
    """What ``datasets`` gives with ``decode=False``: bytes and a file name, or a file to be read here."""
    path = Path(value["path"] or "")
    content = guard.check_bytes(name, value["bytes"] or path.read_bytes(), path.suffix)
    named = guard.check(f"{name}.path", PathRecord(f"{name}.path", path.name))
    new_path = named.value.text if guard.mode == "redact" and not named.unread else value["path"]
    treated = {**value, "bytes": content.value, "path": new_path}
    return Checked(treated, content.found + named.found, content.unread or named.unread)


def _checked_inside(guard: Guard, name: str, value: Any) -> Checked:
    """Texts and media inside lists and mappings, such as the messages of a conversation."""
    if isinstance(value, Mapping):
        inside = {key: _checked(guard, f"{name}.{key}", item) for key, item in value.items()}
        treated: Any = {key: result.value for key, result in inside.items()}
        results = list(inside.values())
    elif isinstance(value, list | tuple):
        results = [_checked(guard, f"{name}.{position}", item) for position, item in enumerate(value)]
        treated = [result.value for result in results]
    elif _is_number(value):
        return Checked(value)
    else:
        detail = f"a {type(value).__name__} is not read; with decode=False, or before decode, its bytes are"
        return guard.unread(name, value, UnreadableError(Reason.UNSUPPORTED, detail))
    found = tuple(count for result in results for count in result.found)
    unread = next((result.unread for result in results if result.unread), None)
    return Checked(treated, found, unread)


def _is_number(value: Any) -> bool:
    """Nothing to look into: no value, numbers, dates. An array of more dimensions may be a picture, or sounds."""
    if value is None or isinstance(value, _NUMBERS):
        return True
    dtype = getattr(value, "dtype", None)
    numeric = getattr(dtype, "kind", "O") in "biufcmM" or str(dtype).startswith("torch.")
    return numeric and value.ndim <= _MAX_DIMENSIONS_OF_NUMBERS


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

        return ImageRecord(name, np.asarray(ImageOps.exif_transpose(value).convert("RGB")), metadata_of(value))
    if isinstance(value, np.ndarray) and value.ndim == 3 and value.dtype == np.uint8 and value.shape[2] == 3:
        return ImageRecord(name, value)
    if isinstance(value, Mapping) and {"array", "sampling_rate"} <= set(value):
        return _sound(name, value["array"], value["sampling_rate"])
    if isinstance(value, tuple) and len(value) == 2 and hasattr(value[0], "shape") and isinstance(value[1], int):
        return _sound(name, *value)
    return None


def _sound(name: str, array: Any, sample_rate_hz: int) -> AudioRecord:
    import numpy as np

    samples = np.atleast_2d(np.asarray(array))
    if samples.dtype.kind != "f":
        raise TypeError("whole numbers: the full scale is not known")
    return AudioRecord(name, np.ascontiguousarray(samples, np.float32), int(sample_rate_hz))


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

        old = original[0] if isinstance(original, tuple) else original["array"]
        array = record.samples if np.ndim(old) == 2 else record.samples[0]
        if hasattr(old, "new_tensor"):  # torch, without importing it
            array = old.new_tensor(array)
        return (array, original[1]) if isinstance(original, tuple) else {**original, "array": array}
    raise TypeError("no sample holds such a record")


def _is_picture(value: Any) -> bool:
    return hasattr(value, "getexif") and hasattr(value, "convert")
