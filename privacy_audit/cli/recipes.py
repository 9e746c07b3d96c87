"""``privacy-audit recipes list|show|validate|schema``."""

from __future__ import annotations

import json

import click

__all__ = ["recipes"]


@click.group()
def recipes() -> None:
    """List, show and validate recipes: what to scan with, how to treat, when to fail."""


@recipes.command("list")
def list_recipes() -> None:
    """Name and purpose of each bundled recipe."""
    from privacy_audit.recipe import bundled_recipes, load_recipe

    for name in bundled_recipes():
        click.echo(f"{name:16} {load_recipe(name).description}")


@recipes.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a bundled recipe, to copy and change."""
    from privacy_audit.errors import RecipeError
    from privacy_audit.recipe import bundled_recipes

    known = bundled_recipes()
    if name not in known:
        raise RecipeError(f"{name}: no such recipe; recipes here: {', '.join(known)}")
    click.echo(known[name].read_text(encoding="utf-8"), nl=False)


@recipes.command()
@click.argument("name_or_file")
def validate(name_or_file: str) -> None:
    """Check a recipe file: keys, values, scanners, operators and their options."""
    from privacy_audit.pipeline import Toolbox
    from privacy_audit.recipe import load_recipe

    recipe = load_recipe(name_or_file)
    toolbox = Toolbox(recipe)
    click.echo(f"{recipe.name}: valid; {len(toolbox.scanners)} scanners, {len(toolbox.operators)} operators")


@recipes.command()
def schema() -> None:
    """Print the JSON Schema of a recipe, for editors."""
    from privacy_audit.recipe import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
