"""Bytes of a file to text: encodings, size limits, progress."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from roadmapfit.errors import InputError
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all, while a reader works."""

FILE_LIMIT_BYTES = 20_000_000
"""A text that a person wrote is smaller than this."""

LINE_LIMIT_BYTES = 128_000_000

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY_SHARE = 0.05
_PROGRESS_STEP_BYTES = 1_000_000


@dataclass(slots=True)
class ByteMeter:
    """Counts bytes read and tells a callback about every megabyte."""

    total: int
    on_progress: Progress | None
    done: int = 0
    _told: int = 0

    def advance(self, n_bytes: int) -> None:
        """Count bytes; the callback hears of it once a megabyte has gathered."""
        self.done += n_bytes
        if self.on_progress is not None and self.done - self._told >= _PROGRESS_STEP_BYTES:
            self._told = self.done
            self.on_progress(min(self.done, self.total), self.total)

    def finish(self) -> None:
        """Tell the callback that all is done."""
        if self.on_progress is not None:
            self.on_progress(self.total, self.total)


def decode_lines(lines: Iterable[bytes], *, fields: FieldReader) -> Iterator[str]:
    """Decode line by line: UTF-8, or Windows-1252 for a line that is not UTF-8.

    Line by line, so that one bad byte does not garble the accents of a whole file. One
    problem ``not_utf8`` gives the first such line and how many there are.
    """
    n_bad, first_bad = 0, None
    for number, raw in enumerate(lines, start=1):
        plain = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        try:
            yield plain.decode("utf-8")
        except UnicodeDecodeError:
            n_bad += 1
            first_bad = first_bad or number
            yield plain.decode("cp1252", errors="replace")
    if n_bad:
        fields.report("not_utf8", Outcome.NOTED, row=first_bad, found=str(n_bad))


def load_text(path: Path, *, fields: FieldReader) -> str:
    """Read a text file whole, whatever its encoding; line ends become line feeds.

    Characters that no report can hold are removed, and reported. What cannot be read is
    an ``InputError`` with code ``file_unreadable``, ``file_too_large`` or
    ``file_not_text``, and values ``file`` and ``found``.
    """
    raw = load_bytes(path, file=fields.file)
    if raw.startswith(_UTF16_MARKS):
        text = raw.decode("utf-16", errors="replace")
    else:
        refuse_binary(raw, file=fields.file)
        text = "".join(decode_lines(raw.splitlines(keepends=True), fields=fields))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return fields.printable(text, row=None, field="")


def read_lines(stream: IO[bytes], meter: ByteMeter) -> Iterator[bytes]:
    """Yield lines, each counted; one that never ends comes in pieces."""
    # A file of one endless line would otherwise be held in memory as a whole.
    while line := stream.readline(LINE_LIMIT_BYTES):
        meter.advance(len(line))
        yield line


def load_bytes(path: Path, *, file: str, limit_bytes: int = FILE_LIMIT_BYTES) -> bytes:
    """Read a file whole.

    Raises
    ------
    InputError
        ``file_unreadable``, or ``file_too_large`` for more than ``limit_bytes``.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit_bytes + 1)
    except OSError as error:
        raise InputError("file_unreadable", file=file, found=error.strerror or "?") from error
    if len(raw) > limit_bytes:
        found = f"{path.stat().st_size / 1e6:.0f}"
        limit = f"{limit_bytes / 1e6:.0f}"
        raise InputError("file_too_large", file=file, found=found, limit=limit)
    return raw


def refuse_binary(raw: bytes, *, file: str) -> None:
    """Tell a picture or a PDF that was renamed from a text with a few stray bytes.

    Raises
    ------
    InputError
        ``file_not_text``, with the first bytes.
    """
    head = raw[:8192]
    n_control = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c" for byte in head)
    if head.startswith(b"%PDF-") or n_control > max(8, _BINARY_SHARE * len(head)):
        raise InputError("file_not_text", file=file, found=repr(head[:8])[2:-1])
