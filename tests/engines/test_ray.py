"""Ray Data: the findings of the local engine, on one machine, on two nodes, and when one of them goes."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from privacy_audit import anonymize, scan
from privacy_audit.engines.ray import run
from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import KEY_VARIABLE
from privacy_audit.pipeline import WorkerDied, in_process
from privacy_audit.recipe import EngineOptions, Recipe
from privacy_audit.types import Reason

pytest.importorskip("ray.data", reason="needs ray: pip install 'privacy-audit[ray]'")
# Ray's own processes talk over the loopback address
pytestmark = pytest.mark.enable_socket

RECIPE = Recipe(
    "ray",
    scanners={"text_patterns": {}, "file_names": {}, "image_metadata": {}},
    operators={"text_label": {}, "image_strip_metadata": {}},
)
N_FILES = 60


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes on this machine; the second may go."""
    import ray
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        cluster.second = cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(KEY_VARIABLE, "a key kept for these tests")
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(N_FILES):
        line = f"Note {number} : écrire à camille.durand{number}@courriel-invente.fr\n"
        (folder / f"note-{number:03d}.txt").write_text(line * 50, encoding="utf-8")
    (folder / "empty.txt").touch()
    return folder


def setup_of(mortal: int) -> Callable[[int], Callable[[int], int]]:
    def setup(factor: int) -> Callable[[int], int]:  # a function of a function travels by value
        def handle(number: int) -> int:
            if number == 3:
                raise ValueError("camille.durand@courriel-invente.fr")
            if number == mortal:
                os._exit(7)
            return number * factor

        return handle

    return setup


class RemovesANode:
    """After some files, when an actor works on each node; ``n_done`` counts all."""

    def __init__(self, cluster: Any, after: int) -> None:
        self.cluster, self.after, self.n_done, self.removed_after = cluster, after, 0, 0

    def start(self, n_files: int, n_bytes: int) -> None:
        assert n_files == N_FILES + 1

    def advance(self, n_bytes: int) -> None:
        import ray

        self.n_done += 1
        both_work = ray.available_resources().get("CPU", 0) == 0
        if self.n_done >= self.after and both_work and not self.removed_after:
            self.removed_after = self.n_done
            self.cluster.remove_node(self.cluster.second, allow_graceful=False)


def test_every_task_gets_its_answer_and_an_error_or_a_dead_process_costs_one_task(
    cluster: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    results = dict(run(range(6), setup_of(mortal=5), (10,)))
    assert results == {0: 0, 1: 10, 2: 20, 3: WorkerDied(1), 4: 40, 5: WorkerDied(None)}
    told = capfd.readouterr()
    assert "durand" not in told.out + told.err


def test_a_task_that_takes_too_long_is_told_apart(cluster: Any) -> None:
    def setup() -> Callable[[float], float]:
        return lambda duration_s: time.sleep(duration_s) or duration_s

    results = dict(run([0.0, 600.0], setup, (), options=EngineOptions(max_record_duration_s=1)))
    died = WorkerDied(None, Reason.TIMEOUT, "one record took more than 1 s (max_record_duration_s)")
    assert results == {0.0: 0.0, 600.0: died}


def test_no_task_gives_nothing(cluster: Any) -> None:
    assert list(run([], setup_of(mortal=5), (10,))) == []


def test_a_gpu_that_the_cluster_has_not_is_refused(cluster: Any) -> None:
    with pytest.raises(UsageError, match=r"^engine\.gpu_fraction: 0\.25, and the cluster has 0 GPU$"):
        list(run([1], setup_of(mortal=5), (10,), options=EngineOptions(gpu_fraction=0.25)))


def test_a_treated_copy_is_that_of_the_local_engine(cluster: Any, data: Path, tmp_path: Path) -> None:
    copies = {"one": in_process, "two": run}
    for name, engine in copies.items():
        anonymize(data, tmp_path / name, RECIPE, engine=engine)
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for pattern in ("*.txt", ".privacy-audit/*.jsonl")
            for path in (tmp_path / name).glob(pattern)
        }
        for name in copies
    )
    assert one == two
    assert len(one) == N_FILES + 2, "the copies, what was done, and the empty file in quarantine"


def test_with_a_node_removed_in_mid_run_the_findings_are_those_of_the_local_engine(
    cluster: Any, data: Path, tmp_path: Path
) -> None:
    scan([data], tmp_path / "local", RECIPE)
    progress = RemovesANode(cluster, after=15)
    report = scan([data], tmp_path / "ray", RECIPE, engine=functools.partial(run, jobs=2), progress=progress)
    assert 15 <= progress.removed_after < N_FILES, "the node was there to the end"
    assert progress.n_done == N_FILES + 1
    assert report.coverage.unscanned == 1, "the empty file, and none that the node held"
    local, far = ((tmp_path / name / "findings.jsonl").read_bytes().splitlines() for name in ("local", "ray"))
    assert len(local) == 50 * N_FILES
    assert sorted(local) == sorted(far)
