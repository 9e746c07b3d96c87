"""CPU time of ``privacy-audit check --staged`` on a commit of 20 texts, with nothing kept and with everything kept.

The processor's time of the whole tree of processes, git included: user and system, the median of several runs.
"""

from __future__ import annotations

import compileall
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._run import Run

_FILES = 20
_ROUNDS = 5
_SENTENCES = (
    "Le comité s'est réuni mardi pour examiner les travaux de la rentrée.",
    "The samples were kept at four degrees until the end of the week.",
    "La version 2.14.3 corrige l'affichage des graphiques dans le rapport.",
    "Commande n° 4820193, lot 20231107-03, livrée le 12/03/2024 à 10:30.",
    "Each record is split into training and validation with a fixed seed.",
    "Les capteurs envoient une mesure toutes les 30 secondes vers le serveur.",
    "See section 4.2 for the 1,024 shards and their sizes in megabytes.",
)
_VALUE = "Écrivez à camille.durand@courriel-invente.fr ou au 06 39 98 12 45."  # privacy-audit: allow invented


def main() -> None:
    """Command line."""
    run = Run("check_speed", "CPU time of a check of 20 staged texts, cold and cached.")
    run.parser.add_argument("--rounds", type=int, default=_ROUNDS, help="runs of each; the median is told")
    rows = []
    # as pip leaves a package that it installs
    compileall.compile_dir(Path(__file__).parents[1] / "privacy_audit", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        for name, changed, found in (
            ("new", False, False),
            ("changed", True, False),
            ("new, one finding", False, True),
        ):
            root = Path(folder) / name.replace(" ", "")
            n_bytes = _repository(root, changed, found)
            for state in ("cold", "cached"):
                times_s = [_cpu_s(root, state, int(found)) for _ in range(run.options.rounds)]
                rows.append(
                    (f"{_FILES} {name}", n_bytes, state, statistics.median(times_s), min(times_s), max(times_s))
                )
    columns = ("texts", "bytes", "cache", "median CPU-s", "least", "most")
    run.add(f"check --staged, recipe pre-commit; {run.options.rounds} runs of each", columns, rows)
    run.finish()


def _repository(root: Path, changed: bool, found: bool) -> int:
    """A repository with a staged commit of so many texts; the bytes of the texts."""
    random_ = random.Random(0)
    root.mkdir()
    _git(root, "init", "-q")
    for key, value in (("user.name", "bench"), ("user.email", "bench@bench.invalid"), ("commit.gpgsign", "false")):
        _git(root, "config", key, value)
    n_bytes = 0
    for commit in range(2 if changed else 1):
        n_bytes = 0
        for number in range(_FILES):
            lines = [random_.choice(_SENTENCES) for _ in range(60)]
            if found and number == 0:
                lines[30] = _VALUE
            text = "\n".join(lines) + "\n"
            n_bytes += len(text.encode())
            (root / f"text_{number}.txt").write_text(text, encoding="utf-8")
        _git(root, "add", "-A")
        if changed and commit == 0:
            _git(root, "commit", "-qm", "first")
    return n_bytes


def _cpu_s(root: Path, state: str, code: int) -> float:
    """Of one run; ``cold`` forgets first what was kept."""
    if state == "cold":
        shutil.rmtree(root / ".git" / "privacy-audit", ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "privacy_audit", "check", "--staged"],
        cwd=root,
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.returncode
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True)  # noqa: S603, S607 - git, by name


if __name__ == "__main__":
    main()
