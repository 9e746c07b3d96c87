"""Leave rows with personal data out of a Ray data set.

Shows ``Guard.ray()``: a class for ``map_batches``, whose actors load the models once. Here Ray runs on this machine;
on a cluster give the guard a ``report_folder`` that every node reaches. Run it with ``python recipes/guard_ray.py``; it
needs ``pip install 'privacy-audit[ray]'``.
"""

from __future__ import annotations

import os

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when Ray is imported

import ray

from privacy_audit import Guard

# Invented people; numbers from the ranges kept for fiction.
ROWS = [
    {"id": 0, "text": "Je m'appelle Camille Durand, écrivez-moi à camille.durand@courriel-invente.fr."},
    {"id": 1, "text": "La notice était claire, je recommande."},
    {"id": 2, "text": "On peut rappeler Julien Moreau au 06 39 98 12 45 après six heures."},
]


def main() -> None:
    """Pass the rows through a guard and print those that go on."""
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    guard = Guard("text-corpus", mode="drop")
    for row in ray.data.from_items(ROWS).map_batches(guard.ray(), concurrency=1).iter_rows():
        print(row["id"], row["text"])
    treatment = guard.report().treatment
    print(f"{treatment.records} passed, {treatment.quarantined} left out")
    ray.shutdown()


if __name__ == "__main__":
    main()
