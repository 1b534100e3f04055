"""XML inside a zip (DOCX, PPTX, ODT), with guards against bombs of either kind.

Nothing outside the archive is ever opened: no link is followed, no macro is looked at.
"""

from __future__ import annotations

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from roadmapfit.errors import InputError
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

MEMBER_LIMIT_BYTES = 64_000_000
RATIO_LIMIT = 200
MEMBER_COUNT_LIMIT = 20_000
ELEMENT_LIMIT = 2_000_000
DEPTH_LIMIT = 200

_RATIO_FLOOR_BYTES = 1_000_000  # a small member may be all spaces
_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    RuntimeError,
)
# The old binary files of Office, and new ones that a password locks, are of this type.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(slots=True)
class XmlPackage:
    """An open archive whose members are read as XML."""

    archive: zipfile.ZipFile
    fields: FieldReader
    _infos: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the members by their names."""
        self._infos = {info.filename: info for info in self.archive.infolist()}

    def has(self, member: str) -> bool:
        """Whether there is a member of that name."""
        return member in self._infos

    def parse(self, member: str) -> ElementTree.Element | None:
        """Read a member as XML; ``None`` where there is none of that name.

        Raises
        ------
        InputError
            ``zip_bomb``, ``zip_encrypted``, ``zip_damaged``, ``xml_damaged``,
            ``xml_entities``, ``xml_depth`` or ``xml_large``.
        """
        info = self._infos.get(member)
        if info is None:
            return None
        file = self.fields.file
        if info.flag_bits & _ENCRYPTED:
            raise InputError("zip_encrypted", path=file, member=member)
        ratio = info.file_size / max(info.compress_size, 1)
        is_steep = ratio > RATIO_LIMIT and info.file_size > _RATIO_FLOOR_BYTES
        if info.file_size > MEMBER_LIMIT_BYTES or is_steep:
            raise InputError(
                "zip_bomb",
                path=file,
                member=member,
                size_mb=f"{info.file_size / 1e6:.0f}",
                ratio=f"{ratio:.0f}",
                limit_mb=f"{MEMBER_LIMIT_BYTES / 1e6:.0f}",
            )
        parser = ElementTree.XMLParser(target=_GuardedTree(file, member))
        try:
            with self.archive.open(info) as stream:
                while piece := stream.read(1 << 16):
                    parser.feed(piece)
            root: ElementTree.Element = parser.close()
        except (ElementTree.ParseError, LookupError) as error:  # the latter: no such encoding
            raise InputError("xml_damaged", file=file, member=member, found=str(error)) from error
        except InputError:
            raise
        except _DAMAGE as error:
            found = str(error) or type(error).__name__
            raise InputError("zip_damaged", path=file, member=member, found=found) from error
        return root

    def relations(self, member: str) -> dict[str, str]:
        """Map the relation ids of an Office member to the members that they name.

        Targets outside the file are left out, and noted unless they are plain links.
        """
        folder, name = posixpath.split(member)
        root = self.parse(f"{folder}/_rels/{name}.rels")
        targets: dict[str, str] = {}
        for relation in root.iter(f"{_RELATIONSHIPS}Relationship") if root is not None else ():
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                targets[relation.get("Id", "")] = posixpath.normpath(
                    posixpath.join("/", folder, target)
                ).lstrip("/")
            elif not relation.get("Type", "").endswith("/hyperlink"):
                self.fields.report("external_reference", Outcome.REFUSED, found=target)
        return targets


@contextmanager
def open_package(raw: bytes, *, fields: FieldReader) -> Iterator[XmlPackage]:
    """Open a packed document; macros in it are noted and left alone.

    Raises
    ------
    InputError
        ``document_encrypted``, ``not_this_type``, or ``zip_bomb`` for too many members.
    """
    if raw.startswith(_COMPOUND_FILE):
        raise InputError("document_encrypted", file=fields.file)
    try:
        archive = zipfile.ZipFile(BytesIO(raw))
    except _DAMAGE as error:
        raise InputError("not_this_type", file=fields.file, found=str(error)) from error
    with archive:
        infos = archive.infolist()
        if len(infos) > MEMBER_COUNT_LIMIT:
            raise InputError(
                "zip_bomb",
                path=fields.file,
                member=f"{len(infos)} ×",
                size_mb=f"{sum(info.file_size for info in infos) / 1e6:.0f}",
                ratio="–",
                limit_mb=f"{MEMBER_LIMIT_BYTES / 1e6:.0f}",
            )
        macros = [
            info.filename
            for info in infos
            if info.filename.endswith("vbaProject.bin") or info.filename.startswith("Basic/")
        ]
        if macros:
            fields.report("macros_left", Outcome.REFUSED, found=macros[0])
        yield XmlPackage(archive, fields)


class _GuardedTree(ElementTree.TreeBuilder):
    """Builds a tree, and stops at what no office program writes."""

    def __init__(self, file: str, member: str) -> None:
        super().__init__()
        self._place = {"file": file, "member": member}
        self._depth = self._n_elements = 0

    def doctype(self, name: str, _public_id: str | None, _system: str | None) -> None:
        """Refuse: entities can be declared nowhere else."""
        raise InputError("xml_entities", **self._place, found=f"<!DOCTYPE {name[:40]}>")

    def start(  # noqa: D102 (as the class it extends)
        self,
        tag: str,
        attrs: dict[str, str],
        /,
    ) -> ElementTree.Element:
        self._depth += 1
        self._n_elements += 1
        if self._depth > DEPTH_LIMIT:
            raise InputError("xml_depth", **self._place, limit=DEPTH_LIMIT)
        if self._n_elements > ELEMENT_LIMIT:
            raise InputError("xml_large", **self._place, limit=ELEMENT_LIMIT)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:  # noqa: D102
        self._depth -= 1
        return super().end(tag)
