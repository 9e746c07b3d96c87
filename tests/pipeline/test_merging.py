"""merge(): audits of parts give, byte for byte apart from dates, the audit of one run over everything."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.pipeline import scan
from privacy_audit.pipeline.merging import merge
from privacy_audit.recipe import Recipe, load_recipe, parse_recipe

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = parse_recipe(
    "name: small\nexclude: ['*.left']\nscanners: {text_patterns: , file_names: , table_columns: , table_uniqueness: }\n",
    "x",
)
TEXTS = (
    EMAIL, "06 39 98 12 45 et jeanne.faure@courriel-invente.fr", "Rien ici.", "",
    "NIR 1 85 05 78 006 084 91", "jeanne.faure@courriel-invente.fr",
)  # fmt: skip
NAMES = ("b/marie_lefebvre.txt", "a.txt", "a/z.txt", "a-b.txt", "b.txt", "é.txt", "c/rows.csv", "c/d/broken.png")


@pytest.fixture(autouse=True, scope="module")
def key() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIVACY_AUDIT_KEY", "a key of at least sixteen bytes")
        yield


def outputs(audit: Path) -> dict[str, bytes]:
    written = {path.name: path.read_bytes() for path in (audit / "report.json", *audit.glob("*.jsonl"))}
    report = json.loads(written["report.json"])
    report["tool"] = {**report["tool"], "started_at": "", "duration_s": 0}
    return {**written, "report.json": json.dumps(report, indent=1).encode()}


def made(folder: Path, texts: dict[str, str]) -> Path:
    root = folder / "data"
    root.mkdir()
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id,contact\n1,{text}\n" if name.endswith(".csv") else text, encoding="utf-8")
    return root


def audited(root: Path, names: list[str], output: Path, recipe: Recipe = RECIPE) -> Path:
    scan([root / name for name in names], output, recipe, root=root)
    return output


@settings(max_examples=4, deadline=None)  # each example scans and merges ten times
@given(
    texts=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=3),
    draw=st.randoms(use_true_random=False),
)
def test_merging_is_associative_commutative_and_the_same_as_one_run(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str], draw: object
) -> None:
    folder = tmp_path_factory.mktemp("law")
    root = made(folder, texts)
    names = sorted(texts)
    draw.shuffle(names)  # type: ignore[attr-defined]  # a random.Random
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("privacy_audit.report.html.render", lambda *_, **__: "")  # made of report.json
        check_the_laws(folder, root, names)


def check_the_laws(folder: Path, root: Path, names: list[str]) -> None:
    thirds = [names[start::3] for start in range(3)]
    one, two, three = (audited(root, part, folder / f"part-{n}") for n, part in enumerate(thirds))
    whole = outputs(audited(root, names, folder / "whole"))
    merge([one, two], folder / "left")
    merge([two, three], folder / "right")
    merge([three, folder / "left"], folder / "left-first")
    merge([one, folder / "right"], folder / "right-first")
    merge([folder / "whole"], folder / "alone")
    merge([folder / "whole", one], folder / "twice")
    for name in ("left-first", "right-first", "alone"):
        assert outputs(folder / name) == whole, name
    assert outputs(folder / "twice")["findings.jsonl"] == whole["findings.jsonl"]


@pytest.fixture
def halves(tmp_path: Path) -> tuple[Path, Path]:
    root = made(tmp_path, dict(zip(NAMES, itertools.cycle(TEXTS), strict=False)))
    return audited(root, [*NAMES[:4]], tmp_path / "one"), audited(root, [*NAMES[4:]], tmp_path / "two")


def test_a_merged_audit_is_an_audit_like_any_other(halves: tuple[Path, Path], tmp_path: Path) -> None:
    merged = merge(halves, tmp_path / "merged", language="en")
    assert merged.tool.files_read == len(NAMES)
    assert '<html lang="en"' in (tmp_path / "merged" / "report.html").read_text(encoding="utf-8")
    again = scan([tmp_path / "data"], tmp_path / "merged", RECIPE)
    assert again.tool.files_read == 0
    assert sum(again.tool.files_reused.values()) == len(NAMES)


def test_what_was_left_out_and_that_a_part_was_stopped_is_kept(tmp_path: Path) -> None:
    root = made(tmp_path, {"a/1.txt": "x", "a/2.left": "x", "b/1.left": "x", "b/2.txt": "x"})

    class Stopping:
        def start(self, n_files: int, n_bytes: int) -> None:
            raise KeyboardInterrupt

        def advance(self, n_bytes: int) -> None: ...

    audits = [audited(root, ["a"], tmp_path / "one"), tmp_path / "two"]
    scan([root / "b"], audits[1], RECIPE, root=root, progress=Stopping())
    report = merge(audits, tmp_path / "merged")
    assert report.coverage.left_out == {"*.left": 2}
    assert (report.coverage.interrupted, report.coverage.by_reason) == (True, {"INTERRUPTED": 1})
    going_on = merge([audits[0], audited(root, ["b"], audits[1])], tmp_path / "merged")
    assert not going_on.coverage.interrupted


def test_what_was_read_in_one_audit_and_not_in_the_other_counts_as_read(tmp_path: Path) -> None:
    root = made(tmp_path, {"a.txt": EMAIL})
    unread = scan([root], tmp_path / "none", RECIPE, engine=lambda *_: stopped())
    assert unread.coverage.unscanned == 1
    audited(root, ["a.txt"], tmp_path / "read")
    for order in (["none", "read"], ["read", "none"]):
        report = merge([tmp_path / name for name in order], tmp_path / "merged")
        assert (report.coverage.complete, report.n_findings) == (1, 1)


def stopped() -> object:
    raise KeyboardInterrupt
    yield


def test_hidden_paths_stay_hidden_and_stand_audit_by_audit(tmp_path: Path) -> None:
    root = made(tmp_path, {"a.txt": EMAIL, "marie_lefebvre.txt": "x", "z.txt": EMAIL})
    hidden = dataclasses.replace(RECIPE, hide_paths=True)
    one = audited(root, ["a.txt", "marie_lefebvre.txt"], tmp_path / "one", hidden)
    two = audited(root, ["z.txt"], tmp_path / "two", hidden)
    audited(root, ["a.txt", "marie_lefebvre.txt", "z.txt"], tmp_path / "whole", hidden)
    merge([one, two], tmp_path / "merged")
    assert outputs(tmp_path / "merged") == outputs(tmp_path / "whole")
    with pytest.raises(UsageError, match="one file is in several audits"):
        merge([one, tmp_path / "whole"], tmp_path / "merged-again")


def test_what_the_controller_declared_is_kept_where_all_agree(halves: tuple[Path, Path], tmp_path: Path) -> None:
    declared = Context(purpose="Entraîner un modèle")
    for folder, names in zip(halves, (NAMES[:4], NAMES[4:]), strict=True):
        scan([tmp_path / "data" / name for name in names], folder, RECIPE, root=tmp_path / "data", context=declared)
    assert merge(halves, tmp_path / "m").context == declared
    other = dataclasses.replace(declared, purpose="Autre chose")
    assert merge(halves, tmp_path / "m", context=other).context == other
    scan([tmp_path / "data" / name for name in NAMES[4:]], halves[1], RECIPE, root=tmp_path / "data", context=other)
    assert merge(halves, tmp_path / "m").context is None


@pytest.mark.parametrize(
    ("recipe", "key", "told"),
    [
        (load_recipe("pre-commit"), "", "different recipes"),
        (dataclasses.replace(RECIPE, hide_paths=True), "", r"different ways to tell paths"),
        (RECIPE, "another key of sixteen bytes", r"different keys \(PRIVACY_AUDIT_KEY\)"),
    ],
)
def test_audits_that_were_not_made_alike_are_refused(
    halves: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe, key: str, told: str
) -> None:
    if key:
        monkeypatch.setenv("PRIVACY_AUDIT_KEY", key)
    audited(tmp_path / "data", [NAMES[0]], tmp_path / "other", recipe)
    with pytest.raises(UsageError, match=told):
        merge([halves[0], tmp_path / "other"], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_two_files_of_one_path_are_refused_and_the_way_out_is_told(tmp_path: Path) -> None:
    for name, text in (("one", EMAIL), ("two", "06 39 98 12 45")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(text)
        scan([tmp_path / name], tmp_path / f"audit-{name}", RECIPE)
    with pytest.raises(UsageError, match=r"^a\.txt: two audits tell different things of it; .* same --root"):
        merge([tmp_path / "audit-one", tmp_path / "audit-two"], tmp_path / "merged")


def test_an_edited_unfinished_or_older_audit_is_refused(halves: tuple[Path, Path], tmp_path: Path) -> None:
    findings = halves[0] / "findings.jsonl"
    findings.write_bytes(findings.read_bytes()[:-1])
    with pytest.raises(UsageError, match="was edited, or is of an earlier version; scan again with this version"):
        merge(halves, tmp_path / "merged")
    shutil.rmtree(halves[0] / ".store")
    with pytest.raises(UsageError, match="was not finished"):
        merge(halves, tmp_path / "merged")
    report = json.loads((halves[1] / "report.json").read_text())
    (halves[1] / "report.json").write_text(json.dumps({**report, "schema_version": 1}))
    with pytest.raises(UsageError, match="schema_version: got 1, this version reads 2 to 3"):
        merge([halves[1]], tmp_path / "merged")
    with pytest.raises(UsageError, match=r"holds no report\.json"):
        merge([tmp_path], tmp_path / "merged")


def test_a_report_of_the_version_before_is_read(halves: tuple[Path, Path]) -> None:
    value = json.loads((halves[0] / "report.json").read_text())
    new = ExposureReport.from_dict(value)
    for name in ("files_read", "files_reused"):
        del value["tool"][name]
    for name in ("duplicates", "linking"):
        del value[name]
    old = ExposureReport.from_dict({**value, "schema_version": 2})
    assert old == dataclasses.replace(new, tool=dataclasses.replace(new.tool, files_read=0, files_reused={}))
