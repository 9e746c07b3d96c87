"""From JSON values to dataclasses, checking every type: a report may have been edited by hand."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, TypeVar

_T = TypeVar("_T")
_LARGEST = 2**63
_WORDS = {int: "a whole number of 0 or more", float: "a number of 0 or more", str: "a text", bool: "true or false"}


def decode(cls: type[_T], value: object, at: str = "") -> _T:
    """An instance of a dataclass. Raises ValueError naming the place, what was got and what was expected.

    Numbers are counts and durations: none is negative or infinite. No key may be missing or unknown.
    """
    if not isinstance(value, Mapping):
        raise _wrong(at, value, "an object")
    hints = _hints(typing.cast(Hashable, cls))
    for key in {*hints, *value}:
        if key not in value:
            raise ValueError(f"{_join(at, key)}: is missing")
        if key not in hints:
            raise ValueError(f"{_join(at, key)}: unknown key")
    fields = {key: _field(hints[key], value[key], _join(at, key)) for key in hints}
    try:
        return cls(**fields)
    except ValueError as error:
        raise ValueError(_join(at, error)) from None


@cache
def _hints(cls: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)


def _field(hint: Any, value: object, at: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return decode(hint, value, at)
    if origin is typing.Literal:
        if value not in arguments:
            raise _wrong(at, value, f"one of {', '.join(map(str, arguments))}")
        return value
    if isinstance(hint, types.UnionType):
        return None if value is None else _field(arguments[0], value, at)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _wrong(at, value, "a list")
        return tuple(_field(arguments[0], item, f"{at}[{number}]") for number, item in enumerate(value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _wrong(at, value, "an object")
        return {_field(str, key, at): _field(arguments[1], item, _join(at, key)) for key, item in value.items()}
    return _plain(hint, value, at)


def _plain(hint: type, value: object, at: str) -> Any:
    allowed = (int, float) if hint is float else (hint,)
    if isinstance(value, bool) is not (hint is bool) or not isinstance(value, allowed):
        raise _wrong(at, value, _WORDS[hint])
    if isinstance(value, int | float) and not 0 <= value <= _LARGEST:  # not-a-number is neither
        raise _wrong(at, value, _WORDS[hint])
    return value


def _join(at: str, key: object) -> str:
    return f"{at}.{key}" if at else str(key)


def _wrong(at: str, value: object, expected: str) -> ValueError:
    got = repr(value) if isinstance(value, int | float | bool | None) else type(value).__name__
    return ValueError(f"{at or 'the file'}: got {got}, expected {expected}")
