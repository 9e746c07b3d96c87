"""``privacy-audit recipes`` and ``privacy-audit scanners``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from privacy_audit.anonymizers import all_operators
from privacy_audit.cli.main import cli
from privacy_audit.cli.scanners import EXTRAS
from privacy_audit.errors import RecipeError
from privacy_audit.recipe import bundled_recipes, load_recipe
from privacy_audit.scanners import all_scanners


def invoke(*arguments: str) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(cli, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout


def test_the_list_has_every_recipe_with_its_purpose() -> None:
    lines = invoke("recipes", "list").splitlines()
    assert [line.split()[0] for line in lines] == list(bundled_recipes())
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("name", bundled_recipes())
def test_a_recipe_that_is_shown_and_saved_is_the_same_recipe(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(invoke("recipes", "show", name), encoding="utf-8")
    assert load_recipe(tmp_path / "mine.yaml") == load_recipe(name)


def test_showing_one_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(RecipeError, match=r"no such recipe; recipes here: .*cnil-default"):
        invoke("recipes", "show", "cnil-defualt")


def test_a_valid_file_is_told_with_what_it_switches_on(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nscanners: {text_patterns: }\noperators: {text_label: }\n")
    assert invoke("recipes", "validate", str(path)) == "mine: valid; 1 scanners, 1 operators\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nscaners: {}\n", "scaners: unknown key; did you mean 'scanners'"),
        ("name: x\nscanners: {text_poems: }\n", "scanners.text_poems: not installed"),
        ("name: x\noperators: {image_solid: {margin: 9}}\n", "operators.image_solid: margin: got 9"),
    ],
)
def test_an_invalid_file_is_refused_with_the_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(RecipeError) as caught:
        invoke("recipes", "validate", str(tmp_path / "mine.yaml"))
    assert told in str(caught.value)


def test_the_schema_printed_is_a_schema_and_every_bundled_recipe_is_valid_against_it() -> None:
    schema: Any = json.loads(invoke("recipes", "schema"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for path in bundled_recipes().values():
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert not validator.is_valid({"name": "x", "scaners": {}})


def test_every_scanner_operator_and_extra_is_listed_with_what_it_does() -> None:
    out = invoke("scanners")
    for name in (*all_scanners(), *all_operators()):
        assert name in out
    for extra in EXTRAS:
        assert f"privacy-audit[{extra}]" in out


def test_the_extras_listed_are_those_of_the_package() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(EXTRAS) == set(project["optional-dependencies"]) - {"dev", "dev-heavy"}
