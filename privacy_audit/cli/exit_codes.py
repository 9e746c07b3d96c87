"""Exit codes. An audit that did not read everything has its own: it says nothing about what it did not read."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy_audit.legal.exposure import ExposureReport
    from privacy_audit.types import Confidence

__all__ = ["ExitCode", "of_report"]


class ExitCode(enum.IntEnum):
    """What the process tells its caller."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    BASELINE_REWRITTEN = 4
    INTERNAL = 5


def of_report(report: ExposureReport, gate: Confidence) -> ExitCode:
    """Incomplete comes before findings: a list of findings with gaps must not pass for the whole."""
    from privacy_audit.pipeline import findings_at_gate

    covered = report.coverage
    if covered.interrupted or covered.partial or covered.unscanned or not covered.n_files:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if findings_at_gate(report, gate) else ExitCode.OK
