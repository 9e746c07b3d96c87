"""From what an entity recogniser calls a person to spans worth reporting, and from first names to spans it missed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from privacy_audit.scanners._names import (
    ambiguous_first_names,
    fold,
    is_brand,
    is_brand_word,
    is_no_name,
    is_place,
    sure_first_names,
)
from privacy_audit.scanners._person_context import is_in_place, is_of_thing

__all__ = [
    "NameSpan",
    "announced_spans",
    "first_name_spans",
    "has_capitals",
    "is_in_brand",
    "mentions_of_surnames",
    "shouting_lowered",
    "trimmed",
]

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_TITLES = frozenset(
    """
    m mm mme mmes mlle mlles me mr mrs ms miss mx dr drs pr prof sir lord lady madame monsieur mademoiselle
    messieurs mesdames docteur maître maitre professeur président présidente president ministre chancelier
    chancelière sénateur sénatrice député députée maire préfet préfète général colonel capitaine commandant père
    frère sœur soeur saint sainte roi reine prince princesse pape tante oncle minister senator governor mayor king
    queen prince princess pope general colonel captain sergeant officer professor doctor uncle aunt judge justice
    dear cher chère bonjour hello hi merci
    """.split()
)  # fmt: skip
_PARTICLES = frozenset("de du des d le la les von van der den da di do dos el al ben bin ibn abu st".split())
_NO_NAME_CHARS = re.compile(r"[/@_#<>{}=\\]")
_UPPER_SHARE = 0.7
_MIN_LINE_LETTERS = 8
_CAPITALISED = re.compile(r"(?<![\w'’\-])[A-ZÀ-ÖØ-Þ][^\W\d_]+")
_MAX_NAME_CHARS = 80
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """``[start, end)`` in code points. ``n_words`` counts the words of the name, without titles and particles."""

    start: int
    end: int
    n_words: int
    known_first_name: bool


def shouting_lowered(text: str) -> str:
    """Lines written in capitals in lower case, of the same length: in capitals the model finds one name in ten."""
    if not any(char.isupper() for char in text):
        return text
    return _LINE.sub(lambda match: _lowered(match.group()) if _shouts(match.group()) else match.group(), text)


def _shouts(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= _MIN_LINE_LETTERS and sum(map(str.isupper, letters)) >= _UPPER_SHARE * len(letters)


def _lowered(line: str) -> str:
    """Character by character: some capitals have no lower case of the same length."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in line)


def has_capitals(text: str) -> bool:
    """True where words of the text have capitals, so that names would have them too."""
    return bool(_CAPITALISED.search(text))


def trimmed(text: str, start: int, end: int, capitals: bool | None = None) -> NameSpan | None:
    """The span without titles, punctuation and lower-case words at its edges; None when nothing is left.

    ``text`` is what the model read. A span wholly in lower case is left as it is: the whole line is.
    ``capitals`` is :func:`has_capitals` of the text, for a caller with many spans of one text.
    """
    words = [word for word in _WORD.finditer(text, start, end) if not _touches_digit(text, word)]
    cased = any(word.group()[0].isupper() for word in words)
    n_before = len(words)
    while words and _is_no_name(words[0].group(), cased):
        del words[0]
    while words and _is_no_name(words[-1].group(), cased):
        del words[-1]
    if (
        not words
        or _is_thing([word.group().rstrip(".") for word in words], text[start:end])
        or "@" in text[max(0, start - 1) : end + 1]
        or (cased and len(words) == 1 and _was_phrase(text, start, end, n_before))
    ):
        return None
    span = _span(words, words[-1].end())
    unknown = span.n_words == 1 and not cased and not span.known_first_name
    if unknown and (has_capitals(text) if capitals is None else capitals):
        return None  # an ordinary word
    around = (text, span.start, span.end, span.n_words, span.known_first_name)
    if is_of_thing(*around) or is_in_place(*around):
        return None
    last = words[-1].group()
    # the dot of `J. K.` belongs to the name, the one that ends a sentence does not
    shorter = last.endswith(".") and len(last) > 2
    return replace(span, end=span.end - shorter)


def _is_thing(words: list[str], span: str) -> bool:
    """A country alone, a street, a firm, an address of the web."""
    if len(words) == 1 and (is_place(words[0]) or is_brand_word(words[0])):
        return True
    if not any(map(_has_case, span)):
        return True  # a script that the models were not trained on
    return bool(_NO_NAME_CHARS.search(span)) or (len(words) > 1 and is_no_name(words[0], words[-1]))


def _has_case(char: str) -> bool:
    return char.isupper() or char.islower()


def is_in_brand(text: str, span: NameSpan) -> bool:
    """The span, or the span with up to two words before or one behind it, is a brand: ``Le Petit Robert``."""
    before = [word.start() for word in _WORD.finditer(text, max(0, span.start - 30), span.start)][-2:]
    following = _WORD.match(text, span.end + 1)
    ends = [span.end, *([following.end()] if following else [])]
    return any(is_brand(text[start:end].rstrip(".")) for start in [span.start, *before] for end in ends)


def _touches_digit(text: str, word: re.Match[str]) -> bool:
    """``RJ`` of RJ45 is no word of a name."""
    around = text[word.start() - 1 : word.start()] + text[word.end() : word.end() + 1]
    return any(map(str.isdigit, around))


def _was_phrase(text: str, start: int, end: int, n_words: int) -> bool:
    """True where one capital stood before ordinary words: ``Gilets jaunes`` is nobody."""
    last = _WORD.findall(text, start, end)[-1]
    return n_words > 1 and last[0].islower() and fold(last) not in _TITLES


def _is_no_name(word: str, cased: bool) -> bool:
    bare = word.rstrip(".").lower()
    if bare in _TITLES or (bare in _PARTICLES and word[0].islower()):
        return True
    return (cased and not word[0].isupper()) or (len(bare) < 2 and not word.endswith("."))


def _span(words: Sequence[re.Match[str]], end: int) -> NameSpan:
    counted = [word.group() for word in words if fold(word.group()) not in _PARTICLES]
    known = any(fold(part) in sure_first_names() for word in counted for part in re.split(r"['’\-]", word))
    return NameSpan(words[0].start(), end, len(counted), known)


def _name(words: Sequence[re.Match[str]]) -> NameSpan:
    """The words without the full stop behind the last one."""
    return _span(words, words[-1].end() - words[-1].group().endswith("."))


def first_name_spans(text: str) -> Iterator[NameSpan]:
    """A first name of the list and the capitalised words after it: ``Lucie Garnier``, ``Jean-Luc van den Berg``."""
    position = 0
    for capital in _CAPITALISED.finditer(text):
        if capital.start() < position or not _is_first_name(capital.group()):
            continue
        words = list(_WORD.finditer(text, capital.start(), capital.start() + _MAX_NAME_CHARS))
        last = _end_of_name(text, words, 0)
        position = words[last].end()
        span = _name(words[: last + 1])
        in_place = is_in_place(text, span.start, span.end, span.n_words, span.known_first_name)
        if not in_place and not is_no_name(words[0].group(), words[last].group()):
            yield span


def _is_first_name(word: str) -> bool:
    return fold(word.rstrip(".").partition("-")[0]) in sure_first_names()


def _end_of_name(text: str, words: list[re.Match[str]], index: int) -> int:
    """Index of the last word of the name that begins at ``index``; particles count when a capital follows."""
    last, probe = index, index + 1
    while probe < len(words) and probe - index <= 5:
        between = text[words[probe - 1].end() : words[probe].start()]
        word = words[probe].group()
        ends_sentence = words[probe - 1].group().endswith(".") and len(words[probe - 1].group()) > 2
        if between not in (" ", "\u00a0") or ends_sentence:
            break
        if word[0].isupper():
            last = probe
        elif fold(word) not in _PARTICLES:
            break
        probe += 1
    return last


def mentions_of_surnames(text: str, spans: Sequence[NameSpan]) -> Iterator[NameSpan]:
    """Every place where the last word of a full name stands, ``Marchand`` of ``Hélène Marchand``: in the name too."""
    surnames = set()
    for span in spans:
        if span.n_words >= 2:
            last = _WORD.findall(text[span.start : span.end])[-1].rstrip(".")
            if len(last) >= 4 and last[0].isupper() and fold(last) not in ambiguous_first_names():
                surnames.add(last)
    if not surnames:
        return
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(surnames)))})(?![\w-])")
    for match in pattern.finditer(text):
        yield NameSpan(match.start(), match.end(), 1, False)


_LABEL = re.compile(
    r"(?:^|[\n;,|•\-]|\bde\b)[ \t]*(?:nom(?: de famille| d'usage)?|prénoms?|nom et prénom|name|first name|last name"
    r"|surname|full name|patiente?|signataire|titulaire|destinataire|expéditeur|speaker|locuteur|locutrice)"
    r"[ \t]*[:=][ \t]*",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"\b(?:je m['’ ]appelle|(?:il|elle) s['’ ]appelle|mon nom est|(?:my|his|her) name is|my name's)[ \t]+",
    re.IGNORECASE,
)


def announced_spans(text: str) -> Iterator[NameSpan]:
    """What stands behind ``Nom :`` or ``je m'appelle``: capitalised words, or a known first name in lower case."""
    if ":" in text or "=" in text:
        yield from _behind(text, _LABEL)
    yield from _behind(text, _INTRODUCTION)


def _behind(text: str, pattern: re.Pattern[str]) -> Iterator[NameSpan]:
    for cue in pattern.finditer(text):
        words = list(_WORD.finditer(text, cue.end(), min(len(text), cue.end() + 80)))
        while words and words[0].group().rstrip(".").lower() in _TITLES:
            del words[0]
        if not words or text[cue.end() : words[0].start()].strip(" .\t"):
            continue
        first = words[0].group()
        if first[0].isupper():
            last = _end_of_name(text, words, 0)
        elif _is_first_name(first):
            last = 1 if len(words) > 1 and text[words[0].end() : words[1].start()] == " " else 0
        else:
            continue
        yield _name(words[: last + 1])
