"""One organisation described by many rows: which description is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Organisation, Outcome

_DESCRIBED = ("name", "short_name", "kind", "country", "territory")


@dataclass(slots=True)
class _Votes:
    """How often each description of an organisation occurs, and the newest row of each."""

    row: int
    n_rows: Counter[Organisation] = field(default_factory=Counter)
    newest: dict[Organisation, int] = field(default_factory=dict)


class OrganisationVotes:
    """Collects the descriptions of organisations by id, in the order of their first row."""

    def __init__(self) -> None:
        self._votes: dict[str, _Votes] = {}

    def add(self, organisation: Organisation, *, row: int, age: int) -> None:
        """Count one description; the higher ``age``, the newer it is."""
        votes = self._votes.setdefault(organisation.id, _Votes(row))
        votes.n_rows[organisation] += 1
        votes.newest[organisation] = max(votes.newest.get(organisation, 0), age)

    def elect(self, *, fields: FieldReader) -> list[Organisation]:
        """Keep the most frequent description of each id; at a tie, the newest one.

        Descriptions that differ in more than case are noted once an organisation.
        """
        kept = []
        for votes in self._votes.values():
            ranked = sorted(
                votes.n_rows,
                key=lambda one: (-votes.n_rows[one], -votes.newest[one], repr(one)),
            )
            kept.append(ranked[0])
            differing = [
                name
                for name in _DESCRIBED
                if len({str(getattr(one, name)).casefold() for one in ranked}) > 1
            ]
            if differing:
                found = f"{ranked[0].id} {ranked[0].name}: {', '.join(differing)}"
                fields.report("differing_organisation", Outcome.NOTED, row=votes.row, found=found)
        return kept
