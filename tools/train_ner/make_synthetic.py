"""Synthetic text with names whose places are known: our templates, made-up people, and what is no name.

    python -m tools.train_ner.make_synthetic --seed 1 --count 20      # to look at it

Nothing of this is stored: training makes it again from its seed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.train_ner.names import NamePool, Person, draw_person, load_pools

__all__ = ["Generator", "Sample", "Span", "Template", "load_templates"]

HERE = Path(__file__).parent
LANGUAGES = {"fr": "templates_fr.txt", "en": "templates_en.txt", "any": "templates_any.txt", "eu": "templates_eu.txt"}

Span = tuple[int, int, str]
"""start, end in code points, half-open, and the label."""

_SLOT = re.compile(r"\{([a-z]+)(?:\.([a-zA-Z]+))?\}")
_SECTION = re.compile(r"\[(\w+) (\d+)( asr)?\]")
_WORD_BREAK = re.compile(r"[^\w]+")
_PROSE = (("n", 66), ("i", 5), ("f", 10), ("l", 9), ("Un", 3), ("m", 7))
_LABELLED = {"org": "ORG", "brand": "ORG", "loc": "LOC", "country": "LOC", "street": "LOC"}
_PEOPLE = ("p", "q", "r", "s")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its language and the spans in it, in order."""

    text: str
    language: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a template file. ``asr`` texts are as a speech recogniser writes: lower case, no punctuation."""

    section: str
    language: str
    text: str
    weight: float
    asr: bool


def load_templates() -> list[Template]:
    """Every template; the languages of templates_eu.txt are its section names."""
    found = []
    for language, filename in LANGUAGES.items():
        section, weight, asr, lines = "", 0, False, list[str]()
        for line in [*(HERE / filename).read_text(encoding="utf-8").splitlines(), "[end 0]"]:
            heading = _SECTION.fullmatch(line)
            if heading:
                real_language = section if language == "eu" else language
                found += [Template(section, real_language, text, weight / len(lines), asr) for text in lines]
                section, weight, asr, lines = heading[1], int(heading[2]), bool(heading[3]), []
            elif line and not line.startswith("#"):
                lines.append(line.replace("\\n", "\n").replace("\\t", "\t"))
    return found


@dataclass
class Generator:
    """Fills templates. The same seed, pools and fillers give the same texts.

    ``fillers`` adds organisations and places by language and label, for example those of the training sets.
    """

    pools: Mapping[str, NamePool]
    seed: int
    fillers: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    share: Mapping[str, float] = field(default_factory=lambda: {"fr": 0.44, "en": 0.44, "eu": 0.12})

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)  # noqa: S311 - text to train on, no secret
        self._templates: dict[str, list[Template]] = {}
        for template in load_templates():
            self._templates.setdefault(template.language, []).append(template)
        self._other_languages = [name for name in self._templates if name not in ("fr", "en", "any")]

    def __iter__(self) -> Iterator[Sample]:
        """Without end."""
        while True:
            yield self.draw()

    def draw(self) -> Sample:
        """One text."""
        rng = self._rng
        language = rng.choices(list(self.share), list(self.share.values()))[0]
        if language == "eu":
            language = rng.choice(self._other_languages)
        own = self._templates[language]
        candidates = own + self._templates["any"] if language in ("fr", "en") else own
        template = rng.choices(candidates, [one.weight for one in candidates])[0]
        sample = self.render(template.text, language)
        return as_heard(sample) if template.asr else sample

    def render(self, template: str, language: str) -> Sample:
        """A template with its slots filled."""
        people = {name: draw_person(self._rng, self.pools, language) for name in _PEOPLE}
        text, spans, place = "", list[Span](), 0
        for slot in _SLOT.finditer(template):
            text += template[place : slot.start()]
            place = slot.end()
            kind, form = slot.groups()
            before, value, label = self._fill(kind, form, people, language)
            text += before
            if label:
                spans.append((len(text), len(text) + len(value), label))
            text += value
        return Sample(text + template[place:], language, tuple(spans))

    def _fill(self, kind: str, form: str | None, people: Mapping[str, Person], language: str) -> tuple[str, str, str]:
        """What stands before the span, the value, and its label or nothing."""
        rng = self._rng
        if kind in people:
            if form == "mail":
                return "", _mail(rng, people[kind]), ""
            title = ""
            if form == "t":
                title = rng.choice(_words(language, "title")) + " "
                form = rng.choices(("l", "n", "U", "Un"), (55, 35, 5, 5))[0]
            form = form or rng.choices(*zip(*_PROSE, strict=True))[0]
            return title, _written(people[kind], form), "PER"
        if kind in _LABELLED:
            return "", self._thing(kind, language), _LABELLED[kind]
        number = _NUMBERS.get(kind)
        if number:
            return "", number(rng, language), ""
        return "", rng.choice(_words(language, kind)), ""

    def _thing(self, kind: str, language: str) -> str:
        """An organisation or a place, from our lists or from the fillers."""
        rng = self._rng
        label = _LABELLED[kind]
        more = self.fillers.get((language, label)) or self.fillers.get(("en", label))
        if more and kind in ("org", "loc") and rng.random() < 0.5:
            return rng.choice(more)
        if kind == "org" and rng.random() < 0.3:
            return _company(rng, self.pools, language)
        if kind == "street" and rng.random() < 0.6:
            return _street(rng, self.pools, language)
        kind = {"loc": "place"}.get(kind, kind)
        return rng.choice(_words(language, kind))


def as_heard(sample: Sample) -> Sample:
    """Lower case, no punctuation: apostrophes and hyphens stay, as recognisers write them. Lengths do not change."""
    text = "".join(
        " " if char in ',.;:!?()"«»' else (low if len(low := char.lower()) == 1 else char) for char in sample.text
    )
    return Sample(text, sample.language, sample.spans)


def _written(person: Person, form: str) -> str:
    first, last, middle = person.first, person.last, person.middle
    match form:
        case "f":
            return first
        case "l":
            return last
        case "U":
            return last.upper()
        case "Un":
            return f"{first} {last.upper()}"
        case "nU":
            return f"{last.upper()} {first}"
        case "ln":
            return f"{last} {first}"
        case "c":
            return f"{last}, {first}"
        case "i":
            return f"{_initials(first)} {last}"
        case "m":
            return f"{first} {middle or first[0] + '.'} {last}"
        case "snake":
            return f"{_plain(first)}_{_plain(last)}"
        case _:
            return f"{first} {middle} {last}" if middle else f"{first} {last}"


def _initials(first: str) -> str:
    parts = [part for part in re.split(r"[- ]", first) if part]
    return "-".join(f"{part[0]}." for part in parts)


def _plain(name: str) -> str:
    return _WORD_BREAK.sub("", name).lower()


def _mail(rng: random.Random, person: Person) -> str:
    first, last = _plain(person.first), _plain(person.last)
    user = rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{rng.randint(1, 99)}", last))
    return f"{user}@{rng.choice(('example.org', 'example.com', 'example.net', 'mail.example', 'exemple.example'))}"


def _company(rng: random.Random, pools: Mapping[str, NamePool], language: str) -> str:
    """A company called after a family: the name inside is no person."""
    one, other, third = (draw_person(rng, pools, language).last for _ in range(3))
    kinds = {
        "fr": (f"{one} SA", f"Cabinet {one}", f"{one} & Fils", f"Garage {one}", f"SARL {one}", f"Groupe {one}",
               f"Établissements {one}", f"{one} et Associés", f"{one} {other} Conseil", f"Fondation {one}",
               f"Transports {one}", f"{one}, {other} & {third}", f"Notaires {one} - {other}", f"{one} Immobilier",
               f"Lycée {one}", f"Clinique {one}"),
        "en": (f"{one} Inc", f"{one} & Sons", f"{one} LLC", f"{one} Ltd", f"{one} Group", f"{one} and Partners",
               f"{one}-{other} Corp", f"{one} Foundation", f"{one}, {other} and {third}",
               f"{one}, {other} & {third}", f"{one}-{other}", f"{one} Motors", f"{one} University", f"{one} Brothers",
               f"{one} Holdings", f"{one} {other} LLP", f"{one} Hospital"),
    }  # fmt: skip
    return rng.choice(kinds.get(language, (f"{one} GmbH", f"{one} SA", f"{one} BV", f"Grupo {one}", f"{one} SpA")))


def _street(rng: random.Random, pools: Mapping[str, NamePool], language: str) -> str:
    """A street called after somebody: a place, not a person."""
    one = draw_person(rng, pools, language)
    name = rng.choice((one.last, one.last, f"{one.first} {one.last}"))
    match language:
        case "fr":
            kind = rng.choice("rue avenue boulevard place allée impasse square quai chemin cours route".split())
            return f"{kind} {name}"
        case "de":
            return rng.choice((f"{one.last}straße", f"{one.last}weg", f"{name.replace(' ', '-')}-Straße"))
        case "nl":
            return rng.choice((f"{one.last}straat", f"{one.last}laan", f"{name} straat"))
        case "es" | "it" | "pt" | "pl":
            return {"es": "Calle ", "it": "Via ", "pt": "Rua ", "pl": "ul. "}[language] + name
    kinds = (
        "Street Road Avenue Lane Drive Court Way Boulevard Place Crescent Square Close Terrace Hill St Rd Ave Ln Blvd"
    )
    return f"{name} {rng.choice(kinds.split())}"


@cache
def _words(language: str, kind: str) -> tuple[str, ...]:
    """The words for a slot, of the language where it has them, else of any, else English."""
    everything = _word_file()
    for where in (language, "any", "en"):
        if kind in everything.get(where, {}):
            return tuple(word.strip() for word in everything[where][kind].split(";"))
    raise KeyError(f"words.toml has no list for the slot {kind!r}")


@cache
def _word_file() -> dict[str, dict[str, str]]:
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def _date(rng: random.Random, language: str) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1940, 2029)
    name = rng.choice(_words(language, "month"))
    written = (
        (f"{day} {name} {year}", f"{day} {name}") if language != "en" else (f"{name} {day}, {year}", f"{day} {name}")
    )
    return rng.choice((*written, f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}", f"{day}.{month}.{year}"))


def _phone(rng: random.Random, _language: str) -> str:
    """Of ranges kept for fiction."""
    last = rng.randint(0, 99)
    return rng.choice((f"01 99 00 {last:02} {last:02}", f"06 39 98 {last:02} {last:02}", f"+1 202 555 01{last:02}",
                       f"020 7946 0{last:02}0"))  # fmt: skip


_NUMBERS = {
    "n": lambda rng, _: str(rng.randint(1, 31)),
    "nn": lambda rng, _: str(rng.randint(100, 999_999)),
    "age": lambda rng, _: str(rng.randint(18, 97)),
    "year": lambda rng, _: str(rng.randint(1890, 2029)),
    "zip": lambda rng, _: f"{rng.randint(1000, 98999):05}",
    "time": lambda rng, language: f"{rng.randint(0, 23)}{'h' if language == 'fr' else ':'}{rng.randint(0, 59):02}",
    "money": lambda rng, language: (
        f"{rng.randint(2, 990)} {rng.choice(('€', 'euros', 'millions de dollars'))}"
        if language == "fr"
        else f"{rng.choice('$£€')}{rng.randint(2, 990)}{rng.choice(('', ' million', '.50'))}"
    ),
    "ref": lambda rng, _: (
        f"{rng.choice('ABCDEFGHKLMNPRSTVX')}{rng.choice('ABCDFGHKMNPRSTVX')}-{rng.randint(100, 99999)}"
    ),
    "iban": lambda rng, _: f"FR00 {rng.randint(1000, 9999)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}",
    "date": _date,
    "phone": _phone,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    arguments = parser.parse_args()
    generator = Generator(load_pools(), arguments.seed)
    for _ in range(arguments.count):
        sample = generator.draw()
        spans = [{"start": start, "end": end, "label": label} for start, end, label in sample.spans]
        print(json.dumps({"lang": sample.language, "text": sample.text, "spans": spans}, ensure_ascii=False))


if __name__ == "__main__":
    main()
