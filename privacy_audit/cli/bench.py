"""``privacy-audit bench``: what the installed detectors get right on labelled data of yours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privacy_audit.cli._bench_audio import audio
from privacy_audit.cli._bench_image import image
from privacy_audit.cli._common import chosen_recipe
from privacy_audit.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from privacy_audit.measuring.scoring import Wilson
    from privacy_audit.measuring.text import Row, Speed

__all__ = ["bench"]


@click.group()
def bench() -> None:
    """Measure the installed detectors on labelled data of yours, as a leaderboard."""


bench.add_command(image)
bench.add_command(audio)


@bench.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-r", "--recipe", "recipe_name", default="text-corpus", show_default=True, metavar="NAME|FILE")
@click.option("--at-least", type=click.Choice(["LOW", "MEDIUM", "HIGH"]), default="LOW", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the first N texts of all files together.")
@click.option("--every", type=click.IntRange(min=1), default=1, help="Only every N-th text.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Begin with this text: --every 2 --offset 1.")
@click.option("--casing/--no-casing", default=True, help="Also in capitals and in small letters.")
@click.option("--presidio/--no-presidio", default=True, help="Plain Presidio on the same texts in the same run.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), default=None, help="Also write the figures here.")
@click.option("--markdown", is_flag=True, help="Print Markdown instead of a table.")
def text(
    files: tuple[Path, ...],
    recipe_name: str,
    at_least: str,
    limit: int | None,
    every: int,
    offset: int,
    casing: bool,
    presidio: bool,
    json_path: Path | None,
    markdown: bool,
) -> int:
    """Recall, precision and F2 per entity type on labelled texts.

    FILES are JSON Lines: {"text": "...", "lang": "fr", "spans": [{"start": 0, "end": 4, "label": "PERSON"}]}. A place
    counts as found when a finding of its type overlaps it; "exact" wants both ends right. Intervals are 95 % (Wilson).
    """
    from privacy_audit.measuring.gold import CASINGS, read_gold
    from privacy_audit.measuring.text import measure, our_detectors, speed_of
    from privacy_audit.types import Confidence

    texts = read_gold(files)[offset::every][:limit]
    detectors = our_detectors(chosen_recipe(recipe_name), Confidence[at_least])
    if presidio:
        from privacy_audit.measuring.presidio import presidio_default

        detectors.append(presidio_default())
    rows = measure(detectors, texts, CASINGS if casing else CASINGS[:1])
    speeds = [speed_of(detector, texts) for detector in detectors]
    if json_path:
        json_path.write_text(json.dumps(_as_json(rows, speeds, len(texts)), indent=1) + "\n", encoding="utf-8")
    n_places = sum(len(item.spans) for item in texts)
    click.echo(f"{len(texts)} texts, {n_places} labelled places, confidence {at_least} and above")
    (_print_markdown if markdown else _print_table)(rows, speeds)
    return ExitCode.OK


_HEADERS = ("detector", "type", "language", "casing", "recall", "precision", "F2", "exact")


def _cells(row: Row) -> tuple[str, ...]:
    rates = row.rates
    return (
        *(row.detector, row.entity_type, row.language, row.casing, str(rates.recall), str(rates.precision)),
        *(f"{rates.f2:.3f}", f"{row.exact_recall.share:.3f}"),
    )


def _ordered(rows: list[Row]) -> list[Row]:
    """A leaderboard: by type, language and casing, the best F2 first."""
    casings = ("as written", "UPPER", "lower")
    return sorted(
        rows, key=lambda row: (row.entity_type, row.language, casings.index(row.casing), -_rank(row.rates.f2))
    )


def _rank(f2: float) -> float:
    return f2 if f2 == f2 else -1.0  # nan, where there is nothing to count, comes last


def _print_table(rows: list[Row], speeds: list[Speed]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*_HEADERS, box=None, header_style="dim", pad_edge=False)
    for row in _ordered(rows):
        table.add_row(*_cells(row))
    console = Console(width=160)
    console.print(table)
    slowest = min(speed.chars_per_cpu_s for speed in speeds)
    for speed in speeds:
        ratio = speed.chars_per_cpu_s / slowest
        console.print(
            f"{speed.detector}: {speed.chars_per_cpu_s:,.0f} characters per CPU second, {ratio:.1f} x the slowest"
        )


def _print_markdown(rows: list[Row], speeds: list[Speed]) -> None:
    click.echo(f"| {' | '.join(_HEADERS)} |")
    click.echo(f"|{'---|' * len(_HEADERS)}")
    for row in _ordered(rows):
        click.echo(f"| {' | '.join(_cells(row))} |")
    click.echo("\n| detector | characters per CPU second |\n|---|---|")
    for speed in speeds:
        click.echo(f"| {speed.detector} | {speed.chars_per_cpu_s:,.0f} |")


def _as_json(rows: list[Row], speeds: list[Speed], n_texts: int) -> dict[str, Any]:
    return {
        "texts": n_texts,
        "rows": [
            {
                "detector": row.detector,
                "entity_type": row.entity_type,
                "language": row.language,
                "casing": row.casing,
                "recall": _share(row.rates.recall),
                "precision": _share(row.rates.precision),
                "f2": row.rates.f2,
                "exact_recall": _share(row.exact_recall),
            }
            for row in rows
        ],
        "chars_per_cpu_s": {speed.detector: round(speed.chars_per_cpu_s) for speed in speeds},
    }


def _share(value: Wilson) -> dict[str, Any]:
    low, high = value.interval
    return {"share": value.share if value.n else None, "low": low, "high": high, "n": value.n}
