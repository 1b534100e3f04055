"""Numbers at the head of a line: "Axe 1", "2.3", "B.", "IV -"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMED = (
    r"sous[-\s]axe|axe|sous[-\s]thème|sous[-\s]theme|thème|theme|thématique|das|"
    r"domaine(?:\s+d['’]activités?\s+stratégiques?)?|priorité|objectif(?:\s+stratégique)?|défi|"
    r"orientation|chapitre|partie|section|annexe|fiche|pilier|levier|action|"
    r"sub-axis|axis|sub-theme|domain|priority|objective|challenge|chapter|part|appendix|annex|"
    r"pillar|strand|cluster|destination"
)
_NAMED_NUMBER = re.compile(
    rf"(?P<name>{_NAMED})\s+(?:n\s?[°º]\s?)?(?P<number>\d{{1,2}}(?:\.\d{{1,2}})*|[IVX]{{1,5}}|[A-Z])"
    r"(?P<after>\s*[.:)–—-]|\s|$)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})(?P<stop>[.)]|\s?[–—-])?\s+(?=[^\W\d_«\"(])"
)
_ROMAN = re.compile(r"(?P<number>[IVX]{1,5})(?:[.)]|\s?[–—-])\s+(?=[^\W\d_])")
_LETTER = re.compile(r"(?P<number>[A-Z])[.)]\s+(?=[^\W\d_])")
_WITHIN = ("sous", "sub")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a line is numbered: a family of numbers that go together, and how deep.

    ``family`` is the word before the number ("axe"), or ``decimal``, ``roman``,
    ``letter``. ``is_named`` tells the first: such a line is a heading more surely.
    """

    family: str
    depth: int
    is_named: bool = False


def read_numbering(text: str) -> Numbering | None:
    """Read the number that a line begins with.

    Examples
    --------
    >>> read_numbering("Axe 2 : Mobilités")
    Numbering(family='axe', depth=1, is_named=True)
    >>> read_numbering("2.3 Batteries"), read_numbering("Batteries")
    (Numbering(family='decimal', depth=2, is_named=False), None)
    """
    if named := _NAMED_NUMBER.match(text):
        name = " ".join(named["name"].lower().replace("-", " ").split())
        depth = named["number"].count(".") + (2 if name.startswith(_WITHIN) else 1)
        return Numbering(name, depth, is_named=True)
    if decimal := _DECIMAL.match(text):
        if decimal["stop"] is None and "." not in decimal["number"]:
            return None  # "3 laboratoires" counts, it numbers nothing
        return Numbering("decimal", decimal["number"].count(".") + 1)
    if _ROMAN.match(text):
        return Numbering("roman", 1)
    if _LETTER.match(text):
        return Numbering("letter", 1)
    return None


def is_numbered_under(text: str, heading: str) -> bool:
    """Whether a line's decimal number goes on from the number of a named heading.

    Examples
    --------
    >>> is_numbered_under("1.2 Réseaux", "Axe 1 – Énergie"), is_numbered_under("2.1 Eau", "Axe 1")
    (True, False)
    """
    named = _NAMED_NUMBER.match(heading)
    is_decimal = _DECIMAL.match(text) is not None
    return named is not None and is_decimal and text.startswith(f"{named['number']}.")
