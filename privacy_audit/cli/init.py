"""``privacy-audit init``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from privacy_audit.legal.strings import Language

__all__ = ["init"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("context.yaml"),
    show_default=True,
    help="File to write.",
)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Of the comments.")
def init(output: Path, lang: Language) -> int:
    """Write a commented context file: purpose, legal basis, access, sources, retention... for you to fill in.

    What it says is printed as declared by the controller, never as found. An existing file is left as it is.
    """
    from privacy_audit.errors import OutputError
    from privacy_audit.legal.context import template

    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(template(lang))
    except FileExistsError:
        raise OutputError(f"{output}: exists already and is left as it is; choose another name with -o") from None
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror})") from None
    click.echo(str(output))
    return 0
