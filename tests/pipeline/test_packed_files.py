"""Packed files are read and written as what they pack; so are Arrow files, and files in the cells of Parquet."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from backports import zstd
from PIL import Image

from privacy_audit.pipeline import Toolbox, sniffed, treat_file
from privacy_audit.pipeline.scanning import scan_tree
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Scanned, Unscanned

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'privacy-audit[arrow]'")
pq = pytest.importorskip("pyarrow.parquet")

EMAIL = "camille.durand@courriel-invente.fr"
SCANNERS: dict[str, Any] = {"file_names": {}, "text_patterns": {}, "audio_tags": {}, "image_metadata": {}}
OPERATORS: dict[str, Any] = {"text_label": {}, "audio_strip_tags": {}, "image_strip_metadata": {}}
RECIPE = Recipe("packed", scanners=SCANNERS, operators=OPERATORS)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": zstd.decompress,
}
FILE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
FEATURES = {b"huggingface": json.dumps({"info": {"features": {"image": {"_type": "Image"}}}}).encode()}


@pytest.fixture(autouse=True)
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing stays in the folder for temporary files."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert not list(folder.iterdir())


def scanned(path: Path, recipe: Recipe = RECIPE) -> tuple[set[tuple[str, str]], dict[str, str]]:
    """(record, entity type) of what is found, and the reason of each record that was not read."""
    [entry] = walk([path])
    assert isinstance(entry, FileEntry)
    found, unread = set(), {}
    for item in scan_tree(Toolbox(recipe), entry):
        if isinstance(item, Scanned):
            found |= {(finding.record_uri, finding.detection.entity_type) for finding in item.findings}
        elif isinstance(item, Unscanned):
            unread[item.record_uri] = item.reason.value
    return found, unread


def treated(path: Path, output: Path, recipe: Recipe = RECIPE) -> dict[str, str]:
    """Write the treated copy; the reason of what was left out."""
    [entry] = walk([path])
    assert isinstance(entry, FileEntry)
    treatment = treat_file(Toolbox(recipe), sniffed(entry), output)
    assert not treatment.residual
    assert treatment.written == output.exists()
    return {one.record_uri: one.reason.value for one in treatment.quarantined}


def photo(artist: str = "Camille Durand") -> bytes:
    exif = Image.Exif()
    exif[0x013B] = artist
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "JPEG", exif=exif)
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.linspace(-0.1, 0.1, 800, dtype=np.float32), 8_000, format="WAV")
    return file.getvalue()


@pytest.mark.parametrize("codec", list(PACK))
@pytest.mark.parametrize(
    ("name", "plain", "expected", "place"),
    [
        ("rows.jsonl", f'{{"n": 1.50, "m": "{EMAIL}"}}\n', '{"n": 1.50, "m": "<EMAIL_ADDRESS>"}\n', "#row=0&column=m"),
        ("rows.csv", f"id;m\n1;{EMAIL}\n", "id;m\n1;<EMAIL_ADDRESS>\n", "#row=0&column=m"),
        ("note.txt", f"voir {EMAIL}\r\n", "voir <EMAIL_ADDRESS>\r\n", ""),
        ("dump", f"voir {EMAIL}\n", "voir <EMAIL_ADDRESS>\n", ""),
    ],
)
def test_a_packed_file_is_scanned_and_treated_as_what_it_packs(
    codec: str, name: str, plain: str, expected: str, place: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.{codec}"
    path.write_bytes(PACK[codec](plain.encode()))
    assert scanned(path) == ({(f"{path.name}{place}", "EMAIL_ADDRESS")}, {})
    assert treated(path, tmp_path / "out") == {}
    assert UNPACK[codec]((tmp_path / "out").read_bytes()).decode() == expected


@pytest.mark.parametrize("codec", list(PACK))
def test_a_packed_file_that_is_damaged_is_told_and_not_copied(codec: str, tmp_path: Path) -> None:
    data = PACK[codec](f"voir {EMAIL}\n".encode() * 50)
    path = tmp_path / f"note.txt.{codec}"
    for damaged, reasons in (
        (data[:-9], ("TRUNCATED",)),
        (data[:6] + b"\xff" * 9 + data[15:], ("CORRUPT", "TRUNCATED")),
        (b"no packed file", ("CORRUPT",)),
        (PACK[codec](b""), ("EMPTY",)),
    ):
        path.write_bytes(damaged)
        found, unread = scanned(path)
        assert not found
        assert unread[path.name] in reasons
        assert treated(path, tmp_path / "out") == unread


def test_gzip_forgets_the_name_and_the_time_of_the_file_that_it_packs(tmp_path: Path) -> None:
    with (
        (tmp_path / "a.txt.gz").open("wb") as raw,
        gzip.GzipFile("jean_dupont.txt", "wb", 9, raw, 1_700_000_000) as file,
    ):
        file.write(b"rien")
    treated(tmp_path / "a.txt.gz", tmp_path / "out")
    data = (tmp_path / "out").read_bytes()
    assert b"dupont" not in data
    assert data[4:8] == b"\0\0\0\0"


def rows_of_media(path: Path, **changes: Any) -> Path:
    """Ten rows as Hugging Face writes them, in groups of four."""
    schema = pa.schema(
        [
            ("id", pa.int16()),
            ("text", pa.string()),
            ("image", FILE),
            ("audio", FILE),
            ("pages", pa.list_(FILE)),
            ("raw", pa.binary()),
        ],
        {**FEATURES, b"author": b"Camille Durand"},
    )
    rows = [
        {
            "id": number,
            "text": f"voir {EMAIL}" if number == 1 else "rien",
            "image": {"bytes": photo(), "path": "photos/marie_lefebvre.jpg" if number == 2 else None},
            "audio": {"bytes": sound(), "path": "1.wav"},
            "pages": [{"bytes": photo(), "path": "a.jpg"}] * (number % 3),
            "raw": photo() if number == 3 else None,
        }
        for number in range(10)
    ]
    rows[5]["image"] = None
    for place, value in changes.items():
        rows[int(place.partition("_")[2])][place.partition("_")[0]] = value
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=4, compression="zstd")
    return path


def test_each_cell_that_holds_a_file_is_scanned_as_that_file(tmp_path: Path) -> None:
    found, unread = scanned(rows_of_media(tmp_path / "a.parquet"))
    assert not unread
    authors = {uri for uri, kind in found if kind == "AUTHOR_METADATA"}
    assert authors == (
        {f"a.parquet#row={row}&column=image" for row in range(10) if row != 5}
        | {f"a.parquet#row={row}&column=pages.{page}" for row in range(10) for page in range(row % 3)}
        | {"a.parquet#row=3&column=raw"}
    )
    assert {item for item in found if item[1] != "AUTHOR_METADATA"} == {
        ("a.parquet#row=1&column=text", "EMAIL_ADDRESS"),
        ("a.parquet#row=1&column=audio", "EMAIL_ADDRESS"),  # what the row says is tied to its sound
        ("a.parquet#row=2&column=image.path", "PERSON"),
    }


def test_cells_are_treated_and_schema_order_groups_and_compression_stay(tmp_path: Path) -> None:
    source = rows_of_media(tmp_path / "a.parquet")
    assert not treated(source, tmp_path / "out.parquet")
    before, after = pq.ParquetFile(source), pq.ParquetFile(tmp_path / "out.parquet")
    assert after.schema_arrow.equals(before.schema_arrow)
    assert after.schema_arrow.metadata == FEATURES
    groups = [after.metadata.row_group(number) for number in range(after.num_row_groups)]
    assert [group.num_rows for group in groups] == [4, 4, 2]
    assert {group.column(2).compression for group in groups} == {"ZSTD"}
    old, new = before.read().to_pylist(), after.read().to_pylist()
    assert [row["id"] for row in new] == list(range(10))
    assert new[1]["text"] == "voir <EMAIL_ADDRESS>"
    assert new[2]["image"]["path"] == "photos/PERSON.jpg"
    assert new[5]["image"] is None
    assert new[0]["audio"] == old[0]["audio"]
    cells = [row["image"]["bytes"] for row in new if row["image"]] + [new[3]["raw"], new[2]["pages"][1]["bytes"]]
    assert not any(dict(Image.open(io.BytesIO(cell)).getexif()) for cell in cells)


def test_a_cell_that_cannot_be_read_costs_its_row(tmp_path: Path) -> None:
    source = rows_of_media(tmp_path / "a.parquet", image_6={"bytes": photo()[:300], "path": None})
    _, unread = scanned(source)
    assert set(unread) == {"a.parquet#row=6&column=image"}
    assert treated(source, tmp_path / "out.parquet") == unread
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == [0, 1, 2, 3, 4, 5, 7, 8, 9]


def test_a_column_of_other_bytes_is_told_once_and_the_file_not_copied(tmp_path: Path) -> None:
    pq.write_table(pa.table({"vector": [bytes(range(64))] * 20, "text": ["rien"] * 20}), tmp_path / "a.parquet")
    assert scanned(tmp_path / "a.parquet")[1] == {"a.parquet#column=vector": "UNSUPPORTED"}
    assert treated(tmp_path / "a.parquet", tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_a_damaged_row_group_costs_its_rows_and_no_others(tmp_path: Path) -> None:
    table = pa.table({"id": range(30), "text": [f"{number}: {EMAIL} {'x' * 50}{number}" for number in range(30)]})
    source = tmp_path / "a.parquet"
    pq.write_table(table, source, row_group_size=10, compression="snappy", use_dictionary=False)
    column = pq.ParquetFile(source).metadata.row_group(1).column(1)
    data = bytearray(source.read_bytes())
    middle = column.data_page_offset + column.total_compressed_size // 2
    data[middle : middle + 40] = b"\xff" * 40
    source.write_bytes(data)
    found, unread = scanned(source)
    assert unread == {"a.parquet#row=10-19": "CORRUPT"}
    rows = {uri for uri, _ in found}
    assert rows == {f"a.parquet#row={row}&column=text" for row in (*range(10), *range(20, 30))}
    assert treated(source, tmp_path / "out.parquet") == unread
    new = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["id"] for row in new] == [*range(10), *range(20, 30)]
    assert EMAIL not in str(new)


@pytest.mark.parametrize("form", ["stream", "file"])
def test_arrow_files_keep_form_types_and_batches(form: str, tmp_path: Path) -> None:
    schema = pa.schema(
        [("text", pa.large_string()), ("kind", pa.dictionary(pa.int8(), pa.string())), ("image", FILE)], FEATURES
    )
    batches = [
        pa.record_batch(
            [
                pa.array([f"voir {EMAIL}", "rien"], pa.large_string()),
                pa.array(["a", "b"]).dictionary_encode().cast(schema.field("kind").type),
                pa.array([{"bytes": photo(), "path": "a.jpg"}, None], FILE),
            ],
            schema=schema,
        )
    ] * 2
    source = tmp_path / "data.arrow"
    with (pa.ipc.new_stream if form == "stream" else pa.ipc.new_file)(source, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    assert scanned(source) == (
        {(f"data.arrow#row={row}&column=text", "EMAIL_ADDRESS") for row in (0, 2)}
        | {(f"data.arrow#row={row}&column=image", "AUTHOR_METADATA") for row in (0, 2)},
        {},
    )
    assert not treated(source, tmp_path / "out.arrow")
    with pa.memory_map(str(tmp_path / "out.arrow")) as file:
        reader = pa.ipc.open_stream(file) if form == "stream" else pa.ipc.open_file(file)
        assert reader.schema.equals(schema, check_metadata=True)
        new = reader.read_all()
        assert [len(batch) for batch in new.to_batches()] == [2, 2]
        assert new["text"].to_pylist() == ["voir <EMAIL_ADDRESS>", "rien"] * 2
        assert not dict(Image.open(io.BytesIO(new["image"][0]["bytes"].as_py())).getexif())
    source.write_bytes(source.read_bytes()[: -len(source.read_bytes()) // 2])
    _, unread = scanned(source)
    assert unread
    source.write_bytes(b"no Arrow file at all")
    assert scanned(source)[1] == {"data.arrow": "MISLABELLED"}


def test_a_dataset_saved_to_disk_loads_again_when_it_is_treated(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed: pip install 'privacy-audit[hf]'")
    from privacy_audit.pipeline import anonymize

    datasets.disable_progress_bars()
    features = datasets.Features({"text": datasets.Value("string"), "image": datasets.Image()})
    rows = {"text": [f"voir {EMAIL}"] * 3, "image": [{"bytes": photo(), "path": "a.jpg"}] * 3}
    datasets.Dataset.from_dict(rows, features=features).save_to_disk(tmp_path / "set")
    report = anonymize(tmp_path / "set", tmp_path / "out", RECIPE)
    assert report.coverage.complete == 3
    loaded = datasets.load_from_disk(tmp_path / "out")
    assert loaded.features == features
    assert loaded["text"][:] == ["voir <EMAIL_ADDRESS>"] * 3
    assert not dict(loaded[0]["image"].getexif())


def test_without_pyarrow_cells_and_arrow_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = rows_of_media(tmp_path / "a.parquet")
    (tmp_path / "b.arrow").write_bytes(b"ARROW1")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert scanned(source)[1] == {"a.parquet": "MISSING_DEPENDENCY"}
    assert scanned(tmp_path / "b.arrow")[1] == {"b.arrow": "MISSING_DEPENDENCY"}
    assert treated(source, tmp_path / "out.parquet") == {"a.parquet": "MISSING_DEPENDENCY"}
