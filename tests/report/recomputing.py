"""The figures of an audit counted again by hand from what lies beside its report, with nothing of the code that counted.

``findings.jsonl``: what was found. ``coverage.jsonl``: the files met, and what was not read. ``links.jsonl``: what
repeats, and what was compared. The levels follow section 5.2 of the regulation notes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from privacy_audit.legal.catalogue import legal_row
from tests.report.recomputing_links import duplicates, linking

Line = dict[str, Any]
RANK = {"LOW": 1, "MEDIUM": 2, "HIGH": 3}
NOBODYS = {"role", "placeholder", "private"}
SPECIAL = {"art9", "art10"}
CNIL_TYPES = ("courante", "percue_sensible", "sensible_infraction", "a_classer")


@dataclass
class Audit:
    """What an audit left beside its report."""

    findings: list[Line]
    coverage: list[Line]
    links: list[Line] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, left_out: Mapping[str, int]) -> Audit:
        names = [folder / f"{name}.jsonl" for name in ("findings", "coverage", "links")]
        found, covered, links = (
            [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else None for path in names
        )
        assert found is not None
        assert covered is not None
        return cls(found, covered, links, left_out)

    @property
    def files(self) -> list[Line]:
        return [line for line in self.coverage if "file" in line]

    @cached_property
    def names(self) -> set[str]:
        return {file["file"] for file in self.files}

    @property
    def unread(self) -> list[Line]:
        return [line for line in self.coverage if "record" in line]

    def file_of(self, line: Line) -> str:
        """The longest file met that the URI begins with: a name may hold ``#`` itself."""
        uri = line["record_uri"]
        while uri not in self.names:
            uri, sign, _ = uri.rpartition("#")
            assert sign, line
        return str(uri)

    def record_of(self, line: Line) -> str:
        file = self.file_of(line)
        rows = [part for part in line["record_uri"][len(file) + 1 :].split("&") if part.startswith("row=")]
        return "#".join([file, *rows[:1]])


def sure(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if RANK[line["confidence"]] >= 2]


def by(key: Any, lines: Iterable[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def level(lines: Sequence[Line], cnil_type: str | None = None) -> tuple[int, int, int]:
    """Severity, identification, prejudice of one record."""
    if not lines:
        return 0, 0, 0
    kinds = {(legal_row(line["entity_type"]), line["qualifier"]) for line in lines}
    classes = {(row.category, "-" if q in NOBODYS else row.identification) for row, q in kinds}
    d, u, q = (len({category for category, name in classes if name == wanted}) for wanted in "DUQ")
    nobody = not d + u + q
    if (d and u) or u >= 3 or (d and q >= 2):
        identified = 4
    elif u or (d and q) or q >= 3:
        identified = 3
    else:
        identified = 2 if d or q == 2 else 1

    def harm(row: Any, qualifier: str | None) -> int:
        if qualifier in NOBODYS or (cnil_type is not None and row.cnil_type != cnil_type):
            return 1
        topic = row.special in SPECIAL and (nobody or qualifier == "topic")
        return min(row.prejudice, 2) if topic else int(row.prejudice)

    prejudice = max(harm(row, qualifier) for row, qualifier in kinds)
    if {"person_name", "face", "voice"} <= {row.category for row, _ in kinds}:
        prejudice = max(prejudice, 3)
    return {2: 1, 3: 1, 4: 1, 5: 2, 6: 3, 7: 4, 8: 4}[identified + prejudice], identified, prejudice


def figures(audit: Audit) -> dict[str, Any]:
    """Every figure of ``report.json``, in its form; what is no number is left out."""
    entities = _entities(audit)
    found = {
        "tool": {"files_read": sum("::" not in file["file"] for file in audit.files)},
        "dataset": {
            "n_files": len(audit.files),
            "n_bytes": sum(file["size_bytes"] for file in audit.files),
            "by_kind": Counter(file["kind"] for file in audit.files),
        },
        "coverage": _coverage(audit),
        "entities": entities,
        **_records(audit),
        **_files(audit),
        **_unique_rows(audit),
    }
    compared = linking(audit, sure) if audit.links is not None else None
    found["people"] = people(audit, compared)
    if audit.links is not None:
        found["duplicates"] = duplicates(audit, sure, NOBODYS)
        found["linking"] = compared
    return found


def _coverage(audit: Audit) -> dict[str, Any]:
    states = Counter(file["state"] for file in audit.files)
    scanned: Counter[str] = Counter()
    for file in audit.files:
        # no scanner read what is SKIPPED, unless in its path
        assert (file["state"] == "COMPLETE") <= (not file["reasons"])
        assert (file["state"] == "SKIPPED") or file["scanned"]
        scanned.update({name: n for name, n in file["scanned"].items() if name != "*"})
    for (scanner, uri), lines in by(lambda line: (line["scanner"], line["record_uri"]), audit.findings).items():
        file = next(file for file in audit.files if file["file"] == audit.file_of(lines[0]))
        assert file["scanned"][scanner], uri
    unscanned = Counter(line["scanner"] for line in audit.unread)
    assert sum((Counter(file["reasons"]) for file in audit.files), Counter()) == Counter(
        line["reason"] for line in audit.unread
    )
    videos = [file["video"] for file in audit.files if "video" in file]
    return {
        "complete": states["COMPLETE"],
        "partial": states["PARTIAL"],
        "unscanned": states["SKIPPED"],
        "scanners": [
            {"scanned": scanned[name], "unscanned": unscanned[name]} for name in sorted({*scanned, *unscanned})
        ],
        "by_reason": Counter(line["reason"] for line in audit.unread),
        "entries": [{} for _ in audit.unread[:2_000]],
        "unlisted": max(0, len(audit.unread) - 2_000),
        "left_out": audit.left_out,
        "interrupted": any(line["reason"] == "INTERRUPTED" for line in audit.unread),
        "videos": {
            "files": len(videos),
            **{name: sum(video[name] for video in videos) for name in ("frames", "frames_looked_at", "duration_s")},
        },
    }


def _entities(audit: Audit) -> list[dict[str, Any]]:
    found = []
    groups = by(lambda line: line["entity_type"], audit.findings)
    for _, lines in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        confidence = Counter(line["confidence"] for line in lines)
        files = {audit.file_of(line) for line in lines}
        spans = [line["location"] for line in lines if line["location"]["kind"] == "segment"]
        found.append(
            {
                "count": len(lines),
                **{name.lower(): confidence[name] for name in RANK},
                "files": len(files),
                "share": round(len(files) / len(audit.files), 4),
                "distinct": len({line["fingerprint"] for line in lines} - {None}) or None,
                "distinct_complete": all(line["fingerprint"] for line in lines),
                "duration_s": sum(round(1000 * (place["end"] - place["start"])) for place in spans) / 1000,
            }
        )
    return found


def _records(audit: Audit) -> dict[str, Any]:
    records = by(audit.record_of, audit.findings)
    levels = Counter(level(sure(lines))[0] for lines in records.values())
    identified = Counter(level(sure(lines))[1] for lines in records.values())
    named = both = 0
    weights: Counter[str] = Counter()
    for lines in records.values():
        categories = {legal_row(line["entity_type"]).category for line in sure(lines)}
        if categories & {"person_name", "author_metadata"} and categories & {"face", "voice"}:
            named += 1
            both += categories >= {"face", "voice"}
        special = [line["qualifier"] for line in lines if legal_row(line["entity_type"]).special in SPECIAL]
        if special:
            somebody = any(
                legal_row(line["entity_type"]).identification != "-" and line["qualifier"] not in NOBODYS
                for line in lines
            )
            meant = any(qualifier not in {"topic", *NOBODYS} for qualifier in special)
            weights["special_linked" if somebody and meant else "special_topic"] += 1
    return {
        "records_by_level": {str(n): levels[n] for n in range(1, 5)},
        "exposures": _exposures(audit, records),
        "linkage": {
            "by_identification": {str(n): identified[n] for n in range(1, 5)},
            "named_face_or_voice": named,
            "named_face_and_voice": both,
            **{name: weights[name] for name in ("special_linked", "special_topic")},
        },
    }


def _exposures(audit: Audit, records: Mapping[str, Sequence[Line]]) -> list[dict[str, Any]]:
    """Of several records the gravest counts, then the highest sum, then what needs fewest categories, then the first."""
    found = []
    for name in CNIL_TYPES:
        of_type = [r for r in records.values() if any(legal_row(x["entity_type"]).cnil_type == name for x in r)]
        if not of_type:
            continue
        exposure: dict[str, Any] = {"records": len(of_type)}
        for key, threshold in (("lower", 3), ("proposed", 2), ("upper", 1)):
            best, best_rank = (0, 0, 0), (0, 0, 0)
            for lines in _growing(audit, threshold):
                if any(legal_row(line["entity_type"]).cnil_type == name for line in lines):
                    reached = level(lines, name)
                    n_categories = len({legal_row(line["entity_type"]).category for line in lines})
                    rank = (reached[0], reached[1] + reached[2], -n_categories)
                    if rank > best_rank:
                        best, best_rank = reached, rank
            exposure[key] = dict(zip(("level", "identification", "prejudice"), best, strict=True))
        found.append(exposure)
    return found


def _growing(audit: Audit, threshold: int) -> Iterator[list[Line]]:
    """What is known of each record after each scanner."""
    known: dict[str, list[Line]] = defaultdict(list)
    for number, line in enumerate(audit.findings):
        record = audit.record_of(line)
        if RANK[line["confidence"]] >= threshold:
            known[record].append(line)
        following = audit.findings[number + 1] if number + 1 < len(audit.findings) else None
        if following is None or any(line[key] != following[key] for key in ("record_uri", "scanner")):
            yield list(known[record])


def _files(audit: Audit) -> dict[str, Any]:
    kinds = {file["file"]: file["kind"] for file in audit.files}
    rows = []
    for uri, lines in by(audit.file_of, audit.findings).items():
        gravest = max(level(sure(record))[0] for record in by(audit.record_of, lines).values())
        counts = Counter(line["entity_type"] for line in lines)
        rows.append((-gravest, -len(lines), uri, {"uri": uri, "kind": kinds[uri], "counts": counts, "level": gravest}))
    rows.sort(key=lambda row: row[:3])
    return {"files": [row[3] for row in rows[:2_000]], "other_files": max(0, len(rows) - 2_000)}


def _unique_rows(audit: Audit) -> dict[str, Any]:
    tables = [line for line in audit.findings if line["location"]["kind"] == "columns"]
    rows = [{"rows_by_k": line["location"]["rows_by_k"]} for line in tables]
    return {"unique_rows": rows[:200], "other_tables": max(0, len(rows) - 200)}


def people(audit: Audit, compared: Mapping[str, Any] | None) -> dict[str, int]:
    """The range of people as its docstring says, and, where faces or voices were compared, with their groups."""
    values: dict[str, dict[Any, str | None]] = defaultdict(dict)  # kind -> value -> qualifier of the first that has it
    for number, line in enumerate(audit.findings):
        fingerprint = line["fingerprint"]
        values[line["entity_type"]].setdefault(number if fingerprint is None else fingerprint, line["qualifier"])
    persons = {kind: sum(q not in NOBODYS for q in found.values()) for kind, found in values.items()}
    certain = sure(audit.findings)
    faces = Counter(line["record_uri"] for line in certain if line["entity_type"] == "FACE")
    speakers = Counter(audit.file_of(line) for line in certain if line["entity_type"] == "SPEAKER")
    unheard = {audit.file_of(line) for line in audit.findings if line["entity_type"] == "VOICE"} - speakers.keys()
    apart = {"FACE", "SPEAKER", "VOICE"}

    def of_class(name: str) -> int:
        return sum(n for kind, n in persons.items() if kind not in apart and legal_row(kind).identification == name)

    found = {
        "faces_in_one_picture": max(faces.values(), default=0),
        "speakers_in_one_file": max(speakers.values(), default=0),
        "distinct_nir": len(
            {line["fingerprint"] for line in audit.findings if line["entity_type"] == "FR_NIR"} - {None}
        ),
        "distinct_names": of_class("D"),
        "other_identifiers": of_class("U"),
        "faces": persons.get("FACE", 0),
        "speakers": persons.get("SPEAKER", 0) + len(unheard),
        "not_told_apart": len(unheard),
    }
    most = {"faces": found["faces"], "speakers": found["speakers"]}
    least = [found[name] for name in ("faces_in_one_picture", "speakers_in_one_file", "distinct_nir")]
    for kind, entity_type, key, more in (
        ("faces", "FACE", "faces", 0),
        ("voices", "SPEAKER", "speakers", len(unheard)),
    ):
        if compared and compared[kind]:
            least.append(compared[kind]["fewest"])
            doubtful = sum(x["entity_type"] == entity_type and RANK[x["confidence"]] == 1 for x in audit.findings)
            most[key] = min(most[key], compared[kind]["most"] + doubtful + more)
    upper = found["distinct_names"] + found["other_identifiers"] + most["faces"] + most["speakers"]
    anybody = found["distinct_names"] + found["other_identifiers"] + found["faces"] + found["speakers"]
    lower = max(*least, min(anybody, 1))
    return {**found, "lower": lower, "upper": max(lower, upper)}
