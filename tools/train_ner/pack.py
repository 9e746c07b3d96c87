"""From trained weights to the folder that ships: without the strings of the training texts, and its checksum.

    python -m tools.train_ner.pack --model /tmp/ner/model --out privacy_audit/models/weights/person_ner

The vocabulary of a trained pipeline lists every word it has seen, names of people among them. It is not needed: the
network looks words up by their hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import spacy

from tools.train_ner.pipeline import load_config

META = {
    "name": "person_ner",
    "version": "1.0.0",
    "description": "Names of people in French and English texts, for privacy-audit.",
    "author": "privacy-audit",
    "license": "Apache-2.0",
    "spacy_version": ">=3.8.0,<3.9.0",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    pack(arguments.model, arguments.out)
    size = sum(path.stat().st_size for path in files_of(arguments.out))
    print(f"{arguments.out}: {size:,} bytes, sha256 {checksum(arguments.out)}")


def pack(model: Path, out: Path) -> None:
    """Writes the pipeline without its vocabulary; a folder already there is replaced."""
    nlp = spacy.load(model, exclude=["vocab"])
    nlp.meta.update(META)
    nlp.meta["performance"] = {}
    if out.exists():
        shutil.rmtree(out)
    nlp.to_disk(out, exclude=["vocab"])
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    # only what describes the pipeline: the config of training stands in tools/train_ner/config.toml
    meta["seed"] = load_config()["seed"]
    (out / "meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def checksum(folder: Path) -> str:
    """One sha256 over the names and bytes of all files, in the order of their names."""
    digest = hashlib.sha256()
    for path in files_of(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
