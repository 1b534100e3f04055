"""Tables of semicolon-separated values inside a zip, streamed, with a guard against bombs."""

from __future__ import annotations

import csv
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from roadmapfit.errors import InputError
from roadmapfit.readers.columns import place_columns
from roadmapfit.readers.csv_rows import list_rows
from roadmapfit.readers.files import ByteMeter, decode_lines, read_lines
from roadmapfit.readers.tables.json_table import parse_table
from roadmapfit.readers.values import FieldReader

MEMBER_LIMIT_BYTES = 2_000_000_000
RATIO_LIMIT = 200
JSON_LIMIT_BYTES = 250_000_000
"""JSON is held in memory whole, in some times its size."""

FIELD_LIMIT_CHARS = 64_000_000
"""A field longer than this ends its row; the csv module's own limit is 131,072."""

_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
)


class CsvZip:
    """An open archive, its members found by their bare names in lower case."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        """Index the members; of two with one bare name, the one nearest the top counts."""
        self.archive = archive
        self.name = name
        infos = [info for info in archive.infolist() if not info.is_dir()]
        infos.sort(key=lambda info: (info.filename.count("/"), info.filename))
        self.info_by_name: dict[str, zipfile.ZipInfo] = {}
        self.shadowed: list[str] = []
        for info in infos:
            bare = PurePosixPath(info.filename.replace("\\", "/")).name.lower()
            if self.info_by_name.setdefault(bare, info) is not info:
                self.shadowed.append(info.filename)

    def size(self, member: str) -> int:
        """Give the unpacked bytes of a member, 0 where it is not there."""
        info = self.info_by_name.get(member)
        return info.file_size if info else 0

    def rows(
        self,
        member: str,
        *,
        required: tuple[str, ...],
        optional: tuple[str, ...] = (),
        aliases: Mapping[str, tuple[str, ...]] | None = None,
        fields: FieldReader,
        meter: ByteMeter,
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream the rows of a member as the wanted columns by name.

        Columns are found by name, whatever their order and case; an optional one that is
        missing is noted once and reads as empty. A row with another number of fields
        than the header is refused.

        Parameters
        ----------
        member
            Bare name in lower case.
        required, optional
            Column names, spelt as the keys of the rows.
        aliases
            Other names that a column goes by.
        fields
            Where problems go.
        meter
            Counts the bytes read.

        Yields
        ------
        tuple[int, dict[str, str]]
            The 1-based physical line that the row starts on, and its values.

        Raises
        ------
        InputError
            ``columns_missing``, ``zip_encrypted`` or ``zip_damaged``.
        """
        info = self.info_by_name[member]
        if info.flag_bits & _ENCRYPTED:
            raise InputError("zip_encrypted", path=self.name, member=info.filename)
        # The limit is one for the whole process: it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), FIELD_LIMIT_CHARS))
        try:
            if member.endswith(".json"):
                raw = self._load_json(info)
                meter.advance(len(raw))
                table = parse_table(raw, fields=fields)
                yield from table.records(required, optional, aliases=aliases)
                return
            with self.archive.open(info) as stream:
                lines = decode_lines(read_lines(stream, meter), fields=fields)
                yield from _rows(lines, required, optional, aliases or {}, fields)
        except _DAMAGE as error:
            reason = str(error) or type(error).__name__
            raise InputError(
                "zip_damaged", path=self.name, member=info.filename, found=reason
            ) from error

    def _load_json(self, info: zipfile.ZipInfo) -> bytes:
        if info.file_size > JSON_LIMIT_BYTES:
            raise InputError(
                "file_too_large",
                file=info.filename,
                found=f"{info.file_size / 1e6:.0f}",
                limit=f"{JSON_LIMIT_BYTES / 1e6:.0f}",
            )
        return self.archive.read(info)


@contextmanager
def open_csv_zip(path: Path) -> Iterator[CsvZip]:
    """Open a zip of tables whose members can be unpacked without harm.

    What it raises is what :func:`open_archive` does.
    """
    with open_archive(path, limit_bytes=MEMBER_LIMIT_BYTES) as archive:
        yield CsvZip(archive, str(path))


@contextmanager
def open_archive(path: Path, *, limit_bytes: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip and look at what its members claim, before any is unpacked.

    Raises
    ------
    InputError
        ``file_unreadable``, ``not_a_zip``, or ``zip_bomb`` where a member claims more
        than ``limit_bytes``, or more than 200 times its packed size.
    """
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), found=error.strerror or "?") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InputError("not_a_zip", path=str(path), found=str(error)) from error
    with archive:
        for info in archive.infolist():
            ratio = info.file_size / max(info.compress_size, 1)
            # zipfile never unpacks more than the size that is declared here.
            if info.file_size > limit_bytes or ratio > RATIO_LIMIT:
                raise InputError(
                    "zip_bomb",
                    path=str(path),
                    member=info.filename,
                    size_mb=f"{info.file_size / 1e6:.0f}",
                    ratio=f"{ratio:.0f}",
                    limit_mb=f"{limit_bytes / 1e6:.0f}",
                )
        yield archive


def _rows(
    lines: Iterator[str],
    required: tuple[str, ...],
    optional: tuple[str, ...],
    aliases: Mapping[str, tuple[str, ...]],
    fields: FieldReader,
) -> Iterator[tuple[int, dict[str, str]]]:
    table = csv.reader(lines, delimiter=";")
    try:
        header = next(table, [])
    except csv.Error:
        header = []
    columns = place_columns(
        header, required=required, optional=optional, aliases=aliases, fields=fields
    )
    for row, values in list_rows(table, n_columns=len(header), fields=fields):
        yield (
            row,
            {
                name: values[place].strip() if place is not None else ""
                for name, place in columns.items()
            },
        )
