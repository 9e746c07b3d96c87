"""False alarms of the pre-commit recipe on programs and their packages: this repository, and folders that you name.

An alarm is one kind of data in one file, as code review shows it; places are counted beside. What is right is decided
by rules other than the recognizers' own: an address whose domain ends as real ones do or that is spelled (`at`, `dot`),
somebody's page on a known site, a number that its country's plan has given out, a position where the lines around speak
of coordinates. Authors' addresses in packages are personal data
and no false alarms. All else counts as false and is listed, but never quoted.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench._run import Run
from privacy_audit.pipeline.check_result import Place
from privacy_audit.pipeline.checking import Checker, Subject, subjects_of
from privacy_audit.recipe import load_recipe

_ROOT = Path(__file__).parents[1]
_INVENTED = (
    "tests",
    "sample_data",
    "privacy_audit/recognizers",
    "privacy_audit/scanners",
    "recipes",
    "docs/operators.md",
)
"""Where this repository holds invented values on purpose: examples, near misses, data of tests."""
_ENDS = "com|org|net|edu|gov|info|io|dev|me|name|[a-z]{2}"
_EMAIL = re.compile(rf"(?<![\w@])[\w.+'-]+@(?:[\w-]+\.)+(?:{_ENDS})(?![\w.-]*\w)", re.IGNORECASE)
_SPELLED = re.compile(r"\w[ _(\[]{1,2}at[ _)\]]{1,2}\w+[ _(\[]{1,2}dot[ _)\]]{1,2}[a-z]{2,4}\b", re.IGNORECASE)
_PROFILE = re.compile(r"(?:github|gitlab|twitter|x|linkedin|facebook)\.com/(?:in/)?[\w-]+/?(?![\w/-])")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]{7,}")
_POSITION = re.compile(r"coordinates|latitude|longitude|\bgps\b|\bkml\b", re.IGNORECASE)
_LINES_AROUND = 100

_Row = tuple[str, int, int, int, int, str]


def main() -> None:
    """Command line."""
    run = Run("false_alarms", "False alarms of the pre-commit recipe on source trees.")
    run.parser.add_argument("folders", nargs="*", type=Path, help="such as the folders of packages in site-packages")
    rows: list[_Row] = []
    listed: list[tuple[str, ...]] = []
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, check=True, capture_output=True).stdout  # noqa: S607 - git, by name
    names = [name for name in tracked.decode().split("\0") if name and (_ROOT / name).is_file()]
    own = [_ROOT / name for name in names if not name.startswith(_INVENTED)]
    for title, paths in (("this repository", own), *((str(folder), [folder]) for folder in run.options.folders)):
        row, false = _measure(title, paths)
        rows.append(row)
        listed += [(title, *item) for item in false]
    others = rows[1:]
    if others:
        sums = [sum(int(row[column]) for row in others) for column in range(1, 5)]
        rows.append(("all folders", sums[0], sums[1], sums[2], sums[3], _per_hundred(sums[3], sums[0])))
    run.add(
        f"pre-commit recipe, MEDIUM and above; left out here: {', '.join(_INVENTED)} (invented values)",
        ("tree", "files", "places", "alarms", "false alarms", "false per 100 files"),
        rows,
    )
    run.add("false alarms", ("tree", "file", "places", "first line", "kind"), listed)
    run.finish()


def _measure(title: str, paths: Sequence[Path]) -> tuple[_Row, list[tuple[str, ...]]]:
    recipe = load_recipe("pre-commit")
    checker = Checker(recipe)
    n_files = n_places = n_alarms = 0
    false: list[tuple[str, ...]] = []
    for subject in subjects_of(paths, recipe.exclude):
        n_files += 1
        by_kind: dict[str, list[Place]] = defaultdict(list)
        for item in checker.new_in(subject):
            if isinstance(item, Place) and item.allowed != "yes":
                by_kind[item.kind].append(item)
        for kind, places in by_kind.items():
            n_places += len(places)
            n_alarms += 1
            wrong = [place for place in places if not _is_right(subject, place)]
            if wrong:
                line = wrong[0].lines[0] if wrong[0].lines else "-"
                false.append((subject.uri, str(len(wrong)), str(line), kind))
    return (title, n_files, n_places, n_alarms, len(false), _per_hundred(len(false), n_files)), false


def _is_right(subject: Subject, place: Place) -> bool:
    lines = list(_lines_of(subject, place))
    if place.kind == "EMAIL_ADDRESS":
        return any(_EMAIL.search(line) or _SPELLED.search(line) for line in lines)
    if place.kind == "PROFILE_URL":
        return any(map(_PROFILE.search, lines))
    if place.kind == "PHONE_NUMBER":
        return any(_is_given_out(match.group()) for line in lines for match in _PHONE.finditer(line))
    if place.kind == "GPS_POSITION":
        return any(map(_POSITION.search, _lines_of(subject, place, _LINES_AROUND)))
    return False


def _lines_of(subject: Subject, place: Place, around: int = 0) -> Iterator[str]:
    if place.lines is None:
        return
    first, last = place.lines
    with subject.fetch().path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if first - around <= number <= last + around:
                yield line


def _is_given_out(number: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return False


def _per_hundred(n_false: int, n_files: int) -> str:
    return f"{100 * n_false / n_files:.2f}" if n_files else "-"


if __name__ == "__main__":
    main()
