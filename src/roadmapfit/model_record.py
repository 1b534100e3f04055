"""What a model directory holds: checksums of its files, and the width of its vectors.

A prepared directory states its own. What is known of any other is remembered in the
cache directory, so that half a gigabyte is not read again at each start.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roadmapfit.default_model import RECORD_NAME
from roadmapfit.errors import EncoderError

# Other runtimes' copies of the same weights: no vector depends on them.
_IGNORED_FOLDERS = {"onnx", "openvino"}


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is known of a directory: sha256 by file name, and the width of its vectors."""

    checksums: dict[str, str]
    dim: int | None


def read_record(directory: Path, *, cache_root: Path) -> ModelRecord:
    """Learn a directory's checksums at the least cost.

    A prepared directory states its own, trusted when sizes agree. Any other is read
    in full once, and again when a size or a date changes.

    Raises
    ------
    EncoderError
        If it is no model directory, or a size differs from the record.
    """
    for needed in ("modules.json", "config_sentence_transformers.json"):
        if not (directory / needed).is_file():
            raise EncoderError("encoder_not_a_model", path=directory, expected=needed)
    own = directory / RECORD_NAME
    if own.is_file():
        return _read_own_record(own)
    return _read_remembered(directory, cache_root=cache_root)


def _read_own_record(path: Path) -> ModelRecord:
    """Read ``prepared.json`` and compare sizes.

    Raises
    ------
    EncoderError
        If it cannot be read as such, or a size differs.
    """
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        files = {name: (str(f["sha256"]), int(f["n_bytes"])) for name, f in stated["files"].items()}
        dim = int(stated["dim"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(
            "encoder_damaged", path=path, found=repr(error), expected="checksums of the files"
        ) from error
    for name, (_, n_bytes) in files.items():
        file = path.parent / name
        found = file.stat().st_size if file.is_file() else 0
        if found != n_bytes:
            raise EncoderError(
                "encoder_damaged", path=file, found=f"{found} bytes", expected=f"{n_bytes} bytes"
            )
    return ModelRecord({name: sha256 for name, (sha256, _) in files.items()}, dim)


def _read_remembered(directory: Path, *, cache_root: Path) -> ModelRecord:
    """Recall a directory's checksums, reading again what has changed since."""
    notes = _notes_path(directory, cache_root=cache_root)
    known = _read_notes(notes)
    stamps = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory)
        is_hidden = any(part.startswith(".") for part in name.parts)
        if is_hidden or not path.is_file() or path.suffix == ".md":
            continue
        if _IGNORED_FOLDERS.isdisjoint(name.parts):
            stat = path.stat()
            stamps[name.as_posix()] = [stat.st_size, stat.st_mtime_ns]
    if known.get("stamps") != stamps:
        checksums = {name: hash_file(directory / name) for name in stamps}
        known = {"stamps": stamps, "checksums": checksums, "dim": None}
        _write_notes(notes, known)
    return ModelRecord(known["checksums"], known["dim"])


def remember_dim(directory: Path, dim: int, *, cache_root: Path) -> None:
    """Note a directory's width, so that the next run need not load the model for it."""
    notes = _notes_path(directory, cache_root=cache_root)
    known = _read_notes(notes)
    if known:
        _write_notes(notes, {**known, "dim": dim})


def _notes_path(directory: Path, *, cache_root: Path) -> Path:
    key = hashlib.blake2b(str(directory.resolve()).encode("utf-8"), digest_size=8).hexdigest()
    return cache_root / "encoders" / f"{key}.json"


def _read_notes(path: Path) -> dict[str, Any]:
    """Read remembered checksums; none, if they are not there or not whole."""
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    is_whole = isinstance(notes, dict) and notes.keys() == {"stamps", "checksums", "dim"}
    return notes if is_whole else {}


def _write_notes(path: Path, notes: dict[str, Any]) -> None:
    """Remember checksums, where there is room for them: they are only a saving."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(notes), encoding="utf-8")
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


def hash_file(path: Path) -> str:
    """Return a file's sha256 in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
