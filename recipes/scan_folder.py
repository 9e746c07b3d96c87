"""Scan a folder from Python and read the report.

Shows what a script wants from a scan: was everything read, what was found, and where. Run it in a clone with
``python recipes/scan_folder.py``; it reads ``sample_data/text`` and writes to a temporary folder.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import privacy_audit

TEXTS = Path(__file__).resolve().parents[1] / "sample_data" / "text"


def main() -> None:
    """Scan, then print coverage, counts and the place of one finding."""
    with tempfile.TemporaryDirectory() as folder:
        report = privacy_audit.scan([TEXTS], folder, privacy_audit.load_recipe("text-corpus"))
        lines = (Path(folder) / "findings.jsonl").read_text(encoding="ascii").splitlines()
    # Coverage first: what was not read may hold anything.
    coverage = report.coverage
    print(f"{coverage.complete} of {coverage.n_files} files read by every scanner meant for them")
    for entity in report.entities:
        print(f"{entity.entity_type}: {entity.high} high, {entity.medium} medium, {entity.low} low")
    # A finding says where, never what: nothing of the file's text is in it.
    first = json.loads(lines[0])
    print(f"{len(lines)} findings; the first is {first['entity_type']} in {first['record_uri']}")


if __name__ == "__main__":
    main()
