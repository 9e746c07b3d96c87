"""The exposure report as JSON, described by ``report.schema.json`` beside this file."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.report._comparison import Comparison

__all__ = ["parse", "render", "schema"]


def render(report: ExposureReport, comparison: Comparison | None = None) -> str:
    """Indented JSON, ASCII only, so that no file name can break it. ``schema_version`` tells its form.

    ``comparison``: what changed since an earlier audit, added as ``changes``.
    """
    changes = {"changes": comparison.to_dict()} if comparison else {}
    return json.dumps({**report.to_dict(), **changes}, indent=2) + "\n"


def parse(text: str) -> ExposureReport:
    """Inverse of :func:`render`, without what changed.

    Raises:
        ValueError: other JSON, another schema version, or a field that is wrong.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict) or "schema_version" not in value:
        raise ValueError("not an exposure report of privacy-audit")
    return ExposureReport.from_dict({key: item for key, item in value.items() if key != "changes"})


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what :func:`render` writes."""
    text = resources.files("privacy_audit.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
