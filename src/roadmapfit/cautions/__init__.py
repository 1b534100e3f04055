"""What a reader should know of a project's wording before trusting a match.

A caution never moves a figure: it is said beside it. The rules would rather miss one
than raise a false one; how often they are right is measured (``docs/evidence.md``).
"""

from roadmapfit.cautions.found import (
    find_instruction_cautions,
    find_negation_cautions,
    find_pair_cautions,
)
from roadmapfit.cautions.record import Caution, CautionKind

__all__ = [
    "Caution",
    "CautionKind",
    "find_instruction_cautions",
    "find_negation_cautions",
    "find_pair_cautions",
]
