"""Words that speak of health, belief, politics, unions, sex life, origin or offences: a topic, or said of somebody."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._columns import column_of, is_column_name, names_people
from privacy_audit.scanners._names import fold
from privacy_audit.scanners._said_of_somebody import Sentences
from privacy_audit.types import Confidence, Detection, Record, TextRecord, TextSpan

__all__ = ["TextSpecialCategories"]

_LISTS = ("special_categories.fr.txt", "special_categories.en.txt")
_WORD = re.compile(r"[^\W\d_]+")
_CHARACTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")  # with the accents that stand behind it
_JOINTS = " '’-‑\u00a0\u202f\n\r\t"
_MAX_JOINT_CHARS = 3
_MAX_CELL_CHARS = 80
_SCORES = {None: 0.3, "topic": 0.2, "linked": 0.4}


class _Phrase(NamedTuple):
    """An entry around its longest word: that one is looked up, then the words before and after it are compared.

    Each word stands with the ways to write it: as in the list, and without accents.
    """

    before: tuple[tuple[str, ...], ...]  # from the nearest to the farthest
    after: tuple[tuple[str, ...], ...]
    entity_type: str
    in_capitals: bool


class TextSpecialCategories(Scanner):
    """Everything at LOW confidence: a word list knows neither what is meant nor whether it is true, and no precision
    was measured. ``linked`` where the sentence also names or addresses somebody, ``topic`` where it does not.

    A short cell of a table has no qualifier unless it names somebody: whom it concerns stands in its row.
    """

    name = "text_special_categories"
    summary = "Words about health, beliefs, politics, unions, sex life, origin, offences (fr, en): topic or linked."
    entity_types = (
        "HEALTH",
        "RELIGION",
        "POLITICAL_OPINION",
        "TRADE_UNION",
        "SEX_LIFE",
        "ETHNIC_ORIGIN",
        "CRIMINAL_OFFENCE",
    )
    accepts = (TextRecord,)
    detects = (
        ("Suivi pour un diabète de type 2.", "HEALTH"),
        ("He has been on sick leave since May.", "HEALTH"),
        ("Elle est musulmane pratiquante.", "RELIGION"),
        ("My neighbour is a Jehovah's Witness.", "RELIGION"),
        ("M. Garnier est adhérent au parti communiste.", "POLITICAL_OPINION"),
        ("She voted for Brexit.", "POLITICAL_OPINION"),
        ("Déléguée syndicale CGT depuis 2019.", "TRADE_UNION"),
        ("He is a shop steward.", "TRADE_UNION"),
        ("Il vit en couple homosexuel.", "SEX_LIFE"),
        ("I came out as bisexual last year.", "SEX_LIFE"),
        ("Une famille d'origine kabyle.", "ETHNIC_ORIGIN"),
        ("Her mother is African-American.", "ETHNIC_ORIGIN"),
        ("Il a été incarcéré deux fois.", "CRIMINAL_OFFENCE"),
        ("The applicant has a criminal record.", "CRIMINAL_OFFENCE"),
    )
    ignores = (
        "Le traitement du signal est une opération simple, à gauche du noir et blanc.",
        "A depression over the Atlantic brings rain; the option is disabled in the left pane.",
        "Christian a pris la parole dans l'enceinte de la ville.",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per entry of the lists; where two overlap, the one that begins first, then the longer."""
        assert isinstance(record, TextRecord)  # noqa: S101 - `accepts` says so
        lowered, starts = _lowered(record.text)
        wanted = _phrases().keys() & _WORD.findall(lowered)
        if not wanted:
            return []
        column = column_of(record.uri)
        of_people = column is not None and names_people(column) == "yes"
        unsigned = None if column is not None and len(record.text) <= _MAX_CELL_CHARS else "topic"
        sentences = Sentences(record.text)
        detections = []
        for first, last, entity_type in _apart(_matches(record.text, lowered, starts, wanted)):
            start, end = (first, last) if starts is None else (starts[first], starts[last])
            qualifier = "linked" if of_people or sentences.speak_of_somebody(start) else unsigned
            score = _SCORES[qualifier]
            detections.append(Detection(entity_type, TextSpan(start, end), score, Confidence.LOW, qualifier))
        if is_column_name(record.uri):  # what a column is about is told by table_columns
            detections = [detection for detection in detections if detection.qualifier == "linked"]
        return detections


def _lowered(text: str) -> tuple[str, list[int] | None]:
    """Lower case, one character per character seen; where these are in the text, None when nothing moved."""
    lowered = text.lower()
    if len(lowered) == len(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return lowered, None
    seen = list(_CHARACTER.finditer(text))
    starts = [*(character.start() for character in seen), len(text)]
    return "".join(unicodedata.normalize("NFC", character.group().lower())[0] for character in seen), starts


def _matches(
    text: str, lowered: str, starts: list[int] | None, wanted: Collection[str]
) -> Iterator[tuple[int, int, str]]:
    """Places in ``lowered`` where an entry stands as whole words."""
    for key in wanted:
        for start in _places(lowered, key):
            end = start + len(key)
            written = text[start:end] if starts is None else text[starts[start] : starts[end]]
            for phrase in _phrases()[key]:
                if phrase.in_capitals and not written.isupper():
                    continue
                first, last = _reach_back(lowered, start, phrase.before), _reach_on(lowered, end, phrase.after)
                if first >= 0 and last >= 0:
                    yield first, last, phrase.entity_type


def _places(lowered: str, word: str) -> Iterator[int]:
    at = lowered.find(word)
    while at >= 0:
        end = at + len(word)
        if not lowered[max(0, at - 1) : at].isalpha() and not lowered[end : end + 1].isalpha():
            yield at
        at = lowered.find(word, end)


def _reach_back(lowered: str, start: int, words: Sequence[tuple[str, ...]]) -> int:
    """Where the phrase begins whose words stand before ``start``; -1 when they do not."""
    for forms in words:
        gap = lowered[max(0, start - _MAX_JOINT_CHARS) : start]
        end = start - len(gap) + len(gap.rstrip(_JOINTS))
        word = next((form for form in forms if end < start and lowered.endswith(form, 0, end)), None)
        if word is None or lowered[max(0, end - len(word) - 1) : end - len(word)].isalpha():
            return -1
        start = end - len(word)
    return start


def _reach_on(lowered: str, end: int, words: Sequence[tuple[str, ...]]) -> int:
    """Where the phrase ends whose words stand after ``end``; -1 when they do not."""
    for forms in words:
        gap = lowered[end : end + _MAX_JOINT_CHARS]
        start = end + len(gap) - len(gap.lstrip(_JOINTS))
        word = next((form for form in forms if start > end and lowered.startswith(form, start)), None)
        if word is None or lowered[start + len(word) : start + len(word) + 1].isalpha():
            return -1
        end = start + len(word)
    return end


def _apart(found: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for item in sorted(found, key=lambda item: (item[0], -item[1])):
        if not kept or item[0] >= kept[-1][1]:
            kept.append(item)
    return kept


@cache
def _phrases() -> dict[str, tuple[_Phrase, ...]]:
    """The entries by their longest word, with and without accents."""
    table: dict[str, list[_Phrase]] = {}
    for filename in _LISTS:
        for entity_type, entry in _entries(filename):
            words = [tuple({word: None, fold(word): None}) for word in _WORD.findall(entry.lower())]
            place = max(range(len(words)), key=lambda index: len(words[index][0]))
            before, after = tuple(reversed(words[:place])), tuple(words[place + 1 :])
            for key in words[place]:
                table.setdefault(key, []).append(_Phrase(before, after, entity_type, entry.isupper()))
    return {key: tuple(phrases) for key, phrases in table.items()}


def _entries(filename: str) -> Iterator[tuple[str, str]]:
    """(entity type, entry), every ending of ``musulman|e|s|es`` as an entry of its own."""
    text = resources.files("privacy_audit.scanners").joinpath(filename).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for section in " ".join(lines).split("[")[1:]:
        entity_type, _, entries = section.partition("]")
        for entry in entries.split(";"):
            for words in itertools.product(*map(_forms, entry.split())):
                yield entity_type, " ".join(words)


def _forms(word: str) -> list[str]:
    stem, *endings = word.split("|")
    return [stem, *(stem + ending for ending in endings)]
