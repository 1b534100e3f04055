"""Who took part in which project before a day: the record that partners are ranked on.

Nothing here knows a project signed on that day or later, nor what became of a project
after its signature: a participation that was ended later counts as it stood at the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.records import Organisation, OrganisationKind, Participation, Project

Values = NDArray[np.float32]

# After this long a project says half as much of what an organisation does now.
HALF_LIFE_YEARS = 1.0
DAYS_A_YEAR = 365.25
KINDS = tuple(OrganisationKind)
# What a project less does not change.
LASTING = ("columns", "country_codes", "kind_codes", "recency")


@dataclass(frozen=True)
class History:
    """Projects known on a day, and their consortia.

    Attributes
    ----------
    project_ids, organisation_ids
        Of the rows and the columns of ``members``; sorted.
    members
        float32 CSR, shape (n_projects, n_organisations): 1 where one took part.
    age_years
        float32, shape (n_projects,): from the project's signature to the day, not
        negative; a project without a date is as old as the oldest.
    programmes
        Shape (n_projects,): what funded each.
    names, countries, territories, kinds
        Shape (n_organisations,); a territory is the country and a region of it, empty
        where it is not known.
    """

    project_ids: tuple[str, ...]
    organisation_ids: tuple[str, ...]
    members: sparse.csr_matrix
    age_years: Values
    programmes: NDArray[np.object_]
    names: NDArray[np.object_]
    countries: NDArray[np.object_]
    territories: NDArray[np.object_]
    kinds: NDArray[np.object_]

    @cached_property
    def by_organisation(self) -> sparse.csr_matrix:
        """The projects of each organisation: ``members`` turned, float32 CSR."""
        return sparse.csr_matrix(self.members.T)

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each organisation."""
        return {each: column for column, each in enumerate(self.organisation_ids)}

    @cached_property
    def country_codes(self) -> NDArray[np.intp]:
        """The country of each organisation, as a number from 0."""
        return np.unique(self.countries.astype(str), return_inverse=True)[1]

    @cached_property
    def kind_codes(self) -> NDArray[np.intp]:
        """The type of each organisation, as a number from 0."""
        return np.unique(self.kinds.astype(str), return_inverse=True)[1]

    @cached_property
    def recency(self) -> Values:
        """What each project weighs, in (0, 1]: half as much for each half-life of age."""
        return np.asarray(0.5 ** (self.age_years / HALF_LIFE_YEARS), dtype=np.float32)

    @cached_property
    def sizes(self) -> Values:
        """How many organisations each project has, at least 1."""
        return np.maximum(1, np.asarray(self.members.sum(axis=1), dtype=np.float32).ravel())

    @cached_property
    def n_projects_of(self) -> Values:
        """How many projects each organisation has."""
        return np.asarray(self.members.sum(axis=0), dtype=np.float32).ravel()

    @cached_property
    def kinds_of(self) -> Values:
        """How many members of each type each project has, shape (n_projects, len(KINDS))."""
        is_kind = self.kinds[:, None] == np.array([str(each) for each in KINDS], dtype=object)
        return np.asarray(self.members @ is_kind.astype(np.float32), dtype=np.float32)

    def without(self, project_id: str | None) -> History:
        """Return the history as if nobody had taken part in one project."""
        if project_id not in self.project_ids:
            return self
        members = self.members.copy()
        row = self.project_ids.index(project_id)
        members.data[members.indptr[row] : members.indptr[row + 1]] = 0
        members.eliminate_zeros()
        without = replace(self, members=members)
        # What does not depend on who took part in what takes longer than the rest.
        without.__dict__.update({name: getattr(self, name) for name in LASTING})
        return without

    def find_columns(self, organisation_ids: Iterable[str]) -> NDArray[np.int64]:
        """List the columns of those that took part in anything, in order; others have none."""
        found = {self.columns[each] for each in organisation_ids if each in self.columns}
        return np.array(sorted(found), dtype=np.int64)

    def list_project_rows(self, column: int) -> NDArray[np.int32]:
        """List the rows of the projects that one organisation took part in."""
        by = self.by_organisation
        rows: NDArray[np.int32] = by.indices[by.indptr[column] : by.indptr[column + 1]]
        return rows


def build_history(
    projects: Iterable[Project],
    organisations: Iterable[Organisation],
    participations: Iterable[Participation],
    *,
    day: date,
    is_open_ended: bool = False,
) -> History:
    """Gather the consortia that were known on a day.

    Parameters
    ----------
    projects, organisations, participations
        All there are; what is later than ``day`` is left out here.
    day
        Projects signed (or, without a signature, started) before it are taken.
    is_open_ended
        Take projects without a date, and later ones, too: for what is asked today, all
        that a workspace holds is known.

    Returns
    -------
    History
        Organisations that took part in nothing are in it without a project.
    """
    dated = {each.id: (each, each.signature_date or each.start_date) for each in projects}
    kept = {
        project_id: project
        for project_id, (project, signed) in dated.items()
        if is_open_ended or (signed is not None and signed < day)
    }
    known = {each.id: each for each in organisations}
    pairs = sorted(
        {
            (part.project_id, part.organisation_id)
            for part in participations
            if part.project_id in kept and part.organisation_id in known
        }
    )
    # Before a day, an organisation is known by what it took part in and not otherwise.
    organisation_ids = sorted(known) if is_open_ended else sorted({each for _, each in pairs})
    project_ids = sorted(kept)
    row_of = {each: row for row, each in enumerate(project_ids)}
    column_of = {each: column for column, each in enumerate(organisation_ids)}
    cells = (
        [row_of[project_id] for project_id, _ in pairs],
        [column_of[organisation_id] for _, organisation_id in pairs],
    )
    own = [known[each] for each in organisation_ids]
    return History(
        project_ids=tuple(project_ids),
        organisation_ids=tuple(organisation_ids),
        members=sparse.csr_matrix(
            (np.ones(len(pairs), dtype=np.float32), cells),
            shape=(len(project_ids), len(organisation_ids)),
        ),
        age_years=_measure_ages([dated[each][1] for each in project_ids], day),
        programmes=np.array([kept[each].programme for each in project_ids], dtype=object),
        names=np.array([each.name for each in own], dtype=object),
        countries=np.array([each.country for each in own], dtype=object),
        territories=np.array([name_region(each) for each in own], dtype=object),
        kinds=np.array([str(each.kind) for each in own], dtype=object),
    )


def name_region(organisation: Organisation) -> str:
    """Name a region finer than the country: the NUTS 2 code, or the place as given.

    Examples
    --------
    >>> name_region(Organisation("o", "O", OrganisationKind.SME, "test", territory="ES523"))
    'ES52'
    >>> name_region(Organisation("o", "O", OrganisationKind.SME, "test", territory="Nantes"))
    'Nantes'
    """
    territory = organisation.territory
    is_nuts = territory[:2].isupper() and territory[2:].isalnum() and len(territory) <= 5
    return territory[:4] if is_nuts else territory


def _measure_ages(days: Sequence[date | None], day: date) -> Values:
    ages = [max(0, (day - each).days) / DAYS_A_YEAR for each in days if each is not None]
    oldest = max(ages, default=0.0)
    return np.array(
        [oldest if each is None else max(0, (day - each).days) / DAYS_A_YEAR for each in days],
        dtype=np.float32,
    )
