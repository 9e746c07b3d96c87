"""Scale: a scan of ten times as many records, a scan that is killed ten times, and one with nothing to do.

The data are shards of small texts, made here, with the same pictures and sounds beside few and many. Memory is that of
all processes of a scan together at its worst moment. A kill is SIGKILL to the process that leads, at a moment drawn
within a tenth of the length of the run left in peace; the same command then goes on. Linux only.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._processes import Watched, watched
from bench._run import Run
from bench._shards import make_shards
from privacy_audit.report import json as json_format

_KEY = {"PRIVACY_AUDIT_KEY": "a key for measurements only"}


def main() -> None:
    """Command line."""
    run = Run("scale", "Memory, resumption and reruns of scans over shards of small records.")
    run.parser.add_argument("--few", type=int, default=20_000, help="records of the small set")
    run.parser.add_argument("--many", type=int, default=200_000, help="records of the large one")
    run.parser.add_argument("--media", type=int, default=400, help="pictures and sounds beside both")
    run.parser.add_argument("--kills", type=int, default=10)
    run.parser.add_argument("--jobs", type=int, default=2)
    run.parser.add_argument("--recipe", default="pre-commit", help="the default recognises patterns only: no names")
    run.parser.add_argument("--seed", type=int, default=7)
    options = run.options
    os.environ |= _KEY
    with tempfile.TemporaryDirectory(prefix="privacy-audit-scale-") as name:
        folder = Path(name)
        scans = {}
        for size in ("few", "many"):
            make_shards(folder / size, getattr(options, size), options.media)
            scans[size] = _scan(folder, size, size, options)
        again = _scan(folder, "many", "many", options)
        n_read_again = _n_read(folder / "audit-many")
        rows = [_killed(folder, scans["many"].duration_s, options)] if options.kills else []
        n_findings = _findings(folder / "audit-many").count(b"\n")
    few, many = scans["few"], scans["many"]
    run.add(
        f"{options.media} pictures and sounds in both, recipe {options.recipe}, {options.jobs} processes",
        ("records", "all processes together, MB", "largest process, MB", "s", "CPU s", "records/s"),
        [
            (options.few, *_shown(few), f"{options.few / few.duration_s:.0f}"),
            (options.many, *_shown(many), f"{options.many / many.duration_s:.0f}"),
            ("ratio", f"{many.together_bytes / few.together_bytes:.3f}",
             f"{many.largest_bytes / few.largest_bytes:.3f}", "", "", ""),
        ],
    )  # fmt: skip
    run.add(
        f"{options.many} records, nothing changed since",
        ("files read", "s", "share of the first run", "MB"),
        [(n_read_again, f"{again.duration_s:.1f}", again.duration_s / many.duration_s, _shown(again)[0])],
    )
    run.add(
        f"{options.many} records, {n_findings} findings, killed at random moments, seed {options.seed}",
        ("kills", "findings as in the run left in peace", "files read by the last run", "s in all"),
        rows,
    )
    run.finish()


def _command(folder: Path, data: str, audit: str, options: object) -> list[str]:
    output = ["-o", str(folder / f"audit-{audit}")]
    chosen = ["-r", str(getattr(options, "recipe", "")), "-j", str(getattr(options, "jobs", 1))]
    return [sys.executable, "-m", "privacy_audit", "scan", str(folder / data), *output, *chosen]


def _scan(folder: Path, data: str, audit: str, options: object) -> Watched:
    done = watched(_command(folder, data, audit, options))
    if done.code not in (0, 1):
        raise SystemExit(f"the scan of {data} ended with exit code {done.code}")
    return done


def _killed(folder: Path, whole_s: float, options: object) -> tuple[int, str, int, str]:
    """How often a scan was killed before it ended by itself, and what came of the run that went on to the end."""
    draw = random.Random(getattr(options, "seed", 0))
    shutil.rmtree(folder / "audit-killed", ignore_errors=True)
    started_s = time.monotonic()
    n_killed = 0
    for _ in range(getattr(options, "kills", 0)):
        command = _command(folder, "many", "killed", options)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            process.wait(timeout=draw.uniform(0.3, 1.7) * whole_s / getattr(options, "kills", 1))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            n_killed += 1
    _scan(folder, "many", "killed", options)
    same = _findings(folder / "audit-killed") == _findings(folder / "audit-many")
    total_s = time.monotonic() - started_s
    return n_killed, "the same bytes" if same else "OTHERS", _n_read(folder / "audit-killed"), f"{total_s:.1f}"


def _findings(audit: Path) -> bytes:
    return (audit / "findings.jsonl").read_bytes()


def _n_read(audit: Path) -> int:
    return json_format.parse((audit / "report.json").read_text(encoding="utf-8")).tool.files_read


def _shown(scan: Watched) -> tuple[str, str, str, str]:
    return (
        f"{scan.together_bytes / 1e6:.0f}",
        f"{scan.largest_bytes / 1e6:.0f}",
        f"{scan.duration_s:.1f}",
        f"{scan.cpu_s:.0f}",
    )


if __name__ == "__main__":
    main()
