"""Names and numbers in a path: ``jean_dupont.wav`` says who speaks before anybody listens."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from privacy_audit.recognizers._places import Taken
from privacy_audit.recognizers._search import search
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._names import ambiguous_first_names, fold, sure_first_names
from privacy_audit.types import Confidence, Detection, PathRecord, Record, TextSpan

__all__ = ["FileNames"]

_RECOGNIZERS = ("email", "fr_nir", "iban", "phone")
_COMPONENT = re.compile(r"[^/]+")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# a word of a name: `MarieLefebvre` is two, `marie_lefebvre` too
_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]+|[A-Z]{2,}(?![a-zà-ÿ])")
_JOINTS = frozenset(("", "_", "-", ".", " ", "__", ", "))

# What stands beside a first name in the paths of data sets without being a family name.
_NOT_A_FAMILY_NAME = frozenset(
    """
    album annotation annotations archive audio avant backup batch bin bonus book brut camera capture clean clip
    clips code config copie copy corpus data dataset date demo dev doc docs draft edit eval evaluation example
    exemple export face faces fichier file files final finale fixture folder frame frames full image images img
    index info input interview jour json label labels lecture left list liste log main map mask masks master meeting
    meta metadata min mix model models mono name names net new node note notes old output page paper part partie
    photo photos picture pictures pipeline plot portrait preview profil profile project projet raw readme record
    recording rec ref report reunion right sample samples scan script seed segment segments session set setup side
    skew slide sound source speaker speech split spk stereo summary table take team template test tests text texte
    texts texture tmp tool tools track train training transcript transcription translation txt utils utterance val
    valid validation version video view voice voix wav
    """.split()
)  # fmt: skip


class FileNames(Scanner):
    """Patterns as in texts, and first names beside another word. A first name alone is LOW."""

    name = "file_names"
    summary = "Names of people, addresses and numbers in file and folder names."
    entity_types = ("EMAIL_ADDRESS", "FIRST_NAME", "FR_NIR", "IBAN_CODE", "PERSON", "PHONE_NUMBER")
    accepts = (PathRecord,)
    detects = (
        ("audio/marie_lefebvre.wav", "PERSON"),
        ("images/jean-dupuis.jpg", "PERSON"),
        ("spk_NathaliePerrin/0001.flac", "PERSON"),
        ("entretiens/GARNIER Lucie.mp3", "PERSON"),
        ("courriels/camille.durand@courriel-invente.fr.eml", "EMAIL_ADDRESS"),
        ("appels/0639981245.wav", "PHONE_NUMBER"),
    )
    ignores = (
        "audio/interview_01.wav",
        "images/IMG_20240131_120501.jpg",
        "text/pieges_propres.md",
        "photos/rose_garden.png",
        "marie/train/img_0001.png",
        "shards/shard-000017-of-001024.tar",
        "models/llama-3.1-8b-instruct.json",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place; where a name and a pattern overlap, the pattern stays."""
        assert isinstance(record, PathRecord)  # noqa: S101 - `accepts` says so
        found: list[Detection] = []
        taken = Taken()

        def add(new: Iterable[Detection], offset: int = 0) -> None:
            for detection in new:
                assert isinstance(detection.location, TextSpan)  # noqa: S101 - a path holds no other places
                start, end = detection.location.start + offset, detection.location.end + offset
                if taken.take(start, end):
                    found.append(dataclasses.replace(detection, location=TextSpan(start, end)))

        for component in _COMPONENT.finditer(record.text):
            stem = component.group()[: _end_of_stem(component.group())]
            # an underscore is a letter of an address, and a space between numbers
            for text in dict.fromkeys((stem, stem.replace("_", " "))):
                add(search(text, names=_RECOGNIZERS), component.start())
            add(_names(stem, component.start()))
        return sorted(found, key=lambda detection: detection.location)


def _end_of_stem(component: str) -> int:
    """Before the suffix; the end of an address, `.fr`, is no suffix."""
    match = _SUFFIX.search(component)
    if match is None or ("@" in component and "." not in component[component.rfind("@") : match.start()]):
        return len(component)
    return match.start()


def _names(component: str, offset: int) -> Iterator[Detection]:
    """A first name with a family name before or behind it; else the first name alone."""
    words = list(_WORD.finditer(component))
    used = -1
    for index, word in enumerate(words):
        if index <= used or fold(word.group()) not in sure_first_names():
            continue
        last = index
        while _joined(component, words, last) and _is_first_name(words[last + 1]):
            last += 1  # `jean_pierre_martin`
        if _joined(component, words, last) and _may_be_family_name(words[last + 1]):
            used = last + 1
            yield _detection("PERSON", offset, words[index], words[used], Confidence.MEDIUM)
        elif index - 1 > used and _joined(component, words, index - 1) and _may_be_family_name(words[index - 1]):
            used = last
            yield _detection("PERSON", offset, words[index - 1], words[last], Confidence.MEDIUM)
        else:
            used = last
            entity_type, sure = ("PERSON", Confidence.MEDIUM) if last > index else ("FIRST_NAME", Confidence.LOW)
            yield _detection(entity_type, offset, word, words[last], sure)


def _joined(component: str, words: list[re.Match[str]], index: int) -> bool:
    """The word at ``index`` and the next one stand side by side."""
    return index + 1 < len(words) and component[words[index].end() : words[index + 1].start()] in _JOINTS


def _is_first_name(word: re.Match[str]) -> bool:
    return fold(word.group()) in sure_first_names() | ambiguous_first_names()


def _may_be_family_name(word: re.Match[str]) -> bool:
    return len(word.group()) >= 3 and fold(word.group()) not in _NOT_A_FAMILY_NAME


def _detection(
    entity_type: str, offset: int, first: re.Match[str], last: re.Match[str], confidence: Confidence
) -> Detection:
    score = 0.6 if confidence is Confidence.MEDIUM else 0.3
    return Detection(entity_type, TextSpan(offset + first.start(), offset + last.end()), score, confidence)
