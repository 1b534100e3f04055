"""What a caution is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from roadmapfit.records import Passage


class CautionKind(StrEnum):
    """Why a match may say less than it seems to; ``caution.<kind>`` is the reason in words."""

    NEGATED = "negated"
    MENTIONED = "mentioned"
    COPIED = "copied"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class Caution:
    """A place in a project's text to be read with care.

    ``start`` and ``end`` are code points of ``passage.text``; add ``passage.start`` for
    those of the field.
    """

    kind: CautionKind
    passage: Passage
    start: int
    end: int

    @property
    def words(self) -> str:
        """The words in question."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cue such as *excluding* or *such as* governs, in code points of its text.

    The cue stands at ``cue_start:cue_end``, what it governs at ``start:end``.
    """

    cue_start: int
    cue_end: int
    start: int
    end: int

    def holds(self, place: int) -> bool:
        """Whether the cue governs a place of the text."""
        return self.start <= place < self.end
