"""Proposed trees that a workspace keeps, so that a person's correction outlives an import.

::

    documents/
        plan-regional-3f2a90c1b7de.roadmap.md    one file a document and kind

The name ends in the beginning of the hash of the document's bytes: the same file finds
its tree again under whatever name, and another edition of it does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.durable import write_whole
from roadmapfit.readers.documents.proposal import READ_AS, Source, read_source

_HASH_CHARS = 12
_HEAD_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Correction:
    """A corpus file that was made from a document: the document, the kind, the text."""

    source: Source
    read_as: str
    markdown: str


def find_kept(folder: Path, content_hash: str, *, read_as: str | None = None) -> Path | None:
    """Find the tree that is kept for a document.

    Parameters
    ----------
    folder
        Where a workspace keeps them; it need not exist.
    content_hash
        Of the document's bytes.
    read_as
        The kind that it is wanted as; the first there is unless given.
    """
    kinds = READ_AS if read_as is None else (read_as,)
    found = [
        path
        for kind in kinds
        for path in sorted(folder.glob(f"*-{content_hash[:_HASH_CHARS]}.{kind}.md"))
    ]
    return found[0] if found else None


def find_former(folder: Path, correction: Correction) -> Path | None:
    """Find the newest tree that is kept of another edition of a document, by its name."""
    source = correction.source
    own = name_kept(source, read_as=correction.read_as)
    pattern = f"{source.document_id}-{'?' * _HASH_CHARS}.{correction.read_as}.md"
    others = [path for path in folder.glob(pattern) if path.name != own]
    return max(others, key=lambda path: path.stat().st_mtime_ns, default=None)


def keep_tree(folder: Path, correction: Correction) -> None:
    """Keep a document's tree in the place of the one of its kind that was kept before."""
    folder.mkdir(exist_ok=True)
    kept = folder / name_kept(correction.source, read_as=correction.read_as)
    before = find_kept(folder, correction.source.content_hash, read_as=correction.read_as)
    write_whole(kept, correction.markdown)
    if before is not None and before != kept:
        before.unlink()


def name_kept(source: Source, *, read_as: str) -> str:
    """Name the file that keeps a document's tree."""
    return f"{source.document_id}-{source.content_hash[:_HASH_CHARS]}.{read_as}.md"


def read_correction(path: Path) -> Correction | None:
    """Read a Markdown file that was proposed for a document; ``None`` for any other file."""
    try:
        markdown = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return parse_correction(markdown)


def parse_correction(markdown: str) -> Correction | None:
    """Read what a proposal's front matter says of its document; ``None`` where it is none."""
    head = markdown[:_HEAD_CHARS]
    source = read_source(head)
    kind = re.search(r"^kind: *\"?(\w+)\"? *$", head, re.MULTILINE)
    if source is None or kind is None or kind[1] not in READ_AS:
        return None
    return Correction(source, kind[1], markdown)
