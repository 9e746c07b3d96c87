"""Memory: whether a scan of many pictures needs more of it than a scan of few.

The large folder holds the pictures of the small one several times over, so that both have the same largest picture,
and what is left of the difference comes from their number. Each scan is a process of its own, started by the command.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from bench._data import data_dir
from bench._processes import Watched, watched
from bench._run import Run

_RECIPES = ("image-dataset", "image-dataset-ocr", "cnil-default")


def main() -> None:
    """Command line."""
    run = Run("memory", "Peak memory of a scan over few and over many pictures; Linux only.")
    run.parser.add_argument("--few", type=int, default=100, help="pictures in the small folder")
    run.parser.add_argument("--times", type=int, default=5, help="how often they lie in the large one")
    run.parser.add_argument("--jobs", type=int, default=1, help="processes")
    run.parser.add_argument("--recipe", choices=_RECIPES, default=_RECIPES[0])
    options = run.options
    source = data_dir("image", "faces_wider")
    pictures = sorted(path for path in source.iterdir() if path.suffix == ".jpg")[: options.few]
    with tempfile.TemporaryDirectory(prefix="privacy-audit-memory-") as folder:
        few = _filled(Path(folder) / "few", pictures, 1)
        many = _filled(Path(folder) / "many", pictures, options.times)
        peaks = [_peak_of_scan(path, options.recipe, options.jobs) for path in (few, many)]
    rows = [(len(pictures) * times, *_shown(peak)) for times, peak in zip((1, options.times), peaks, strict=True)]
    rows.append(("ratio", *(f"{many / few:.3f}" for few, many in zip(*map(_numbers, peaks), strict=True))))
    run.add(
        f"pictures of faces_wider, recipe {options.recipe}, {options.jobs} process(es) beside the one that leads",
        ("pictures", "largest process, MB", "all processes together, MB", "CPU s"),
        rows,
    )
    run.finish()


def _filled(folder: Path, pictures: list[Path], times: int) -> Path:
    folder.mkdir()
    for number in range(times):
        for path in pictures:
            shutil.copyfile(path, folder / f"{number}-{path.name}")
    return folder


def _peak_of_scan(folder: Path, recipe: str, jobs: int) -> Watched:
    output = folder.with_name(f"audit-{folder.name}")
    command = [sys.executable, "-m", "privacy_audit", "scan", str(folder), "-o", str(output), "-r", recipe]
    scan = watched([*command, "-j", str(jobs)])
    if scan.code not in (0, 1, 3):  # findings, or files that cannot be read, are no failure here
        raise SystemExit(f"the scan ended with exit code {scan.code}")
    return scan


def _numbers(peak: Watched) -> tuple[float, float, float]:
    return peak.largest_bytes, peak.together_bytes, peak.cpu_s


def _shown(peak: Watched) -> tuple[str, str, str]:
    return f"{peak.largest_bytes / 1e6:.0f}", f"{peak.together_bytes / 1e6:.0f}", f"{peak.cpu_s:.0f}"


if __name__ == "__main__":
    main()
