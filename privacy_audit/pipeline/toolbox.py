"""The scanners and operators of one recipe, ready to use, once per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from privacy_audit.anonymizers import Operator, all_operators
from privacy_audit.anonymizers._text import Edit, TextOperator, edits_of, with_edits
from privacy_audit.errors import MissingDependencyError, RecipeError, UnreadableError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.models.whisper import Transcriber
from privacy_audit.pipeline.cut_times import CutTimes
from privacy_audit.pipeline.erasing import EraseList
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.renamed_files import RenamedFiles, apart_from
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe
from privacy_audit.recognizers._places import Taken
from privacy_audit.scanners import Scanner, all_scanners
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    Effect,
    FieldRef,
    Finding,
    ImageRecord,
    Operation,
    Outcome,
    PathRecord,
    Reason,
    Record,
    Scanned,
    Segment,
    TextRecord,
    TextSpan,
    Unscanned,
    VideoRecord,
)

if TYPE_CHECKING:
    from privacy_audit.linking.collecting import Collector

__all__ = ["Applied", "Toolbox"]

_KNOWN = "known_values"
_MAX_LEARNT = 100_000  # values of one file: some 30 MB


@dataclass(frozen=True, slots=True)
class Applied:
    """A record after treatment, and what was done to it."""

    record: Record
    operations: tuple[Operation, ...]
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    """Of a text: what was replaced by what."""


class Toolbox:
    """What a recipe switches on. Models load on the first record that needs them.

    Raises:
        RecipeError: the recipe names a scanner or operator that is not installed, or gives it an unknown option.
    """

    def __init__(
        self, recipe: Recipe, fingerprinter: Fingerprinter | None = None, pseudonyms: Pseudonyms | None = None
    ) -> None:
        self.recipe = recipe
        self.pseudonyms = pseudonyms or Pseudonyms.drawn()
        self.fingerprinter = fingerprinter or Fingerprinter.from_environment()
        self.scanners: list[Scanner] = _make(recipe, "scanners", recipe.scanners, all_scanners())
        self.operators: list[Operator] = _make(
            recipe, "operators", recipe.operators, all_operators() if recipe.operators else {}
        )
        for operator in self.operators:
            operator.pseudonyms = self.pseudonyms
        _check_texts(recipe, self.operators)
        self.transcriber = _make_transcriber(recipe)
        self.known: KnownValues | None = None
        """Set while a file is treated: what was found once is found, and learnt, wherever a text holds it."""
        self.renamed_files: RenamedFiles | None = None
        """Set while a data set is treated: texts that name one of its files get the name it has in the copy."""
        self.collector: Collector | None = None
        """Set while a data set is scanned whose recipe asks what lies in several files."""
        self.cuts = CutTimes()
        """What was cut out of recordings whose transcripts are treated now."""
        self.closes_timeline = any(not operator.keeps_length for operator in self.operators)
        self.erase = EraseList()
        """Places that somebody asked to have erased, whatever the scanners find."""

    def collect(self, collector: Collector) -> None:
        """From now on ``collector`` is told of what is scanned, and of the vectors of voices."""
        from privacy_audit.scanners.audio_speakers import AudioSpeakers

        self.collector = collector
        for scanner in self.scanners:
            if isinstance(scanner, AudioSpeakers) and self.recipe.linking.voices:
                scanner.keep = lambda voices: collector.take_voices(voices.centroids, voices.seconds)

    def scanners_for(self, record_class: type) -> list[Scanner]:
        """Those that read this class of record, in the order of the recipe."""
        return [scanner for scanner in self.scanners if record_class in scanner.accepts]

    def scan(self, records: Sequence[Record]) -> list[Outcome]:
        """One outcome per record and scanner, record by record. A scanner that crashes is Unscanned, not clean."""
        by_record: list[list[Outcome]] = [[] for _ in records]
        for scanner in self.scanners:
            wanted = [index for index, record in enumerate(records) if type(record) in scanner.accepts]
            chosen = [records[index] for index in wanted]
            for index, record, found in zip(wanted, chosen, _scan_batch(scanner, chosen), strict=True):
                if isinstance(found, Unscanned):
                    by_record[index].append(found)
                else:
                    findings = tuple(self._finding(record, scanner.name, detection) for detection in found)
                    by_record[index].append(Scanned(record.uri, scanner.name, findings))
        if self.known is not None:
            for record, outcomes in zip(records, by_record, strict=True):
                if type(record) is TextRecord:
                    outcomes += self._known_places(record, outcomes, self.known)
        return [outcome for outcomes in by_record for outcome in outcomes]

    def apply(self, record: Record, detections: Iterable[Detection], settled: Sequence[TextSpan] = ()) -> Applied:
        """Treat every place given with the first operator of the recipe that wants it.

        In a text, a file of the data set that has another name in the copy gets it, unless in a ``settled`` place.
        """
        claims = [(self.operator_for(type(record), detection), detection) for detection in detections]
        if isinstance(record, TextRecord | PathRecord) and all(
            isinstance(item, TextOperator | None) for item, _ in claims
        ):
            texts = [(item, detection) for item, detection in claims if isinstance(item, TextOperator)]
            renamed = self.renamed_files if type(record) is TextRecord else None
            names = renamed.renamings(record.text, self.operators, settled) if renamed else []
            texts = apart_from(texts, [item.place for item in names])
            made = [*edits_of(record, texts), *(item.edit for item in names)]
            edits = tuple(sorted(made, key=lambda edit: edit.start))
            done = [_operation(record, *claim) for claim in texts]
            done += [self._renamed(record, item.place, *how) for item in names for how in item.made_by]
            return Applied(with_edits(record, edits), tuple(done), edits)
        operations: list[Operation] = []
        for operator in self.operators:
            if type(record) not in operator.accepts:
                continue
            places = [detection for chosen, detection in claims if chosen is operator]
            if not places and not operator.unconditional:
                continue
            record = operator.apply(record, places)
            operations += [_operation(record, operator, place) for place in places]
        return Applied(record, tuple(operations))

    def _renamed(self, record: Record, place: TextSpan, name: str, entity_type: str) -> Operation:
        operator = next(item for item in self.operators if item.name == name)
        return Operation(record.uri, name, operator.effect, entity_type, place, operator.parameters())

    def operator_for(self, record_class: type, detection: Detection) -> Operator | None:
        """The first of the recipe that treats this place of a record of this class."""
        for operator in self.operators:
            if record_class in operator.accepts and operator.wants(detection):
                return operator
        return None

    def treats_away(self, record_class: type, detection: Detection) -> bool:
        """True when an operator of this recipe takes such a place out, so that finding it again is a failure.

        A disguised voice is still a voice: an OBSCURED place is found again by design.
        """
        operator = self.operator_for(record_class, detection)
        return operator is not None and operator.effect in (Effect.REMOVED, Effect.REDACTED)

    def _known_places(self, record: TextRecord, outcomes: Sequence[Outcome], known: KnownValues) -> list[Outcome]:
        """Known values that no scanner found here; what is found and treated here becomes known."""
        taken = Taken()
        for finding in (item for outcome in outcomes if isinstance(outcome, Scanned) for item in outcome.findings):
            place = finding.detection.location
            if isinstance(place, TextSpan):
                taken.take(place.start, place.end)
                if finding.detection.confidence >= self.recipe.treat_from and len(known) < _MAX_LEARNT:
                    value = record.text[place.start : place.end]
                    known.add(finding.detection.entity_type, value, single_names=True)
        found = [
            Detection(kind, TextSpan(start, end), 1.0, Confidence.MEDIUM)
            for start, end, kind in known.places(record.text)
            if taken.is_free(start, end)
        ]
        findings = tuple(self._finding(record, _KNOWN, detection) for detection in found)
        return [Scanned(record.uri, _KNOWN, findings)] if findings else []

    def _finding(self, record: Record, scanner: str, detection: Detection) -> Finding:
        fingerprint = self._fingerprint(record, detection)
        if isinstance(record, TextRecord) and record.pieces and isinstance(detection.location, TextSpan):
            detection = replace(detection, location=record.place_of(detection.location))
        return Finding(record.uri, scanner, detection, fingerprint)

    def _fingerprint(self, record: Record, detection: Detection) -> str | None:
        kind = detection.entity_type
        match record, detection.location:
            case TextRecord(text=text) | PathRecord(text=text), TextSpan(start, end):
                return self.fingerprinter.of_text(kind, text[start:end])
            case ImageRecord() | AudioRecord() | VideoRecord(), FieldRef(name):
                return self.fingerprinter.of_text(kind, record.metadata.get(name, name))
            case ImageRecord(), BoundingBox() as box:
                crop = record.pixels[box.y_min : box.y_max, box.x_min : box.x_max]
                return self.fingerprinter.of_bytes(kind, crop.tobytes())
            case AudioRecord(), Segment(start, end):
                rate = record.sample_rate_hz
                return self.fingerprinter.of_bytes(
                    kind, record.samples[:, round(start * rate) : round(end * rate)].tobytes()
                )
        return None


def _make(recipe: Recipe, section: str, chosen: Any, installed: Mapping[str, Any]) -> list[Any]:
    made = []
    for name, options in chosen.items():
        if name not in installed:
            raise RecipeError(
                f"recipe {recipe.name}: {section}.{name}: not installed; installed: {', '.join(sorted(installed))}"
            )
        try:
            made.append(installed[name](**options))
        except (TypeError, ValueError) as error:
            raise RecipeError(f"recipe {recipe.name}: {section}.{name}: {error}") from None
    return made


def _check_texts(recipe: Recipe, operators: Sequence[Operator]) -> None:
    """Operators that share a text must say what they replace: one alone would shift the places of the next."""
    texts = [operator for operator in operators if TextRecord in operator.accepts]
    for operator in texts:
        if len(texts) > 1 and not isinstance(operator, TextOperator):
            raise RecipeError(
                f"recipe {recipe.name}: operators.{operator.name}: is no TextOperator and cannot share a text with "
                "another operator; name one of them"
            )


def _operation(record: Record, operator: Operator, place: Detection) -> Operation:
    return Operation(
        record.uri, operator.name, operator.effect, place.entity_type, place.location, operator.parameters()
    )


def _make_transcriber(recipe: Recipe) -> Transcriber | None:
    if recipe.transcribe is None:
        return None
    try:
        return Transcriber(**recipe.transcribe)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}: transcribe: {error}") from None


def _scan_batch(scanner: Scanner, records: list[Any]) -> list[Sequence[Detection] | Unscanned]:
    if len(records) > 1:
        try:
            found = [tuple(detections) for detections in scanner.scan_batch(records)]
            if len(found) == len(records):
                return list(found)
        except Exception:  # noqa: S110 - one bad record must not hide the others: read them one by one
            pass
    return [_scan_one(scanner, record) for record in records]


def _scan_one(scanner: Scanner, record: Record) -> Sequence[Detection] | Unscanned:
    try:
        return tuple(scanner.scan(record))  # a plug-in may give a generator, which fails only when it is read
    except UnreadableError as error:
        return Unscanned(record.uri, scanner.name, error.reason, error.detail)
    except MissingDependencyError as error:
        return Unscanned(record.uri, scanner.name, Reason.MISSING_DEPENDENCY, str(error))
    except MemoryError:
        return Unscanned(record.uri, scanner.name, Reason.TOO_LARGE, "not enough memory to scan it")
    except Exception as error:
        # only the class of the error: its message may quote the record
        return Unscanned(
            record.uri, scanner.name, Reason.SCANNER_FAILED, f"the scanner failed ({type(error).__name__})"
        )
