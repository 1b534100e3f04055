"""The words that an item is about, and how much of them stands in a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.lexical import find_terms, weigh_stems
from roadmapfit.records import Passage

# Words of an item's text beside those of its title.
N_FROM_TEXT = 10
# What a place must hold to be about the item: more than this part of its title, or so many words.
TITLE_SHARE = 0.5
MIN_TERMS = 2


class KeyTerms:
    """Stems that an item is about: those of its title, and the weightiest of its text.

    Attributes
    ----------
    language
        Of the item.
    weights
        Stem to weight: how often it stands in the item times how rare it is.
    forms
        Stem to the word that it is first met as.
    """

    def __init__(self, item: Sequence[Passage], *, idf: NDArray[np.float32]) -> None:
        """Read an item's passages, all of one item."""
        self.language = item[0].language
        in_title: Counter[str] = Counter()
        in_text: Counter[str] = Counter()
        self.forms: dict[str, str] = {}
        for passage in item:
            found = in_title if passage.field == "title" else in_text
            for term in find_terms(passage.text, self.language):
                found[term.stem] += 1
                self.forms.setdefault(term.stem, passage.text[term.start : term.end])
        title = weigh_stems(in_title, self.language, idf=idf)
        text = weigh_stems(in_text, self.language, idf=idf)
        heaviest = sorted(text, key=lambda stem: (-text[stem], stem))[:N_FROM_TEXT]
        self.weights: Mapping[str, float] = {stem: text[stem] for stem in heaviest} | title
        self._title = title

    def is_about(self, stems: Collection[str]) -> bool:
        """Whether some stems say enough of the item to speak of it."""
        own = set(stems) & self.weights.keys()
        if len(own) >= MIN_TERMS:
            return True
        total = sum(self._title.values())
        share = sum(weight for stem, weight in self._title.items() if stem in own)
        return total > 0 and share > TITLE_SHARE * total

    def list_absent(self, passages: Sequence[Passage]) -> tuple[str, ...]:
        """Name the words that no passage in the item's language holds, weightiest first.

        Without such a passage nothing can be said, and nothing is named.
        """
        own = [each for each in passages if each.language == self.language]
        if not own:
            return ()
        said = {term.stem for each in own for term in find_terms(each.text, self.language)}
        absent = sorted(self.weights.keys() - said, key=lambda stem: (-self.weights[stem], stem))
        return tuple(self.forms[stem] for stem in absent)
