"""Kill -9 at random moments of ``anonymize``, and go on: is the copy, byte for byte, that of a run left in peace?

The source is ``sample_data`` and 200 more files, made here: texts, tables, transcripts, pictures and sounds. Each
moment is drawn between the start and the length of the run left in peace; at every second moment the processes that
treat files are killed too, at the others only the one that leads. In report.json the date and the duration may differ;
report.html, which is made of it, is not compared.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._resume_files import make_files
from bench._run import Run
from privacy_audit.sources.folder import OWN_FOLDER

_SAMPLE_DATA = Path(__file__).parents[1] / "sample_data"
_RECIPE = """
name: resume
treat_from: LOW
scanners: {file_names: , text_patterns: , table_columns: , image_faces: {passes: fast}, image_metadata: ,
  audio_speech: , audio_tags: , video_tags: }
operators: {text_surrogate: , image_solid: , image_strip_metadata: , audio_disguise: , audio_strip_tags: ,
  video_strip_tags: , table_hash: {only: [PERSON_ID]}}
exclude: ["*.py", "__pycache__"]
"""


def main() -> None:
    """Command line."""
    run = Run("resume", "Runs of anonymize killed at random moments, each resumed and compared.")
    run.parser.add_argument("--moments", type=int, default=20)
    run.parser.add_argument("--files", type=int, default=200, help="files beside sample_data")
    run.parser.add_argument("--jobs", type=int, default=2)
    run.parser.add_argument("--seed", type=int, default=6)
    options = run.options
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="privacy-audit-resume-") as name:
        folder = Path(name)
        source = folder / "source"
        shutil.copytree(_SAMPLE_DATA, source, ignore=shutil.ignore_patterns("__pycache__"))
        make_files(source / "more", options.files)
        (folder / "recipe.yaml").write_text(_RECIPE)
        before = _digests(source)
        started_s = time.monotonic()
        code = _anonymize(folder, "whole", options.jobs).wait()
        whole_s = time.monotonic() - started_s
        whole = _digests(folder / "whole")
        rows = []
        for number in range(options.moments):
            at_s = draw.uniform(0.0, whole_s)
            killed = _anonymize(folder, "copy", options.jobs)
            time.sleep(at_s)
            ended = killed.poll() is not None
            if not ended:
                (os.killpg if number % 2 else os.kill)(killed.pid, signal.SIGKILL)
                killed.wait()
            done = len(list((folder / "copy" / OWN_FOLDER / "parts").glob("[0-9]*.jsonl")))
            resumed = _anonymize(folder, "copy", options.jobs).wait()
            copy = _digests(folder / "copy")
            differ = sorted(path for path in whole.keys() | copy.keys() if whole.get(path) != copy.get(path))
            rows.append((
                f"{at_s:.1f}", "all" if number % 2 else "leader", "ended" if ended else done,
                resumed == code, len(differ), " ".join(differ[:3]), _digests(source) == before,
            ))  # fmt: skip
            shutil.rmtree(folder / "copy")
            print(f"{number + 1} of {options.moments}", file=sys.stderr)
    right = sum(not row[4] and bool(row[3]) and bool(row[6]) for row in rows)
    run.add(
        f"{len(before)} files, {len(whole)} in the copy with its notes, {whole_s:.1f} s in peace: "
        f"{right} of {len(rows)} killed runs ended with the same bytes",
        ("killed at s", "who", "files done then", "same exit code", "files that differ", "which", "source unchanged"),
        rows,
    )
    run.finish()
    sys.exit(right != len(rows))


def _anonymize(folder: Path, output: str, jobs: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "privacy_audit", "anonymize", str(folder / "source"), "-o", str(folder / output)]
    options = ["-r", str(folder / "recipe.yaml"), "--key-file", str(folder / "run.key"), "-j", str(jobs)]
    return subprocess.Popen(  # noqa: S603 - our own command
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )  # fmt: skip


def _digests(folder: Path) -> dict[str, str]:
    """Path below the folder -> sha256; folders have none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == f"{OWN_FOLDER}/report.html":
            continue
        content = path.read_bytes() if path.is_file() else b""
        if name == f"{OWN_FOLDER}/report.json":
            report = json.loads(content)
            del report["tool"]["started_at"], report["tool"]["duration_s"]
            content = json.dumps(report).encode()
        found[name] = hashlib.sha256(content).hexdigest() if path.is_file() else ""
    return found


if __name__ == "__main__":
    main()
