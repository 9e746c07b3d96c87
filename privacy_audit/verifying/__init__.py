"""verify(): an attack on a treated copy. It can disprove that people are protected; it can never prove it."""

from __future__ import annotations

import json
from pathlib import Path

from privacy_audit.legal.strings import Language
from privacy_audit.store import atomic_writer
from privacy_audit.verifying import markdown
from privacy_audit.verifying.values import Check, Remainder, VerifyReport
from privacy_audit.verifying.verify import verify

__all__ = ["Check", "Remainder", "VerifyReport", "verify", "write"]


def write(report: VerifyReport, folder: Path, language: Language) -> list[Path]:
    """``verify.md`` in that language and ``verify.json``, atomically; returns their paths."""
    texts = {
        "verify.md": markdown.render(report, language),
        "verify.json": json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        with atomic_writer(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
