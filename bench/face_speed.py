"""Threads against processes: the same search for faces by one process with n threads, and by n processes with one."""

from __future__ import annotations

import functools
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench._data import data_dir
from bench._run import Run
from privacy_audit.measuring.pictures import in_half, read_pictures
from privacy_audit.models import centerface, onnx_session
from privacy_audit.models.face_search import find_faces
from privacy_audit.scanners.image_faces import LEVELS
from privacy_audit.sources.image_file import read_image


def main() -> None:
    """Command line."""
    run = Run("face_speed", "Threads against processes for the scanner image_faces.")
    run.parser.add_argument("--passes", choices=tuple(LEVELS), default="fast", help="its option")
    n = len(os.sched_getaffinity(0))
    half = "odd" if run.half == "report" else "even"
    known = read_pictures(data_dir("image", "faces_wider"))
    paths = run.limited([picture.path for picture in known if in_half(picture.path.name, half)])
    rows = [
        (f"{processes} processes, {threads} threads each", *_timed(paths, run.options.passes, processes, threads))
        for processes, threads in ((1, 1), (1, n), (n, 1))
    ]
    run.add(
        f"faces_wider, {half} half: {len(paths)} pictures, {run.options.passes}, {n} cores, models loaded before",
        ("how", "wall s", "CPU s"),
        rows,
    )
    run.finish()


def _timed(paths: list[Path], passes: str, processes: int, threads: int) -> tuple[float, float]:
    """Wall seconds from the first picture to the last, and CPU seconds of all processes together."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_ready, initargs=(threads,)) as pool:
        list(pool.map(_search, paths[:1] * processes * 2, [passes] * processes * 2))  # every process is up, and warm
        start_s = time.perf_counter()
        cpu_s = sum(pool.map(_search, paths, [passes] * len(paths)))
        return time.perf_counter() - start_s, cpu_s


def _ready(threads: int) -> None:
    import cv2

    cv2.setNumThreads(threads)
    centerface.onnx_session = functools.partial(onnx_session, threads=threads)  # type: ignore[assignment]


def _search(path: Path, passes: str) -> float:
    start_s = time.process_time()
    find_faces(read_image(path, path.name).pixels, passes, 0.2)  # type: ignore[arg-type]  # argparse checks it
    return time.process_time() - start_s


if __name__ == "__main__":
    main()
