"""Run apart from the program: takes a PDF's pages to pieces with PDFium, as JSON lines.

A damaged or hostile file can crash PDFium or keep it busy for ever. In a process of its
own it can do neither harm nor take more memory than it may; :mod:`pdf_pages` starts it
and watches over it. It is run by its path, so it imports nothing of this package.

The first line says how many pages there are; each later one is a page: its words with
their places, what of its text cannot be seen, the share that pictures take, its rules.
Places are in points from the top left corner, the page turned so that its text stands
upright.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

MEMORY_LIMIT_BYTES = 2_000_000_000
CHARACTER_LIMIT = 200_000
OBJECT_LIMIT = 50_000
SCAN_DPI = 300
PIXEL_LIMIT = 30_000_000

TINY_PT = 2.0
PALE = 225
CONTRAST = 14
INVISIBLE_MODES = (3, 7)
SCAN_SHARE = 0.5
FEW_LETTERS = 20

_WORD_GAP = 0.22
_SPACES = frozenset((0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000))


def main() -> int:
    """Write the pages of the PDF named on the command line to stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pdf")
    parser.add_argument("--scans", help="write a picture of each scanned page to this folder")
    parser.add_argument("--max-pages", type=int, required=True)
    arguments = parser.parse_args()
    _limit_memory()
    try:
        document = pdfium.PdfDocument(arguments.pdf)
        n_pages = len(document)
    except pdfium.PdfiumError as error:
        is_locked = "password" in str(error).lower() or "security" in str(error).lower()
        _write({"error": "encrypted" if is_locked else "damaged", "found": str(error)})
        return 0
    if n_pages > arguments.max_pages:
        _write({"error": "pages", "found": str(n_pages)})
        return 0
    metadata = document.get_metadata_dict()
    _write(
        {"n_pages": n_pages, "title": metadata.get("Title", ""), "contents": _read_toc(document)}
    )
    scans = Path(arguments.scans) if arguments.scans else None
    for number in range(n_pages):
        _write(_read_page(document, number, scans))
    return 0


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = MEMORY_LIMIT_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _write(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def _read_toc(document: pdfium.PdfDocument) -> list[tuple[int, str, int]]:
    """List the bookmarks: level from 1, title, page from 1 (0 where it names none)."""
    contents = []
    try:
        for bookmark in document.get_toc(max_depth=6):
            target = bookmark.get_dest()
            index = target.get_index() if target is not None else None
            contents.append(
                (bookmark.level + 1, bookmark.get_title(), (index + 1) if index is not None else 0)
            )
            if len(contents) >= 2000:
                break
    except (pdfium.PdfiumError, ValueError, RecursionError):
        return []
    return contents


@dataclass(slots=True)
class _Style:
    """What the letters of one text object share."""

    size: float
    is_bold: bool
    turn: int
    baseline: float
    is_invisible: bool
    is_pale: bool


@dataclass(slots=True)
class _Word:
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    style: _Style
    codes: list[int] = field(default_factory=list)

    def describe(self) -> list[Any]:
        return [
            self.text,
            round(self.x0, 2),
            round(self.top, 2),
            round(self.x1, 2),
            round(self.bottom, 2),
            round(self.style.baseline, 2),
            round(self.style.size, 2),
            self.style.is_bold,
        ]


def _read_page(document: pdfium.PdfDocument, number: int, scans: Path | None) -> dict[str, Any]:
    try:
        page = document[number]
    except pdfium.PdfiumError as error:
        return {"page": number + 1, "error": str(error)}
    try:
        return _describe_page(page, number, scans)
    except pdfium.PdfiumError as error:
        return {"page": number + 1, "error": str(error)}
    finally:
        page.close()


def _describe_page(page: pdfium.PdfPage, number: int, scans: Path | None) -> dict[str, Any]:
    page.set_rotation(0)
    # Not the boxes that the page itself states: it may take them over from its parent.
    frame = _Frame(*page.get_bbox())
    text = page.get_textpage()
    try:
        n_characters = text.count_chars()
        if n_characters > CHARACTER_LIMIT:
            return {"page": number + 1, "error": f"{n_characters} > {CHARACTER_LIMIT}"}
        found = _PageText(text.raw, frame)
        found.read(n_characters)
    finally:
        text.close()
    image_share, rules = _read_objects(page, frame)
    words, hidden = found.sort_out(page)
    n_letters = sum(len(word.text) for word in words)
    is_scan = image_share >= SCAN_SHARE and n_letters < FEW_LETTERS
    layer: list[_Word] = []
    if is_scan:
        # The text that another program read off the picture lies unseen above it.
        layer, hidden["invisible"] = hidden["invisible"], []
    picture = ""
    if is_scan and scans is not None:
        picture = _write_picture(page, frame, scans / f"{number + 1}.pgm")
    frame.turn_to(found.turn)
    return {
        "page": number + 1,
        "width": frame.width,
        "height": frame.height,
        "words": [word.describe() for word in words],
        "layer": [word.describe() for word in layer],
        "hidden": {
            reason: [sum(len(word.text) for word in own), " ".join(word.text for word in own)[:200]]
            for reason, own in hidden.items()
            if own
        },
        "sideways": [word.text for word in found.sideways],
        "is_scan": is_scan,
        "picture": picture,
        "rules": [[round(place, 1) for place in frame.upright(*rule)] for rule in rules],
    }


class _Frame:
    """The visible part of a page, and how its places are told from the top left."""

    def __init__(self, left: float, bottom: float, right: float, top: float) -> None:
        self.left, self.right = min(left, right), max(left, right)
        self.bottom, self.top = min(bottom, top), max(bottom, top)
        self.turn = 0

    def turn_to(self, turn: int) -> None:
        self.turn = turn

    @property
    def width(self) -> float:
        return self._sides[self.turn % 2]

    @property
    def height(self) -> float:
        return self._sides[1 - self.turn % 2]

    @property
    def _sides(self) -> tuple[float, float]:
        return self.right - self.left, self.top - self.bottom

    def upright(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, ...]:
        """Turn a box of the page's own space: left, top, right, bottom."""
        if self.turn == 1:  # text runs up the page
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if self.turn == 2:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        if self.turn == 3:
            return self.top - y1, self.right - x1, self.top - y0, self.right - x0
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0

    def baseline(self, x: float, y: float) -> float:
        """Turn the origin of a letter into the height of its line."""
        return (self.top - y, x - self.left, y - self.bottom, self.right - x)[self.turn]

    def holds(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether the middle of a box can be seen."""
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        return self.left - 1 <= x <= self.right + 1 and self.bottom - 1 <= y <= self.top + 1


class _PageText:
    """The letters of a page, put together to words."""

    def __init__(self, text: Any, frame: _Frame) -> None:  # noqa: ANN401 (a handle of PDFium)
        self.text = text
        self.frame = frame
        self.turn = 0
        self.letters: list[tuple[str, tuple[float, float, float, float], _Style | None]] = []
        self.words: list[_Word] = []
        self.sideways: list[_Word] = []
        self.boxes: dict[int, tuple[float, float, float, float]] = {}
        self._styles: dict[int, _Style] = {}

    def read(self, n_characters: int) -> None:
        """Read every letter with its place, then turn the page upright and find words."""
        text, letters = self.text, self.letters
        # As a bare address, which names the object; making a pointer of it takes longer
        # than all else that is asked about a letter.
        find_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
            ctypes.cast(c.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
        )
        box = c.FS_RECTF()
        origins: dict[int, tuple[float, float]] = {}
        x, y = ctypes.c_double(), ctypes.c_double()
        for place in range(n_characters):
            code = c.FPDFText_GetUnicode(text, place)
            # What PDFium adds by itself between words and lines is white space too.
            if code in _SPACES or code == 0:
                letters.append((" ", (0, 0, 0, 0), None))
                continue
            key = find_object(text, place) or 0
            style = self._styles.get(key)
            if style is None:
                style = self._styles[key] = self._read_style(place)
                c.FPDFText_GetCharOrigin(text, place, x, y)
                origins[id(style)] = (x.value, y.value)
            if not c.FPDFText_GetLooseCharBox(text, place, box):
                continue
            sign = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
            letters.append((sign, (box.left, box.bottom, box.right, box.top), style))
        turns = [style.turn for _, _, style in letters if style is not None]
        self.turn = max(range(4), key=turns.count) if turns else 0
        self.frame.turn_to(self.turn)
        for style in self._styles.values():
            style.baseline = self.frame.baseline(*origins[id(style)])
        self._find_words()

    def _read_style(self, place: int) -> _Style:
        matrix = c.FS_MATRIX()
        c.FPDFText_GetMatrix(self.text, place, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        angle = math.degrees(math.atan2(matrix.b, matrix.a))
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        has_colour = c.FPDFText_GetFillColor(self.text, place, red, green, blue, alpha)
        mode = c.FPDFTextObj_GetTextRenderMode(c.FPDFText_GetTextObject(self.text, place))
        weight = c.FPDFText_GetFontWeight(self.text, place)
        name = ctypes.create_string_buffer(200)
        flags = ctypes.c_int()
        c.FPDFText_GetFontInfo(self.text, place, name, 200, flags)
        font = name.value.lower()
        is_light = min(red.value, green.value, blue.value) >= PALE
        return _Style(
            size=abs(c.FPDFText_GetFontSize(self.text, place)) * scale,
            is_bold=weight >= 600 or any(word in font for word in (b"bold", b"black", b"heavy")),
            turn=round(angle / 90) % 4 if abs(angle / 90 - round(angle / 90)) < 0.1 else 0,
            baseline=0.0,
            is_invisible=mode in INVISIBLE_MODES or (bool(has_colour) and alpha.value == 0),
            is_pale=bool(has_colour) and (is_light or alpha.value < 40) and mode in (0, 4),
        )

    def _find_words(self) -> None:
        word: _Word | None = None
        for sign, box, style in self.letters:
            if style is None:
                word = None
                continue
            if style.turn != self.turn:
                if word is not None and word.style.turn == style.turn:
                    word.text += sign
                else:
                    word = _Word(sign, 0, 0, 0, 0, style)
                    self.sideways.append(word)
                continue
            x0, top, x1, bottom = self.frame.upright(*box)
            if word is not None and _goes_on(word, x0, x1, style):
                word.text += sign
                word.x1 = max(word.x1, x1)
                word.top, word.bottom = min(word.top, top), max(word.bottom, bottom)
            else:
                word = _Word(sign, x0, top, x1, bottom, style)
                self.words.append(word)
                self.boxes[id(word)] = box

    def sort_out(self, page: pdfium.PdfPage) -> tuple[list[_Word], dict[str, list[_Word]]]:
        """Tell words that can be seen from those that cannot, by the reason."""
        hidden: dict[str, list[_Word]] = {
            reason: [] for reason in ("invisible", "tiny", "outside", "pale")
        }
        seen: list[_Word] = []
        picture = None
        for word in self.words:
            box = self.boxes[id(word)]
            if word.style.is_invisible:
                hidden["invisible"].append(word)
            elif word.style.size < TINY_PT:
                hidden["tiny"].append(word)
            elif not self.frame.holds(*box):
                hidden["outside"].append(word)
            elif word.style.is_pale:
                picture = picture or _Picture(page, self.frame)
                is_seen = picture.has_contrast(word, self.turn)
                (seen if is_seen else hidden["pale"]).append(word)
            else:
                seen.append(word)
        return seen, hidden


def _goes_on(word: _Word, x0: float, x1: float, style: _Style) -> bool:
    """Whether a letter belongs to the word before it."""
    size = max(style.size, word.style.size, 0.1)
    if style is not word.style:
        if (
            abs(style.baseline - word.style.baseline) > 0.05 * size
            or style.is_bold != word.style.is_bold
        ):
            return False
        if abs(style.size - word.style.size) > 0.05 * size or style.is_pale != word.style.is_pale:
            return False
        if style.is_invisible != word.style.is_invisible:
            return False
    gap = x0 - word.x1
    return -0.6 * size <= gap <= _WORD_GAP * size and x1 > word.x0


class _Picture:
    """The page as it looks, to see whether light letters stand out from what is behind."""

    def __init__(self, page: pdfium.PdfPage, frame: _Frame) -> None:
        self.frame = frame
        longest = max(frame.right - frame.left, frame.top - frame.bottom, 1.0)
        self.scale = min(2.0, 2400 / longest)
        bitmap = page.render(scale=self.scale, grayscale=True)
        self.width, self.height, self.stride = bitmap.width, bitmap.height, bitmap.stride
        self.pixels = bytes(bitmap.buffer)

    def has_contrast(self, word: _Word, turn: int) -> bool:
        x0, y0, x1, y1 = word.x0, word.top, word.x1, word.bottom
        wide, high = self.frame.right - self.frame.left, self.frame.top - self.frame.bottom
        if turn == 1:
            x0, y0, x1, y1 = y0, high - x1, y1, high - x0
        elif turn == 2:
            x0, y0, x1, y1 = wide - x1, high - y1, wide - x0, high - y0
        elif turn == 3:
            x0, y0, x1, y1 = wide - y1, x0, wide - y0, x1
        left, right = (min(max(int(x * self.scale), 0), self.width) for x in (x0, x1))
        top, bottom = (min(max(int(y * self.scale), 0), self.height) for y in (y0, y1))
        darkest, lightest = 255, 0
        for row in range(top, bottom):
            line = self.pixels[row * self.stride + left : row * self.stride + right]
            if line:
                darkest, lightest = min(darkest, min(line)), max(lightest, max(line))
        return lightest - darkest > CONTRAST


def _read_objects(
    page: pdfium.PdfPage, frame: _Frame
) -> tuple[float, list[tuple[float, float, float, float]]]:
    """Give the share of the page that its largest picture takes, and the lines drawn on it."""
    area = max((frame.right - frame.left) * (frame.top - frame.bottom), 1.0)
    largest = 0.0
    rules = []
    for count, found in enumerate(page.get_objects(max_depth=3)):
        if count >= OBJECT_LIMIT:
            break
        if found.type == c.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = found.get_bounds()
            wide = min(x1, frame.right) - max(x0, frame.left)
            high = min(y1, frame.top) - max(y0, frame.bottom)
            largest = max(largest, max(wide, 0) * max(high, 0) / area)
        elif found.type == c.FPDF_PAGEOBJ_PATH:
            x0, y0, x1, y1 = found.get_bounds()
            if min(x1 - x0, y1 - y0) < 2.5 and max(x1 - x0, y1 - y0) > 20:
                rules.append((x0, y0, x1, y1))
    return largest, rules[:2000]


def _write_picture(page: pdfium.PdfPage, frame: _Frame, path: Path) -> str:
    """Write the page as a grey picture that every reader of pictures takes."""
    wide, high = frame.right - frame.left, frame.top - frame.bottom
    scale = min(SCAN_DPI / 72, math.sqrt(PIXEL_LIMIT / max(wide * high, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = bytes(bitmap.buffer)
    with path.open("wb") as stream:
        stream.write(f"P5 {bitmap.width} {bitmap.height} 255\n".encode("ascii"))
        for row in range(bitmap.height):
            stream.write(pixels[row * bitmap.stride : row * bitmap.stride + bitmap.width])
    return path.name


if __name__ == "__main__":
    raise SystemExit(main())
