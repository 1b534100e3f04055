"""Whether a candidate could join: where it is, how big, what it has in hand, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from roadmapfit.history import name_region
from roadmapfit.records import Organisation, OrganisationKind, Participation, Project

# From this many projects at once on, a small firm is asked first whether it has the people.
BUSY_SME = 3


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What stands for and against a partner, apart from what it can do.

    Attributes
    ----------
    shares_region, shares_country
        Whether some member of the consortium is of its region, its country.
    n_running
        Projects of its that had not ended on the day asked about.
    is_stretched
        Whether it is an SME with ``BUSY_SME`` projects or more running.
    typical_eur
        Median of the funding it had in its projects; ``None`` where none is known.
    """

    shares_region: bool = False
    shares_country: bool = False
    n_running: int = 0
    is_stretched: bool = False
    typical_eur: float | None = None


def measure_feasibility(
    organisation: Organisation,
    members: Sequence[Organisation],
    *,
    participations: Iterable[Participation],
    projects: Mapping[str, Project],
    day: date,
) -> Feasibility:
    """Measure whether an organisation could join a consortium.

    Parameters
    ----------
    organisation, members
        The candidate, and the present consortium.
    participations
        The candidate's own; those that ended count for euros alone.
    projects
        By id.
    day
        On which projects run: from their start to their end, both included. One without
        an end date is not counted, for it may have ended.
    """
    own = [each for each in participations if each.project_id in projects]
    running = {
        each.project_id
        for each in own
        if not each.has_ended and _is_running(projects[each.project_id], day)
    }
    funding = [each.funding_eur for each in own if each.funding_eur]
    region = name_region(organisation)
    return Feasibility(
        shares_region=bool(region) and region in {name_region(each) for each in members},
        shares_country=bool(organisation.country)
        and organisation.country in {each.country for each in members},
        n_running=len(running),
        is_stretched=organisation.kind is OrganisationKind.SME and len(running) >= BUSY_SME,
        typical_eur=median(funding) if funding else None,
    )


def _is_running(project: Project, day: date) -> bool:
    start = project.start_date or project.signature_date
    return (
        project.end_date is not None and project.end_date >= day and (start is None or start <= day)
    )
