"""``privacy-audit bench audio``: who speaks when, on recordings of yours whose turns are known."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_audit.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from privacy_audit.measuring.audio import AudioFigures, Engine, Turns
    from privacy_audit.measuring.linking import LinkingFigures
    from privacy_audit.scanners._voices import Voices
    from privacy_audit.types import AudioRecord

__all__ = ["audio"]

_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif")
_HEADERS = ("engine", "DER", "DER +-.25 s", "missed", "false alarm", "confused", "count exact", "mean error")
_LINKING_HEADERS = ("vectors", "people", "pairs EER", "ARI", "fewest", "likeliest", "most")
_HEADERS_2 = ("engine", "true count in range", "mean width", "VAD recall", "VAD precision", "pairs EER", "CPU s per s")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--every", type=click.IntRange(min=1), default=1, help="Only every N-th recording.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Begin with this one: --every 2 --offset 1.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the first N of them.")
@click.option(
    "--pyannote",
    "pipeline_dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    help="A pyannote pipeline's folder: measure it beside the built-in engine. Needs the extra [pyannote].",
)
@click.option(
    "--linking",
    is_flag=True,
    help="Also compare voices from recording to recording: computes biometric templates, kept in memory only. The "
    "RTTM files must call one person by one name throughout.",
)
@click.option("--json", "json_path", type=click.Path(path_type=Path), default=None, help="Also write the figures here.")
@click.option("--markdown", is_flag=True, help="Print Markdown instead of a table.")
def audio(
    folder: Path,
    every: int,
    offset: int,
    limit: int | None,
    pipeline_dir: Path | None,
    linking: bool,
    json_path: Path | None,
    markdown: bool,
) -> int:
    """Speech found, diarization error rate and number of speakers.

    FOLDER holds recordings and RTTM files that tell who speaks when in each, by the recording's name without its
    suffix. Recordings are taken in the order of their names. DER: missed, wrongly found and wrongly attributed seconds
    over spoken seconds, overlapping speech included; +-.25 s leaves out what lies so near a boundary.
    """
    from privacy_audit.measuring.audio import measure_audio, our_engine, pyannote_engine, read_rttm

    turns = {_plain(name): own for name, own in read_rttm(sorted(folder.rglob("*.rttm"))).items()}
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES]
    labelled = [path for path in paths if _plain(path.stem) in turns][offset::every][:limit]
    if not labelled:
        raise click.UsageError(f"{folder}: no recording there has the name of one in its RTTM files")
    recordings = [(record, turns[_plain(path.stem)]) for path in labelled if (record := _read(path))]
    heard: list[Voices] = []
    engines = [_remembering(our_engine(), heard)]
    if pipeline_dir:
        engines.append(pyannote_engine(pipeline_dir))
    figures = sorted((measure_audio(engine, recordings) for engine in engines), key=lambda row: row.der[0.0])
    linked = _linked(heard, [turns for _, turns in recordings]) if linking else None
    if json_path:
        shown: list[dict[str, object]] = [_as_json(row) for row in figures]
        shown += [{"linking": dataclasses.asdict(linked)}] if linked else []
        json_path.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{len(recordings)} of {len(labelled)} recordings, {sum(r.duration_s for r, _ in recordings):.0f} s")
    show = _print_markdown if markdown else _print_table
    for headers, cells in ((_HEADERS, _errors), (_HEADERS_2, _counts)):
        show(headers, [cells(row) for row in figures])
    if linked:
        numbers = dataclasses.astuple(linked)
        show(_LINKING_HEADERS, [tuple(f"{item:.3f}" if isinstance(item, float) else str(item) for item in numbers)])
    return ExitCode.OK if len(recordings) == len(labelled) else ExitCode.INCOMPLETE


def _remembering(engine: Engine, heard: list[Voices]) -> Engine:
    """The same engine, which adds what it hears to ``heard``, one for each recording."""

    def voices(record: AudioRecord) -> Voices:
        heard.append(engine.voices(record))
        return heard[-1]

    return dataclasses.replace(engine, voices=voices)


def _linked(heard: Sequence[Voices], truth: Sequence[Turns]) -> LinkingFigures:
    """Voices of all recordings grouped as ``linking`` groups them."""
    from privacy_audit.linking.people import VOICE
    from privacy_audit.measuring.linking import labelled_voices, measure_linking

    labelled = [item for voices, turns in zip(heard, truth, strict=True) for item in labelled_voices(voices, turns)]
    if not labelled:
        raise click.UsageError("--linking: no voice was heard long enough to be compared")
    return measure_linking(labelled, VOICE)


def _plain(name: str) -> str:
    """Without accents: the same name may be spelt with composed or with combining ones."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


def _read(path: Path) -> AudioRecord | None:
    from privacy_audit.errors import UnreadableError
    from privacy_audit.sources.audio_file import read_audio

    try:
        return read_audio(path, path.name)
    except UnreadableError as error:
        click.echo(f"{path.name}: not read: {error.reason.value}: {error.detail}", err=True)
        return None


def _errors(row: AudioFigures) -> tuple[str, ...]:
    shares = (row.der[0.0], row.der[0.25], row.missed, row.false_alarm, row.confused)
    return row.engine, *(f"{share:.3f}" for share in shares), str(row.exact), f"{row.mean_error:.2f}"


def _counts(row: AudioFigures) -> tuple[str, ...]:
    shares = (row.vad_recall, row.vad_precision, row.pairs_eer, row.cpu_s_per_s)
    return row.engine, str(row.in_range), f"{row.width:.2f}", *(f"{share:.3f}" for share in shares)


def _print_table(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*headers, box=None, header_style="dim", pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=160).print(table)


def _print_markdown(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    click.echo(f"\n| {' | '.join(headers)} |\n|{'---|' * len(headers)}")
    for row in rows:
        click.echo(f"| {' | '.join(row)} |")


def _as_json(row: AudioFigures) -> dict[str, object]:
    numbers = {
        name: getattr(row, name)
        for name in ("vad_recall", "vad_precision", "missed", "false_alarm", "confused", "mean_error", "width")
    }
    return {
        "engine": row.engine,
        "recordings": row.n,
        "der": {f"{collar:g}": share for collar, share in row.der.items()},
        **{name: value if value == value else None for name, value in numbers.items()},
        "pairs_eer": row.pairs_eer if row.pairs_eer == row.pairs_eer else None,
        "count_exact": row.exact.share,
        "count_in_range": row.in_range.share,
        "cpu_s_per_s": row.cpu_s_per_s,
    }
