"""What a path holds, read and not yet added: its records, its source, the tree to keep."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.kept import Correction, find_former, parse_correction, read_correction
from roadmapfit.manifest import hash_file
from roadmapfit.readers import (
    READ_AS,
    Progress,
    is_document,
    propose_document,
    read_path,
    read_proposal,
)
from roadmapfit.readers.tables.mapping import FindMapping
from roadmapfit.records import Batch, Outcome, Problem, Unit

FindTree = Callable[..., Path | None]

_REFUSALS = {
    Unit.ROWS: "rows_refused",
    Unit.ENTRIES: "entries_refused",
    Unit.PAGES: "pages_refused",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a path was read as.

    Attributes
    ----------
    batch
        Records and problems.
    source_name
        How the source is called unless told otherwise.
    content_hash
        Of what was read, for a source that comes again.
    correction
        The tree of a document, to be kept beside the corpus; ``None`` for anything else
        and for a tree that is kept already.
    """

    batch: Batch
    source_name: str
    content_hash: str
    correction: Correction | None = None


def read_input(
    path: Path,
    *,
    read_as: str | None,
    find_mapping: FindMapping,
    find_tree: FindTree,
    on_progress: Progress | None,
) -> Reading:
    """Read a file or folder as a workspace knows how to.

    The tree that was kept of a document, corrected or not, is read in its place.

    Parameters
    ----------
    path, read_as, on_progress
        As for ``read_path``.
    find_mapping
        Looks up what people said of the header of a table.
    find_tree
        Looks up the kept tree of a document by the hash of its bytes, given ``read_as``.

    Raises
    ------
    InputError
        What ``read_path`` raises, ``document_wordless`` and ``tree_unreadable``.
    """
    if path.is_file() and is_document(path, read_as=read_as):
        return _read_document(path, read_as=read_as, find_tree=find_tree, on_progress=on_progress)
    is_markdown = path.suffix.lower() == ".md" and path.is_file()
    correction = read_correction(path) if is_markdown else None
    batch = read_path(path, find_mapping=find_mapping, on_progress=on_progress)
    if correction is None or not batch.documents + batch.projects:
        return Reading(batch, path.resolve().name, hash_input(path))
    return Reading(batch, correction.source.file, correction.source.content_hash, correction)


def note_former_tree(reading: Reading, folder: Path) -> None:
    """Note that another edition of a document was kept, and maybe corrected, before."""
    former = find_former(folder, reading.correction) if reading.correction else None
    if former is not None:
        found = f"{former.parent.name}/{former.name}"
        problem = Problem(reading.source_name, "tree_former", Outcome.NOTED, found=found)
        reading.batch.problems.insert(0, problem)


def refuse_losses(batch: Batch) -> None:
    """Refuse what was read of an input if something was lost with what was refused of it.

    One rule for every kind: a row of a table, an entry of a corpus, a page of a document.

    Raises
    ------
    InputError
        ``rows_refused``, ``entries_refused`` or ``pages_refused``, with the counts of the
        first such input.
    """
    bad = next((tally for tally in batch.tallies if tally.n_refused > tally.n_repeats), None)
    if bad is not None:
        code = _REFUSALS[bad.unit]
        raise InputError(code, file=bad.file, n_refused=bad.n_refused, n_rows=bad.n_rows)


def hash_input(path: Path) -> str:
    """Hash a file, or a folder's files with their names; what cannot be read has none."""
    if path.is_file():
        return hash_file(path)
    digest = hashlib.sha256()
    for each in sorted(path.rglob("*")):
        if each.is_file():
            digest.update(os.fsencode(each.relative_to(path)) + b"\0")
            with suppress(OSError):  # the reader has told of it
                digest.update(hash_file(each).encode())
    return digest.hexdigest()


def _read_document(
    path: Path, *, read_as: str | None, find_tree: FindTree, on_progress: Progress | None
) -> Reading:
    name, content_hash = path.resolve().name, hash_file(path)
    kept = find_tree(content_hash, read_as=read_as)
    if kept is not None:
        batch = read_path(kept)
        found = f"{kept.parent.name}/{kept.name}"
        if not batch.documents + batch.projects:  # or what it brought before would go
            reasons = ", ".join(sorted({problem.code for problem in batch.problems}))
            raise InputError("tree_unreadable", file=found, found=reasons or "–")
        batch.problems.insert(0, Problem(name, "tree_kept", Outcome.NOTED, found=found))
        return Reading(batch, name, content_hash)
    proposal = propose_document(path, read_as=read_as or READ_AS[0], on_progress=on_progress)
    correction = parse_correction(proposal.markdown)
    if correction is None:
        raise InputError("document_wordless", file=proposal.file, found="–")
    return Reading(read_proposal(proposal), name, content_hash, correction)
