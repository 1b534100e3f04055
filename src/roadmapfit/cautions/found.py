"""All cautions about a project, and about a project and an item."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.cautions.copied import find_copied
from roadmapfit.cautions.instructions import find_instructions
from roadmapfit.cautions.mention import find_mentions
from roadmapfit.cautions.negation import find_negations
from roadmapfit.cautions.record import Caution, CautionKind, Scope
from roadmapfit.key_terms import KeyTerms
from roadmapfit.lexical import Term, find_terms
from roadmapfit.records import Passage

# Part of the item's words in the project that must stand in examples and contrasts.
MENTIONED_SHARE = 0.8
# What does not belong to a quotation's end.
_TRAILING = " \n\t,:"
# Part of a sentence in the other language that a negation must govern.
NEGATED_SHARE = 0.5


def find_instruction_cautions(passages: Sequence[Passage]) -> tuple[Caution, ...]:
    """Report what a project addresses to a machine, in the order of its text."""
    return tuple(
        Caution(CautionKind.INSTRUCTION, passage, start, end)
        for passage in passages
        for start, end in find_instructions(passage.text)
    )


def find_negation_cautions(passages: Sequence[Passage]) -> tuple[Caution, ...]:
    """Report what a project sets aside, whatever it is about, in the order of its text."""
    return tuple(
        _caution(CautionKind.NEGATED, passage, scope)
        for passage in passages
        for scope in find_negations(passage.text, passage.language)
    )


def find_pair_cautions(
    passages: Sequence[Passage],
    item: Sequence[Passage],
    *,
    evidence_ids: Collection[str],
    idf: NDArray[np.float32],
) -> tuple[Caution, ...]:
    """Find where a project negates an item, merely mentions it, or repeats its words.

    Parameters
    ----------
    passages
        Of the project.
    item
        Passages of the item, at least one.
    evidence_ids
        Ids of the passages that carry the match. Across languages no word can tell
        whether a negation is about the item: only these are looked at.
    idf
        As ``Background`` holds it.

    Returns
    -------
    tuple[Caution, ...]
        Negations first, then mentions, then copies; each in the order of the text.
    """
    key_terms = KeyTerms(item, idf=idf)
    return (
        *_find_negated(passages, key_terms, evidence_ids),
        *_find_mentioned(passages, key_terms),
        *(
            Caution(CautionKind.COPIED, passage, start, end)
            for passage, (start, end) in find_copied(passages, item)
        ),
    )


def _find_negated(
    passages: Sequence[Passage], key_terms: KeyTerms, evidence_ids: Collection[str]
) -> Iterator[Caution]:
    for passage in passages:
        terms = find_terms(passage.text, passage.language)
        for scope in find_negations(passage.text, passage.language):
            governed = [term for term in terms if scope.holds(term.start)]
            if passage.language == key_terms.language:
                is_about = key_terms.is_about({term.stem for term in governed})
            else:
                is_about = (
                    passage.id in evidence_ids and len(governed) >= NEGATED_SHARE * len(terms) > 0
                )
            if is_about:
                yield _caution(CautionKind.NEGATED, passage, scope)


def _find_mentioned(passages: Sequence[Passage], key_terms: KeyTerms) -> Iterator[Caution]:
    """Report the places of an item's words, if nearly all are examples or contrasts."""
    inside: list[tuple[Passage, Scope, Term]] = []
    outside: set[str] = set()
    for passage in passages:
        if passage.language != key_terms.language:
            continue
        scopes = list(find_mentions(passage.text, passage.language))
        for term in find_terms(passage.text, passage.language):
            if term.stem not in key_terms.weights:
                continue
            own = next((scope for scope in scopes if scope.holds(term.start)), None)
            if own is None:
                outside.add(term.stem)
            else:
                inside.append((passage, own, term))
    only_inside = {term.stem for _, _, term in inside} - outside
    weight = sum(key_terms.weights[stem] for stem in only_inside)
    total = weight + sum(key_terms.weights[stem] for stem in outside)
    if not key_terms.is_about(only_inside) or weight < MENTIONED_SHARE * total:
        return
    places = {
        (passage.id, scope): passage for passage, scope, term in inside if term.stem in only_inside
    }
    for (_, scope), passage in places.items():
        yield _caution(CautionKind.MENTIONED, passage, scope)


def _caution(kind: CautionKind, passage: Passage, scope: Scope) -> Caution:
    start, end = min(scope.cue_start, scope.start), max(scope.cue_end, scope.end)
    while end > start and passage.text[end - 1] in _TRAILING:
        end -= 1
    return Caution(kind, passage, start, end)
