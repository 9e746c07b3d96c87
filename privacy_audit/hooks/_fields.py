"""The fields of one sample: each is looked at, and the sample goes on or is left out."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from privacy_audit.errors import PrivacyAuditError, UnreadableError
from privacy_audit.guard import Checked, Guard
from privacy_audit.hooks._values import records_of, size_bytes, value_of
from privacy_audit.sources._column_names import shown_keys
from privacy_audit.types import PathRecord, Reason, TextRecord

__all__ = ["AUDIT_COLUMN", "noted", "passed_on", "texts_in"]

AUDIT_COLUMN = "privacy_audit"
"""What ``mode="audit"`` adds to a sample: a list of ``{"field", "entity_type", "confidence", "count"}``, as JSON text,
since a column of lists that are empty at first would get a type that no later list fits."""

_NUMBERS = (bool, int, float, complex, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)
_MAX_DIMENSIONS_OF_NUMBERS = 2
_KEYS_STAY = "a key holds personal data, and values only are replaced"


def noted(guard: Guard, sample: Mapping[str, Any], address: str | None = None) -> dict[str, Any] | None:
    """As :func:`passed_on`, with the notes of mode ``audit`` in a field of their own."""
    passed = passed_on(guard, sample, address)
    if passed is None:
        return None
    values, notes = passed
    return {**values, AUDIT_COLUMN: notes} if guard.mode == "audit" else values


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a sample or in several, for :meth:`Guard.ahead`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in texts_in(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in texts_in(item))


def passed_on(guard: Guard, sample: Mapping[str, Any], address: str | None = None) -> tuple[dict[str, Any], str] | None:
    """The sample as it may go on and its notes, None when it is left out; either way the report counts it.

    ``address``: what no other sample is called.

    Raises:
        PersonalDataError, UnreadableError: in mode ``raise``.
    """
    personal = guard.finds(sample)
    shown = {name: f"field_{number}" if name in personal else name for number, name in enumerate(sample)}
    checked = {name: _checked(guard, shown[name], value) for name, value in sample.items()}
    results = [*checked.values(), *(_key(guard, shown[name], name) for name in personal)]
    found = any(result.found for result in results) and guard.mode in ("drop", "raise")
    kept = guard.mode == "audit" or not (found or any(result.unread for result in results))
    guard.count(address, size_bytes(sample), [seen for result in results for seen in result.seen], kept)
    if kept:
        notes = json.dumps([note for name, result in checked.items() for note in _notes(shown[name], result)])
        return {name: result.value for name, result in checked.items()}, notes
    if guard.mode == "raise":
        raise next(result.error for result in results if result.error)
    return None


def _checked(guard: Guard, name: str, value: Any) -> Checked:
    if name.startswith("__"):  # __key__, __url__: where the sample comes from, not what is in it
        return Checked(value)
    if isinstance(value, bytes):  # webdataset before decode: the field's name is the suffix
        return guard.look_bytes(name, value, f".{name.rpartition('.')[2]}")
    try:
        if isinstance(value, Mapping) and {"bytes", "path"} <= set(value) and (value["bytes"] or value["path"]):
            return _checked_undecoded(guard, name, value)
        records = records_of(name, value, with_alpha=guard.mode != "redact")  # a treated picture has none
    except PrivacyAuditError:
        raise
    except Exception as error:
        # only the class of the error: its message may quote the content
        unreadable = UnreadableError(Reason.CORRUPT, f"cannot be decoded ({type(error).__name__})")
        return guard.unread(name, value, unreadable)
    if not records:
        return _checked_inside(guard, name, value)
    result = _together([guard.look(name, record) for record in records])
    if guard.mode == "redact" and not result.unread:
        return replace(result, value=value_of(result.value, value))
    return replace(result, value=value)


def _checked_undecoded(guard: Guard, name: str, value: Mapping[str, Any]) -> Checked:
    """What ``datasets`` gives with ``decode=False``: bytes and a file name, or a file to be read here."""
    path = Path(value["path"] or "")
    content = guard.look_bytes(name, value["bytes"] or path.read_bytes(), path.suffix)
    named = guard.look(f"{name}.path", PathRecord(f"{name}.path", path.name))
    new_path = named.value.text if guard.mode == "redact" and not named.unread else value["path"]
    return replace(_together([content, named]), value={**value, "bytes": content.value, "path": new_path})


def _checked_inside(guard: Guard, name: str, value: Any) -> Checked:
    """Texts and media inside lists and mappings, such as the messages of a conversation; keys are texts too."""
    if isinstance(value, Mapping):
        keys = [key for key in value if isinstance(key, str)]
        personal = guard.finds(keys)
        shown = dict(shown_keys(keys, personal))
        inside = {key: _checked(guard, f"{name}.{shown.get(key, key)}", item) for key, item in value.items()}
        told = [_key(guard, f"{name}.{shown[key]}", key) for key in personal]
        result = _together([*inside.values(), *told])
        return replace(result, value={key: item.value for key, item in inside.items()})
    if isinstance(value, list | tuple):
        results = [_checked(guard, f"{name}.{position}", item) for position, item in enumerate(value)]
        return _together(results)
    if _is_number(value):
        return Checked(value)
    detail = f"a {type(value).__name__} is not read; with decode=False, or before decode, its bytes are"
    return guard.unread(name, value, UnreadableError(Reason.UNSUPPORTED, detail))


def _key(guard: Guard, name: str, key: str) -> Checked:
    """A name of a field, or a key, that may hold personal data: told, and never replaced."""
    result = guard.look(f"{name}#key", TextRecord(f"{name}#key", key))
    if guard.mode == "redact" and any(seen.operations for seen in result.seen):
        told = guard.unread(f"{name}#key", key, UnreadableError(Reason.UNSUPPORTED, _KEYS_STAY))
        return replace(told, seen=(*(replace(seen, operations=(), left=()) for seen in result.seen), *told.seen))
    return result


def _together(results: Sequence[Checked]) -> Checked:
    """Several results as one; its value is the list of theirs."""
    return Checked(
        [result.value for result in results],
        tuple(count for result in results for count in result.found),
        next((result.unread for result in results if result.unread), None),
        next((result.error for result in results if result.error), None),
        tuple(seen for result in results for seen in result.seen),
    )


def _is_number(value: Any) -> bool:
    """Nothing to look into: no value, numbers, dates. An array of more dimensions may be a picture, or sounds."""
    if value is None or isinstance(value, _NUMBERS):
        return True
    dtype = getattr(value, "dtype", None)
    numeric = getattr(dtype, "kind", "O") in "biufcmM" or str(dtype).startswith("torch.")
    return bool(numeric and value.ndim <= _MAX_DIMENSIONS_OF_NUMBERS)


def _notes(name: str, result: Checked) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = [
        {"field": name, "entity_type": entity_type, "confidence": confidence, "count": count}
        for entity_type, confidence, count in result.found
    ]
    if result.unread:
        notes.append({"field": name, "entity_type": "UNSCANNED", "confidence": "", "count": 1})
    return notes
