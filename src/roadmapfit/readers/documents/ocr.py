"""Scanned pages: read by Tesseract where the machine has it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean

from roadmapfit.readers.documents.columns import Region
from roadmapfit.readers.documents.lines import Line
from roadmapfit.readers.documents.pdf_pages import PdfPage

OCR_TIMEOUT_S = 60
LANGUAGES = ("fra", "eng")

_WORD_LEVEL = "5"
_LOW_CONFIDENCE = 30.0
# A line of capitals stands higher than one of small letters of the same size.
_LINE_HEIGHT_TO_SIZE = 0.8


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What was read off a page's picture; ``confidence`` is Tesseract's own, in [0, 100]."""

    regions: tuple[Region, ...]
    confidence: float


@cache
def find_languages() -> tuple[str, ...]:
    """List which of French and English this machine's Tesseract reads; none without one."""
    if shutil.which("tesseract") is None:
        return ()
    try:
        ran = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    known = set(ran.stdout.split())
    return tuple(language for language in LANGUAGES if language in known)


def read_picture(page: PdfPage, picture: Path) -> OcrPage | None:
    """Read a scanned page; ``None`` where Tesseract fails or takes over a minute."""
    command = ["tesseract", str(picture), "-", "-l", "+".join(find_languages()), "tsv"]
    try:
        ran = subprocess.run(
            command,
            capture_output=True,
            timeout=OCR_TIMEOUT_S,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if ran.returncode:
        return None
    return _read_table(ran.stdout.decode("utf-8", errors="replace"), page)


def _read_table(text: str, page: PdfPage) -> OcrPage:
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    width = next((float(row["width"]) for row in rows if row["level"] == "1"), 0.0)
    scale = page.width / width if width else 1.0
    words: dict[tuple[int, int, int], list[dict[str, str]]] = defaultdict(list)
    confidences = []
    for row in rows:
        if row["level"] != _WORD_LEVEL or not (row["text"] or "").strip():
            continue
        confidence = float(row["conf"])
        if confidence < _LOW_CONFIDENCE:  # specks and edges of pictures
            continue
        confidences.append(confidence)
        key = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
        words[key].append(row)
    blocks: dict[int, list[Line]] = defaultdict(list)
    for key in sorted(words):
        blocks[key[0]].append(_build_line(words[key], scale))
    regions = tuple(Region(tuple(_even_out(lines))) for lines in blocks.values())
    return OcrPage(regions, mean(confidences) if confidences else 0.0)


def _build_line(words: list[dict[str, str]], scale: float) -> Line:
    lefts = [int(word["left"]) * scale for word in words]
    rights = [(int(word["left"]) + int(word["width"])) * scale for word in words]
    tops = [int(word["top"]) * scale for word in words]
    bottoms = [(int(word["top"]) + int(word["height"])) * scale for word in words]
    top, bottom = min(tops), max(bottoms)
    return Line(
        text=" ".join(word["text"].strip() for word in words),
        x0=min(lefts),
        x1=max(rights),
        top=top,
        bottom=bottom,
        baseline=bottom,
        size=round(_LINE_HEIGHT_TO_SIZE * (bottom - top), 1),
        is_bold=False,
    )


def _even_out(lines: list[Line]) -> list[Line]:
    """Give lines of nearly one height the same size: letters differ, the font does not."""
    evened: list[Line] = []
    for line in lines:
        size = line.size
        if evened and abs(evened[-1].size - size) < 0.3 * max(evened[-1].size, size):
            size = evened[-1].size
        evened.append(
            Line(
                line.text,
                line.x0,
                line.x1,
                line.top,
                line.bottom,
                line.baseline,
                size,
                line.is_bold,
            )
        )
    return evened
