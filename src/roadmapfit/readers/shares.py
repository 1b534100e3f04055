"""The lines of one organisation in one role of one project, added up to one participation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome, Participation


@dataclass(slots=True)
class _Share:
    row: int
    lines: list[tuple[str, ...]]
    participation: Participation


class Shares:
    """Collects participations; several lines of one share become one participation."""

    def __init__(self) -> None:
        self._shares: dict[tuple[str, str, str], _Share] = {}

    def add(
        self,
        participation: Participation,
        *,
        line: tuple[str, ...],
        said_role: str,
        row: int,
        fields: FieldReader,
    ) -> None:
        """Add a line: the first of a share, one more of it, or a repeat, which is refused.

        Parameters
        ----------
        participation
            What the line says.
        line
            The values by which two lines of one share are told apart.
        said_role
            The role as the file has it, for the report.
        row, fields
            Where the line stands, and who is told.
        """
        key = (participation.project_id, participation.organisation_id, participation.role)
        share = self._shares.get(key)
        if share is None:
            self._shares[key] = _Share(row, [line], participation)
            return
        found = f"{key[0]}, {key[1]} ({said_role}, {share.row})"
        if line in share.lines:
            fields.report("repeated_participation", Outcome.REFUSED, row=row, found=found)
            return
        fields.report("merged_participation", Outcome.REPAIRED, row=row, found=found)
        share.lines.append(line)
        share.participation = _merge(share.participation, participation)

    def list_participations(self) -> list[Participation]:
        """Give one participation a share, in the order of their first lines."""
        return [share.participation for share in self._shares.values()]


def _merge(first: Participation, second: Participation) -> Participation:
    """Add two lines of one organisation; an unknown amount adds nothing."""
    return replace(
        first,
        funding_eur=_add(first.funding_eur, second.funding_eur),
        total_cost_eur=_add(first.total_cost_eur, second.total_cost_eur),
        has_ended=first.has_ended and second.has_ended,
    )


def _add(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return second if first is None else first
    return first + second
