"""Printing the page with a browser that is on this machine: it opens no connection, the page allows none."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from privacy_audit.errors import OutputError, UsageError

__all__ = ["print_page"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_TIMEOUT_S = 120


def print_page(page: str, output: Path) -> None:
    """Write the page as PDF, atomically.

    Raises:
        UsageError: there is no browser here.
        OutputError: the browser made no PDF, or it cannot be written.
    """
    browser = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if browser is None:
        raise UsageError(
            "a PDF needs Chromium or Chrome, and none was found here. Render --format html and print it in any browser"
        )
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        source, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-quic", "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", source.as_uri(),
        ]  # fmt: skip
        if _is_root():
            command.insert(1, "--no-sandbox")  # Chromium refuses to start otherwise, in containers for instance
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=_TIMEOUT_S)  # noqa: S603 - a browser of this machine, and files made here
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(f"{output}: the browser did not print it ({type(error).__name__})") from None
        if not printed.is_file():
            raise OutputError(f"{output}: the browser made no PDF of it; render --format html and print that")
        from privacy_audit.store import atomic_writer

        try:
            with atomic_writer(output) as temporary:
                shutil.copyfile(printed, temporary)
        except OSError as error:
            raise OutputError(f"{output}: cannot be written ({error.strerror})") from None


def _is_root() -> bool:
    import os

    return hasattr(os, "geteuid") and os.geteuid() == 0
