"""The errors a caller can meet.

    PrivacyAuditError
    ├── UsageError            the request makes no sense: exit code 2
    │   ├── RecipeError       a recipe file names something unknown or out of range
    │   └── OutputError       the output folder cannot be used
    ├── StoppedError          the output failed half-way; what was done is kept: exit code 3
    ├── UnreadableError       one record could not be read: becomes an Unscanned outcome
    ├── MissingDependencyError  an optional part is not installed: says which extra adds it
    └── PersonalDataError     raised by ``Guard(mode="raise")``; holds counts, never content

No message ever holds the content of a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy_audit.types import Reason

__all__ = [
    "MissingDependencyError",
    "OutputError",
    "PersonalDataError",
    "PrivacyAuditError",
    "RecipeError",
    "StoppedError",
    "UnreadableError",
    "UsageError",
]


class PrivacyAuditError(Exception):
    """Base of every error raised on purpose by this package."""


class UsageError(PrivacyAuditError):
    """The request makes no sense as it stands."""


class RecipeError(UsageError):
    """A recipe is wrong: the message names the file, the key, what was got and what was expected."""


class OutputError(UsageError):
    """The output folder cannot be used: it holds other things, lies in the source, or is not writable."""


class StoppedError(PrivacyAuditError):
    """A run ended before its end because its output cannot be written; what was done is kept, and it can go on."""


class UnreadableError(PrivacyAuditError):
    """One record could not be read.

    ``reason`` says why as a code, ``detail`` in words without any content of the record.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class MissingDependencyError(PrivacyAuditError):
    """An optional dependency is not installed; the message holds the command that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"needs {package}. Install with: pip install 'privacy-audit[{extra}]'")
        self.package = package
        self.extra = extra


class PersonalDataError(PrivacyAuditError):
    """``Guard(mode="raise")`` met personal data; the message holds entity types and counts only."""
