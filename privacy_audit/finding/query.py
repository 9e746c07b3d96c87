"""What is looked for. It is personal data: it stays in memory, and nothing here shows it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from privacy_audit.errors import UsageError
from privacy_audit.finding.folding import Folded
from privacy_audit.finding.hits import Hit, Matcher, best
from privacy_audit.finding.names import NameMatcher
from privacy_audit.finding.values import EmailMatcher, HandleMatcher, NumberMatcher, PhoneMatcher

__all__ = ["KINDS", "Query", "parse_query"]

KINDS: dict[str, Callable[[str], Matcher]] = {
    "name": NameMatcher,
    "email": EmailMatcher,
    "phone": PhoneMatcher,
    "plate": lambda value: NumberMatcher(value, "plate", "LICENSE_PLATE"),
    "handle": HandleMatcher,
    "number": lambda value: NumberMatcher(value, "number", "USERNAME"),
}
"""Kind of value -> what looks for it."""


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """``values``: (kind, value) as given. ``files``: the person's own picture or recording, to find the same one.

    ``faces``, ``voices``: a picture or recording to compare with, only with ``basis``, the reason for it.
    """

    values: tuple[tuple[str, str], ...] = ()
    files: tuple[Path, ...] = ()
    faces: tuple[Path, ...] = ()
    voices: tuple[Path, ...] = ()
    basis: str = ""
    _made: list[Matcher] = field(default_factory=list, compare=False)

    def __repr__(self) -> str:
        return f"Query({len(self.values) + len(self.files) + len(self.faces) + len(self.voices)} hidden)"

    def __getstate__(self) -> tuple[object, ...]:
        return self.values, self.files, self.faces, self.voices, self.basis

    def __setstate__(self, state: tuple[object, ...]) -> None:
        for name, value in zip(("values", "files", "faces", "voices", "basis"), state, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_made", [])

    @property
    def matchers(self) -> list[Matcher]:
        """One per value; made once per process, since patterns are slow to send."""
        if not self._made:
            self._made.extend(KINDS[kind](value) for kind, value in self.values)
        return self._made

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was asked for, without the values."""
        more = ((self.files, "file"), (self.faces, "face"), (self.voices, "voice"))
        return (*(kind for kind, _ in self.values), *(kind for paths, kind in more for _ in paths))

    def hits(self, text: Folded, named: Container[Matcher] = ()) -> list[tuple[Matcher, Hit]]:
        """Where the values stand in one text, each kind for itself. ``named``: those after which its file is named."""
        found = []
        for matcher in self.matchers:
            own = (
                matcher.hits(text, is_named=matcher in named)
                if isinstance(matcher, NameMatcher)
                else matcher.hits(text)
            )
            found += [(matcher, hit) for hit in best(own)]
        return found


def parse_query(
    values: Iterable[tuple[str, str]] = (),
    files: Iterable[Path] = (),
    faces: Iterable[Path] = (),
    voices: Iterable[Path] = (),
    basis: str = "",
) -> Query:
    """A query that can be answered.

    Raises:
        UsageError: nothing is asked for, a value has not the form of its kind (it is not quoted), or a file is missing.
    """
    query = Query(tuple(values), tuple(files), tuple(faces), tuple(voices), basis.strip())
    if not query.kinds:
        raise UsageError("nothing to look for: give --name, --email, --phone, --plate, --handle, --number or --file")
    for kind, value in query.values:
        try:
            KINDS[kind](value)
        except ValueError as error:
            raise UsageError(f"--{kind}: {error}") from None
    for path in (*query.files, *query.faces, *query.voices):
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
    if (query.faces or query.voices) and not query.basis:
        raise UsageError(
            "--face and --voice compare people: that is biometric processing (EDPB 3/2019, par. 82) and needs a reason "
            "of yours, such as the explicit consent of the person who asks. Give it with --basis TEXT"
        )
    return query
