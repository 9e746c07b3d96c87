"""``privacy-audit find``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privacy_audit.cli._common import ProgressBar, chosen_recipe, engine_for, jobs_option, recipe_option

if TYPE_CHECKING:
    from privacy_audit.finding.places import FindReport

__all__ = ["find"]

_ASK = "-"
_KINDS = {
    "name": "Name of the person: every order, case, accent, initial, joined as in file names.",
    "email": "E-mail address.",
    "phone": "Telephone number; French unless it begins with +.",
    "plate": "Licence plate.",
    "handle": "Name of an account, with or without @.",
    "number": "Another number with letters or digits: NIR, IBAN, of a customer.",
}


def _value_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for kind, text in reversed(_KINDS.items()):
        command = click.option(f"--{kind}", multiple=True, metavar="TEXT|-", help=text)(command)
    return command


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_value_options
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of the person: the same file, picture or recording is looked for. No template is made.",
)
@click.option(
    "--face", "faces", multiple=True, type=click.Path(path_type=Path), help="Picture of one face. See --basis."
)
@click.option(
    "--voice", "voices", multiple=True, type=click.Path(path_type=Path), help="Recording of one voice. See --basis."
)
@click.option(
    "--basis",
    default="",
    metavar="TEXT",
    help="Your reason to compare faces or voices, such as the consent of the person who asks; the output repeats it.",
)
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="File; by default standard output.")
@click.option(
    "--erase-list",
    type=click.Path(path_type=Path),
    default=None,
    help="Also write what `anonymize --erase-list` takes: places to treat, rows to drop, files to leave "
    "out. Read it first.",
)
@click.option(
    "--script",
    type=click.Path(path_type=Path),
    default=None,
    help="Also write a shell script that asks before it deletes each file that is about the person.",
)
@click.option("--ocr/--no-ocr", default=None, help="Words in pictures; by default where the extra ocr is installed.")
@recipe_option
@jobs_option
def find(
    paths: tuple[Path, ...],
    files: tuple[Path, ...],
    faces: tuple[Path, ...],
    voices: tuple[Path, ...],
    basis: str,
    form: str,
    output: Path | None,
    erase_list: Path | None,
    script: Path | None,
    ocr: bool | None,
    recipe_name: str,
    jobs: int | None,
    **values: tuple[str, ...],
) -> int:
    """Where is this person? Looks in PATHS for a name, address, number, picture or recording, and lists the places.

    Only places come out, never what stands there. A value given as - is asked for, or read from standard input, one a
    line: what stands in a command line shows in the list of processes and in the history of the shell. PATHS may be one
    finished audit (of a scan that had the same PRIVACY_AUDIT_KEY): what its detectors found is then compared by
    fingerprints, and the data are not read.

    Exit codes: 0 nothing found; 1 found; 2 usage; 3 something was not searched. Not found does not prove absence.
    """
    from privacy_audit.cli.exit_codes import ExitCode
    from privacy_audit.errors import UsageError
    from privacy_audit.finding.query import parse_query

    query = parse_query(_given(values), files, faces, voices, basis)
    if query.basis and (faces or voices):
        click.echo(
            "Comparing a face or a voice is biometric processing. It runs on the basis that you declare; templates "
            "stay in memory. A match is a likeness, not an identity: a person decides.",
            err=True,
        )
    recipe = chosen_recipe(recipe_name)
    if len(paths) == 1 and (paths[0] / "findings.jsonl").is_file() and (paths[0] / "report.json").is_file():
        from privacy_audit.cli._finished import read_audit
        from privacy_audit.finding.finished import find_in_audit

        if erase_list or script:
            raise UsageError("--erase-list and --script need the data themselves: give their folder, not the audit")
        finished = read_audit(paths[0])
        report = find_in_audit(finished.report, finished.lines(), query)
    else:
        from privacy_audit.finding.searching import find as search

        with ProgressBar("find") as bar:
            engine = engine_for(jobs, recipe)
            report = search(paths, query, recipe, ocr=ocr, engine=engine, progress=bar)
    _show(report, form, output)
    if erase_list is not None:
        from privacy_audit.finding.acting import erase_lines
        from privacy_audit.store import write_lines

        _written(erase_list, lambda: write_lines(erase_list, erase_lines(report)))
    if script is not None:
        from privacy_audit.finding.acting import deletion_script
        from privacy_audit.sources.folder import common_root

        _write(script, deletion_script(report, str(common_root(list(paths)))))
    if report.unread:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if report.places else ExitCode.OK


def _given(values: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """(kind, value); what is given as ``-`` is asked for on a terminal, else read from standard input in turn."""
    found = []
    in_the_open = False
    for kind in _KINDS:
        for value in values[kind]:
            if value == _ASK:
                asked = click.prompt(kind, err=True) if sys.stdin.isatty() else sys.stdin.readline().strip()
                found.append((kind, asked))
            else:
                in_the_open = True
                found.append((kind, value))
    if in_the_open:
        click.echo(
            "note: a value in the command line shows in the list of processes and in the shell's history; "
            "give - instead and it is asked for",
            err=True,
        )
    return found


def _show(report: FindReport, form: str, output: Path | None) -> None:
    from privacy_audit.finding.render import as_csv, as_json, as_table

    if form == "table" and output is None:
        from rich.console import Console

        Console(soft_wrap=True).print(as_table(report))
        return
    if form == "table":
        import io

        from rich.console import Console

        console = Console(file=io.StringIO(), width=200)
        console.print(as_table(report))
        assert isinstance(console.file, io.StringIO)  # noqa: S101 - given above
        text = console.file.getvalue()
    else:
        text = as_json(report) if form == "json" else as_csv(report)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)


def _write(path: Path, text: str) -> None:
    from privacy_audit.store import atomic_writer

    def write() -> None:
        with atomic_writer(path) as temporary:
            temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")

    _written(path, write)


def _written(path: Path, write: Callable[[], None]) -> None:
    from privacy_audit.errors import OutputError

    try:
        write()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    click.echo(str(path), err=True)
