"""What one organisation can do, as weighted passages, each with the project that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.history import DAYS_A_YEAR
from roadmapfit.records import Organisation, OwnerKind, Participation, Passage, Role
from roadmapfit.segment import PIPELINES, extract_key_phrases
from roadmapfit.store import KeptLink
from roadmapfit.workspace import Workspace

Vectors = NDArray[np.float32]

# What a part in a project says of what an organisation does, against leading it. Chosen,
# not fitted: the ranking of partners gains nothing from it (docs/partners.md).
ROLE_WEIGHTS = MappingProxyType(
    {Role.COORDINATOR: 1.0, Role.PARTNER: 0.75, Role.THIRD_PARTY: 0.5, Role.ASSOCIATE: 0.5}
)
# A competence lasts longer than what makes a partner likely now (history.HALF_LIFE_YEARS).
HALF_LIFE_YEARS = 3.0
N_PHRASES = 12
# Phrases are read from this many of the weightiest passages.
N_READ = 12


@dataclass(frozen=True, slots=True)
class Competence:
    """One passage that an organisation can do what it says.

    Attributes
    ----------
    passage
        The one of its project that is nearest to all that the organisation does, or of
        its own words.
    weight
        By role, share of the project's funding and age, in (0, 2); own words weigh 1.
    participation
        Its part in the project that proves it; ``None`` for its own words.
    """

    passage: Passage
    weight: float
    participation: Participation | None

    @property
    def project_id(self) -> str | None:
        """The project that proves it; ``None`` for its own words."""
        return self.participation.project_id if self.participation else None


@dataclass(frozen=True, slots=True)
class CompetenceProfile:
    """What an organisation can do.

    Attributes
    ----------
    competences
        Weightiest first, one a project, its own words among them.
    phrases
        What the weightiest of them speak of.
    links
        Records of other sources that are held to be the same organisation, undone ones too.
    n_left
        Projects that it left, which prove nothing.
    """

    organisation: Organisation
    competences: tuple[Competence, ...]
    phrases: tuple[str, ...]
    links: tuple[KeptLink, ...]
    n_left: int


def profile_organisation(
    workspace: Workspace, organisation_id: str, *, n_competences: int = 20
) -> CompetenceProfile:
    """Gather what an organisation can prove that it does.

    Parameters
    ----------
    workspace, organisation_id
        Where to look, and for whom.
    n_competences
        Passages at the most.

    Raises
    ------
    WorkspaceError
        If there is no such organisation.
    """
    generation = workspace.generation
    organisation = generation.organisations.get(organisation_id)
    if organisation is None:
        raise WorkspaceError("organisation_unknown", found=organisation_id)
    parts = [
        each
        for each in generation.participations_of.get(organisation_id, ())
        if each.project_id in generation.project_heads
    ]
    current = [each for each in parts if not each.has_ended]
    proofs = [(weigh_participation(generation, each), each) for each in current]
    proofs.sort(key=lambda pair: (-pair[0], pair[1].project_id))
    spans = [
        (weight, each, generation.rows_of(OwnerKind.PROJECT, [each.project_id]))
        for weight, each in proofs
    ]
    own = generation.rows_of(OwnerKind.ORGANISATION, [organisation_id])
    chosen: list[tuple[float, Participation | None, int]] = [(1.0, None, int(row)) for row in own]
    chosen += _choose_passages(generation, [each for each in spans if len(each[2])])
    chosen.sort(key=lambda each: -each[0])
    passages = generation.load_passages(row for _, _, row in chosen[:n_competences])
    competences = tuple(
        Competence(passage, weight, part)
        for passage, (weight, part, _) in zip(passages, chosen, strict=False)
    )
    return CompetenceProfile(
        organisation=organisation,
        competences=competences,
        phrases=_list_phrases(competences),
        links=tuple(
            each
            for each in workspace.load_links()
            if each.link.kind == "organisation"
            and organisation_id in (each.link.left_id, each.link.right_id)
        ),
        n_left=len(parts) - len(current),
    )


def weigh_participation(generation: Generation, part: Participation) -> float:
    """Weigh what a part in a project says of what an organisation does now.

    Returns
    -------
    float
        In (0, 2): the role's weight, half as much for each three years of age, times the share of
        the project's funding against an equal share, 1 for an equal or an unknown one.
    """
    others = [each for each in generation.participations[part.project_id] if not each.has_ended]
    total = sum(each.funding_eur or 0.0 for each in others)
    project = generation.project_heads[part.project_id]
    day = project.signature_date or project.start_date
    age = 0.0 if day is None else (generation.latest_day - day).days / DAYS_A_YEAR
    recency = 0.5 ** (max(0.0, age) / HALF_LIFE_YEARS)
    equal = total / max(1, len(others))
    own = part.funding_eur
    involvement = 1.0 if own is None or not equal else 2 * own / (own + equal)
    # Nothing of the funding is a small part, and still a part.
    return float(ROLE_WEIGHTS[part.role] * recency * max(0.2, involvement))


def _choose_passages(
    generation: Generation, spans: Sequence[tuple[float, Participation, NDArray[np.int64]]]
) -> list[tuple[float, Participation | None, int]]:
    """Take of each project the passage that is nearest to the weighted mean of all."""
    if not spans:
        return []
    vectors = [generation.index.vectors(rows) for _, _, rows in spans]
    mean = np.sum(
        [weight * own.mean(axis=0) for (weight, _, _), own in zip(spans, vectors, strict=True)],
        axis=0,
    )
    return [
        (weight, part, int(rows[int(np.argmax(own @ mean))]))
        for (weight, part, rows), own in zip(spans, vectors, strict=True)
    ]


def _list_phrases(competences: Sequence[Competence]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for language in PIPELINES:
        text = "\n".join(
            each.passage.text for each in competences[:N_READ] if each.passage.language == language
        )
        for phrase in extract_key_phrases(text, language, n_phrases=N_PHRASES) if text else ():
            found.setdefault(phrase.casefold(), phrase)
    return tuple(found.values())[:N_PHRASES]
