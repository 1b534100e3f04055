"""Runs of words that a project has taken over from an item."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from roadmapfit.records import Passage

# So many words in a row are a quotation, not a way of speaking.
LONG_RUN = 8
# Shorter runs count together, if they make up this part of a passage of some length.
SHORT_RUN = 5
SHARE = 0.6
MIN_PASSAGE = 10

_WORD = re.compile(r"[^\W_]+")
Place = tuple[int, int]


def find_copied(
    passages: Iterable[Passage], item: Iterable[Passage]
) -> Iterator[tuple[Passage, Place]]:
    """Find passages of a project in the words of an item.

    The title of the item is left out: a project has to name the call it answers.

    Parameters
    ----------
    passages, item
        Of the project and of the item.

    Yields
    ------
    tuple
        A passage, and from where to where its words are the item's: one long run, or
        the first to the last of several that make up most of it.
    """
    sources = [_list_words(each.text) for each in item if each.field != "title"]
    starts: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for number, (words, _) in enumerate(sources):
        for place in range(len(words) - SHORT_RUN + 1):
            starts.setdefault(tuple(words[place : place + SHORT_RUN]), []).append((number, place))
    texts = [words for words, _ in sources]
    for passage in passages:
        words, places = _list_words(passage.text)
        runs = list(_find_runs(words, texts, starts))
        if not runs:
            continue
        first, last = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
        if last - first < LONG_RUN:
            n_copied = sum(end - start for start, end in runs)
            if len(words) < MIN_PASSAGE or n_copied < SHARE * len(words):
                continue
            first, last = runs[0][0], runs[-1][1]
        yield passage, (places[first][0], places[last - 1][1])


def _find_runs(
    words: Sequence[str],
    texts: Sequence[Sequence[str]],
    starts: dict[tuple[str, ...], list[tuple[int, int]]],
) -> Iterator[Place]:
    """List the longest runs from left to right, as places in the words."""
    place = 0
    while place <= len(words) - SHORT_RUN:
        found = starts.get(tuple(words[place : place + SHORT_RUN]), ())
        length = max(
            (_run_on(words[place:], texts[number][at:]) for number, at in found), default=0
        )
        if length:
            yield place, place + length
        place += max(1, length)


def _run_on(ours: Sequence[str], theirs: Sequence[str]) -> int:
    length = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            break
        length += 1
    return length


def _list_words(text: str) -> tuple[list[str], list[Place]]:
    matches = list(_WORD.finditer(text))
    return [_fold(each.group()) for each in matches], [each.span() for each in matches]


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
