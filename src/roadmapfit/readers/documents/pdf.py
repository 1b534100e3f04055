"""PDF: pages to blocks in reading order, with all that was left out reported."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from roadmapfit.readers.documents.blocks import Block, BlockKind, Reading
from roadmapfit.readers.documents.columns import Region, order_regions
from roadmapfit.readers.documents.furniture import remove_furniture
from roadmapfit.readers.documents.hyphens import Hyphenation
from roadmapfit.readers.documents.lines import Line, build_lines
from roadmapfit.readers.documents.ocr import find_languages, read_picture
from roadmapfit.readers.documents.paragraphs import PageRegions, build_blocks, find_body_size
from roadmapfit.readers.documents.pdf_pages import (
    Bookmark,
    DamagedPage,
    PdfHead,
    PdfPage,
    read_pages,
)
from roadmapfit.readers.documents.tidy import tidy_text
from roadmapfit.readers.files import Progress
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

# The metadata of many files is what the writing program put there by itself.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)|untitled|sans titre|^\W*$|\.(?:docx?|pptx?|odt|indd|pdf|html?)$"
    r"|^(?:document|présentation|presentation|about:blank)\s?\d*$|^\(?anonymous\)?$",
    re.IGNORECASE,
)


def read_pdf(path: Path, *, fields: FieldReader, on_progress: Progress | None = None) -> Reading:
    """Read a PDF.

    Text that cannot be seen is left out and reported, page by page. A scanned page is
    read by Tesseract where this machine has it, else by the text layer that the scanner
    left, else it is reported as not read. ``on_progress`` is called with the pages read and
    in all, before the first page and after each; what it raises stops the reading.

    Raises
    ------
    InputError
        As :func:`~roadmapfit.readers.documents.pdf_pages.read_pages`.
    """
    reading = Reading(fields)
    with TemporaryDirectory(prefix="roadmapfit-scans-") as folder:
        scans = Path(folder) if find_languages() else None
        bookmarks: tuple[Bookmark, ...] = ()
        pages: list[_Page] = []
        # Closed here, so that its process ends with this one's work, however that ends.
        with closing(read_pages(path, file=fields.file, scans=scans)) as found_pages:
            for n_read, found in enumerate(found_pages):  # the head comes before page 1
                if isinstance(found, PdfHead):
                    reading.n_pages = found.n_pages
                    reading.title = "" if _NO_TITLE.search(found.title) else tidy_text(found.title)
                    bookmarks = found.bookmarks
                elif isinstance(found, DamagedPage):
                    fields.report(
                        "page_damaged",
                        Outcome.REFUSED,
                        row=found.number,
                        field="page",
                        found=found.reason,
                    )
                else:
                    pages.append(_take_page(found, fields))
                if on_progress is not None:
                    on_progress(n_read, reading.n_pages)
    _remove_furniture(pages, fields)
    lines = [line for page in pages for line in page.lines]
    scanned = [line for page in pages for region in page.regions for line in region.lines]
    blocks, n_contents = build_blocks(
        [page.order() for page in pages],
        body_size=find_body_size(lines or scanned),
        hyphenation=Hyphenation(line.text for line in (*lines, *scanned)),
    )
    if n_contents:
        fields.report("contents_left", Outcome.NOTED, found=str(n_contents))
    reading.add(_mark_headings(blocks, bookmarks))
    return reading


class _Page:
    """One page on its way: its lines, or the regions that were read off its picture."""

    def __init__(
        self,
        source: PdfPage,
        lines: list[Line],
        regions: tuple[Region, ...] = (),
        *,
        is_ocr: bool = False,
    ) -> None:
        self.source = source
        self.lines = lines
        self.regions = regions
        self.is_ocr = is_ocr

    def order(self) -> PageRegions:
        """Put the lines in reading order."""
        regions = self.regions or tuple(order_regions(self.lines, self.source.rules))
        return PageRegions(self.source.number, regions, self.is_ocr)


def _take_page(page: PdfPage, fields: FieldReader) -> _Page:
    """Turn a page's words into lines; report what is hidden, and read what is scanned."""
    for reason, (n_letters, text) in page.hidden.items():
        found = f"{n_letters} : {text}"
        fields.report(
            f"hidden_{reason}", Outcome.REFUSED, row=page.number, field="page", found=found
        )
    if page.sideways:
        fields.report(
            "sideways_text", Outcome.REFUSED, row=page.number, field="page", found=page.sideways
        )
    if not page.is_scan:
        return _Page(page, build_lines(page.words))
    ocr = read_picture(page, page.picture) if page.picture is not None else None
    if ocr is not None:
        found = f"{ocr.confidence:.0f}"
        fields.report("page_ocr", Outcome.REPAIRED, row=page.number, field="page", found=found)
        return _Page(page, [], ocr.regions, is_ocr=True)
    if page.layer:
        fields.report("page_layer", Outcome.REPAIRED, row=page.number, field="page")
        return _Page(page, build_lines(page.layer), is_ocr=True)
    fields.report("page_scanned", Outcome.REFUSED, row=page.number, field="page")
    return _Page(page, build_lines(page.words))


def _remove_furniture(pages: list[_Page], fields: FieldReader) -> None:
    digital = [page for page in pages if not page.regions]
    furniture = remove_furniture(
        [page.lines for page in digital],
        [page.source.height for page in digital],
        body_size=find_body_size(line for page in digital for line in page.lines),
    )
    for page, kept in zip(digital, furniture.kept, strict=True):
        page.lines = kept
    for text, count in furniture.running.items():
        fields.report("running_line", Outcome.NOTED, found=f"{count} × {text}")
    if furniture.n_page_numbers:
        fields.report("page_numbers", Outcome.NOTED, found=str(furniture.n_page_numbers))


def _mark_headings(blocks: list[Block], bookmarks: tuple[Bookmark, ...]) -> list[Block]:
    """Make headings of the paragraphs that the file's own contents name."""
    level_by_place: dict[tuple[int, str], int] = {}
    for each in bookmarks:
        level_by_place.setdefault((each.page, _fold(each.title)), each.level)
    marked = []
    for block in blocks:
        level = level_by_place.get((block.page or 0, _fold(block.text)), 0)
        is_named = level > 0 and block.kind is BlockKind.PARAGRAPH
        marked.append(replace(block, kind=BlockKind.HEADING, level=level) if is_named else block)
    return marked


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", tidy_text(text)).casefold()
