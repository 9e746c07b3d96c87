"""Recipes: what ships is valid, and a mistake is told with the file, the key, what was got and what was expected."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from privacy_audit.errors import RecipeError
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import bundled_recipes, json_schema, load_recipe, parse_recipe
from privacy_audit.types import Confidence

NAMES = ("cnil-default", "image-dataset", "image-dataset-ocr", "pre-commit", "strict", "text-corpus", "voice-dataset")


def test_the_recipes_asked_for_are_there() -> None:
    assert set(NAMES) <= set(bundled_recipes())


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_recipe_is_valid_and_everything_it_names_is_installed(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.description
    toolbox = Toolbox(recipe)
    assert [scanner.name for scanner in toolbox.scanners] == list(recipe.scanners)
    jsonschema.validate(yaml.safe_load(bundled_recipes()[name].read_text(encoding="utf-8")), json_schema())


def test_the_pre_commit_recipe_loads_no_model() -> None:
    assert not any(scanner.needs_model for scanner in Toolbox(load_recipe("pre-commit")).scanners)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\nscaners: {}\n", "my.yaml: scaners: unknown key; did you mean 'scanners'?"),
        ("name: x\ngate: HIHG\n", "my.yaml: gate: got 'HIHG', expected LOW or MEDIUM or HIGH"),
        (
            "name: x\nlimits: {max_text_bytes: -1}\n",
            "my.yaml: limits.max_text_bytes: got -1, expected a whole number above 0",
        ),
        (
            "name: x\nengine: {gpu_fraction: 2}\n",
            "my.yaml: engine.gpu_fraction: got 2, expected a number from 0 to 1",
        ),
        (
            "name: x\nengine: {gpus: 1}\n",
            "my.yaml: engine.gpus: unknown key; one of gpu_fraction, max_record_duration_s, max_process_bytes",
        ),
        ("name: x\nexclude: '*.py'\n", "my.yaml: exclude: got '*.py', expected a list of globs such as '*.py'"),
        ("name: x\nhide_paths: maybe\n", "my.yaml: hide_paths: got 'maybe', expected true or false"),
        (
            "name: x\nscanners: [text_patterns]\n",
            "my.yaml: scanners: got 'list', expected a mapping of names to values",
        ),
        ("- 1\n", "my.yaml: the file: got 'list', expected a mapping of names to values"),
        ("gate: LOW\n", "my.yaml: name: got None, expected a short text"),
        ("name: [x\n", "my.yaml, line 2: not valid YAML"),
    ],
)
def test_a_mistake_is_told_so_that_it_can_be_mended(text: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "my.yaml")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nscanners: {text_paterns: }\n", "scanners.text_paterns: not installed; installed: "),
        ("name: x\nscanners: {text_patterns: {colour: red}}\n", "scanners.text_patterns: "),
    ],
)
def test_a_scanner_or_option_that_does_not_exist_is_told(text: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        Toolbox(parse_recipe(text, "my.yaml"))


def test_a_recipe_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(RecipeError, match="no such recipe or file; recipes here: .*cnil-default"):
        load_recipe("cnil-defualt")


def test_a_recipe_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ngate: HIGH\nscanners:\n  text_patterns:\n", encoding="utf-8")
    recipe = load_recipe(path)
    assert (recipe.name, recipe.gate, dict(recipe.scanners)) == ("mine", Confidence.HIGH, {"text_patterns": {}})
