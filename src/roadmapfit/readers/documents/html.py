"""HTML: the text of a saved page without its menus, footers and forms."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import Block, BlockKind, Reading
from roadmapfit.readers.documents.tidy import tidy_text
from roadmapfit.readers.values import FieldReader, remove_forbidden
from roadmapfit.records import Outcome

if TYPE_CHECKING:
    # lxml ships no types: an element is what its parser makes.
    HtmlElement = Any

PAGE_LIMIT_BYTES = 20_000_000
"""The HTML of a page alone; what it shows lies in other files."""

_NOT_TEXT_NAMES = (
    "script style noscript template nav footer aside button select option textarea input "
    "iframe object embed svg math canvas video audio map dialog menu head title"
)
_BLOCK_NAMES = (
    "address article blockquote body center dd details div dl dt fieldset figcaption figure "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td "
    "tfoot th thead tr ul"
)
_NOT_TEXT = frozenset(_NOT_TEXT_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|breadcrumbs?|fil-ariane|skip(?:-?link)?s?|share|partage|"
    r"social|newsletter|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADING = re.compile(r"h([1-6])")
# A list or a box of which this share of the letters are links, three at least, is a menu.
_MENU_SHARE = 0.7
_MENU_LINKS = 3


def read_html(raw: bytes, *, fields: FieldReader) -> Reading:
    """Read a saved web page; no file, script or address that it names is opened.

    Where the page marks its main text (``main``, or a single ``article``), only that is
    read. Hidden text is left out and reported.

    Raises
    ------
    InputError
        ``document_large`` or ``not_this_type``.
    """
    from lxml import etree  # noqa: PLC0415
    from lxml import html as lxml_html  # noqa: PLC0415

    if len(raw) > PAGE_LIMIT_BYTES:
        found, limit = f"{len(raw) / 1e6:.0f}", f"{PAGE_LIMIT_BYTES / 1e6:.0f}"
        raise InputError("document_large", file=fields.file, found=found, limit=limit)
    text = remove_forbidden(_decode(raw, fields=fields))
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError("not_this_type", file=fields.file, found=str(error)) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        fields.report("nesting_deep", Outcome.REFUSED, found=str(parser.error_log[0].line))
    reading = Reading(fields, language=(root.get("lang") or "")[:2].lower())
    reader = _HtmlReader(reading)
    for part in _find_main(root):
        reader.read(part)
    reader.finish()
    titles = [block.text for block in reading.blocks if block.level == 1]
    named = root.find(".//title")
    title = tidy_text(named.text_content()) if named is not None else ""
    reading.title = titles[0] if len(titles) == 1 else title
    return reading


def _find_main(root: HtmlElement) -> list[HtmlElement]:
    """Find what the page itself calls its main text, else the whole body."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1:
            return list(found)
    return [root]


class _HtmlReader:
    """Walks the tree and closes a block where a block element begins or ends."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pieces: list[str] = []
        self.kind = BlockKind.PARAGRAPH
        self.level = 0
        self.n_hidden = 0
        self.hidden = ""

    def read(self, element: HtmlElement) -> None:
        """Read an element and what is in it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _NOT_TEXT or _is_furniture(element):
            return
        if _is_hidden(element):
            text = " ".join(element.text_content().split())
            self.n_hidden += len(text)
            self.hidden = self.hidden or text
            return
        if tag == "tr" and not _holds_flow(element):
            self._close()
            self.reading.add([Block(BlockKind.TABLE, _row_text(element))])
            return
        is_block = tag in _BLOCKS
        outer = self.kind, self.level
        if is_block:
            self._close()
            level = _heading_level(element)
            if level:
                self.kind, self.level = BlockKind.HEADING, level
            elif tag in {"li", "dd"}:
                self.kind, self.level = BlockKind.LIST_ENTRY, 0
        self.pieces.append(" " if tag == "br" else element.text or "")
        for child in element:
            self.read(child)
            self.pieces.append(child.tail or "")
        if is_block:
            self._close()
            self.kind, self.level = outer

    def finish(self) -> None:
        """Close the last block and report what was left out."""
        self._close()
        if self.n_hidden:
            found = f"{self.n_hidden} : {self.hidden}"
            self.reading.fields.report("hidden_text", Outcome.REFUSED, found=found)

    def _close(self) -> None:
        text = tidy_text(" ".join("".join(self.pieces).split()))
        self.pieces = []
        self.reading.add([Block(self.kind, text, level=self.level)])


def _is_furniture(element: HtmlElement) -> bool:
    """Tell menus, banners and notices from text."""
    role = element.get("role", "")
    if role in _ROLES:
        return True
    name = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag not in {"body", "html", "main", "article"} and _FURNITURE.search(name):
        return True
    if element.tag == "header":  # a page's, unless an article begins with it
        return not any(each.tag in {"article", "main"} for each in element.iterancestors())
    if element.tag == "form":  # some systems wrap the whole page in one
        return not any(each.tag == "p" or _heading_level(each) for each in element.iter())
    if element.tag not in {"ul", "ol", "div", "section", "table"}:
        return False
    links = [len(link.text_content()) for link in element.iter("a")]
    if len(links) < _MENU_LINKS:
        return False
    n_letters = len("".join(element.itertext()).strip())
    return sum(links) >= _MENU_SHARE * n_letters


def _is_hidden(element: HtmlElement) -> bool:
    is_marked = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return is_marked or bool(_HIDDEN_STYLE.search(element.get("style", "")))


def _holds_flow(row: HtmlElement) -> bool:
    """Whether a row lays out a page, as old ones do, with headings or tables in its cells."""
    return any(_heading_level(each) or each.tag == "table" for each in row.iterdescendants())


def _heading_level(element: HtmlElement) -> int:
    """Give the level of a heading, 0 for any other element."""
    heading = _HEADING.fullmatch(element.tag) if isinstance(element.tag, str) else None
    if heading is not None:
        return int(heading[1])
    stated = element.get("aria-level", "2") if element.get("role") == "heading" else ""
    return int(stated) if stated in {"1", "2", "3", "4", "5", "6"} else 0


def _row_text(row: HtmlElement) -> str:
    cells = (
        tidy_text(" ".join(_visible_text(cell)))
        for cell in row
        if cell.tag in {"td", "th"} and not _is_hidden(cell)
    )
    return " | ".join(filter(None, cells))


def _visible_text(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or _is_hidden(element):
        return
    yield element.text or ""
    for child in element:
        yield from _visible_text(child)
        yield child.tail or ""


def _decode(raw: bytes, *, fields: FieldReader) -> str:
    """Decode by byte order mark, then as UTF-8, then as the page says, then as cp1252."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        stated = _CHARSET.search(raw[:4096])
    name = stated[1].decode("ascii") if stated else "cp1252"
    try:
        # Pages that state Latin-1 mean cp1252, as every browser takes it.
        is_latin = name.lower() in {"iso-8859-1", "latin1", "utf-8", "utf8"}
        return raw.decode("cp1252" if is_latin else name, errors="replace")
    except LookupError:
        fields.report("not_utf8", Outcome.NOTED, found=name)
        return raw.decode("cp1252", errors="replace")
