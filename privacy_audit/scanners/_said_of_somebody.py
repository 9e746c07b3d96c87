"""Whether a sentence holds a sign of a particular person: a name, a title, a pronoun with its verb, an address."""

from __future__ import annotations

import re
from bisect import bisect_right

from privacy_audit.scanners._names import fold, sure_first_names

__all__ = ["Sentences"]

_MAX_SENTENCE_CHARS = 600  # what is longer is cut: each piece is read once
_BORDER = re.compile(r"[.!?…]+[\"'»”)\]]*\s+|\n\s*\n|\n(?=[ \t]*[-*•–A-ZÀ-Ý0-9])")
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:MM?|Mmes?|Mlles?|Mrs?|Ms|Drs?|Pr|Prof|Me|Mgr|Ste?|cf|env|t[ée]l|[A-Z])$")
_WORD = re.compile(r"[^\W\d_]+")

_KIN = (
    "fille fils femme mari épouse époux mère père frère sœur soeur conjoint conjointe compagne compagnon enfant "
    "enfants oncle tante cousin cousine neveu nièce collègue voisin voisine patron patronne bébé copine copain"
)
_KIN_EN = (
    "son daughter wife husband mother father brother sister child children kid kids baby partner girlfriend boyfriend "
    "uncle aunt cousin nephew niece colleague neighbor neighbour boss mom mum dad grandmother grandfather friend own"
)
_PEOPLE = (
    "intéressé intéressée accusé accusée prévenu prévenue suspect suspecte victime salarié salariée client cliente"
)
_PEOPLE_EN = "defendant accused suspect claimant victim employee client customer man woman person girl boy"
_TITLES = "M MM Mme Mmes Mlle Mlles Mr Mrs Ms Dr Drs Pr Me Mgr Monsieur Madame Docteur"
_SIGN_WORDS = frozenset(
    f"je j mon ma mes moi my elle il patient patiente i he she homme dame monsieur garçon personne {_TITLES.lower()} "
    f"{_KIN} {_KIN_EN} {_PEOPLE} {_PEOPLE_EN}".split()
)
_SIGNS = re.compile(
    "|".join(
        (
            # je, j'ai, mon
            r"\bj['’](?:ai|avais|étais|aurais|adhère)\b",
            r"\bje (?:ne |n['’])?(?:me |m['’])?(?:suis|étais|souffre|vote|milite|fais|prends|crois|prie|vis|deviens)\b",
            r"\b(?:mon|ma|mes|my|moi)\b",
            # il, elle: not `il est important de`, `il y a`, `il a été démontré`
            r"\b(?:elle|il) (?:ne |n['’])?(?:s['’]|se )?(?:était|avait|souffre|vit|vote|milite|prend|purge|sort)\b",
            r"\b(?:elle|il) (?:adhère|suit)\b",
            r"\belle (?:n['’])?(?:s['’])?(?:est|a)\b",
            r"\bil (?:n['’])?a (?!été (?:démontré|prouvé|constaté|décidé|établi|montré|question))",
            r"\bil (?:n['’]|s['’])?est (?!(?:\w+ment )?(?:important|possible|impossible|nécessaire|vrai|clair|probable"
            r"|recommandé|conseillé|interdit|difficile|facile|temps|urgent|utile|essentiel|rare|fréquent|question"
            r"|prouvé|établi|admis|certain)\b)",
            rf"\b(?:sa|son|ses|leurs?|vos|votre|ton|ta|tes|notre|nos) (?:{'|'.join(_KIN.split())})\b",
            r"\b(?:cet homme|cette (?:femme|personne|dame|fille)|ce (?:monsieur|garçon))\b",
            rf"\b(?:l['’]|l[ea] |cette |cet? )(?:{'|'.join(_PEOPLE.split())})\b",
            r"\bpatiente?\b",
            r"\bi(?:['’]m|['’]ve| am| have| had| was| suffer| voted?| take| took| got| believe| joined| live| came)\b",
            r"\bs?he(?:['’]s| is| was| has| had| suffers| suffered| votes| voted| takes| took| lives| lived| joined"
            r"| came| got| served| converted| identifies| became)\b",
            rf"\b(?:his|her|their|your|our) (?:{'|'.join(_KIN_EN.split())})\b",
            rf"\b(?:this|the) (?:{'|'.join(_PEOPLE_EN.split())})\b",
            # M. Garnier, Dr Harrison
            rf"\b(?-i:(?:{'|'.join(_TITLES.split())})\.? [A-ZÀ-Ý])",
        )
    ),
    re.IGNORECASE,
)
_CAPITALISED_PAIR = re.compile(r"(?<![\w-])([A-ZÀ-Ý][\w’'-]+)[ \u00a0](?=[A-ZÀ-Ý])")
_ADDRESS_OR_NUMBER = re.compile(r"[\w+\-]@[\w\-]{1,63}\.\w|\b0[1-9](?:[ .\-]?[0-9]{2}){4}\b|\+[0-9]{2}[ .\-]?[0-9(]")


class Sentences:
    """The sentences of a text; each is read at most once, and only when somebody asks about a place in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        self._answers: dict[int, bool] = {}

    def speak_of_somebody(self, position: int) -> bool:
        """True when the sentence around ``position`` holds a sign of a particular person."""
        self._starts = self._starts or _sentence_starts(self._text)
        index = bisect_right(self._starts, position) - 1
        if index not in self._answers:
            end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text)
            self._answers[index] = _speaks_of_somebody(self._text[self._starts[index] : end])
        return self._answers[index]


def _sentence_starts(text: str) -> list[int]:
    starts = [0]
    for border in _BORDER.finditer(text):
        if not _ABBREVIATION.search(text, max(0, border.start() - 6), border.start()):
            starts += range(starts[-1] + _MAX_SENTENCE_CHARS, border.end(), _MAX_SENTENCE_CHARS)
            starts.append(border.end())
    starts += range(starts[-1] + _MAX_SENTENCE_CHARS, len(text), _MAX_SENTENCE_CHARS)
    return starts


def _speaks_of_somebody(sentence: str) -> bool:
    if not _SIGN_WORDS.isdisjoint(_WORD.findall(sentence.lower())) and _SIGNS.search(sentence):
        return True
    if any(fold(pair[1]) in sure_first_names() for pair in _CAPITALISED_PAIR.finditer(sentence)):
        return True
    return ("@" in sentence or "0" in sentence or "+" in sentence) and bool(_ADDRESS_OR_NUMBER.search(sentence))
