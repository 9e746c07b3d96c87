"""Write a treated copy of a folder from Python, and read what is left in it.

Shows the order that a pipeline should keep: treat, look at what was not copied and at what is still found, and only
then train. Treated is not anonymous. Run it in a clone with ``python recipes/anonymize_folder.py``; it reads
``sample_data/images`` and writes to a temporary folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import privacy_audit

PICTURES = Path(__file__).resolve().parents[1] / "sample_data" / "images"


def main() -> None:
    """Treat the pictures, then print what was done, what was held back and what remains."""
    with tempfile.TemporaryDirectory() as folder:
        report = privacy_audit.anonymize(PICTURES, folder, privacy_audit.load_recipe("image-dataset"))
        copies = sorted(path.name for path in Path(folder).iterdir() if path.is_file())
    treatment = report.treatment
    print(f"{treatment.records} files written, {treatment.quarantined} held back with parts that could not be read")
    for done in treatment.operations:
        print(f"{done.effect}: {done.entity_type} x {done.count}")
    print(f"still found in the copy: {dict(treatment.residual)}")
    print(f"copies: {', '.join(copies)}")


if __name__ == "__main__":
    main()
