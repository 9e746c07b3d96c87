"""``privacy-audit decrypt``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from privacy_audit.errors import UsageError

__all__ = ["decrypt"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    required=True,
    help="The key file that the treated copy was made with.",
)
def decrypt(file: Path, key_file: Path) -> int:
    """Print FILE (or - for standard input) with the values that text_encrypt encrypted in their places again.

    What comes out is personal data.
    """
    from privacy_audit.anonymizers.text_encrypt import decrypted
    from privacy_audit.cli.exit_codes import ExitCode
    from privacy_audit.pseudonyms import Pseudonyms

    if not key_file.exists():
        raise UsageError(f"{key_file}: no such key file")
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = content.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is no UTF-8 text") from None
    click.echo(decrypted(text, Pseudonyms.from_file(key_file)).encode(), nl=False)
    return ExitCode.OK
