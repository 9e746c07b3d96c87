from __future__ import annotations

import jsonschema
import pytest
import yaml

from privacy_audit.errors import RecipeError
from privacy_audit.recipe import Linking, Recipe, bundled_recipes, json_schema, load_recipe, parse_recipe

HEAD = "name: x\nscanners: {audio_speakers: , image_faces: }\n"


def test_nothing_is_compared_unless_a_recipe_asks() -> None:
    assert Recipe("x").linking == Linking()
    assert not Linking().voices
    assert not Linking().faces
    assert all(load_recipe(name).linking == Linking() for name in bundled_recipes())


def test_voices_and_faces_are_compared_with_a_declared_basis() -> None:
    text = f'{HEAD}linking: {{voices: true, faces: true, basis: " explicit consent, form 12 "}}\n'
    assert parse_recipe(text, "r").linking == Linking(True, True, "explicit consent, form 12")
    jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize("basis", ["", ', basis: ""', ', basis: "  "'])
def test_a_comparison_without_a_basis_is_refused_and_says_why(basis: str) -> None:
    with pytest.raises(RecipeError, match=r"my\.yaml: linking\.basis: is missing.*biometric.*Art\. 4\(14\) and 9\(1\)"):
        parse_recipe(f"{HEAD}linking: {{voices: true{basis}}}\n", "my.yaml")


def test_a_comparison_needs_its_scanner() -> None:
    with pytest.raises(RecipeError, match=r"linking\.faces: needs the scanner image_faces"):
        parse_recipe("name: x\nlinking: {faces: true, basis: because}\n", "r")


@pytest.mark.parametrize(
    ("linking", "message"),
    [
        ("{voice: true}", "linking.voice: unknown key; did you mean 'voices'?"),
        ("{voices: yes please, basis: b}", "linking.voices: got 'yes please', expected true or false"),
        ("[voices]", "linking: got 'list', expected a mapping"),
        ("{basis: 3}", "linking.basis: got 3, expected a text"),
    ],
)
def test_a_mistake_is_told(linking: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"{HEAD}linking: {linking}\n", "r")
    assert message in str(caught.value)
