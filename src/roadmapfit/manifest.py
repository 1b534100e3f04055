"""What a generation says of itself, and the checks that it is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from roadmapfit.errors import WorkspaceError

FORMAT = 3
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of one generation.

    Attributes
    ----------
    revision
        Of the corpus that it was built from.
    encoder
        Name, fingerprint and dim of the encoder of its vectors.
    alignment_model
        Checksum of the background and calibrator behind its probabilities.
    counts
        Records and passages, by name.
    files
        Size in bytes and SHA-256 of every other file of the generation.
    """

    revision: int
    encoder: Mapping[str, Any]
    alignment_model: str
    counts: Mapping[str, int]
    files: Mapping[str, Mapping[str, Any]]
    format: int = FORMAT

    def write(self, directory: Path) -> None:
        """Write ``manifest.json``, the last file of a generation, with its own checksum."""
        content = asdict(self)
        content["checksum"] = _hash_content(content)
        path = directory / NAME
        path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        sync(path)


def load_manifest(directory: Path) -> Manifest:
    """Read a generation's manifest.

    Raises
    ------
    WorkspaceError
        If it is missing, damaged, or of another format.
    """
    path = directory / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content.get("format")
        if found != FORMAT:
            raise WorkspaceError("format_unknown", found=found, expected=FORMAT)
        if content.pop("checksum") != _hash_content(content):
            raise WorkspaceError("index_damaged", name=NAME, reason="checksum")
        return Manifest(**content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceError("index_damaged", name=NAME, reason=reason) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError("index_damaged", name=NAME, reason=str(error)) from error


def describe_files(directory: Path) -> dict[str, dict[str, Any]]:
    """Measure every file of a directory: size in bytes and SHA-256."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        for path in sorted(directory.iterdir())
        if path.name != NAME
    }


def check_files(directory: Path, manifest: Manifest) -> None:
    """Compare a generation's files with its manifest.

    Raises
    ------
    WorkspaceError
        Naming the first file that is missing or differs.
    """
    for name, expected in manifest.files.items():
        path = directory / name
        try:
            size = path.stat().st_size
            if size != expected["bytes"]:
                reason = f"{size} bytes, {expected['bytes']} expected"
                raise WorkspaceError("index_damaged", name=name, reason=reason)
            if hash_file(path) != expected["sha256"]:
                raise WorkspaceError("index_damaged", name=name, reason="checksum")
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceError("index_damaged", name=name, reason=reason) from error


def hash_file(path: Path) -> str:
    """Hash a file's bytes; SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hash_content(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def sync(path: Path) -> None:
    """Make a file's or directory's state durable before anything points to it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
