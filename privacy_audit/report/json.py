"""The exposure report as JSON, described by ``report.schema.json`` beside this file."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from privacy_audit.legal.exposure import ExposureReport

__all__ = ["parse", "render", "schema"]


def render(report: ExposureReport) -> str:
    """Indented JSON, ASCII only, so that no file name can break it. ``schema_version`` tells its form."""
    return json.dumps(report.to_dict(), indent=2) + "\n"


def parse(text: str) -> ExposureReport:
    """Inverse of :func:`render`. Raises ValueError on other JSON or another schema version."""
    try:
        return ExposureReport.from_dict(json.loads(text))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not an exposure report of privacy-audit") from error


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what :func:`render` writes."""
    text = resources.files("privacy_audit.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
