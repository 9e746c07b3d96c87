"""Model weights: vendored ones under ``weights/``, each with a card, loaded once per process.

Nothing here opens a connection: a model is part of an installed package, lies beside this file, or
is a path that the user gave.
"""

from __future__ import annotations

import contextlib
import ctypes
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["WEIGHTS_DIR", "emptying", "give_back_freed", "onnx_session"]

WEIGHTS_DIR = Path(__file__).parent / "weights"

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_OWN_PAGES_BYTES = 2 << 20
"""Blocks from this size on have pages of their own, which go back when they are freed: whole pieces of sound. From 1 MB
on, as the blocks of a run once had, the pages cost more time than the memory is worth."""


@cache
def onnx_session(filename: str, threads: int = 1, *, gpu: bool = False, pooled: bool = False) -> Any:
    """An onnxruntime session for one vendored file, made once per process.

    One thread by default: several processes share the work better than several threads do. ``gpu``: on CUDA where the
    installed onnxruntime offers it (the package onnxruntime-gpu), else on the CPU. ``pooled``: what a run needs
    for a moment comes out of one pool that all such sessions share: several models in turn need little more memory than
    the largest of them, and the system is not asked for it again at every run.

    Raises:
        FileNotFoundError: no such file under ``weights/``.
    """
    path = WEIGHTS_DIR / filename
    if not path.is_file():
        raise FileNotFoundError(f"no weights called {filename} in {WEIGHTS_DIR}")
    import onnxruntime

    providers = ["CPUExecutionProvider"]
    if gpu and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        providers.insert(0, "CUDAExecutionProvider")  # the CPU stays behind it, for a driver that does not load
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if pooled:
        _call_c("mallopt", _M_MMAP_THRESHOLD, _OWN_PAGES_BYTES)
        _make_pool()
        options.enable_mem_pattern = False  # one plan a shape would be kept, and the shapes differ from run to run
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")  # weights stay outside
    session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    if pooled:
        give_back_freed()
    return session


@cache
def _make_pool() -> None:
    """One pool of memory for the process. It grows by what is asked for, not by doubling."""
    import onnxruntime

    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    same_as_requested = 1
    # one that the program around us made before serves as well: then this fails, and the sessions use that one
    with contextlib.suppress(RuntimeError):
        onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg(0, same_as_requested, -1, -1))


def emptying() -> Any:
    """Options of a run after which the pool is empty."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def give_back_freed() -> None:
    """Have glibc return to the system what is free in its heap, of which it gives back only the end by itself: 42 MB of
    what loading CAM++ takes would stay.
    """
    _call_c("malloc_trim", 0)


def _call_c(name: str, *numbers: int) -> None:
    """A function of glibc; other C libraries have none of these, and are left as they are."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        getattr(ctypes.CDLL(None), name)(*numbers)
