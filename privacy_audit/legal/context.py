"""What only the controller knows, read from ``context.yaml``: printed as declared, never as found."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from privacy_audit.errors import UsageError

__all__ = ["ACCESS", "Access", "Context", "load_context", "parse_context", "template"]

Access = Literal["restricted", "internal", "shared", "public", "unknown"]
ACCESS: tuple[Access, ...] = ("restricted", "internal", "shared", "public", "unknown")


@dataclass(frozen=True, slots=True)
class Context:
    """Texts are the controller's own words, "" where nothing was declared; None stands for "not declared".

    ``access`` is who can reach the data. ``protected``: encrypted at rest and access logged, or pseudonymised with keys
    kept apart. ``duplicated``: the same personal record is repeated 10 times or more and a generative model is trained
    on it. ``large_scale_people``: from how many people on the controller speaks of large scale. ``dpia_criteria``:
    numbers, 1 to 9, of the WP248 criteria that the controller says are met.
    """

    controller: str = ""
    dpo: str = ""
    purpose: str = ""
    collection: str = ""
    sources: str = ""
    people: str = ""
    legal_basis: str = ""
    article9_exception: str = ""
    nir_authorisation: str = ""
    minimisation: str = ""
    information: str = ""
    rights: str = ""
    retention: str = ""
    recipients: str = ""
    processors: str = ""
    transfers: str = ""
    security: str = ""
    access: Access = "unknown"
    protected: bool | None = None
    duplicated: bool | None = None
    vulnerable_people: bool | None = None
    large_scale_people: int | None = None
    dpia_criteria: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.access not in ACCESS:
            raise ValueError(f"access: got {self.access!r}, expected one of {', '.join(ACCESS)}")
        if self.large_scale_people is not None and self.large_scale_people < 1:
            raise ValueError(f"large_scale_people: got {self.large_scale_people}, expected a whole number above 0")
        if not all(1 <= number <= 9 for number in self.dpia_criteria):
            raise ValueError("dpia_criteria: expected numbers from 1 to 9")


_KEYS = tuple(item.name for item in dataclasses.fields(Context))
_TEXTS = tuple(item.name for item in dataclasses.fields(Context) if item.default == "")
_SWITCHES = ("protected", "duplicated", "vulnerable_people")


def load_context(path: str | Path) -> Context:
    """The context of a YAML file. Raises UsageError naming the file, the key, what was got and what was expected."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    return parse_context(text, str(path))


def parse_context(text: str, source: str) -> Context:
    """A context from YAML text; ``source`` names it in messages, an empty key is not declared. Raises UsageError."""
    import yaml

    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: a date such as 2026-13-45
        mark = getattr(error, "problem_mark", None)
        raise UsageError(f"{source}{f', line {mark.line + 1}' if mark else ''}: not valid YAML") from None
    if loaded is None:
        return Context()
    if not isinstance(loaded, dict):
        raise UsageError(f"{source}: got {type(loaded).__name__}, expected a mapping of keys to values")
    values: dict[str, Any] = {}
    for key, value in loaded.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(_KEYS)}"
            raise UsageError(f"{source}: {key}: unknown key; {hint}")
        if value is not None:
            values[key] = _value(key, value, source)
    try:
        return Context(**values)
    except ValueError as error:
        raise UsageError(f"{source}: {error}") from None


def _value(key: str, value: object, source: str) -> object:
    """The value of one key, of the kind this key has."""
    if key in _TEXTS:
        # a list of sources reads well in YAML; a date or a number is what somebody wrote without quotes
        lines = value if isinstance(value, list) else [value]
        if not any(isinstance(line, dict | list) for line in lines):
            return "\n".join(str(line).strip() for line in lines)
        expected = "a text"
    elif key in _SWITCHES:
        expected = "true or false"
        if isinstance(value, bool):
            return value
    elif key == "dpia_criteria":
        expected = "a list of numbers from 1 to 9"
        if isinstance(value, list) and all(type(item) is int for item in value):
            return tuple(sorted(set(value)))
    elif key == "large_scale_people":
        expected = "a whole number above 0"
        if type(value) is int:
            return value
    else:
        expected = f"one of {', '.join(ACCESS)}"
        if isinstance(value, str):
            return value
    raise UsageError(f"{source}: {key}: got {value!r}, expected {expected}")


def template(language: Literal["fr", "en"]) -> str:
    """A commented ``context.yaml`` to fill in, every key empty."""
    return resources.files("privacy_audit.legal").joinpath(f"context.{language}.yaml").read_text(encoding="utf-8")
