"""Redact documents between a reader and a writer of datatrove.

Shows ``Guard.datatrove()``: a pipeline step, counted over all tasks in one report. A shard of three documents is made
first. Run it with ``python recipes/guard_datatrove.py``; it needs ``pip install 'privacy-audit[datatrove]'``.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from privacy_audit import Guard

# Invented people; numbers from the ranges kept for fiction.
TEXTS = [
    "Je m'appelle Camille Durand, écrivez-moi à camille.durand@courriel-invente.fr.",
    "La notice était claire, je recommande.",
    "On peut rappeler Julien Moreau au 06 39 98 12 45 après six heures.",
]


def main() -> None:
    """Write a shard, run the pipeline over it, and print what came out and what was done."""
    with tempfile.TemporaryDirectory() as folder:
        shard = Path(folder) / "in" / "0.jsonl"
        shard.parent.mkdir()
        shard.write_text("\n".join(json.dumps({"id": str(n), "text": text}) for n, text in enumerate(TEXTS)))
        guard = Guard("text-corpus", mode="redact")
        writer = JsonlWriter(f"{folder}/out", compression=None)
        steps = [JsonlReader(str(shard.parent)), guard.datatrove(), writer]
        LocalPipelineExecutor(steps, logging_dir=f"{folder}/logs").run()
        for line in next(Path(folder, "out").iterdir()).read_text().splitlines():
            print(json.loads(line)["text"])
        for done in guard.report().treatment.operations:
            print(f"{done.effect}: {done.entity_type} x {done.count}")


if __name__ == "__main__":
    main()
