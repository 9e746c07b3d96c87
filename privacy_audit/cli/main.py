"""The command line. Each command's module loads when it is called, so that ``--help`` is instant."""

from __future__ import annotations

import importlib
import os
import signal
from typing import Any, NoReturn

import click

from privacy_audit import __version__
from privacy_audit.cli.exit_codes import ExitCode
from privacy_audit.errors import PrivacyAuditError, StoppedError, UsageError

__all__ = ["cli", "main"]

_COMMANDS = {
    "scan": "Find personal data in files and folders; write an exposure report.",
    "anonymize": "Write a treated copy: text redacted, faces covered, voices muted, metadata stripped.",
    "verify": "Attack a treated copy: what is still there, what can still be linked.",
    "check": "Check files, or what a commit changes, quickly: for pre-commit and CI.",
    "find": "Look for one person: names, addresses, numbers, the same picture or recording.",
    "baseline": "Accept findings that are there already, for check.",
    "merge": "Put audits of parts of a data set together, without scanning again.",
    "report": "Render a finished audit again: HTML, Markdown, CSV, SARIF, CNIL PIA and others.",
    "init": "Write a context file for what only the controller knows.",
    "bench": "Measure the installed detectors on labelled data of yours.",
    "recipes": "List, show and validate recipes.",
    "operators": "List what treats data, its effect and its known attacks.",
    "decrypt": "Read again what text_encrypt encrypted, with the key file.",
    "scanners": "List what is installed, what it detects, and what an extra would add.",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"privacy_audit.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="privacy-audit")
def cli() -> None:
    """Privacy audit of voice, image and text datasets before training.

    Everything happens on this machine: no network, no telemetry. Nothing this tool writes is anonymous, and a file in
    which nothing was found may still hold personal data.

    Exit codes: 0 all read and nothing at or above the gate; 1 findings; 2 usage; 3 something was not read; 4 baseline
    rewritten; 5 internal error.
    """


def main() -> NoReturn:
    """Run the command line; the exit code is one of :class:`ExitCode`."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = cli.main(prog_name="privacy-audit", standalone_mode=False)
    except UsageError as error:
        _fail(str(error), ExitCode.USAGE)
    except click.UsageError as error:
        error.show()
        raise SystemExit(ExitCode.USAGE) from None
    except click.ClickException as error:
        _fail(error.format_message(), ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        _fail("stopped", ExitCode.INCOMPLETE)
    except StoppedError as error:
        _fail(str(error), ExitCode.INCOMPLETE)
    except PrivacyAuditError as error:
        _fail(str(error), ExitCode.INTERNAL)
    except Exception as error:
        if os.environ.get("PRIVACY_AUDIT_DEBUG"):
            raise
        # only the class: a message may quote a record
        _fail(
            f"internal error ({type(error).__name__}); PRIVACY_AUDIT_DEBUG=1 shows where, "
            "and may show content of your data",
            ExitCode.INTERNAL,
        )
    raise SystemExit(code if isinstance(code, int) else ExitCode.OK)


def _fail(message: str, code: ExitCode) -> NoReturn:
    click.echo(f"privacy-audit: {message}", err=True)
    raise SystemExit(code)


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt
