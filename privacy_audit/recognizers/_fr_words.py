"""French number words: what digits a row of them may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["NUMBER_WORD", "WORDS_BELOW_TWENTY", "readings", "spelled"]

_SMALL = {
    word: value
    for value, word in enumerate(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
    )
    if value
} | {"une": 1}
_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
WORDS_BELOW_TWENTY = "|".join(_SMALL)
NUMBER_WORD = rf"(?:z[ée]ros?|{WORDS_BELOW_TWENTY}|quatre[ \-]vingts?|{'|'.join(_TENS)}|vingts|cents?)"


def readings(words: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """(end, digits) of each number that may be read from ``words[first]`` on, the longest first.

    ``quatre vingt dix`` is 90, 80 or 4, and what follows is another number. A word of digits stands for itself.
    """
    word = words[first]
    if word.isdigit():
        yield first + 1, word
    elif word in ("zéro", "zero", "zéros", "zeros"):
        yield first + 1, "0"
    else:
        for end, value in _below_thousand(words, first):
            yield end, str(value)


def _below_thousand(words: Sequence[str], first: int) -> list[tuple[int, int]]:
    found = _below_hundred(words, first)
    hundred = first + 1 if 2 <= _SMALL.get(words[first], 0) <= 9 else first
    if hundred < len(words) and words[hundred] in ("cent", "cents"):
        value = 100 * (_SMALL[words[first]] if hundred > first else 1)
        found += [(end, value + rest) for end, rest in _below_hundred(words, hundred + 1)]
        found.append((hundred + 1, value))
    return sorted(found, reverse=True)


def _below_hundred(words: Sequence[str], first: int) -> list[tuple[int, int]]:
    if first >= len(words):
        return []
    found = []
    word = words[first]
    if word in _SMALL:
        found.append((first + 1, _SMALL[word]))
        if word == "dix":
            found += [(end, 10 + unit) for end, unit in _unit(words, first + 1) if unit >= 7]
    tens, end = _tens(words, first)
    if tens:
        found.append((end, tens))
        found += [(last, tens + unit) for last, unit in _unit(words, end, teens=tens in (60, 80))]
    return found


def _tens(words: Sequence[str], first: int) -> tuple[int, int]:
    if words[first] == "quatre" and first + 1 < len(words) and words[first + 1] in ("vingt", "vingts"):
        return 80, first + 2
    return _TENS.get(words[first], 0), first + 1


def _unit(words: Sequence[str], first: int, teens: bool = False) -> list[tuple[int, int]]:
    """What may follow a ten: ``deux``, ``et un``, and after soixante or quatre-vingt also ``dix-sept``."""
    if first < len(words) and words[first] == "et":
        first += 1
    if first >= len(words):
        return []
    value = _SMALL.get(words[first], 0)
    found = [(first + 1, value)] if 1 <= value <= (16 if teens else 9) else []
    if teens and words[first] == "dix":
        found += [(end, 10 + unit) for end, unit in _unit(words, first + 1) if unit >= 7]
    return found


def spelled(digits: str) -> str:
    """``digits`` as they are said: zeros one by one, the rest as one number below a thousand."""
    zeros = len(digits) - len(digits.lstrip("0"))
    words = ["zéro"] * zeros
    if zeros < len(digits):
        words.append(_said(int(digits)))
    return " ".join(words)


def _said(value: int) -> str:
    names = {number: word for word, number in _SMALL.items() if word != "une"}
    if value >= 100:
        hundreds, rest = divmod(value, 100)
        return " ".join(filter(None, [names[hundreds] if hundreds > 1 else "", "cent", _said(rest) if rest else ""]))
    if value <= 16:
        return names[value]
    if value < 20:
        return f"dix-{names[value - 10]}"
    tens, unit = divmod(value, 10)
    if tens in (7, 9):
        tens, unit = tens - 1, unit + 10
    ten = "quatre-vingt" if tens == 8 else next(word for word, number in _TENS.items() if number == tens * 10)
    if not unit:
        return ten
    return f"{ten} et {names[unit]}" if unit in (1, 11) and tens != 8 else f"{ten}-{_said(unit)}"
