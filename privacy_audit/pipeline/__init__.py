"""Where the parts meet: ``scan()`` and ``anonymize()``, and what an engine needs to spread them."""

from __future__ import annotations

from privacy_audit.pipeline.audit import findings_at_gate, scan
from privacy_audit.pipeline.engine import Engine, Progress, WorkerDied, in_process
from privacy_audit.pipeline.reading import sniffed
from privacy_audit.pipeline.scanning import scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treated_copy import anonymize
from privacy_audit.pipeline.treating import FileTreatment, treat_file

__all__ = [
    "Engine",
    "FileTreatment",
    "Progress",
    "Toolbox",
    "WorkerDied",
    "anonymize",
    "findings_at_gate",
    "in_process",
    "scan",
    "scan_file",
    "sniffed",
    "treat_file",
]
