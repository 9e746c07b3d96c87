"""Model weights: vendored ones under ``weights/``, each with a card, loaded once per process.

Nothing here opens a connection: a model is part of an installed package, lies beside this file, or
is a path that the user gave.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["WEIGHTS_DIR", "onnx_session"]

WEIGHTS_DIR = Path(__file__).parent / "weights"

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_OWN_PAGES_BYTES = 1 << 20
"""With pages of their own for blocks from this size on, an hour of sound needs two thirds of the memory."""


@cache
def onnx_session(filename: str, threads: int = 1, *, gpu: bool = False, keep_memory: bool = True) -> Any:
    """An onnxruntime session for one vendored file, made once per process.

    One thread by default: several processes share the work better than several threads do. ``gpu``: on CUDA where the
    installed onnxruntime offers it (the package onnxruntime-gpu), else on the CPU. ``keep_memory``: what a run needed
    is kept for the next one; without, several models in turn need little more than the largest of them.

    Raises:
        FileNotFoundError: no such file under ``weights/``.
    """
    path = WEIGHTS_DIR / filename
    if not path.is_file():
        raise FileNotFoundError(f"no weights called {filename} in {WEIGHTS_DIR}")
    import onnxruntime

    if not keep_memory:
        _give_back_large_blocks()
    providers = ["CPUExecutionProvider"]
    if gpu and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        providers.insert(0, "CUDAExecutionProvider")  # the CPU stays behind it, for a driver that does not load
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = keep_memory
    return onnxruntime.InferenceSession(str(path), options, providers=providers)


@cache
def _give_back_large_blocks() -> None:
    """Have glibc return large blocks to the system when they are freed.

    Left alone it raises the limit to the largest block freed so far, up to 32 MB, and what a network needs for a moment
    is then cut out of one heap that small blocks keep from shrinking. Other C libraries have no such setting.
    """
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _OWN_PAGES_BYTES)
    except (AttributeError, OSError, TypeError):
        return
