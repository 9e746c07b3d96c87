"""Files behind URLs: fetched one at a time, treated, put; what does not come is told, and no message shows a secret."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from privacy_audit.errors import OutputError, StoppedError, UsageError
from privacy_audit.pipeline import anonymize, scan
from privacy_audit.recipe import Recipe
from privacy_audit.sources.remote import is_url, shown_url, walk_url

EMAIL = b"camille.durand@courriel-invente.fr"
RECIPE = Recipe(
    "remote",
    scanners={"file_names": {}, "text_patterns": {}},
    operators={"text_label": {}},
    exclude=("left",),
)
needs_moto = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("moto", "flask", "flask_cors", "s3fs")),
    reason="needs s3fs and moto's server: pip install s3fs 'moto[s3]' flask flask-cors",
)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The store in memory with four files; nothing fetched stays on this machine."""
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    fs = fsspec.filesystem("memory")
    fs.pipe("/bucket/in/a.txt", b"voir " + EMAIL)
    fs.pipe("/bucket/in/sub/marie_lefebvre.jsonl", b'{"m": "' + EMAIL + b'"}\n')
    fs.pipe("/bucket/in/empty.txt", b"")
    fs.pipe("/bucket/in/left/b.txt", b"voir " + EMAIL)
    yield fs
    monkeypatch.undo()
    fs.rm("/bucket", recursive=True)
    assert not list(scratch.iterdir())


def test_files_behind_a_url_are_scanned_like_files_of_a_folder(store: Any, tmp_path: Path) -> None:
    report = scan(["memory://bucket/in"], tmp_path / "audit", RECIPE)
    lines = (tmp_path / "audit" / "findings.jsonl").read_text().splitlines()
    assert [(line["record_uri"], line["entity_type"]) for line in map(json.loads, lines)] == [
        ("a.txt", "EMAIL_ADDRESS"),
        ("sub/marie_lefebvre.jsonl#path", "PERSON"),
        ("sub/marie_lefebvre.jsonl#row=0&column=m", "EMAIL_ADDRESS"),
    ]
    assert [(entry.uri, entry.reason) for entry in report.coverage.entries] == [("empty.txt", "EMPTY")]
    assert report.coverage.left_out == {"left": 1}
    assert report.dataset.name == "in"


def test_a_file_of_this_machine_is_not_taken_for_one_that_has_its_name_behind_a_url(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("rien", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [entry] = walk_url("memory://bucket/in/a.txt")
    assert not hasattr(entry, "pattern")
    assert not entry.path.exists()  # type: ignore[union-attr]  # no LeftOut: the line above says so
    scan(["memory://bucket/in/a.txt"], tmp_path / "audit", RECIPE)
    assert "EMAIL_ADDRESS" in (tmp_path / "audit" / "findings.jsonl").read_text()


def test_a_treated_copy_is_put_under_a_url_with_its_notes(store: Any, tmp_path: Path) -> None:
    report = anonymize("memory://bucket/in", "memory://bucket/out", RECIPE)
    assert report.treatment
    assert report.treatment.records == 2
    files = {path.removeprefix("/bucket/out/") for path in store.find("/bucket/out")}
    assert {name for name in files if not name.startswith(".")} == {"a.txt", "sub/PERSON.jsonl"}
    assert ".privacy-audit/operations.jsonl" in files
    assert store.cat("/bucket/out/a.txt") == b"voir <EMAIL_ADDRESS>"
    assert store.cat("/bucket/out/sub/PERSON.jsonl") == b'{"m": "<EMAIL_ADDRESS>"}\n'
    assert store.cat("/bucket/in/a.txt") == b"voir " + EMAIL
    with pytest.raises(OutputError, match="holds other files"):
        anonymize("memory://bucket/in", "memory://bucket/out", RECIPE)
    with pytest.raises(OutputError, match="lies in the source"):
        anonymize("memory://bucket/in", "memory://bucket/in/out", RECIPE)


def test_a_run_that_the_store_stopped_goes_on_from_its_work_folder(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, names = type(store).put_file, []

    def once(self: Any, local: str, remote: str, **options: Any) -> None:
        if names:
            raise PermissionError("key AKIA0000 is not allowed")
        names.append(remote)
        put(self, local, remote, **options)

    monkeypatch.setattr(type(store), "put_file", once)
    with pytest.raises(StoppedError) as stopped:
        anonymize("memory://bucket/in", "memory://bucket/out", RECIPE, work=tmp_path / "work")
    assert "AKIA" not in str(stopped.value)
    monkeypatch.setattr(type(store), "put_file", put)
    report = anonymize("memory://bucket/in", "memory://bucket/out", RECIPE, work=tmp_path / "work")
    assert report.treatment
    assert report.treatment.records == 2
    assert store.cat("/bucket/out/a.txt") == b"voir <EMAIL_ADDRESS>"
    assert store.cat("/bucket/out/sub/PERSON.jsonl") == b'{"m": "<EMAIL_ADDRESS>"}\n'


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError("403 for key AKIA0000"), "NOT_PERMITTED"),
        (TimeoutError("endpoint https://user:secret@store"), "UNREACHABLE"),
        (ConnectionResetError("secret"), "UNREACHABLE"),
        (FileNotFoundError("secret"), "UNREACHABLE"),
        (RuntimeError("secret"), "UNREACHABLE"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_what_the_store_does_not_give_is_told_without_its_message(
    error: Exception, reason: str, store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(type(store), "get_file", fails)
    report = scan(["memory://bucket/in"], tmp_path / "audit", RECIPE)
    assert {entry.reason for entry in report.coverage.entries if entry.uri != "empty.txt"} == {reason}
    written = (tmp_path / "audit" / "report.json").read_text()
    assert "secret" not in written
    assert "AKIA" not in written
    monkeypatch.setattr(type(store), "find", fails)
    with pytest.raises(UsageError) as told:
        scan(["memory://bucket/in?token=AKIA0000"], tmp_path / "other", RECIPE)
    assert "secret" not in str(told.value)
    assert "AKIA" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory://bucket/nothing", "no such file or folder"),
        ("ftp://host/x", "no store that is read"),
        ("https://host/x", "no store that is read"),
        ("file:///etc", "no store that is read"),
    ],
)
def test_what_is_no_place_that_can_be_read_is_wrong_usage(store: Any, url: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=told):
        scan([url], tmp_path / "audit", RECIPE)


def test_a_url_is_read_alone(store: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a URL is read alone"):
        scan(["memory://bucket/in", tmp_path], tmp_path / "audit", RECIPE)


def test_urls_are_told_from_paths_and_shown_without_secrets() -> None:
    assert [is_url(place) for place in ("s3://a/b", "data/s3:/a", "C://x", Path("s3://a"))] == [
        True,
        False,
        False,
        False,
    ]
    assert shown_url("s3://key:secret@bucket/a?versionId=1") == "s3://bucket/a"


_SCRIPT = """
import sys, boto3
client = boto3.client("s3")
client.create_bucket(Bucket="data")
client.put_object(Bucket="data", Key="in/a.txt", Body=b"voir camille.durand@courriel-invente.fr")
client.put_object(Bucket="data", Key="in/sub/b.jsonl", Body=b'{"m": "06 39 98 12 45"}\\n')
client.put_object(Bucket="data", Key="in/shard.tar", Body=open(sys.argv[1], "rb").read())
"""
_READ = """
import boto3, json
client = boto3.client("s3")
found = client.list_objects_v2(Bucket="data", Prefix="out/")["Contents"]
keys = [item["Key"] for item in found if "/." not in item["Key"]]
print(json.dumps({key: client.get_object(Bucket="data", Key=key)["Body"].read().decode("latin-1") for key in keys}))
"""


@needs_moto
def test_from_bucket_to_bucket_on_a_server_that_speaks_s3(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "shard.tar", "w") as tar:
        header = tarfile.TarInfo("00001.txt")
        header.size = len(EMAIL)
        tar.addfile(header, io.BytesIO(EMAIL))
    ask = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    port = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True).stdout.strip()
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "hidden-word",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *command], env=environment, cwd=tmp_path, capture_output=True, text=True)

    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_s = time.monotonic() + 60
        while run("-c", _SCRIPT, str(tmp_path / "shard.tar")).returncode and time.monotonic() < until_s:
            time.sleep(0.5)
        tool = ("-m", "privacy_audit")
        scanned = run(*tool, "scan", "s3://data/in", "-o", "audit", "-r", "pre-commit", "-j", "1")
        assert scanned.returncode == 1, scanned.stderr
        lines = (tmp_path / "audit" / "findings.jsonl").read_text().splitlines()
        assert [json.loads(line)["record_uri"] for line in lines] == [
            "a.txt",
            "shard.tar::00001.txt",
            "sub/b.jsonl#row=0&column=m",
        ]
        (tmp_path / "treat.yaml").write_text(
            "name: treat\nscanners: {text_patterns: {}, file_names: {}}\noperators: {text_label: {}}\n"
        )
        treated = run(*tool, "anonymize", "s3://data/in", "-o", "s3://data/out", "-r", "treat.yaml", "-j", "2")
        assert treated.returncode == 0, treated.stderr
        copy = json.loads(run("-c", _READ).stdout)
        assert set(copy) == {"out/a.txt", "out/shard.tar", "out/sub/b.jsonl"}
        assert copy["out/a.txt"] == "voir <EMAIL_ADDRESS>"
        assert EMAIL.decode() not in str(copy)
        denied = run(*tool, "scan", "s3://no-such-bucket/in", "-o", "other", "-r", "pre-commit")
        assert denied.returncode == 2
        assert "hidden-word" not in denied.stderr
        assert "Traceback" not in denied.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)
