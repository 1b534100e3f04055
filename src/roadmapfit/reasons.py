"""Why a text fits an item or not: evidence, its origin, cautions, what is absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from roadmapfit.absence import find_unmet_passages
from roadmapfit.absent_phrases import list_absent_phrases
from roadmapfit.align import Alignment
from roadmapfit.analysis import (
    PreparedText,
    explain,
    load_item,
    open_item_aligner,
)
from roadmapfit.calibrate import Verdict
from roadmapfit.cautions import Caution, find_instruction_cautions, find_pair_cautions
from roadmapfit.contribution import Origin, measure_origin
from roadmapfit.evidence import Evidence
from roadmapfit.key_terms import KeyTerms
from roadmapfit.records import Passage
from roadmapfit.workspace import Workspace

N_TERMS = 8


@dataclass(frozen=True, slots=True)
class Absence:
    """What an item speaks of and a text does not.

    Attributes
    ----------
    terms
        The item's key words that the text does not hold, weightiest first; none where
        the text has no passage in the item's language.
    phrases
        Phrases of the item that the text does not come near by meaning either.
    passages
        Passages of the item that no passage of the text meets.
    """

    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """All that stands behind one alignment.

    ``origin`` is ``None`` for a text that cannot be read.
    """

    evidence: tuple[Evidence, ...]
    origin: Origin | None
    cautions: tuple[Caution, ...]
    absence: Absence


def find_reasons(workspace: Workspace, prepared: PreparedText, item_id: str) -> Reasons:
    """Say why a text fits an item as well, or as little, as it does.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    evidence = explain(workspace, prepared, item_id)
    passages, _ = load_item(workspace.generation, item_id)
    origin = None
    if not prepared.obstacle:
        aligner = open_item_aligner(workspace, prepared, item_id)
        origin = measure_origin(aligner, prepared.texts)
    cautions = find_pair_cautions(
        prepared.passages,
        passages,
        evidence_ids={each.project_passage.id for each in evidence},
        idf=workspace.model.background.idf,
    )
    absence = find_absence(workspace, prepared, item_id)
    # A passage that is shown as met, however faintly, is not said to be met by nothing.
    met = {each.item_passage.id for each in evidence}
    unmet = tuple(each for each in absence.passages if each.id not in met)
    return Reasons(evidence, origin, cautions, replace(absence, passages=unmet))


def find_absence(workspace: Workspace, prepared: PreparedText, item_id: str) -> Absence:
    """Say what an item speaks of and a text does not.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    item = load_item(workspace.generation, item_id)
    background = workspace.model.background
    return Absence(
        terms=KeyTerms(item[0], idf=background.idf).list_absent(prepared.passages)[:N_TERMS],
        phrases=tuple(list_absent_phrases(workspace, prepared, item_id)),
        passages=find_unmet_passages(prepared.texts, item, cohort=background.cohort),
    )


def find_nearest_missed(alignments: Iterable[Alignment]) -> Alignment | None:
    """Find the best item that a text is not aligned with; ``None`` if there is none.

    Parameters
    ----------
    alignments
        Of one text, best first.
    """
    return next((each for each in alignments if each.verdict is Verdict.NOT_ALIGNED), None)


def find_instructions(prepared: PreparedText) -> tuple[Caution, ...]:
    """Report what a text addresses to a machine; it has no effect on any figure."""
    return find_instruction_cautions(prepared.passages)
