"""One object that watches a training pipeline: audit, redact, drop or raise, for each sample."""

from __future__ import annotations

from privacy_audit.guard._guard import Guard, Mode
from privacy_audit.guard._looking import Checked, Seen

__all__ = ["Checked", "Guard", "Mode", "Seen"]
