from __future__ import annotations

import json

import jsonschema
import pytest

from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.report import json as json_format
from privacy_audit.types import Confidence, Detection, Finding, Reason, Scanned, TextSpan, Unscanned


def sample() -> ExposureReport:
    builder = ExposureBuilder("data", ToolInfo("0", "2026-11-24T10:00:00+00:00", models={"CenterFace": "1"}))
    for name, kind in (("a.txt", "text"), ("b\udce9.jpg", "image")):
        builder.add_file(name, kind, 10)
    detection = Detection("PERSON", TextSpan(0, 4), 0.9, Confidence.MEDIUM)
    builder.add_outcome(Scanned("a.txt", "text_names", (Finding("a.txt", "text_names", detection, "f" * 32),)))
    builder.add_outcome(Unscanned("b\udce9.jpg", "*", Reason.CORRUPT, "not a picture"))
    builder.add_treatment_counts(1, 1, {("text_redact", "REDACTED", "PERSON"): 1}, {})
    return builder.build(duration_s=1.5)


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_format.schema())


def test_a_report_is_valid_against_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(json_format.schema())
    assert list(validator.iter_errors(json.loads(json_format.render(sample())))) == []


def test_an_empty_report_is_valid_too() -> None:
    empty = ExposureBuilder("data", ToolInfo("0", "2026-11-24")).build()
    jsonschema.Draft202012Validator(json_format.schema()).validate(json.loads(json_format.render(empty)))


def test_the_schema_refuses_a_field_that_it_does_not_know() -> None:
    value = {**json.loads(json_format.render(sample())), "names": ["x"]}
    assert not jsonschema.Draft202012Validator(json_format.schema()).is_valid(value)


def test_a_report_is_read_back_as_it_was_even_with_an_undecodable_file_name() -> None:
    text = json_format.render(sample())
    assert json_format.parse(text.encode().decode()) == sample()


@pytest.mark.parametrize("text", ["{}", "[]", '{"schema_version": 1}', '"x"', "{"])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        json_format.parse(text)
