"""``privacy-audit find``: recall on planted spellings by medium, precision among people called alike, same files again.

The data sets are made here, of invented people; nothing is downloaded. The people of one list were tuned on, those of
the other are reported. A place counts as wrong when its record or line is about somebody else. From MEDIUM on, places
are acted on; at LOW a person looks. Told apart from the rest: what is planted word for word for two people, and poor
scans.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from bench._find_data import REPORTED, TUNED, Planted, Sort, build, values
from bench._run import Run
from privacy_audit.finding.places import Place
from privacy_audit.finding.query import parse_query
from privacy_audit.finding.searching import find
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.recipe import load_recipe
from privacy_audit.types import Confidence

_N_VALUES = 10


def main() -> None:
    """Command line."""
    run = Run("find", "Recall by medium and spelling, and precision among look-alikes, of `privacy-audit find`.")
    run.parser.add_argument("--no-ocr", action="store_true", help="leave the words in pictures out")
    tally = _Tally()
    people = run.limited(list(enumerate(REPORTED if run.half == "report" else TUNED)))
    for number, person in people:
        with tempfile.TemporaryDirectory() as folder:
            planted = build(Path(folder), person, number)
            query = [("name", person.asked(number))]
            tally.add(planted, _searched(planted, query, ocr=not run.options.no_ocr))
    run.add(f"names, {run.half} half: {len(people)} invented people; planted spellings found", *tally.recall("hers"))
    run.add("places at MEDIUM and HIGH that are hers, and at each level", *tally.precision())
    run.add("told apart: the same words planted for two people, and poor scans", *tally.recall("shared", "poor scan"))
    run.add("planted and missed, or somebody else's at MEDIUM or HIGH", *tally.errors())
    others = _Tally()
    for number in range(_N_VALUES if run.half == "report" else _N_VALUES // 2):
        with tempfile.TemporaryDirectory() as folder:
            planted, query = values(Path(folder), number if run.half == "report" else 1_000 + number)
            others.add(planted, _searched(planted, query, ocr=False))
    run.add("addresses and numbers: planted spellings found", *others.recall("hers"))
    run.add("addresses and numbers: places that are hers", *others.precision())
    run.add("addresses and numbers: errors", *others.errors())
    run.finish()


def _searched(planted: Planted, query: list[tuple[str, str]], *, ocr: bool) -> list[Place]:
    report = find([planted.root], parse_query(query), load_recipe("text-corpus"), ocr=ocr)
    if report.unread:
        raise SystemExit(f"not searched: {report.unread[0].record_uri}: {report.unread[0].detail}")
    return list(report.places)


class _Tally:
    def __init__(self) -> None:
        self._planted: Counter[tuple[str, str]] = Counter()
        self._met: Counter[tuple[str, str]] = Counter()
        self._acted_on: Counter[tuple[str, str]] = Counter()
        self._places: Counter[tuple[Confidence, bool]] = Counter()
        self._wrong: Counter[tuple[str, str, str]] = Counter()

    def add(self, planted: Planted, places: list[Place]) -> None:
        best: dict[tuple[str, int], Confidence] = defaultdict(lambda: Confidence(1))
        for place in places:
            key = (place.file, _number(place))
            key = key if key in planted.truth else (place.file, 0)
            sort, medium, what = planted.truth[key]
            self._places[place.confidence, sort != "other"] += 1
            best[key] = max(best[key], place.confidence)
            if sort == "other" and place.confidence > Confidence.LOW:
                self._wrong["found", medium, what] += 1
        for key, (sort, medium, what) in planted.truth.items():
            if sort == "other":
                continue
            group = (medium, sort)
            self._planted[group] += 1
            self._met[group] += key in best
            self._acted_on[group] += key in best and best[key] > Confidence.LOW
            if key not in best or (sort == "hers" and best[key] == Confidence.LOW):
                self._wrong["missed" if key not in best else "LOW only", medium, what] += 1

    def recall(self, *sorts: Sort) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        def row(medium: str, sort: str, groups: list[tuple[str, str]]) -> tuple[object, ...]:
            n = sum(self._planted[group] for group in groups)
            met = (sum(counts[group] for group in groups) for counts in (self._acted_on, self._met))
            return medium, sort, *(Wilson(count, n) for count in met)

        rows = []
        for sort in sorts:
            groups = [group for group in sorted(self._planted) if group[1] == sort]
            rows += [row(*group, [group]) for group in groups] + [row("all", sort, groups)]
        return ("medium", "planted", "recall, MEDIUM and HIGH", "recall, any level"), rows

    def precision(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        def share(levels: tuple[Confidence, ...]) -> Wilson:
            right = sum(self._places[level, True] for level in levels)
            return Wilson(right, right + sum(self._places[level, False] for level in levels))

        rows: list[tuple[object, ...]] = [("MEDIUM and HIGH", share((Confidence.MEDIUM, Confidence.HIGH)))]
        return ("level", "precision"), rows + [(level.name, share((level,))) for level in reversed(Confidence)]

    def errors(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        return ("what", "medium", "spelling", "times"), [(*key, n) for key, n in sorted(self._wrong.items())]


def _number(place: Place) -> int:
    """The line or row that the truth names."""
    if place.row is not None:
        return place.row
    return place.line or 0


if __name__ == "__main__":
    main()
