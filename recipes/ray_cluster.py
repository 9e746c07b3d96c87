"""Scan a folder with Ray Data: on this machine, or on the cluster that ``RAY_ADDRESS`` names.

Shows the engine behind ``privacy-audit scan --engine ray``. Every node needs the package, the data and the output
folder under the same paths; ``docs/kuberay-job.yaml`` shows that for Kubernetes. Run it with
``python recipes/ray_cluster.py DATA AUDIT``, or without arguments on the sample texts; it needs
``pip install 'privacy-audit[ray]'``.
"""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path

from privacy_audit import load_recipe, scan
from privacy_audit.engines import ray

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data" / "text"


def main() -> None:
    """Scan with as many actors as the cluster has cores, and print the counts."""
    with tempfile.TemporaryDirectory() as folder:
        data, audit = sys.argv[1:3] if len(sys.argv) > 2 else (SAMPLE, Path(folder) / "audit")
        recipe = load_recipe("text-corpus")
        # in a recipe of yours, `engine: {gpu_fraction: 0.25}` lets four actors share a GPU
        engine = functools.partial(ray.run, options=recipe.engine)
        report = scan([data], audit, recipe, engine=engine)
        print(f"{report.coverage.complete} of {report.dataset.n_files} files read")
        for entity in report.entities:
            print(f"{entity.entity_type}: {entity.count}")


if __name__ == "__main__":
    main()
