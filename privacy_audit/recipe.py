"""Recipes: what to scan with, what to leave out, how to treat, and when to fail. YAML in, frozen settings out."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from privacy_audit.errors import RecipeError
from privacy_audit.types import Confidence

__all__ = [
    "DEFAULT_RECIPE",
    "EngineOptions",
    "Limits",
    "Linking",
    "Recipe",
    "bundled_recipes",
    "json_schema",
    "load_recipe",
    "parse_recipe",
]

DEFAULT_RECIPE = "cnil-default"
_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too large to read. A record beyond a limit ends as Unscanned(TOO_LARGE), never as clean.

    ``video_sample_every_s`` says how closely a video is looked at: at least one frame in so many seconds. The report
    tells how many of all frames that were. Treatment looks at every frame.

    Of containers and packed files: ``max_member_bytes`` for one member or one file unpacked, ``max_members``,
    ``max_container_ratio`` times the size of the file for all that comes out of it (64 MiB are always allowed),
    ``max_container_depth`` containers inside each other.
    """

    max_text_bytes: int = 50_000_000
    max_line_bytes: int = 10_000_000
    max_image_pixels: int = 200_000_000
    max_audio_duration_s: int = 14_400
    max_video_duration_s: int = 14_400
    video_sample_every_s: int = 1
    max_member_bytes: int = 4_000_000_000
    max_members: int = 1_000_000
    max_container_ratio: int = 200
    max_container_depth: int = 2


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How work is spread; it changes no finding. ``gpu_fraction``: share of a GPU that each Ray actor takes, 0 to 1.

    Of the processes on this machine: ``max_record_duration_s`` for one record, or for a few hundred short texts, and
    ``max_process_bytes`` of resident memory. A file that passes one ends as Unscanned(TIMEOUT) or Unscanned(MEMORY).
    """

    gpu_fraction: float = 0.0
    max_record_duration_s: int = 1_800
    max_process_bytes: int = 8_000_000_000


@dataclass(frozen=True, slots=True)
class Linking:
    """Voices or faces compared from file to file: a biometric comparison, off by default.

    ``basis``: on what basis the controller has it done, in words; the report repeats it.
    """

    voices: bool = False
    faces: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One policy. ``scanners`` and ``operators`` map a name to its options; those not listed stay off.

    ``gate`` is the lowest confidence that makes ``scan`` and ``check`` fail (exit code 1), ``treat_from`` the lowest
    that ``anonymize`` treats. ``exclude`` holds globs on the path relative to the root; files left out are counted in
    the report. ``transcribe`` names the folder of a speech recogniser, ``model``, and its options: what it hears is
    read like a transcript. ``near_duplicates`` looks for personal records that are there several times, ``linking``
    groups voices or faces over the files.
    """

    name: str
    description: str = ""
    scanners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    operators: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    gate: Confidence = Confidence.MEDIUM
    treat_from: Confidence = Confidence.LOW
    language: Literal["fr", "en"] = "fr"
    hide_paths: bool = False
    transcribe: Mapping[str, Any] | None = None
    near_duplicates: bool = False
    linking: Linking = field(default_factory=Linking)
    limits: Limits = field(default_factory=Limits)
    # neither shown nor compared: two recipes that differ in it find the same
    engine: EngineOptions = field(default_factory=EngineOptions, repr=False, compare=False)


_TRANSCRIBE = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "required": ["model"],
    "properties": {
        "model": {"type": "string"},
        "language": {"type": ["string", "null"]},
        "beam_size": {"type": "integer", "minimum": 1, "maximum": 20},
        "threads": {"type": "integer", "minimum": 1, "maximum": 256},
    },
}
_LINKING = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {"voices": {"type": "boolean"}, "faces": {"type": "boolean"}, "basis": {"type": "string"}},
}
_COMPARED = {"voices": "audio_speakers", "faces": "image_faces"}
_TOP_KEYS = tuple(item.name for item in dataclasses.fields(Recipe))


def load_recipe(name_or_path: str | Path = DEFAULT_RECIPE) -> Recipe:
    """The recipe of that bundled name, or of that YAML file.

    Raises:
        RecipeError: there is no such recipe, or it names something unknown or out of range.
    """
    bundled = bundled_recipes()
    path = bundled.get(str(name_or_path)) or Path(name_or_path)
    if not path.is_file():
        raise RecipeError(f"{name_or_path}: no such recipe or file; recipes here: {', '.join(bundled)}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    return parse_recipe(text, str(path))


def bundled_recipes() -> dict[str, Path]:
    """Name -> file of every recipe that ships with the package."""
    package = Path(__file__).parent
    for folder in (package / "_recipes", package.parent / "recipes"):  # installed, or a source checkout
        found = {path.stem: path for path in sorted(folder.glob(f"*{_SUFFIX}"))}
        if found:
            return found
    return {}


def parse_recipe(text: str, source: str) -> Recipe:
    """A recipe from YAML text; ``source`` names it in messages. Raises RecipeError."""
    import yaml

    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise RecipeError(f"{source}{where}: not valid YAML") from None
    top = _mapping(loaded, source, "the file")
    _known(top, _TOP_KEYS, source, "")
    if not isinstance(top.get("name"), str) or not top["name"]:
        raise _wrong(source, "name", top.get("name"), "a short text")
    values: dict[str, Any] = {"name": top["name"]}
    for key in ("scanners", "operators"):
        chosen = _mapping(top.get(key) or {}, source, key)
        values[key] = {name: _mapping(options or {}, source, f"{key}.{name}") for name, options in chosen.items()}
    values["description"] = _typed(top, "description", str, "", source)
    values["hide_paths"] = _typed(top, "hide_paths", bool, False, source)
    values["exclude"] = _globs(top.get("exclude") or [], source)
    values["gate"] = _confidence(top, "gate", Confidence.MEDIUM, source)
    values["treat_from"] = _confidence(top, "treat_from", Confidence.LOW, source)
    values["language"] = _choice(top, "language", ("fr", "en"), "fr", source)
    if top.get("transcribe") is not None:
        values["transcribe"] = _mapping(top["transcribe"], source, "transcribe")
    values["near_duplicates"] = _typed(top, "near_duplicates", bool, False, source)
    values["linking"] = _linking(top.get("linking") or {}, values["scanners"], source)
    values["limits"] = _limits(top.get("limits") or {}, source)
    values["engine"] = _engine(top.get("engine") or {}, source)
    return Recipe(**values)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a recipe file, for editors that complete and check YAML."""
    options = {"type": "object", "additionalProperties": {"type": ["object", "null"]}}
    confidence = {"enum": [level.name for level in Confidence]}
    limits = {item.name: {"type": "integer", "minimum": 1} for item in dataclasses.fields(Limits)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "privacy-audit recipe",
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "description": {"type": "string"},
            "scanners": options,
            "operators": options,
            "exclude": {"type": "array", "items": {"type": "string"}},
            "gate": confidence,
            "treat_from": confidence,
            "language": {"enum": ["fr", "en"]},
            "hide_paths": {"type": "boolean"},
            "transcribe": _TRANSCRIBE,
            "near_duplicates": {"type": "boolean"},
            "linking": _LINKING,
            "limits": {"type": "object", "additionalProperties": False, "properties": limits},
            "engine": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "gpu_fraction": {"type": "number", "minimum": 0, "maximum": 1},
                    "max_record_duration_s": {"type": "integer", "minimum": 1},
                    "max_process_bytes": {"type": "integer", "minimum": 1},
                },
            },
        },
    }


def _wrong(source: str, key: str, got: object, expected: str) -> RecipeError:
    return RecipeError(f"{source}: {key}: got {got!r}, expected {expected}")


def _mapping(value: object, source: str, key: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise _wrong(source, key, type(value).__name__, "a mapping of names to values")
    return value


def _known(given: Mapping[str, Any], known: tuple[str, ...], source: str, prefix: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            raise RecipeError(f"{source}: {prefix}{key}: unknown key; {hint}")


def _typed(top: Mapping[str, Any], key: str, kind: type, default: Any, source: str) -> Any:
    value = top.get(key, default)
    if not isinstance(value, kind):
        raise _wrong(source, key, value, {str: "a text", bool: "true or false"}[kind])
    return value


def _choice(top: Mapping[str, Any], key: str, choices: tuple[str, ...], default: str, source: str) -> Any:
    value = top.get(key, default)
    if value not in choices:
        raise _wrong(source, key, value, " or ".join(choices))
    return value


def _confidence(top: Mapping[str, Any], key: str, default: Confidence, source: str) -> Confidence:
    return Confidence[_choice(top, key, tuple(Confidence.__members__), default.name, source)]


def _globs(value: object, source: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _wrong(source, "exclude", value, "a list of globs such as '*.py'")
    return tuple(value)


def _limits(value: object, source: str) -> Limits:
    given = _mapping(value, source, "limits")
    _known(given, tuple(item.name for item in dataclasses.fields(Limits)), source, "limits.")
    for key, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise _wrong(source, f"limits.{key}", number, "a whole number above 0")
    return Limits(**given)


def _linking(value: object, scanners: Mapping[str, Any], source: str) -> Linking:
    given = _mapping(value, source, "linking")
    _known(given, tuple(item.name for item in dataclasses.fields(Linking)), source, "linking.")
    told = {f"linking.{key}": item for key, item in given.items()}
    for key, scanner in _COMPARED.items():
        if _typed(told, f"linking.{key}", bool, False, source) and scanner not in scanners:
            raise RecipeError(f"{source}: linking.{key}: needs the scanner {scanner}, which this recipe leaves off")
    basis = _typed(told, "linking.basis", str, "", source).strip()
    if any(given.get(key) for key in _COMPARED) and not basis:
        raise RecipeError(
            f"{source}: linking.basis: is missing. Comparing voices or faces from file to file computes biometric "
            "templates (GDPR Art. 4(14) and 9(1)): say in words on what basis you have it done; the report repeats it"
        )
    return Linking(bool(given.get("voices")), bool(given.get("faces")), basis)


def _engine(value: object, source: str) -> EngineOptions:
    given = _mapping(value, source, "engine")
    _known(given, tuple(item.name for item in dataclasses.fields(EngineOptions)), source, "engine.")
    fraction = given.get("gpu_fraction", 0.0)
    if isinstance(fraction, bool) or not isinstance(fraction, int | float) or not 0 <= fraction <= 1:
        raise _wrong(source, "engine.gpu_fraction", fraction, "a number from 0 to 1")
    numbers = {key: given[key] for key in ("max_record_duration_s", "max_process_bytes") if key in given}
    for key, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise _wrong(source, f"engine.{key}", number, "a whole number above 0")
    return EngineOptions(float(fraction), **numbers)
