"""The pages of a PDF, read in a process that cannot harm this one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import PAGE_LIMIT

PAGE_TIMEOUT_S = 10
"""A page that takes longer ends the reading."""

_CHILD = Path(__file__).with_name("pdf_child.py")
_LINE_LIMIT_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page.

    Places are in points from the top left corner; ``baseline`` is the height of its
    line, ``size`` that of its letters.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    is_bold: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line drawn on a page, in points from the top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page, upright.

    ``hidden`` gives for each reason (``invisible``, ``tiny``, ``outside``, ``pale``) the
    number of letters that cannot be seen, and their beginning. A scanned page has no
    words of its own; ``layer`` are those that another program read off its picture, and
    ``picture`` the file that shows it, if one was asked for.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Rule, ...] = ()
    hidden: dict[str, tuple[int, str]] = field(default_factory=dict)
    sideways: str = ""
    is_scan: bool = False
    layer: tuple[Word, ...] = ()
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the contents that a PDF carries: level from 1, page 0 where unknown."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class PdfHead:
    """What a PDF says of itself."""

    n_pages: int
    title: str
    bookmarks: tuple[Bookmark, ...]


@dataclass(frozen=True, slots=True)
class DamagedPage:
    """A page that PDFium cannot read, and why."""

    number: int
    reason: str


def read_pages(
    path: Path, *, file: str, scans: Path | None = None
) -> Generator[PdfHead | PdfPage | DamagedPage]:
    """Read a PDF page by page.

    Parameters
    ----------
    path
        The file.
    file
        How errors name it.
    scans
        A folder to which pictures of scanned pages are written.

    Yields
    ------
    PdfHead | PdfPage | DamagedPage
        The head first, then every page in order.

    Raises
    ------
    InputError
        ``document_encrypted``, ``not_this_type``, ``document_pages``, ``pdf_crash`` where
        PDFium or its memory gave out, or ``pdf_timeout``.
    """
    command = [sys.executable, "-P", str(_CHILD), str(path), "--max-pages", str(PAGE_LIMIT)]
    if scans is not None:
        command += ["--scans", str(scans)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watch = _Watch(child)
    n_read, n_pages = 0, 0
    try:
        for line in _lines(child):
            watch.rest()
            content = json.loads(line)
            if "n_pages" in content:
                n_pages = int(content["n_pages"])
                yield _read_head(content)
            elif "page" in content:
                n_read += 1
                yield _read_page(content, scans)
            else:
                _refuse(content, file)
            watch.begin()
        child.wait()
    finally:
        watch.rest()
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
    if watch.has_bitten:
        raise InputError("pdf_timeout", file=file, page=n_read + 1, limit=PAGE_TIMEOUT_S)
    if child.returncode or n_read < n_pages:
        raise InputError("pdf_crash", file=file, page=n_read + 1, found=child.returncode)


class _Watch:
    """Ends a process that says nothing for ``PAGE_TIMEOUT_S``."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self.has_bitten = False
        self.begin()

    def begin(self) -> None:
        """Start to count."""
        self.timer = threading.Timer(PAGE_TIMEOUT_S, self._bite)
        self.timer.daemon = True
        self.timer.start()

    def rest(self) -> None:
        """Stop to count: the process is not what is slow."""
        self.timer.cancel()

    def _bite(self) -> None:
        self.has_bitten = True
        self.child.kill()


def _lines(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    stream = child.stdout
    while stream is not None and (line := stream.readline(_LINE_LIMIT_BYTES)):
        if not line.endswith(b"\n"):
            return  # cut short: the process ended in the middle
        yield line


def _read_head(content: dict[str, Any]) -> PdfHead:
    return PdfHead(
        n_pages=int(content["n_pages"]),
        title=str(content["title"]),
        bookmarks=tuple(
            Bookmark(int(level), str(title), int(page))
            for level, title, page in content["contents"]
        ),
    )


def _read_page(content: dict[str, Any], scans: Path | None) -> PdfPage | DamagedPage:
    if "error" in content:
        return DamagedPage(int(content["page"]), str(content["error"]))
    picture = content["picture"]
    return PdfPage(
        number=int(content["page"]),
        width=float(content["width"]),
        height=float(content["height"]),
        words=_read_words(content["words"]),
        rules=tuple(Rule(*rule) for rule in content["rules"]),
        hidden={reason: (int(n), str(text)) for reason, (n, text) in content["hidden"].items()},
        sideways=" ".join(content["sideways"]),
        is_scan=bool(content["is_scan"]),
        layer=_read_words(content["layer"]),
        picture=scans / picture if scans is not None and picture else None,
    )


def _read_words(rows: list[list[Any]]) -> tuple[Word, ...]:
    return tuple(Word(*row) for row in rows)


def _refuse(content: dict[str, Any], file: str) -> None:
    found = str(content.get("found", ""))
    if content.get("error") == "encrypted":
        raise InputError("document_encrypted", file=file)
    if content.get("error") == "pages":
        raise InputError("document_pages", file=file, found=found, limit=PAGE_LIMIT)
    raise InputError("not_this_type", file=file, found=found)
