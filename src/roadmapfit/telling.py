"""Which passages say something that somebody could prove, and which could stand anywhere.

"Two obstacles have kept this off the water" and "The work starts at TRL 4" ask for nobody.
Such a passage is known by its words: few of them are rare among texts, once those are left
out by which any project speaks of its own course. What this loses and does not find stands in
``docs/partners.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from roadmapfit.lexical import find_telling_stems, find_terms
from roadmapfit.records import Passage

# A passage with fewer telling words than this could stand in a text about anything.
LEAST_TELLING = 4
# Words by which a project speaks of its course and not of its subject. Some are rare in the
# texts that term weights are from, for those are mostly abstracts.
_COURSE = MappingProxyType(
    {
        "fr": "trl wp lot tâche phase étape jalon livrable mois an année durée durer niveau "
        "maturité départ départs arrivée début débuter commencer fin finir final finaliser "
        "atteindre budget euro euros financement consortium partenaire thèse doctorat "
        "deux trois quatre cinq six sept huit neuf dix douze",
        "en": "trl wp package task phase step milestone deliverable month year duration last "
        "level maturity start begin end final finalise reach follow budget euro funding "
        "consortium partner team phd two three four five six seven eight nine ten twelve",
    }
)


def list_telling(passages: Sequence[Passage], *, idf: NDArray[np.float32]) -> tuple[bool, ...]:
    """Say of each passage of a text whether it tells what the text is about.

    A title always does, short as it is. Of a text where nothing else would, all passages do.

    Parameters
    ----------
    passages
        Of one text.
    idf
        float32, shape (N_WEIGHTS,): weights of terms.

    Returns
    -------
    tuple
        One a passage, in their order.
    """
    telling = tuple(
        each.field == "title" or count_telling(each, idf=idf) >= LEAST_TELLING for each in passages
    )
    return telling if any(telling) else (True,) * len(telling)


def count_telling(passage: Passage, *, idf: NDArray[np.float32]) -> int:
    """Count the words of a passage, each once, that are about its subject.

    Parameters
    ----------
    passage
        In any language; without rules for it, no word is left out as one of course.
    idf
        float32, shape (N_WEIGHTS,).
    """
    language = passage.language
    stems = {term.stem for term in find_terms(passage.text, language)}
    words = {
        stem for stem in stems - _find_course(language) if not any(sign.isdigit() for sign in stem)
    }
    return len(find_telling_stems(words, language, idf=idf))


@cache
def _find_course(language: str) -> frozenset[str]:
    return frozenset(term.stem for term in find_terms(_COURSE.get(language, ""), language))
