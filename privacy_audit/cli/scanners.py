"""``privacy-audit scanners``."""

from __future__ import annotations

import importlib.util

import click

__all__ = ["EXTRAS", "scanners"]

EXTRAS = {
    "hf": ("datasets", "Guard.hf(): a function for datasets.Dataset.map"),
    "webdataset": ("webdataset", "Guard.webdataset(): a stage of a WebDataset pipeline"),
    "video": ("av", "reads and treats videos: mp4, m4v, mov, mkv, webm, avi, and m4a"),
    "pyannote": ("pyannote.audio", "audio_speakers: a pyannote pipeline from a folder of yours"),
    "ocr": ("rapidocr", "image_text: text and licence plates in pictures; recipe image-dataset-ocr"),
    "asr": ("faster_whisper", "transcribe: words of recordings, by a model from a folder of yours"),
    "verify": ("dlib", "verify: a second face detector, and an attacker who compares faces"),
    "bench": ("pyannote.metrics", "bench audio: diarization error rates"),
    "torch": ("torch", "Guard.torch(): Dataset and DataLoader"),
    "datatrove": ("datatrove", "Guard.datatrove(): a step of a datatrove pipeline"),
    "ray": ("ray", "--engine ray, and Guard.ray(): a class for map_batches"),
    "arrow": ("pyarrow", "Arrow files, datasets saved to disk, pictures and sounds in the cells of Parquet"),
    "cloud": ("s3fs", "scan and anonymize: s3://, gs://, az://"),
}
"""Extra -> (package it brings, what it adds)."""


@click.command()
@click.option(
    "--recognizers", is_flag=True, help="List the forms that text_patterns knows instead, with their sources."
)
def scanners(recognizers: bool) -> None:
    """List what is installed, what it detects, and what an extra would add."""
    if recognizers:
        _list_recognizers()
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from privacy_audit.anonymizers import all_operators
    from privacy_audit.scanners import all_scanners

    console = Console()
    found = Table("scanner", "detects", "what it does", box=None, header_style="dim", pad_edge=False)
    for name, scanner in sorted(all_scanners().items()):
        model = " Loads a model." if scanner.needs_model else ""
        found.add_row(name, ", ".join(scanner.entity_types), f"{scanner.summary}{model}")
    treating = Table("operator", "effect", "what it does", box=None, header_style="dim", pad_edge=False)
    for name, operator in sorted(all_operators().items()):
        treating.add_row(name, operator.effect.value, operator.summary)
    extras = Table("extra", "installed", "what it adds", box=None, header_style="dim", pad_edge=False)
    for name, (package, adds) in EXTRAS.items():
        extras.add_row(escape(f"privacy-audit[{name}]"), "yes" if _is_installed(package) else "no", adds)
    for table in (found, treating, extras):
        console.print(table)
        console.print()


def _list_recognizers() -> None:
    from privacy_audit.recognizers import all_recognizers

    for name, item in sorted(all_recognizers().items(), key=lambda pair: (pair[1].country or "", pair[0])):
        alone = item.alone.name.lower() if item.alone else "not reported"
        announced = f", announced {item.announced.name.lower()}" if item.context and item.announced else ""
        click.echo(f"{item.country or '--'}  {name}: {item.entity_type}. {item.summary}")
        click.echo(f"    alone {alone}{announced}; near misses left alone: {len(item.ignores)}")
        click.echo(f"    form: {'; '.join(item.sources)}")


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # the parent of a dotted name is missing
        return False
