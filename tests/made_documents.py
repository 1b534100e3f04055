"""Documents made for tests and benchmarks, each with the tree and the text expected of it.

The words are those of the demonstration corpus. PDFs come from two producers, ReportLab
and fpdf2; a third, Chromium, is used by the benchmark alone.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import SkipTest

from roadmapfit.readers import read_path

_FOLDER = Path("/usr/share/fonts/truetype")
FACES = {
    "dejavu": ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    "liberation": ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf"),
    "serif": ("liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf"),
}
"""Faces that PDFs are set in, regular and bold (Debian: fonts-dejavu-core, fonts-liberation)."""


def find_fonts(face: str = "dejavu") -> tuple[Path, Path]:
    """Find a face that PDFs are set in, regular and bold; without it a test is skipped."""
    regular, bold = (_FOLDER / name for name in FACES[face])
    if regular.exists() and bold.exists():
        return regular, bold
    raise SkipTest(
        f"no font to set a PDF in: {regular.name} is missing"
        " (Debian: fonts-dejavu-core, fonts-liberation)"
    )


SYLLABLES = re.compile(r"(?<=[aeiouyéèêà])(?=[bcdfglmnprstv][aeiouyéèêà])")


@dataclass(frozen=True)
class Chapter:
    """A heading at a level from 1, and its paragraphs."""

    level: int
    title: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """What a document says: a title, an opening paragraph, chapters."""

    title: str
    opening: str
    chapters: tuple[Chapter, ...]

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(chapter.level, chapter.title) for chapter in self.chapters]

    @property
    def text(self) -> str:
        """All of it in order, in one line."""
        parts = [self.title, self.opening]
        for chapter in self.chapters:
            parts += [chapter.title, *chapter.paragraphs]
        return tidy(" ".join(parts))


@dataclass
class Made:
    """A document with what was broken at line ends: left part, right part, true hyphen."""

    raw: bytes
    story: Story
    broken: list[tuple[str, str, bool]] = field(default_factory=list)
    n_pages: int = 0


def tidy(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def load_story(repository: Path, name: str, *, numbering: str = "") -> Story:
    """Take a document of the demonstration corpus; ``numbering`` is axe, decimal or none."""
    folder = repository / "corpora" / "demonstration"
    (path,) = folder.glob(f"*/{name}.md")
    batch = read_path(path)
    levels: dict[str | None, int] = {None: 0}
    counters: list[int] = []
    chapters = []
    for item in batch.items:
        level = levels[item.id] = levels[item.parent_id] + 1
        counters = (counters + [0] * level)[:level]
        counters[level - 1] += 1
        number = ".".join(map(str, counters))
        heads = {"axe": f"Axe {number} : ", "decimal": f"{number} ", "": ""}
        if numbering == "decimal" and level == 1:
            heads["decimal"] = f"{number}. "
        paragraphs = tuple(tidy(part) for part in item.text.split("\n") if part.strip())
        chapters.append(Chapter(level, heads[numbering] + tidy(item.title), paragraphs))
    document = batch.documents[0]
    return Story(tidy(document.title), tidy(document.summary), tuple(chapters))


# --- PDF by ReportLab: every line set by hand --------------------------------


def break_word(word: str) -> list[tuple[str, str, bool]]:
    """List where a word may be broken: left part, right part, whether the hyphen is its own."""
    found = [
        (word[: match.start()], word[match.end() :], True)
        for match in re.finditer("-", word)
        if match.start() > 1 and len(word) - match.end() > 1
    ]
    plain = re.match(r"[^\W\d_]{7,}", word)
    if plain and "-" not in word and "’" not in word and "'" not in word:
        for match in SYLLABLES.finditer(plain[0]):
            if match.start() >= 3 and len(plain[0]) - match.start() >= 3:
                found.append((word[: match.start()], word[match.start() :], False))
    return found


class ReportlabSetter:
    """Sets a story in columns on A4 pages, justified, with words broken at line ends."""

    def __init__(
        self,
        *,
        n_columns: int = 2,
        hyphen: str = "-",
        head: str = "",
        foot: str = "",
        size: float = 9.5,
        face: str = "",
        page_numbers: bool = True,
    ) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=(595, 842), invariant=1)
        self.regular, self.bold = "Helvetica", "Helvetica-Bold"
        if face:
            self.regular, self.bold = f"{face}-regular", f"{face}-bold"
            for name, path in zip((self.regular, self.bold), find_fonts(face), strict=True):
                pdfmetrics.registerFont(TTFont(name, str(path)))
        self.width_of = pdfmetrics.stringWidth
        self.hyphen, self.head, self.foot = hyphen, head, foot
        self.size, self.page_numbers = size, page_numbers
        gutter = 20
        self.width = (595 - 2 * 60 - (n_columns - 1) * gutter) / n_columns
        self.lefts = [60 + n * (self.width + gutter) for n in range(n_columns)]
        self.column, self.top = 0, 770.0
        self.y = self.top
        self.n_pages = 0
        self.broken: list[tuple[str, str, bool]] = []
        self._furnish()

    def set_story(self, story: Story, *, sizes: Sequence[float] = (15, 12.5, 11)) -> Made:
        """Set the title across all columns, then everything else."""
        for line in self._wrap(story.title, 475, self.bold, 20, may_break=False):
            self.canvas.setFont(self.bold, 20)
            self.canvas.drawString(60, self.y, " ".join(line))
            self.y -= 25
        self.y -= 10
        self.top = self.y
        self.set_paragraph(story.opening)
        for chapter in story.chapters:
            self.set_heading(chapter.title, sizes[chapter.level - 1])
            for paragraph in chapter.paragraphs:
                self.set_paragraph(paragraph)
        return self.finish(story)

    def set_heading(self, title: str, size: float) -> None:
        self.y -= 0.6 * size
        lines = self._wrap(title, self.width, self.bold, size, may_break=False)
        self._room(len(lines) * 1.2 * size + 40)
        for line in lines:
            self.canvas.setFont(self.bold, size)
            self.canvas.drawString(self.lefts[self.column], self.y, " ".join(line))
            self.y -= 1.2 * size
        self.y -= 0.3 * size

    def set_paragraph(self, text: str, *, indent: float = 0) -> None:
        lines = self._wrap(text, self.width - indent, self.regular, self.size)
        for number, line in enumerate(lines):
            self._room(self.size)
            widths = [self.width_of(word, self.regular, self.size) for word in line]
            space = self.width_of(" ", self.regular, self.size)
            if number < len(lines) - 1 and len(line) > 1:
                space = (self.width - indent - sum(widths)) / (len(line) - 1)
            x = self.lefts[self.column] + indent
            self.canvas.setFont(self.regular, self.size)
            for word, width in zip(line, widths, strict=True):
                self.canvas.drawString(x, self.y, word)
                x += width + space
            self.y -= 1.25 * self.size
        self.y -= 0.5 * self.size

    def finish(self, story: Story) -> Made:
        self.canvas.showPage()
        self.canvas.save()
        return Made(self.stream.getvalue(), story, self.broken, self.n_pages)

    def _furnish(self) -> None:
        self.n_pages += 1
        self.canvas.setFont(self.regular, 8)
        if self.head:
            self.canvas.drawString(60, 805, self.head)
        foot = f"{self.foot} – {self.n_pages}" if self.foot else str(self.n_pages)
        if self.page_numbers:
            self.canvas.drawCentredString(297, 36, foot)

    def _room(self, height: float) -> None:
        if self.y - height > 70:
            return
        self.column += 1
        if self.column == len(self.lefts):
            self.canvas.showPage()
            self.column, self.top = 0, 770.0
            self._furnish()
        self.y = self.top

    def _wrap(
        self, text: str, width: float, font: str, size: float, *, may_break: bool = True
    ) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        pending = text.split()
        while pending:
            word = pending.pop(0)
            line = " ".join([*lines[-1], word])
            if self.width_of(line, font, size) <= width or not lines[-1] and not may_break:
                lines[-1].append(word)
                continue
            fitting = [
                (left, right, own)
                for left, right, own in (break_word(word) if may_break else [])
                if self.width_of(" ".join([*lines[-1], left + self.hyphen]), font, size) <= width
            ]
            if fitting:
                left, right, own = max(fitting, key=lambda each: len(each[0]))
                lines[-1].append(left + ("-" if own else self.hyphen))
                self.broken.append((left, right, own))
                pending.insert(0, right)
                lines.append([])
            elif lines[-1]:
                pending.insert(0, word)
                lines.append([])
            else:
                lines[-1].append(word)
        return lines


# --- PDF by fpdf2 -------------------------------------------------------------


def make_fpdf(story: Story, *, hyphen: str = "\u00ad") -> Made:
    """Set a story in one column, its words broken by fpdf2 where a soft hyphen allows."""
    from fpdf import FPDF

    class Report(FPDF):
        def header(self) -> None:
            self.set_font("Body", size=8)
            self.cell(0, 8, story.title[:70], align="R", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("Body", size=8)
            self.cell(0, 8, f"Page {self.page_no()} sur {{nb}}", align="C")

    pdf = Report()
    regular, bold = find_fonts()
    pdf.add_font("Body", fname=str(regular))
    pdf.add_font("Body", style="B", fname=str(bold))
    pdf.add_page()
    broken: list[tuple[str, str, bool]] = []

    def put(text: str, size: float, style: str = "", gap: float = 3) -> None:
        pdf.set_font("Body", style=style, size=size)
        words = [_soften(word, hyphen) if not style else word for word in text.split()]
        lines = pdf.multi_cell(
            110, 0.5 * size, " ".join(words), align="L", dry_run=True, output="LINES"
        )
        pdf.multi_cell(110, 0.5 * size, " ".join(words), align="L", new_x="LMARGIN", new_y="NEXT")
        for line, after in zip(lines, lines[1:], strict=False):
            left = line.replace(hyphen, "").split()[-1]
            if left.endswith(("-", "\u2010")):
                right = after.replace(hyphen, "").split()[0]
                whole = left[:-1] + right
                broken.append((left[:-1], right, whole not in text))
        pdf.ln(gap)

    put(story.title, 20, "B", 6)
    put(story.opening, 11)
    for chapter in story.chapters:
        put(chapter.title, (15, 13, 12)[chapter.level - 1], "B", 2)
        for paragraph in chapter.paragraphs:
            put(paragraph, 11)
    return Made(bytes(pdf.output()), story, broken, pdf.page_no())


def _soften(word: str, hyphen: str) -> str:
    places = sorted({len(left) for left, _, own in break_word(word) if not own}, reverse=True)
    for place in places:
        word = word[:place] + hyphen + word[place:]
    return word


def make_scan(story: Story) -> Made:
    """Set a story, take a picture of its first page, and put that into a PDF."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    made = ReportlabSetter(n_columns=1, size=12, page_numbers=False).set_story(story)
    document = pypdfium2.PdfDocument(made.raw)
    picture = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    return Made(stream.getvalue(), story, n_pages=1)


# --- office files -----------------------------------------------------------------


def make_docx(story: Story, *, has_styles: bool) -> Made:
    """Write a DOCX with heading styles, or with headings that only look like it."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.core_properties.title = ""
    if has_styles:
        document.add_paragraph(story.title, style="Title")
    else:
        _add_bold(document, story.title, Pt(20))
    document.add_paragraph(story.opening)
    for chapter in story.chapters:
        if has_styles:
            document.add_heading(chapter.title, level=chapter.level)
        else:
            _add_bold(document, chapter.title, Pt((16, 13, 12)[chapter.level - 1]))
        for paragraph in chapter.paragraphs:
            document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return Made(stream.getvalue(), story)


def _add_bold(document: object, text: str, size: object) -> None:
    run = document.add_paragraph().add_run(text)  # type: ignore[attr-defined]
    run.bold, run.font.size = True, size


def make_pptx(story: Story) -> Made:
    """Write a PPTX: a title slide, a section slide a chapter of level 1, a slide each other."""
    from pptx import Presentation

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = story.title
    slide.placeholders[1].text = story.opening
    for chapter in story.chapters:
        is_section = chapter.level == 1
        slide = deck.slides.add_slide(deck.slide_layouts[2 if is_section else 1])
        slide.shapes.title.text = chapter.title
        slide.placeholders[1].text = "\n".join(chapter.paragraphs)
    stream = io.BytesIO()
    deck.save(stream)
    return Made(stream.getvalue(), story, n_pages=len(deck.slides))


def make_odt(story: Story) -> Made:
    """Write an ODT by odfpy, with outline levels."""
    from odf.opendocument import OpenDocumentText
    from odf.style import Style
    from odf.text import H, P

    document = OpenDocumentText()
    title = Style(name="Title", family="paragraph")
    document.styles.addElement(title)
    document.text.addElement(P(stylename=title, text=story.title))
    document.text.addElement(P(text=story.opening))
    for chapter in story.chapters:
        document.text.addElement(H(outlinelevel=chapter.level, text=chapter.title))
        for paragraph in chapter.paragraphs:
            document.text.addElement(P(text=paragraph))
    stream = io.BytesIO()
    document.write(stream)
    return Made(stream.getvalue(), story)


def render_html(story: Story, *, has_main: bool = True, style: str = "") -> str:
    """Write a web page with a menu, a notice about cookies and a footer around the text."""
    body = "".join(
        f"<h{chapter.level + 1}>{html.escape(chapter.title)}</h{chapter.level + 1}>"
        + "".join(f"<p>{html.escape(text)}</p>" for text in chapter.paragraphs)
        for chapter in story.chapters
    )
    text = f"<h1>{html.escape(story.title)}</h1><p>{html.escape(story.opening)}</p>{body}"
    main = f"<main>{text}</main>" if has_main else f"<div class='content'>{text}</div>"
    links = "".join(f"<li><a href='/{n}'>Rubrique {n}</a></li>" for n in range(8))
    return (
        f"<!doctype html><html lang='fr'><head><meta charset='utf-8'>"
        f"<title>{html.escape(story.title)} | Le pôle</title><style>{style}</style></head><body>"
        f"<header><a href='/'>Le pôle</a></header><nav><ul>{links}</ul></nav>"
        f"<div class='menu'><ul>{links}</ul></div>"
        f"<div id='cookie-banner'>Nous utilisons des témoins de connexion.</div>{main}"
        f"<aside>Dernières actualités</aside><footer>Mentions légales</footer>"
        f"<script>var x = '<p>pas du texte</p>';</script></body></html>"
    )


def make_html(story: Story, *, has_main: bool = True) -> Made:
    return Made(render_html(story, has_main=has_main).encode(), story)


# --- how well it was read ------------------------------------------------------------


def character_errors(expected: str, found: str) -> int:
    """Count the letters to insert, delete or replace (Levenshtein), a column as one number.

    After Hyyrö's bit-parallel form of Myers' algorithm.
    """
    if not expected:
        return len(found)
    places: dict[str, int] = {}
    for place, letter in enumerate(expected):
        places[letter] = places.get(letter, 0) | 1 << place
    last = 1 << (len(expected) - 1)
    mask = (1 << len(expected)) - 1
    positive, negative, distance = mask, 0, len(expected)
    for letter in found:
        match = places.get(letter, 0) | negative
        diagonal = ((((match & positive) + positive) ^ positive) | match) & mask
        horizontal_up = negative | (~(diagonal | positive) & mask)
        horizontal_down = positive & diagonal
        distance += bool(horizontal_up & last)
        distance -= bool(horizontal_down & last)
        horizontal_up = (horizontal_up << 1 | 1) & mask
        horizontal_down = (horizontal_down << 1) & mask
        positive = horizontal_down | (~(diagonal | horizontal_up) & mask)
        negative = horizontal_up & diagonal
    return distance


def heading_f1(expected: Sequence[tuple[int, str]], found: Sequence[tuple[int, str]]) -> float:
    """Give the harmonic mean of precision and recall of headings with their levels."""
    rest = list(expected)
    n_right = 0
    for each in found:
        if each in rest:
            rest.remove(each)
            n_right += 1
    return 2 * n_right / (len(expected) + len(found)) if expected or found else 1.0


def count_joined(made: Made, found: str) -> tuple[int, int, int, int]:
    """Count broken words joined, of how many; and true hyphens lost, of how many."""
    counts = {"joined": 0, "broken": 0, "lost": 0, "own": 0}
    words = list(re.findall(r"[^\s]+", found))
    known = set(words)
    for left, right, own in made.broken:
        if own:
            counts["own"] += 1
            counts["lost"] += f"{left}-{right}" not in known
        else:
            counts["broken"] += 1
            counts["joined"] += left + right in known and f"{left}-{right}" not in known
    return counts["joined"], counts["broken"], counts["lost"], counts["own"]


def list_makers() -> Iterator[str]:
    yield from ("reportlab", "fpdf2", "docx", "docx-plain", "pptx", "odt", "html")


def draw_pages(pages: Sequence[Sequence[str]]) -> bytes:
    """Draw a PDF of pages with lines of text, the first of all pages as a title."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for number, lines in enumerate(pages):
        for place, line in enumerate(lines):
            is_title = (number, place) == (0, 0)
            canvas.setFont("Helvetica-Bold" if is_title else "Helvetica", 20 if is_title else 11)
            canvas.drawString(60, 760 - 40 * (place > 0) - 15 * place, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
