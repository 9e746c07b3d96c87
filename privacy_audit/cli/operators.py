"""``privacy-audit operators``."""

from __future__ import annotations

import click

__all__ = ["operators"]


@click.command()
def operators() -> None:
    """List what treats data: the effect of each operator, what it is called, and how it is attacked.

    A recipe switches them on under ``operators:``; each place goes to the first that treats its kind.
    """
    from privacy_audit.anonymizers import all_operators
    from privacy_audit.legal.matrix import techniques

    for name, operator in sorted(all_operators().items()):
        known = techniques().get(name)
        click.echo(f"{name}: {operator.effect.value}. {operator.summary}")
        click.echo(f"    ISO/IEC 20889: {known.iso_en if known else 'not said'}")
        for attack in operator.attacks:
            click.echo(f"    attack: {attack}")
