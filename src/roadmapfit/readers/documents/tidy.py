"""Signs that typesetting leaves in a text, back to the letters that were meant."""

from __future__ import annotations

import re
import unicodedata

HYPHENS = "-\u2010\u00ad\x02"
"""What ends a broken line; PDFium gives U+0002 for a hyphen that it takes for a break."""

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
# A text in a file: joiners and direction marks have no letter; U+00AD inside a word is
# a place where it may break, and does not here.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\u200e\u200f"), "")
_LETTER = r"[^\W\d_]"
_SPACED = re.compile(
    rf"(?<!\S)(?:{_LETTER} ){{2,}}{_LETTER}(?: {{2,}}(?:(?:\w ){{1,}}\w|\w))*(?!\S)"
)
# TeX's old fonts set the accent as a sign of its own before its letter.
_ACCENTS = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "¸": "\u0327"}
_LOOSE_ACCENT = re.compile(r"([´`ˆ¨¸]) ?([aeiouycAEIOUYCı])")


def tidy_text(text: str) -> str:
    r"""Write ligatures as letters, close up spaced capitals, drop signs without width.

    White space becomes single spaces, so that a text is one line; accents are composed.

    Examples
    --------
    >>> tidy_text("e\ufb03cacité  \u00e9ner\u00adg\u00e9tique")
    'efficacité énergétique'
    >>> tidy_text("A X E  1 : M E R"), tidy_text("plan A B C et D")
    ('AXE 1 : MER', 'plan A B C et D')
    """
    plain = unicodedata.normalize("NFC", text.translate(_LIGATURES).translate(_UNSEEN))
    return " ".join(_close_up(plain.replace("\u00a0", " ").replace("\u202f", " ")).split())


def compose_accents(text: str) -> str:
    """Put an accent that stands before its letter on that letter.

    Examples
    --------
    >>> compose_accents("d´eveloppement `a c^ot´e")
    'développement à c^oté'
    """
    return _LOOSE_ACCENT.sub(
        lambda found: unicodedata.normalize("NFC", found[2].replace("ı", "i") + _ACCENTS[found[1]]),
        text,
    )


def _close_up(text: str) -> str:
    """Close up letters set apart for show: three or more capitals, one space between."""
    return _SPACED.sub(_close_one, text)


def _close_one(found: re.Match[str]) -> str:
    run = found[0]
    if not run.isupper():
        return run
    words = [word.replace(" ", "") for word in re.split(r" {2,}", run)]
    is_enumeration = all(len(word) <= 3 for word in words) and not _is_whole_line(found)
    return run if is_enumeration else " ".join(words)


def _is_whole_line(found: re.Match[str]) -> bool:
    """Whether nothing but the run, numbers and signs stands on the line."""
    rest = found.string[: found.start()] + found.string[found.end() :]
    return not re.search(r"[^\W\d_]{2,}", rest)
