"""Where the parts meet: ``scan()`` and ``anonymize()``, and what an engine needs to spread them.

The names load on first use: a commit hook needs few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_audit.pipeline.audit import findings_at_gate as findings_at_gate
    from privacy_audit.pipeline.audit import scan as scan
    from privacy_audit.pipeline.engine import Engine as Engine
    from privacy_audit.pipeline.engine import Progress as Progress
    from privacy_audit.pipeline.engine import WorkerDied as WorkerDied
    from privacy_audit.pipeline.engine import in_process as in_process
    from privacy_audit.pipeline.reading import sniffed as sniffed
    from privacy_audit.pipeline.scanning import scan_file as scan_file
    from privacy_audit.pipeline.toolbox import Toolbox as Toolbox
    from privacy_audit.pipeline.treated_copy import anonymize as anonymize
    from privacy_audit.pipeline.treating import FileTreatment as FileTreatment
    from privacy_audit.pipeline.treating import treat_file as treat_file

_HOMES = {
    "Engine": "engine",
    "FileTreatment": "treating",
    "Progress": "engine",
    "Toolbox": "toolbox",
    "WorkerDied": "engine",
    "anonymize": "treated_copy",
    "findings_at_gate": "audit",
    "in_process": "engine",
    "scan": "audit",
    "scan_file": "scanning",
    "sniffed": "reading",
    "treat_file": "treating",
}

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


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
