"""Which files of a folder are a corpus; what else is in it is listed as a problem."""

from __future__ import annotations

from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch, Outcome

SUFFIXES = frozenset({".md", ".yaml", ".yml"})


def list_files(folder: Path, batch: Batch) -> list[Path]:
    """List what can be read, by path; everything else becomes a problem."""
    root = folder.resolve()
    kept: list[Path] = []
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = sorted(current.iterdir())
        except OSError as error:
            if current == folder:
                reason = error.strerror or "?"
                raise InputError("folder_unreadable", path=str(folder), found=reason) from error
            name = current.relative_to(folder).as_posix()
            FieldReader(name, batch.problems).report(
                "file_unreadable", Outcome.REFUSED, found=error.strerror or "?"
            )
            continue
        for entry in entries:
            if code := _refusal(entry, root):
                fields = FieldReader(entry.relative_to(folder).as_posix(), batch.problems)
                fields.report(code, Outcome.REFUSED, found=entry.suffix or entry.name)
            elif entry.is_dir():
                pending.append(entry)
            elif entry.name.lower() != "readme.md":
                kept.append(entry)
    return sorted(kept)


def _refusal(entry: Path, root: Path) -> str:
    """Say why an entry of a folder is not read; empty where it is."""
    if entry.name.startswith("."):
        return "hidden_entry"
    try:
        target = entry.resolve()
        is_folder, is_file = entry.is_dir(), entry.is_file()
    except (OSError, RuntimeError):  # no permission; links that turn in a circle
        return "file_unreadable"
    if not target.is_relative_to(root):
        return "link_outside"
    if is_folder:
        # Its files are read where they are; following it as well could go on for ever.
        return "link_to_folder" if entry.is_symlink() else ""
    if not is_file:
        return "not_a_file"
    return "" if entry.suffix.lower() in SUFFIXES else "other_file_type"
